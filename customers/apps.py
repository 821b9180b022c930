from typing import Any

from django.apps import AppConfig
from django.core.checks import Tags, register
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from customers import ahead
from customers.checks import check_partitions


class CustomersConfig(AppConfig):
    name = "customers"
    verbose_name = _("Customers")

    def ready(self) -> None:
        register(check_partitions, Tags.database)
        post_migrate.connect(ensure_partitions, sender=self)


def ensure_partitions(using: str, **_: Any) -> None:
    """Make the partitions with the tables, so that a new deployment does not wait for beat."""
    if using == "default":
        ahead.ensure()
