"""Jobs of the wiring; Celery finds them here."""

from config.accounts import tasks as accounts

BEAT = {**accounts.BEAT}
