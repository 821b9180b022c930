"""Rate limits: a bucket of tokens for each channel and kind of call, as documented."""

import time
from collections.abc import Callable

HOUR = 3600.0
PER_SECOND = {
    "POST /v2/bot/message/multicast": 200.0,
    "POST /v2/bot/chat/loading/start": 100.0,
}
PER_HOUR = {
    "POST /v2/bot/message/narrowcast": 60,
    "POST /v2/bot/message/broadcast": 60,
    "POST /v2/bot/channel/webhook/test": 60,
    "POST /v2/bot/richmenu": 100,
    "DELETE /v2/bot/richmenu/{menu}": 100,
    "POST /v2/bot/richmenu/batch": 3,
}
OTHERS_PER_SECOND = 2000.0


class Buckets:
    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._levels: dict[tuple[str, str], tuple[float, float]] = {}

    def take(self, channel_id: str, call: str) -> bool:
        """Return whether the channel may make this call (`METHOD /pattern`) now."""
        size, per_second = _limit(call)
        level, at = self._levels.get((channel_id, call), (size, 0.0))
        now = self._clock()
        level = min(size, level + (now - at) * per_second)
        self._levels[channel_id, call] = (max(level - 1, 0) if level >= 1 else level, now)
        return level >= 1


def _limit(call: str) -> tuple[float, float]:
    if call in PER_HOUR:
        return float(PER_HOUR[call]), PER_HOUR[call] / HOUR
    rate = PER_SECOND.get(call, OTHERS_PER_SECOND)
    return rate, rate
