"""The proxy does to a link what its modes say."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.faults.proxy import Proxy


@pytest.fixture
async def link() -> AsyncIterator[Proxy]:
    """A proxy in front of an echo."""

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(100):
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    proxy = Proxy(("127.0.0.1", 0), server.sockets[0].getsockname()[:2])
    await proxy.start()
    yield proxy
    await proxy.stop()
    server.close()


async def say(link: Proxy, text: bytes = b"x") -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", link.port)
    writer.write(text)
    return reader, writer


async def hears(reader: asyncio.StreamReader, seconds: float = 5) -> bytes:
    return await asyncio.wait_for(reader.read(100), seconds)


async def test_it_passes(link: Proxy) -> None:
    reader, writer = await say(link)
    assert await hears(reader) == b"x"
    writer.close()


async def test_what_a_blackhole_swallowed_comes_when_it_passes_again(link: Proxy) -> None:
    link.set("blackhole")
    reader, writer = await say(link)
    with pytest.raises(TimeoutError):
        await hears(reader, 0.2)
    link.set("pass")
    assert await hears(reader) == b"x"
    writer.close()


async def test_half_open_loses_only_the_way_back(link: Proxy) -> None:
    link.set("half-open")
    reader, writer = await say(link)
    with pytest.raises(TimeoutError):
        await hears(reader, 0.2)
    writer.close()
    link.set("pass")


async def test_a_cut_resets_what_is_there_and_lets_new_ones_in(link: Proxy) -> None:
    reader, _ = await say(link)
    assert await hears(reader) == b"x"
    link.cut()
    with pytest.raises(ConnectionResetError):
        await hears(reader)
    reader, writer = await say(link)
    assert await hears(reader) == b"x"
    writer.close()


async def test_cut_after_some_bytes(link: Proxy) -> None:
    link.cut_after(3)
    reader, writer = await say(link, b"ab")
    with pytest.raises(ConnectionResetError):
        await hears(reader)
    writer.close()


async def test_refuse_lets_nobody_in(link: Proxy) -> None:
    link.set("refuse")
    reader, writer = await say(link)
    with pytest.raises(ConnectionResetError):
        await hears(reader)
    writer.close()
