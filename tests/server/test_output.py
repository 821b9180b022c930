"""M6, I-16, F15: who does not read costs little and is sent away."""

from contextlib import closing as closed_after

from websockets.sync.client import connect

from tests.server.applications import PIECE
from tests.server.conftest import Serve
from tests.server.raw import CLOSE, PING, PONG, RawWebsocket, masked
from tests.server.running import Running, wait_for

MIB = 1 << 20
READERS = 64  # so that the noise below is a tenth of a mebibyte each
NOISE = 6 * MIB  # of the allocator; each application sends 100 MB
HIGH_WATER = 64 * 1024  # Twisted's and asyncio's: above it, a sender is held back
FRAME = len(PIECE) + 4  # its length takes two bytes more
CLOSE_FRAME = 2 + 2 + len("slow")


def grown_with(one: Running, path: str) -> tuple[list[RawWebsocket], int]:
    """Open sockets that read nothing; return them and how much the process grew at most."""
    before = one.memory()
    sockets = [RawWebsocket(one.connect(receive_buffer=4096), path) for _ in range(READERS)]
    peak = before

    def all_told() -> bool:
        nonlocal peak
        peak = max(peak, one.memory())
        return one.notes().count("4008") == READERS

    wait_for(all_told)
    return sockets, peak - before


def assert_what_waits(one: Running, most: int) -> None:
    """Above, the noise hides twice as much; the process itself knows to a byte what waits."""
    waiting = one.get("/waiting")
    assert len(waiting) >= READERS
    assert most - FRAME < max(waiting) <= most + CLOSE_FRAME


def test_m6_a_client_that_reads_nothing_costs_at_most_a_mebibyte_and_is_closed_4008(
    serve: Serve, server: str
) -> None:
    one = serve(server, stall_seconds=1, linger_seconds=100)
    sockets, grown = grown_with(one, "/flood-politely")
    assert grown < READERS * MIB + NOISE
    assert_what_waits(one, HIGH_WATER + FRAME)
    for socket in sockets:
        with closed_after(socket.connection):
            assert socket.read_close().code == 4008


def test_m6_a_careless_fan_out_costs_at_most_a_mebibyte_a_socket(serve: Serve) -> None:
    """Daphne only: uvicorn makes each send wait, so what waits is the application's own."""
    one = serve("daphne", stall_seconds=1000, linger_seconds=100)
    sockets, grown = grown_with(one, "/flood-carelessly")
    assert grown < READERS * MIB + NOISE
    assert_what_waits(one, MIB)
    for socket in sockets:
        with closed_after(socket.connection):
            assert socket.read_close().code == 4008


def test_f15_a_connection_that_stays_stuck_is_cut(serve: Serve, server: str) -> None:
    one = serve(server, stall_seconds=0.5, linger_seconds=0.5)
    with closed_after(one.connect(receive_buffer=4096)) as connection:
        RawWebsocket(connection, "/flood-politely")
        assert one.established() == 1
        wait_for(lambda: one.established() == 0)


def test_a_client_that_reads_gets_everything(one: Running) -> None:
    with connect(one.url("/flood-politely"), max_size=None) as client:
        size = 0
        while (text := client.recv()) != "all sent":
            size += len(text)
    assert size == 1_700 * 60_000


def test_f16_a_client_that_pings_without_end_is_closed_1008(serve: Serve, server: str) -> None:
    one = serve(server, control_frames=50)
    with closed_after(one.connect()) as connection:
        socket = RawWebsocket(connection, "/echo")
        connection.sendall(masked(PING, b"x") * 200)
        answered = 0
        while (frame := socket.read()).opcode == PONG:
            answered += 1
    assert (frame.opcode, frame.code) == (CLOSE, 1008)
    # uvicorn answers all that one read brought before it looks.
    assert answered <= (50 if server == "daphne" else 200)
    assert one.get("/pid") == {"pid": one.process.pid}


def test_f15_an_unread_http_answer_costs_little_and_is_cut(serve: Serve, server: str) -> None:
    one = serve(server, stall_seconds=0.5)
    before = one.memory()
    with closed_after(one.connect(receive_buffer=4096)) as connection:
        connection.sendall(b"GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n")
        wait_for(lambda: one.established() == 1)
        wait_for(lambda: one.established() == 0)
    assert one.memory() - before < NOISE
