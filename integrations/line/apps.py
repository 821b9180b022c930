from django.apps import AppConfig


class LineConfig(AppConfig):
    name = "integrations.line"
    label = "line"
    verbose_name = "LINE"
