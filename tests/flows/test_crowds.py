"""One visitor, or one address, cannot take all the sockets; who makes room lets the next one in."""

import asyncio
from itertools import pairwise

import pytest

from tests.flows.client import Visitor
from tests.flows.conftest import Build
from tests.flows.link import NotLetIn
from tests.flows.stage import Crowd, Stage
from tests.site.site import Site

PROCESSES = 2
MOST = 3


async def test_a_visitor_with_too_many_sockets_is_told_to_come_back_later(
    build: Build, crowd: Crowd, server: str
) -> None:
    with build(server=server, SOCKETS_PER_VISITOR=f"{MOST}") as site:
        stage = await crowd.stage(site)
        first, other = await stage.visitor(), await stage.visitor()
        tabs = [Visitor(site.place, first.guest, f"tab {n}") for n in range(MOST * PROCESSES)]
        await are_let_in_but_for_one_too_many(crowd, tabs, first)
        await other.send("ほかの人には場所がある")
        await leave(crowd)


async def test_an_address_with_too_many_visitors_still_lets_operators_in(
    build: Build, crowd: Crowd, server: str
) -> None:
    with build(server=server, SOCKETS_PER_ADDRESS=f"{MOST}") as site:
        stage = await crowd.stage(site)
        first = await stage.visitor()
        others = [stranger(stage, site) for _ in range(MOST * PROCESSES)]
        await are_let_in_but_for_one_too_many(crowd, others, first)
        for _ in range(2 * MOST * PROCESSES):
            assert (await stage.console()).is_live
        await leave(crowd)


@pytest.mark.parametrize("address", ["198.51.100.7", "2001:db8:1:2::3"])
async def test_an_address_is_that_of_the_client_not_of_the_proxy(
    build: Build, crowd: Crowd, address: str
) -> None:
    with build(SOCKETS_PER_ADDRESS="1", TRUSTED_PROXY_HOPS="1") as site:
        stage = await crowd.stage(site)
        clients = [stranger(stage, site) for _ in range(2 * PROCESSES)]
        for n, client in enumerate(clients):
            client.forwarded_for = f"203.0.113.{n}"
        crowd.clients += clients
        for client in clients:
            await client.connect()
        same = [stranger(stage, site) for _ in range(PROCESSES + 1)]
        for client in same:
            client.forwarded_for = f"192.0.2.1, {address}"
        assert 1013 in [await code(crowd, client) for client in same]
        await leave(crowd)


async def are_let_in_but_for_one_too_many(
    crowd: Crowd, clients: list[Visitor], first: Visitor
) -> None:
    codes = [await code(crowd, client) for client in clients]
    turned_away = [client for client, code in zip(clients, codes, strict=True) if code]
    assert turned_away, "there is room for one less in all processes together"
    assert {code for code in codes if code} == {1013}
    assert {client.close_reason for client in turned_away} == {"retry=60"}
    assert len(clients) - len(turned_away) >= MOST - 1
    for leaving, coming in pairwise([first, *clients]):
        await leaving.shut()
        if coming in turned_away:
            await comes_in(coming)


async def comes_in(client: Visitor) -> None:
    """Try until the process with room takes it: connections go to either."""
    for _ in range(100):
        try:
            await client.connect()
            return
        except NotLetIn:
            await asyncio.sleep(0.05)
    raise AssertionError("nobody made room")


async def code(crowd: Crowd, client: Visitor) -> int:
    """Return what the client was turned away with, or 0."""
    crowd.clients.append(client)
    try:
        await client.connect()
    except NotLetIn as refused:
        return refused.code
    return 0


def stranger(stage: Stage, site: Site) -> Visitor:
    return Visitor(site.place, site.hand.do("guest", cast=stage.cast, inbox="shop"))


async def leave(crowd: Crowd) -> None:
    await crowd.leave()
    crowd.clients.clear()
