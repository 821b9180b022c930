"""What stands beside a conversation is current for everybody who looks at it (AC22)."""

from typing import Any

from tests.flows.client import Console, Visitor
from tests.flows.stage import Stage


async def both_look(stage: Stage) -> tuple[Visitor, list[Console]]:
    visitor = await stage.visitor()
    id = (await visitor.send("届きません"))["conversation"]["id"]
    consoles = [await stage.console(), await stage.colleague("nao")]
    for console in consoles:
        await console.open(id)
    return visitor, consoles


def context(console: Console, visitor: Visitor) -> Any:
    return console.sim.contexts[visitor.guest["customer_id"]]


async def test_ac22_a_second_operator_sees_the_cart_filled_and_emptied(stage: Stage) -> None:
    visitor, consoles = await both_look(stage)
    profile = visitor.guest["profile_id"]

    def quantity(console: Console) -> int:
        cart = context(console, visitor)["data"].get("shopping", {}).get("cart")
        return cart["quantity"] if cart else -1

    for status, expected in ((True, 3), (False, 0)):
        stage.site.hand.do("change_cart", profile_id=profile, status=status)
        for console in consoles:
            await console.until(lambda c=console, n=expected: quantity(c) == n, "the cart")


async def test_ac22_of_twenty_five_pages_the_twenty_newest_are_listed(stage: Stage) -> None:
    visitor, consoles = await both_look(stage)
    for n in range(25):
        url = f"https://shop.example/{n}"
        stage.site.hand.do(
            "view_page", profile_id=visitor.guest["profile_id"], url=url, title=str(n)
        )

    def titles(console: Console) -> list[str]:
        return [page["title"] for page in context(console, visitor)["data"].get("pages", [])]

    newest = [str(n) for n in range(24, 4, -1)]
    for console in consoles:
        await console.until(lambda c=console: titles(c) == newest, "the twenty newest pages")


async def test_a_changed_trait_is_told_and_its_value_is_not_in_the_event(stage: Stage) -> None:
    visitor, consoles = await both_look(stage)
    before = [context(console, visitor)["member_version"] for console in consoles]
    stage.site.hand.do(
        "tell_trait", profile_id=visitor.guest["profile_id"], key="rank", value="金の会員"
    )
    for console, version in zip(consoles, before, strict=True):
        await console.until(
            lambda c=console, v=version: context(c, visitor)["member_version"] > v, "the news"
        )
        assert "金の会員" not in str(context(console, visitor))
        fetched = await console.get(f"customers/{visitor.guest['customer_id']}")
        assert fetched["customer"]["traits"]["rank"]["value"] == "金の会員"


async def test_a_conversation_that_begins_counts_as_an_inquiry(stage: Stage) -> None:
    visitor, [console, _] = await both_look(stage)
    assert context(console, visitor)["data"]["inquiries"]["count"] == 1
