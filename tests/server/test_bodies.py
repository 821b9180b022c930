"""M7, I-18, F17: a body that is too big or too slow is refused while it arrives."""

import json
import socket
from contextlib import closing as closed_after
from pathlib import Path

import pytest

from tests.server.conftest import Serve
from tests.server.running import Running

MIB = 1 << 20
NOISE = 8 * MIB


def status_of(connection: socket.socket) -> int:
    answer = b""
    while b"\r\n" not in answer:
        data = connection.recv(4096)
        if not data:
            raise ConnectionError("no answer")
        answer += data
    return int(answer.split(b" ", 2)[1])


def post(connection: socket.socket, path: str, header: str) -> None:
    connection.sendall(f"POST {path} HTTP/1.1\r\nHost: localhost\r\n{header}\r\n\r\n".encode())


def spooled(folder: Path) -> int:
    """Return the bytes of files that the server has in its temporary folder."""
    return sum(file.stat().st_size for file in (folder / "spool").rglob("*") if file.is_file())


def test_m7_a_400_mb_post_is_refused_at_once(one: Running) -> None:
    with closed_after(one.connect()) as connection:
        post(connection, "/no-such-url", f"Content-Length: {400 * MIB}")
        assert status_of(connection) == 413


def test_m7_a_400_mb_post_that_is_sent_anyway_costs_nothing_and_hears_413(one: Running) -> None:
    before = one.memory()
    with closed_after(one.connect()) as connection:
        post(connection, "/no-such-url", f"Content-Length: {400 * MIB}")
        send_until_refused(connection, bytes(MIB), most=50)
        assert status_of(connection) == 413
    assert one.memory() - before < NOISE
    assert spooled(one.folder) == 0


def test_m7_chunks_without_end_are_cut_off_at_the_cap(serve: Serve, server: str) -> None:
    one = serve(server, linger_seconds=1)
    before = one.memory()
    with closed_after(one.connect()) as connection:
        post(connection, "/no-such-url", "Transfer-Encoding: chunked")
        for _ in range(3 * 16):
            connection.sendall(b"10000\r\n" + bytes(0x10000) + b"\r\n")
        assert status_of(connection) == 413
        with pytest.raises(ConnectionError):
            send_for_ever(connection, b"10000\r\n" + bytes(0x10000) + b"\r\n")
    assert one.memory() - before < NOISE


@pytest.mark.parametrize(
    ("accepted", "kind", "words"),
    [
        ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html", "ファイルが大きすぎます"),
        ("application/json", "application/problem+json", '"status":413'),
        ("*/*", "application/problem+json", '"status":413'),
    ],
)
def test_who_sent_a_form_that_is_too_big_gets_a_page_and_programs_a_problem(
    one: Running, accepted: str, kind: str, words: str
) -> None:
    with closed_after(one.connect()) as connection:
        post(connection, "/a/form", f"Accept: {accepted}\r\nContent-Length: {3 * MIB}")
        head, _, body = whole_answer(connection).partition("\r\n\r\n")
    assert f"content-type: {kind}" in head.lower()
    assert words in body
    assert f"content-length: {len(body.encode())}" in head.lower()


def whole_answer(connection: socket.socket) -> str:
    answer = b""
    while data := connection.recv(4096):
        answer += data
    return answer.decode()


def send_until_refused(connection: socket.socket, data: bytes, *, most: int) -> None:
    try:
        for _ in range(most):
            connection.sendall(data)
    except ConnectionError:
        pass


def send_for_ever(connection: socket.socket, data: bytes) -> None:
    while True:
        connection.sendall(data)


@pytest.mark.parametrize(
    ("path", "size", "status"),
    [
        ("/anything", 2 * MIB, 200),
        ("/anything", 2 * MIB + 1, 413),
        ("/api/v1/conversations/7/attachments", 21 * MIB, 200),
        ("/api/v1/conversations/7/attachments", 21 * MIB + 1, 413),
    ],
)
def test_i18_the_cap_is_2_mib_and_20_mib_with_its_envelope_for_uploads(
    one: Running, path: str, size: int, status: int
) -> None:
    with closed_after(one.connect()) as connection:
        post(connection, path, f"Content-Length: {size}")
        if status == 200:
            connection.sendall(bytes(size))
        assert status_of(connection) == status


def test_a_chunked_body_below_the_cap_arrives_whole(one: Running) -> None:
    with closed_after(one.connect()) as connection:
        post(connection, "/anything", "Transfer-Encoding: chunked\r\nConnection: close")
        connection.sendall(b"5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n")
        answer = b""
        while data := connection.recv(4096):
            answer += data
    assert json.dumps({"size": 11}).encode() in answer


def test_f17_headers_that_drip_are_cut_off(serve: Serve, server: str) -> None:
    one = serve(server, header_seconds=1)
    assert drips(one, b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ") < 30


def test_f17_a_body_that_drips_is_cut_off(serve: Serve, server: str) -> None:
    one = serve(server, body_seconds=1)
    start = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n"
    assert drips(one, start) < 30


def test_f17_a_connection_that_says_nothing_is_closed(serve: Serve, server: str) -> None:
    one = serve(server, header_seconds=1)
    with closed_after(one.connect()) as connection:
        assert connection.recv(1) == b""


def drips(one: Running, start: bytes) -> int:
    """Send a byte every 0.2 s; return how many were possible before the server hung up."""
    with closed_after(one.connect()) as connection:
        connection.sendall(start)
        connection.settimeout(0.2)
        for count in range(30):
            try:
                connection.sendall(b"x")
                while connection.recv(4096):
                    pass
            except TimeoutError:
                continue
            except ConnectionError:
                pass
            return count
    return 30
