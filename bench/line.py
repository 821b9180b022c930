"""`.venv/bin/python bench/line.py`: webhooks of LINE while LINE itself does not answer.

By default 200 webhooks of 5 events at 50 a second, from 40 people: how long each waits for its 200,
and how many events a second one worker handles. What LINE is asked meanwhile (names) hangs until it
times out. `--rate 0` posts as fast as eight connections can.
"""

import argparse
import json
import os
import socket
import sys
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from uuid import uuid4

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import httpx2
import psycopg

from bench import machine
from bench.ground import Ground
from bench.program import Program, is_live
from bench.usage import Usage
from integrations.line.signature import sign

DATABASE = "line"
SECRET, BOT = "b" * 32, "U" + "0" * 32
PATIENCE = 600
Figures = dict[str, float]


def main(words: list[str]) -> None:
    options = _parse(words)
    print(machine.description(), flush=True)
    began = os.getloadavg()
    with Ground() as ground, ExitStack() as stack:
        ground.create(DATABASE)
        inbox = ground.run("bench.line_side", SECRET, BOT, database=DATABASE)
        silent, door = stack.enter_context(_port()), stack.enter_context(_port())
        values = _values(silent, door)
        web = stack.enter_context(_program(ground, values, "web", door))
        worker = stack.enter_context(_program(ground, values, "worker", door))
        url = f"http://127.0.0.1:{_number(door)}/integrations/line/{inbox}/webhook"
        used = {"web": web.usage, "worker": worker.usage, **ground.databases()}
        figures = _measure(ground, url, options, used)
    for name, value in figures.items():
        print(f"{name:32} {value:10.1f}")
    print(f"load average: {began[0]:.2f} before, {os.getloadavg()[0]:.2f} after")


def _measure(
    ground: Ground, url: str, options: argparse.Namespace, used: dict[str, Usage]
) -> Figures:
    people, total = options.people, options.webhooks * options.events
    with httpx2.Client(timeout=30, trust_env=False) as http:
        for one in range(people):  # from then on everybody is known
            assert _post(http, url, _body([one], people))[0] == 200
        _wait(ground, people)
        before = {name: each.cpu_seconds() for name, each in used.items()}
        began = time.perf_counter()
        told = _rush(http, url, options)
        posted = time.perf_counter() - began
    _wait(ground, people + total)
    seconds = time.perf_counter() - began
    assert {status for status, _ in told} == {200}
    waits = sorted(wait * 1e3 for _, wait in told)
    cpu = {name: each.cpu_seconds() - before[name] for name, each in used.items()}
    return {
        "answer p50 ms": median(waits),
        "answer p99 ms": waits[int(len(waits) * 0.99)],
        "slowest answer ms": waits[-1],
        "webhooks/s": options.webhooks / posted,
        "events handled/s": total / seconds,
        **{f"CPU ms an event: {name}": each * 1e3 / total for name, each in cpu.items()},
    }


def _rush(http: httpx2.Client, url: str, options: argparse.Namespace) -> list[tuple[int, float]]:
    """Post on time whatever the answers take; return each one's status and seconds."""
    each, people = options.events, options.people
    bodies = [
        _body(range(number * each, (number + 1) * each), people)
        for number in range(options.webhooks)
    ]
    with ThreadPoolExecutor(32 if options.rate else 8) as crowd:
        began, answers = time.perf_counter(), []
        for number, body in enumerate(bodies):
            if options.rate:
                time.sleep(max(0.0, began + number / options.rate - time.perf_counter()))
            answers.append(crowd.submit(_post, http, url, body))
        return [answer.result() for answer in answers]


def _post(http: httpx2.Client, url: str, body: bytes) -> tuple[int, float]:
    headers = {"x-line-signature": sign(SECRET, body), "content-type": "application/json"}
    began = time.perf_counter()
    status = http.post(url, content=body, headers=headers).status_code
    return status, time.perf_counter() - began


def _body(numbers: Iterable[int], people: int) -> bytes:
    events = [
        {
            "type": "message",
            "mode": "active",
            "timestamp": time.time_ns() // 1_000_000,
            "source": {"type": "user", "userId": f"U{number % people:032x}"},
            "webhookEventId": uuid4().hex,
            "deliveryContext": {"isRedelivery": False},
            "replyToken": uuid4().hex,
            "message": {"id": str(uuid4().int)[:18], "type": "text", "text": f"{number} 番目"},
        }
        for number in numbers
    ]
    return json.dumps({"destination": BOT, "events": events}).encode()


def _wait(ground: Ground, count: int) -> None:
    """Until so many are messages; one more would be a double."""
    limit = time.monotonic() + PATIENCE
    with ground.connect(DATABASE) as connection:
        while (found := _counted(connection)) != (count, 0):
            assert time.monotonic() < limit, f"messages and pending events: {found} of {count}"
            time.sleep(0.05)


def _counted(connection: psycopg.Connection[tuple[int, ...]]) -> tuple[int, ...]:
    query = "SELECT (SELECT count(*) FROM talk_message), count(*) FROM line_lineevent"
    [row] = connection.execute(f"{query} WHERE state <> 'done'")
    return row


@contextmanager
def _program(
    ground: Ground, values: dict[str, str], part: str, door: socket.socket
) -> Iterator[Program]:
    command = {
        "web": [sys.executable, "-m", "config.server", f"--fd={door.fileno()}"],
        "worker": [sys.executable, "-m", "celery", "--quiet", "--app", "config.celery", "worker"],
    }[part]
    program = Program(
        command,
        port=_number(door),
        environment=ground.environment(DATABASE, **values),
        log=ground.state / f"{part}.log",
        inherits=(door.fileno(),),
    )
    try:
        program.wait_until(is_live)
        yield program
    finally:
        program.stop()


@contextmanager
def _port() -> Iterator[socket.socket]:
    """A port that takes connections; without a program behind it nothing ever answers."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(1024)
        yield listener


def _values(silent: socket.socket, door: socket.socket) -> dict[str, str]:
    line = f"http://127.0.0.1:{_number(silent)}"
    own = f"http://127.0.0.1:{_number(door)}"
    return {"LINE_API_BASE": line, "LINE_DATA_BASE": line, "PUBLIC_URL": own, "LOG_FORMAT": "json"}


def _number(listener: socket.socket) -> int:
    return int(listener.getsockname()[1])


def _parse(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench/line.py", description=__doc__)
    parser.add_argument("--webhooks", type=int, default=200)
    parser.add_argument("--events", type=int, default=5, help="in each webhook")
    parser.add_argument("--people", type=int, default=40)
    parser.add_argument("--rate", type=float, default=50, help="webhooks a second; 0: no pause")
    return parser.parse_args(words)


if __name__ == "__main__":
    main(sys.argv[1:])
