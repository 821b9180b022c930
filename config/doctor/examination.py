"""The order of the questions: what others stand on is asked first."""

from collections.abc import Callable, Iterable, Iterator

from config.doctor.finding import Finding
from config.doctor.jobs import examine_jobs
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


def examine(names: Iterable[str] = EXAMINATIONS) -> Iterator[Finding]:
    for name in names:
        yield from EXAMINATIONS[name]()
