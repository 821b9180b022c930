"""Who is measured: our application under both servers and rings, and those beside us."""

import socket
import sys
from dataclasses import dataclass, field
from pathlib import Path

from bench.ground import ROOT, Ground
from bench.program import Program, accepts, free_port, is_live

MANY_FRAMES = "1000000"  # the visitors' limit is not what is measured


@dataclass
class Side:
    """One server program in its own database. `dialect` is what the load client must speak."""

    name: str
    dialect: str
    server: str = ""
    ring: str = "notify"
    visitor_frames: str = MANY_FRAMES
    programs: list[Program] = field(default_factory=list)

    def start(self, ground: Ground, database: str, processes: int = 1) -> None:
        for _ in range(processes):
            self.programs.append(self._program(ground, database))
        for program in self.programs:
            program.wait_until(is_live if self.dialect == "ours" else accepts)

    def stop(self) -> None:
        while self.programs:
            self.programs.pop().stop()

    def cpu_seconds(self) -> float:
        return sum(program.usage.cpu_seconds() for program in self.programs)

    def pss_bytes(self) -> int:
        return sum(program.usage.pss_bytes() for program in self.programs)

    @property
    def ports(self) -> list[int]:
        return [program.port for program in self.programs]

    def _program(self, ground: Ground, database: str) -> Program:
        if self.dialect == "ours":
            return self._ours(ground, database)
        port = free_port()
        command = {
            "floor": [sys.executable, "-m", "bench.floor", str(port)],
            "node": ["node", str(ROOT / "bench" / "node_ws.mjs"), str(port)],
            "textbook": [
                *(sys.executable, "-m", "daphne", "-b", "127.0.0.1", "-p", str(port)),
                *("--access-log", "/dev/null", "-v", "0", "bench.textbook.asgi:application"),
            ],
        }[self.name]
        values = {"DJANGO_SETTINGS_MODULE": "bench.textbook.settings"}
        environment = ground.environment(database, **values)
        return Program(command, port=port, environment=environment, log=self._log(ground))

    def _ours(self, ground: Ground, database: str) -> Program:
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            listener.listen()
            port = listener.getsockname()[1]
            environment = ground.environment(
                database,
                SERVER=self.server,
                RING=self.ring,
                PORT=str(port),
                PUBLIC_URL=f"http://127.0.0.1:{port}",
                VISITOR_FRAMES_PER_SECOND=self.visitor_frames,
                OPERATOR_FRAMES_PER_SECOND=MANY_FRAMES,
                SOCKETS_PER_VISITOR="0",
                SOCKETS_PER_ADDRESS="0",
                LOG_FORMAT="json",
            )
            return Program(
                [sys.executable, "-m", "config.server", f"--fd={listener.fileno()}"],
                port=port,
                environment=environment,
                log=self._log(ground),
                inherits=(listener.fileno(),),
            )

    def _log(self, ground: Ground) -> Path:
        return ground.state / f"{self.name.replace('/', '-')}.log"


def all_sides() -> list[Side]:
    ours = [
        Side(f"{server}/{ring}", "ours", server, ring)
        for server in ("daphne", "uvicorn")
        for ring in ("notify", "local")
    ]
    return [*ours, Side("floor", "plain"), Side("node", "plain"), Side("textbook", "plain")]
