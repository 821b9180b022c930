"""The simulated LINE platform beside the others: only in development, and never in the way."""

import asyncio
import logging
import socket
import sys

from django.conf import settings
from django.utils.translation import gettext as _

from config.demo.line import connect_demo_inbox
from config.up import databases, output
from config.up.child import Program
from config.up.failure import StartError
from config.up.ports import listen
from config.up.ready import until_ready

APPLICATION = "integrations.line.simulator.application:application"
STATE_FILE = "line-simulator.msgpack"
GRACE_SECONDS = 2.0
LIMITS = ("spread_seconds=0", "drain_seconds=0.2", "exit_seconds=1")
"""Its streams of news never end by themselves, and nobody waits for them."""
READY_SECONDS = 60
READY_PATH = "/line-simulator/api/accounts"


def listen_for_simulator(parts: list[str]) -> socket.socket | None:
    """Return its socket where it is switched on; without one everything else runs."""
    if not settings.LINE_SIMULATOR or "web" not in parts:
        return None
    try:
        return listen(settings.HOST, settings.LINE_SIMULATOR_PORT)
    except StartError as error:
        _say(str(error).replace("PORT=", "LINE_SIMULATOR_PORT="))
        return None


def program(listener: socket.socket) -> Program:
    limits = [word for limit in LIMITS for word in ("--limit", limit)]
    served = ("--fd", str(listener.fileno()), "--app", APPLICATION, "--hooks", "")
    return Program(
        name="line",
        command=(sys.executable, "-m", "config.server", *served, *limits),
        grace_seconds=GRACE_SECONDS,
        env={
            "LINE_SIMULATOR_STATE": str(settings.STATE_DIR / STATE_FILE),
            "LOG_LEVEL": "WARNING",  # the phones' page shows what is exchanged
        },
        fds=(listener.fileno(),),
    )


async def connect(listener: socket.socket) -> None:
    """Connect the demo with it, and say where the phones are."""
    if not await until_ready(listener, READY_SECONDS, READY_PATH):
        _say(f"did not answer in {READY_SECONDS} s")
        return
    if reason := await asyncio.to_thread(_connect_demo):
        _say(reason)
    output.say("sobani", f"{_('LINE on a phone')}: {settings.LINE_ACCESS_BASE}/line-simulator/")


def _connect_demo() -> str:
    logging.getLogger("sobani.line").setLevel(logging.WARNING)  # in this process only
    try:
        return connect_demo_inbox()
    finally:
        databases.leave()


def _say(line: str) -> None:
    output.say("sobani", f"LINE simulator: {line}")
