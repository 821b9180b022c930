"""`python -m tests.integrations.line.serving N`: the simulator on an inherited socket.

Not uvicorn's own `--fd`: it takes every socket for one of the file system, and with that for one
that needs no TCP_NODELAY; each answer would wait 40 ms for the other side's acknowledgement.
"""

import socket
import sys

import uvicorn

APPLICATION = "integrations.line.simulator.application:application"


def main(descriptor: int) -> None:
    config = uvicorn.Config(APPLICATION, log_level="warning", access_log=False, lifespan="on")
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=descriptor)])


if __name__ == "__main__":
    main(int(sys.argv[1]))
