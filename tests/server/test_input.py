"""S-3, F16, I-17, I-18: nobody makes the server keep more than it must."""

import socket
import threading
from contextlib import closing as closed_after

from websockets.sync.client import connect

from tests.server.conftest import Serve
from tests.server.raw import BINARY, CONTINUATION, TEXT, RawWebsocket, announced, masked
from tests.server.running import Running

MIB = 1 << 20
NOISE = 6 * MIB


def close_code_after(one: Running, *frames: bytes) -> int:
    with closed_after(one.connect()) as connection:
        client = RawWebsocket(connection, "/echo")
        for frame in frames:
            connection.sendall(frame)
        return client.read_close().code


def test_s3_a_frame_that_announces_a_gigabyte_is_refused_1009(one: Running) -> None:
    assert close_code_after(one, announced(BINARY, 1 << 30)) == 1009


def test_s3_100_mb_of_one_message_are_refused_1009_in_flat_memory(one: Running) -> None:
    before = one.memory()
    with closed_after(one.connect()) as connection:
        client = RawWebsocket(connection, "/echo")
        codes: list[int] = []
        reader = threading.Thread(target=lambda: codes.append(client.read_close().code))
        reader.start()
        try:
            connection.sendall(announced(BINARY, 100 * MIB))
            for _ in range(100):
                connection.sendall(bytes(MIB))
        except ConnectionError:
            pass
        reader.join()
    assert codes == [1009]
    assert one.memory() - before < NOISE


def test_f16_a_message_of_too_many_bytes_in_fragments_is_refused_1009(one: Running) -> None:
    first = masked(TEXT, b"x" * 1024, fin=False)
    rest = masked(CONTINUATION, b"x" * 1024, fin=False)
    assert close_code_after(one, first, *[rest] * 64) == 1009


def test_f16_empty_fragments_without_end_are_refused_1009(serve: Serve, server: str) -> None:
    first = masked(TEXT, b"", fin=False)
    rest = masked(CONTINUATION, b"", fin=False)
    assert close_code_after(serve(server, message_fragments=100), first, rest * 101) == 1009


def test_f16_invalid_utf_8_is_refused_1007(one: Running) -> None:
    assert close_code_after(one, masked(TEXT, b"\xff\xfe")) == 1007


def test_a_message_of_64_kib_passes(one: Running) -> None:
    with connect(one.url("/echo")) as client:
        client.send("x" * 65_536)
        assert client.recv() == "x" * 65_536


def test_i17_a_flooding_sender_is_slowed_and_others_are_served(serve: Serve, server: str) -> None:
    one = serve(server)
    before = one.memory()
    with closed_after(one.connect()) as connection:
        client = RawWebsocket(connection, "/never-read")
        connection.settimeout(2)
        sent = flood(connection, masked(TEXT, b"x" * 60_000), most=100 * MIB)
        assert 0 < sent < 100 * MIB, "it could send as fast as it liked"
        with connect(one.url("/echo")) as other:
            other.send("and I?")
            assert other.recv() == "and I?"
        assert client.answer
    assert one.memory() - before < NOISE


def test_f16_a_flood_of_tiny_messages_is_kept_in_bounds(serve: Serve, server: str) -> None:
    one = serve(server)
    before = one.memory()
    with closed_after(one.connect()) as connection:
        RawWebsocket(connection, "/never-read")
        connection.settimeout(2)
        flood(connection, masked(TEXT, b"x") * 5_000, most=20 * MIB)
        # uvicorn reads 256 KiB at a time and takes all messages in it before it pauses.
        assert one.memory() - before < (NOISE if server == "daphne" else 4 * NOISE)


def flood(connection: socket.socket, data: bytes, *, most: int) -> int:
    """Send until nothing has been taken for the time-out of the socket; return how much was."""
    sent = 0
    try:
        while sent < most:
            connection.sendall(data)
            sent += len(data)
    except TimeoutError:
        pass
    return sent
