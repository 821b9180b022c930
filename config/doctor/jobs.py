"""Worker and beat, by their signs of life."""

import socket
from collections.abc import Iterator

from django.utils.translation import gettext as _

from config import heartbeats
from config.doctor.finding import Finding, broken, good, unknown
from config.doctor.stores import valkey_problem


def examine_jobs() -> Iterator[Finding]:
    """Signs of life are kept in Valkey: without it nothing can be said about the jobs."""
    for part in heartbeats.PARTS:
        yield _job(part)


def examine_own_worker() -> Iterator[Finding]:
    """The one of this machine: in a container, this container's."""
    yield _job("worker", socket.gethostname())


def examine_own_beat() -> Iterator[Finding]:
    yield _job("beat", socket.gethostname())


def _job(part: str, machine: str = "") -> Finding:
    labels = {"worker": _("Worker"), "beat": _("Beat")}
    cures = {
        "worker": _("Start it: `manage.py up worker`. Until then mails and deliveries wait."),
        "beat": _("Start it: `manage.py up beat`. Until then nothing that repeats is done."),
    }
    if valkey_problem():
        return unknown(labels[part], _("Cannot be known without Valkey."))
    age = heartbeats.age_seconds(part, machine)
    if age is not None:
        return good(labels[part], _("Seen %(seconds)d seconds ago.") % {"seconds": age})
    text = _("No sign of life for %(seconds)d seconds.")
    return broken(labels[part], text % {"seconds": heartbeats.KEPT_SECONDS}, cures[part])
