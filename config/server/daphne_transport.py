"""What Twisted's TCP transport does not say or do by itself."""

from twisted.internet.tcp import Connection


def pending_bytes(transport: Connection) -> int:
    """Return how much is buffered in this process and not yet handed to the kernel.

    Twisted has no public word for it; the two buffers are those of
    `twisted.internet.abstract.FileDescriptor`.
    """
    buffered: int = len(transport.dataBuffer) - transport.offset + transport._tempDataLen
    return buffered


def write_now(transport: Connection, data: bytes) -> None:
    """Write without waiting for the reactor to find the socket writable, when nothing waits.

    Saves two changes of the poll set and one turn of the loop for nearly every frame.
    """
    if transport.connected and not transport.disconnecting and not pending_bytes(transport):
        written = transport.writeSomeData(data)
        if isinstance(written, int):
            data = data[written:]
    if data:
        transport.write(data)
