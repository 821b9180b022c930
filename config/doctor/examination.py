"""The order of the questions: what others stand on is asked first."""

from collections.abc import Iterator

from config.doctor.finding import Finding
from config.doctor.jobs import examine_jobs
from config.doctor.machine import examine_disk, examine_mail
from config.doctor.sockets import examine_sockets
from config.doctor.stores import examine_database, examine_valkey


def examine() -> Iterator[Finding]:
    yield from examine_database()
    valkey = examine_valkey()
    yield valkey
    yield from examine_jobs(valkey)
    yield from examine_disk()
    yield examine_mail()
    yield examine_sockets()
