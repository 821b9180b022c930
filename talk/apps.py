from importlib import import_module
from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from customers import ahead, partitions


class TalkConfig(AppConfig):
    name = "talk"
    verbose_name = _("Conversations")

    def ready(self) -> None:
        """Connect the receivers of what others announce."""
        import_module("talk.customer_news")
        import_module("talk.receivers")
        for step in import_module("talk.actions.erasing").STEPS:
            import_module("customers.erasing").register(step)
        for rule in import_module("talk.actions.expiring").RULES:
            import_module("customers.retention").register(rule)
        ahead.TABLES["talk_event"] = "day"
        post_migrate.connect(prepare_event_log, sender=self)


def prepare_event_log(using: str, **options: Any) -> None:
    """See to it that this history has a name, and the log partitions for the coming days."""
    if using == "default" and partitions.exists("talk_event"):
        import_module("talk.models").Epoch.objects.get_or_create()
        partitions.ensure("talk_event", "day", ahead=3)
