"""`manage.py up`: databases, migrations, demo data, web, worker and beat, until Ctrl-C."""

import asyncio
import os
import signal
import socket
import sys
from argparse import ArgumentParser
from functools import partial
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import BaseCommand, call_command

from config.demo.address import move_demo_inboxes
from config.embedded.server import Server
from config.guard import refuse_unsafe
from config.up import assets, databases, output, simulator
from config.up.failure import StartError
from config.up.ports import listen
from config.up.programs import ALONE, PARTS, refuse_missing_server, stages
from config.up.ready import until_ready
from config.up.supervisor import Supervisor

READY_SECONDS = 120


class Command(BaseCommand):
    help = "Start Sobani: databases, migrations, web, worker and beat, until Ctrl-C."
    requires_system_checks = ()  # they import every page; the guard below asks what matters

    def add_arguments(self, parser: ArgumentParser) -> None:
        told = f"only these: {', '.join(PARTS)}; or {ALONE} alone"
        parser.add_argument("parts", nargs="*", metavar="part", help=told)

    def handle(self, *args: Any, **options: Any) -> None:
        unknown = set(options["parts"]) - {*PARTS, ALONE}
        if unknown:
            known = ", ".join((*PARTS, ALONE))
            sys.exit(f"Sobani has no part {', '.join(sorted(unknown))}: {known}")
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        started: list[Server] = []
        try:
            reason = run(options["parts"] or [*PARTS], started)
        except (StartError, ImproperlyConfigured) as error:
            reason = str(error)
        except KeyboardInterrupt:
            reason = ""
        finally:
            for server in reversed(started):
                server.stop()
        if reason:
            end_with(reason)


def run(parts: list[str], started: list[Server]) -> str:
    """Do every step; return "" after a signal, or one line with what went wrong."""
    listener = listen_for_web() if "web" in parts else None
    phones = simulator.listen_for_simulator(parts)
    databases.prepare_state(settings.STATE_DIR)
    databases.start_embedded(started)
    if parts == [ALONE]:
        return databases.wait(started)
    refuse_unsafe()
    if listener is not None:
        prepare_web()
    databases.leave()
    programs = stages(parts, listener)
    if phones is not None:
        programs[-1].append(simulator.program(phones))
    supervisor = Supervisor(programs, started, output.say)
    connect = None if phones is None else partial(simulator.connect, phones)
    return asyncio.run(supervisor.run(partial(greet, listener, supervisor), connect))


def listen_for_web() -> socket.socket:
    """Refuse at once, before any database is started, what only web processes need."""
    refuse_missing_server()
    return listen(settings.HOST, settings.PORT)


def prepare_web() -> None:
    """Bring database and static files to this version; show something in a new development."""
    databases.migrate()
    if settings.PRODUCTION:
        assets.collect()
    elif not apps.get_model("talk", "Inbox").objects.exists():
        call_command("demo")
    else:
        move_demo_inboxes()


async def greet(listener: socket.socket | None, supervisor: Supervisor) -> None:
    if listener is None:
        return
    if not await until_ready(listener, READY_SECONDS):
        supervisor.fail(f"/readyz did not answer with 200 in {READY_SECONDS} s")
        return
    for line in output.greeting():
        output.say("sobani", line)


def end_with(reason: str) -> None:
    """Say why on standard error and leave with 1, even if standard output is gone."""
    sys.stderr.write(f"Sobani stopped: {reason}\n")
    sys.stderr.flush()
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(1)
