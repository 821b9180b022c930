from importlib import import_module

from django.apps import AppConfig


class TalkConfig(AppConfig):
    name = "talk"

    def ready(self) -> None:
        """Connect the receivers of what others announce."""
        import_module("talk.customer_news")
        import_module("talk.receivers")
