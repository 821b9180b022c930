"""LINE among the channels (`talk.channels`)."""

from integrations.line import outgoing, reading, sending
from integrations.line.queries import templates_of
from talk import channels


def register() -> None:
    channels.register(
        "line",
        sending.send,
        check=outgoing.check,
        ordered=True,
        lease_seconds=sending.LEASE_SECONDS,
        on_typing=reading.show_writing,
        on_read=reading.read_by_opening,
        templates=templates_of,
        playing=True,
    )
