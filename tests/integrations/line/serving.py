"""`python -m tests.integrations.line.serving N FILE`: the simulator on an inherited socket.

Whatever our client sends to anybody is written into the file, for LINE's schema to be asked about
it (`oracle.check_all`).

Not uvicorn's own `--fd`: it takes every socket for one of the file system, and with that for one
that needs no TCP_NODELAY; each answer would wait 40 ms for the other side's acknowledgement.
"""

import json
import socket
import sys
from pathlib import Path
from typing import Any

import uvicorn

from integrations.line.simulator.platform import messages
from integrations.line.simulator.routing import Call

APPLICATION = "integrations.line.simulator.application:application"


def write_down(file: Path) -> None:
    """Write down each body that carries messages, whatever is answered."""
    body_of = messages._body

    def body(call: Call) -> dict[str, Any]:
        told = body_of(call)
        if call.request.headers.get("user-agent") == "Sobani":
            with file.open("a", encoding="utf-8") as lines:
                lines.write(json.dumps([call.request.path, told]) + "\n")
        return told

    messages._body = body


def main(descriptor: int, file: Path) -> None:
    write_down(file)
    config = uvicorn.Config(APPLICATION, log_level="warning", access_log=False, lifespan="on")
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=descriptor)])


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
