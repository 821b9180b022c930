"""The LINE platform for tests: a process of its own, with handles to its accounts and phones.

    with Platform() as platform:
        shop = platform.account("Sobani Shop")       # an official account with its channel
        shop.turn(webhook={"url": "http://…/webhook"})
        aoi = shop.phone("葵")                        # somebody who looks at it
        said = aoi.say("こんにちは")                   # said.delivery["status"] == 200
        shop.fault("POST /v2/bot/message/push", "error_after_accept")
        shop.pushes()                                 # what our client sent
        aoi.texts()                                   # what is seen on the phone

Every account is by itself: tests share one platform and open an account each. When it ends, LINE's
schema is asked about every body that our client has sent to anybody (`oracle`).
"""

import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx2

from config.embedded.server import tethered
from tests.integrations.line import oracle
from tests.integrations.line.account import OfficialAccount

ROOT = Path(__file__).resolve().parents[3]
PATIENCE = 30.0
START_SECONDS = 90.0
"""The machine may be busy with other tests."""


class Platform:
    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="sobani-line-")
        self._listener = socket.socket()
        self._listener.bind(("127.0.0.1", 0))
        self._listener.listen(1024)
        self.base = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        """For LINE_API_BASE and LINE_DATA_BASE."""

    def __enter__(self) -> "Platform":
        number = str(self._listener.fileno())
        self._sent = Path(self._folder.name) / "sent"
        self._sent.touch()
        serving = [sys.executable, "-m", "tests.integrations.line.serving"]
        command = [*serving, number, str(self._sent)]
        self.process = subprocess.Popen(
            tethered(command, signal.SIGKILL),
            cwd=ROOT,
            pass_fds=[self._listener.fileno()],
        )
        self.http = httpx2.Client(base_url=self.base, timeout=PATIENCE, trust_env=False)
        self._wait()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.http.close()
        self.process.kill()
        self.process.wait()
        self._listener.close()
        try:
            self.check_schema()
        finally:
            self._folder.cleanup()

    def check_schema(self) -> int:
        """Of all that our client has sent: is it what LINE's schema allows? Return how much."""
        with self._sent.open(encoding="utf-8") as lines:
            return oracle.check_all(lines)

    def account(self, name: str = "ショップ", **given: Any) -> OfficialAccount:
        """Open an official account; `secret`, `bot_user_id` and so on are made up unless given.

        Its webhook may take longer than the platform's two seconds: machines of tests are busy.
        """
        given.setdefault("webhook", {"timeout_seconds": PATIENCE})
        return OfficialAccount(self.http, self.call("POST", "accounts", {"name": name, **given}))

    def call(self, method: str, path: str, body: object = None) -> Any:
        """Make a call of phones and tests; anything but 200 fails the test."""
        answer = self.http.request(method, f"/line-simulator/api/{path}", json=body)
        assert answer.status_code == 200, (answer.status_code, answer.text)
        return answer.json()

    def _wait(self) -> None:
        """The listener holds us until the process answers."""
        began = time.monotonic()
        while True:
            try:
                self.http.get("/line-simulator/api/accounts/none")
            except httpx2.TransportError:
                assert self.process.poll() is None, "the simulator has ended"
                assert time.monotonic() - began < START_SECONDS
                time.sleep(0.05)
            else:
                return
