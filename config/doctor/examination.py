"""The order of the questions: what others stand on is asked first."""

from collections.abc import Callable, Iterable, Iterator

from config.doctor.finding import Finding
from config.doctor.jobs import examine_jobs, examine_own_beat, examine_own_worker
from config.doctor.machine import examine_disk, examine_mail
from config.doctor.sockets import examine_sockets
from config.doctor.stores import examine_database, examine_valkey

EXAMINATIONS: dict[str, Callable[[], Iterator[Finding]]] = {
    "database": examine_database,
    "valkey": examine_valkey,
    "jobs": examine_jobs,
    "disk": examine_disk,
    "mail": examine_mail,
    "sockets": examine_sockets,
}
OF_THIS_MACHINE: dict[str, Callable[[], Iterator[Finding]]] = {
    "worker": examine_own_worker,
    "beat": examine_own_beat,
}
"""Asked only by name: most machines have no worker of their own, a container's check has to."""
KNOWN = {**EXAMINATIONS, **OF_THIS_MACHINE}


def examine(names: Iterable[str] = EXAMINATIONS) -> Iterator[Finding]:
    for name in names:
        yield from KNOWN[name]()
