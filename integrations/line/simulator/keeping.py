"""The world in a file, so that the phones of `make run` remember their chats."""

import asyncio
from pathlib import Path

import msgspec

from integrations.line.simulator.world import World

PAUSE_SECONDS = 1.0


class Keeper:
    def __init__(self, world: World, path: Path | None) -> None:
        self._world = world
        self._path = path
        self._is_due = False

    def keep_soon(self) -> None:
        """Write the file in a moment; many changes together cost one."""
        if self._path is not None and not self._is_due:
            self._is_due = True
            asyncio.get_running_loop().call_later(PAUSE_SECONDS, self._keep, self._path)

    def _keep(self, path: Path) -> None:
        self._is_due = False
        beside = path.with_suffix(".new")
        beside.write_bytes(msgspec.msgpack.encode(self._world))
        beside.chmod(0o600)
        beside.replace(path)


def read_world(path: Path) -> World | None:
    """Return what was kept; None where nothing is, or what another version wrote."""
    try:
        return msgspec.msgpack.decode(path.read_bytes(), type=World)
    except (OSError, msgspec.DecodeError):
        return None
