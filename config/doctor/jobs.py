"""Worker and beat, by their signs of life."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from config import heartbeats
from config.doctor.finding import Finding, broken, good, unknown
from config.doctor.stores import valkey_problem


def examine_jobs() -> Iterator[Finding]:
    """Signs of life are kept in Valkey: without it nothing can be said about the jobs."""
    labels = {"worker": _("Worker"), "beat": _("Beat")}
    cures = {
        "worker": _("Start it: `manage.py up worker`. Until then mails and deliveries wait."),
        "beat": _("Start it: `manage.py up beat`. Until then nothing that repeats is done."),
    }
    is_deaf = bool(valkey_problem())
    for part in heartbeats.PARTS:
        if is_deaf:
            yield unknown(labels[part], _("Cannot be known without Valkey."))
            continue
        age = heartbeats.age_seconds(part)
        if age is None:
            text = _("No sign of life for %(seconds)d seconds.")
            yield broken(labels[part], text % {"seconds": heartbeats.KEPT_SECONDS}, cures[part])
        else:
            yield good(labels[part], _("Seen %(seconds)d seconds ago.") % {"seconds": age})
