"""What the application wants done in each web process before it serves and after."""

import importlib
from collections.abc import Awaitable, Callable
from importlib.util import find_spec
from types import ModuleType

Hook = Callable[[], Awaitable[None]]

LIVE_HOOKS = "talk.live"


class Hooks:
    """The optional coroutines `start` and `stop` of a module that may be absent."""

    def __init__(self, module_name: str) -> None:
        self._module = _module(module_name)

    async def start(self) -> None:
        await self._call("start")

    async def stop(self) -> None:
        await self._call("stop")

    async def _call(self, name: str) -> None:
        hook: Hook | None = getattr(self._module, name, None)
        if hook is not None:
            await hook()


def _module(name: str) -> ModuleType | None:
    return importlib.import_module(name) if name and find_spec(name) else None
