from importlib import import_module

from django.apps import AppConfig


class LineConfig(AppConfig):
    name = "integrations.line"
    label = "line"
    verbose_name = "LINE"

    def ready(self) -> None:
        """Serve inboxes of the kind line, and say what is to be forgotten of LINE, and when."""
        import_module("integrations.line.carrier").register()
        forgetting = import_module("integrations.line.actions.forgetting")
        import_module("customers.erasing").register(forgetting.erase_chats)
        import_module("customers.retention").register(forgetting.RULE)
