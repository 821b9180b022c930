"""Django's own, which also makes the missing partitions: that they miss must not stop it."""

from typing import Any

from django.core.management.commands import migrate


class Command(migrate.Command):
    def get_check_kwargs(self, options: dict[str, Any]) -> dict[str, Any]:
        return {**super().get_check_kwargs(options), "databases": None}
