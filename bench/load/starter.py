"""How the measuring process and the load client agree on when a phase begins."""

import asyncio
import sys


class Starter:
    """Says `ready` on standard output and waits for a line on standard input."""

    async def ready(self) -> None:
        print("ready", flush=True)
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(None, sys.stdin.readline)
