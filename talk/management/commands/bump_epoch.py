"""After a restore: begin a new epoch, so that every client reloads instead of resuming."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from talk.models import Delivery, Epoch


class Command(BaseCommand):
    help = "Begin a new epoch after a restore; messages that were being sent become unconfirmed"

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        epoch = Epoch.objects.get()
        epoch.renew()
        # Nobody knows what happened to these after the backup was taken: never send them again.
        unknown = Delivery.objects.filter(state=Delivery.State.SENDING).update(
            state=Delivery.State.UNKNOWN, reason="restored from a backup", leased_until=None
        )
        self.stdout.write(f"new epoch {epoch.value}; {unknown} messages unconfirmed")
