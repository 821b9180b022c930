from importlib import import_module

from django.apps import AppConfig


class LineConfig(AppConfig):
    name = "integrations.line"
    label = "line"
    verbose_name = "LINE"

    def ready(self) -> None:
        """Serve inboxes of the kind line; say what of LINE is forgotten, and what sites offer."""
        import_module("integrations.line.carrier").register()
        forgetting = import_module("integrations.line.actions.forgetting")
        import_module("customers.erasing").register(forgetting.erase_chats)
        import_module("customers.retention").register(forgetting.RULE)
        offered = import_module("integrations.line.widget").is_offered
        import_module("talk.widget.offers").register("line", offered)
