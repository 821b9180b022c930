from importlib import import_module

from django.apps import AppConfig


class LineConfig(AppConfig):
    name = "integrations.line"
    label = "line"
    verbose_name = "LINE"

    def ready(self) -> None:
        """Say what is to be forgotten of LINE, and when."""
        forgetting = import_module("integrations.line.actions.forgetting")
        import_module("customers.erasing").register(forgetting.erase_chats)
        import_module("customers.retention").register(forgetting.RULE)
