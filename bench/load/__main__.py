"""`python -m bench.load`: reads what to do as one line of JSON, prints the figures as another."""

import sys

import msgspec
import uvloop

from bench.load import burst, flood, idle, job, storm
from bench.load.starter import Starter

KINDS = {
    "job": job.run,
    "idle": idle.run,
    "storm": storm.run,
    "burst": burst.run,
    "flood": flood.run,
}


async def main() -> None:
    spec = msgspec.json.decode(sys.stdin.readline())
    figures = await KINDS[spec["kind"]](spec, Starter())
    print(msgspec.json.encode(figures).decode(), flush=True)


uvloop.run(main())
