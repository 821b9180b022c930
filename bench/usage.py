"""What a process and its children have used."""

from contextlib import suppress

import psutil

TICK_SECONDS = 0.01  # the kernel counts processor time in these


class Usage:
    """Of a process by its id; its children, as they come and go, are counted with it."""

    def __init__(self, pid: int) -> None:
        self._process = psutil.Process(pid)

    def cpu_seconds(self) -> float:
        """Return user and system time of all that lives, and of the children that have ended."""
        own = self._process.cpu_times()
        total = own.user + own.system + own.children_user + own.children_system
        for child in self._process.children(recursive=True):
            with suppress(psutil.NoSuchProcess):
                times = child.cpu_times()
                total += times.user + times.system
        return float(total)

    def pss_bytes(self) -> int:
        """Return the memory that is its own, shared pages by their share."""
        return int(self._process.memory_full_info().pss)
