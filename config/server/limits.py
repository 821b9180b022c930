"""Every number of the server in one place."""

from dataclasses import dataclass, fields, replace

KIB = 1024
MIB = 1024 * KIB


@dataclass(frozen=True)
class Limits:
    """Caps of one web process; sizes in bytes."""

    backlog: int = 4096
    header_bytes: int = 32 * KIB
    header_count: int = 100
    header_seconds: float = 15
    body_bytes: int = 2 * MIB
    upload_bytes: int = 21 * MIB  # a file of 20 MiB and what multipart adds
    webhook_bytes: int = MIB
    body_seconds: float = 300
    keepalive_seconds: float = 75
    message_bytes: int = 64 * KIB
    message_fragments: int = 1024
    inbox_messages: int = 64
    inbox_bytes: int = 256 * KIB
    control_frames: int = 100  # pings and pongs of one socket between two looks (2 s)
    output_bytes: int = MIB
    stall_seconds: float = 20
    linger_seconds: float = 3
    ping_seconds: float = 20
    pong_seconds: float = 30
    accept_seconds: float = 20
    handshakes: int = 256
    spread_seconds: float = 8
    drain_seconds: float = 12
    exit_seconds: float = 14.5

    def body_limit(self, path: str) -> int:
        """Return the most bytes that a request to `path` may carry."""
        kind = path.rstrip("/").rpartition("/")[2]
        special = {"attachments": self.upload_bytes, "webhook": self.webhook_bytes}
        return special.get(kind, self.body_bytes)


def with_overrides(limits: Limits, overrides: list[str]) -> Limits:
    """Return the limits with `name=value` pairs applied; raises ValueError on a wrong name."""
    kinds = {field.name: type(getattr(limits, field.name)) for field in fields(limits)}
    values: dict[str, int | float] = {}
    for override in overrides:
        name, _, value = override.partition("=")
        if name not in kinds:
            raise ValueError(f"no limit is called {name!r}")
        values[name] = int(value) if kinds[name] is int and value.isdigit() else float(value)
    return replace(limits, **values)  # type: ignore[arg-type]  # checked by name above
