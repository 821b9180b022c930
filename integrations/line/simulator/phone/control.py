"""What tests turn: accounts, people, the clock, faults; and what they read: calls, deliveries."""

from typing import Any, TypeVar

from msgspec import UNSET, Struct, UnsetType, convert

from integrations.line.simulator.clock import Clock
from integrations.line.simulator.faults import KINDS
from integrations.line.simulator.phone.asked import account_of, body_as, person_named, plain
from integrations.line.simulator.phone.events import make_event
from integrations.line.simulator.phone.saying import tell
from integrations.line.simulator.platform.tokens import mint
from integrations.line.simulator.routing import Call
from integrations.line.simulator.things import Account, Chat, Fault, Quota, Webhook
from integrations.line.simulator.web import Answer, Refused, answer_json

Row = TypeVar("Row")


class Turned(Struct):
    """What may be changed of an account; only what is given changes."""

    name: str | UnsetType = UNSET
    secret: str | UnsetType = UNSET
    chat_mode: str | UnsetType = UNSET
    read_mode: str | UnsetType = UNSET
    mode: str | UnsetType = UNSET
    is_verified: bool | UnsetType = UNSET
    callback_urls: list[str] | UnsetType = UNSET
    webhook: dict[str, Any] | UnsetType = UNSET
    quota: dict[str, Any] | UnsetType = UNSET
    clock: dict[str, Any] | UnsetType = UNSET


class NewGroup(Struct):
    name: str
    members: list[str]
    kind: str = "group"


class Release(Struct):
    batches: list[list[str]] | None = None


async def open_account(call: Call) -> Answer:
    """POST /line-simulator/api/accounts: `name`, and whatever shall not be made up."""
    given = body_as(call, dict[str, Any])
    return answer_json(plain(call.simulation.world.add_account(**given)))


async def list_accounts(call: Call) -> Answer:
    """GET /line-simulator/api/accounts: with their secrets, as an administrator pastes them."""
    return answer_json(plain([*call.simulation.world.accounts.values()]))


async def show_account(call: Call) -> Answer:
    return answer_json(plain(account_of(call)))


async def turn_account(call: Call) -> Answer:
    """POST …/accounts/{channel}/turn."""
    account, turned = account_of(call), body_as(call, Turned)
    for name in Turned.__struct_fields__:
        value = getattr(turned, name)
        if value is not UNSET:
            setattr(account, name, _merged(account, name, value))
    return answer_json(plain(account))


def _merged(account: Account, name: str, value: Any) -> Any:
    shapes = {"webhook": Webhook, "quota": Quota, "clock": Clock}
    if name not in shapes:
        return value
    return convert({**plain(getattr(account, name)), **value}, shapes[name])


async def add_person(call: Call) -> Answer:
    """POST /line-simulator/api/people: `key`, `name` and what else a Person has."""
    return answer_json(plain(call.simulation.world.add_person(**body_as(call, dict[str, Any]))))


async def add_group(call: Call) -> Answer:
    """POST …/accounts/{channel}/groups: with the account in it, which is told that it joined."""
    account, asked = account_of(call), body_as(call, NewGroup)
    for key in asked.members:
        person_named(call, key)
    chat = call.simulation.world.add_group(account, asked.name, asked.members, asked.kind)
    await tell(
        call.simulation, account, chat, make_event(call.simulation.world, account, chat, "join")
    )
    return answer_json(_without_bubbles(chat))


async def add_fault(call: Call) -> Answer:
    """POST …/accounts/{channel}/faults."""
    account, fault = account_of(call), body_as(call, Fault)
    if fault.kind not in KINDS:
        raise Refused(400, f"Faults are: {', '.join(KINDS)}")
    account.faults.append(fault)
    return answer_json({})


async def clear_faults(call: Call) -> Answer:
    account_of(call).faults.clear()
    return answer_json({})


async def revoke_tokens(call: Call) -> Answer:
    """POST …/accounts/{channel}/tokens/revoke: 401 from the next call on."""
    account = account_of(call)
    for token in call.simulation.world.tokens.values():
        if token.channel_id == account.channel_id:
            token.is_revoked = True
    return answer_json({})


async def mint_token(call: Call) -> Answer:
    """POST …/accounts/{channel}/tokens: one to call the platform with, past our own client."""
    return answer_json({"access_token": mint(call, account_of(call))})


async def release(call: Call) -> Answer:
    """POST …/accounts/{channel}/release: the events that were held, in these batches."""
    batches = body_as(call, Release).batches
    sent = await call.simulation.postman.release(account_of(call), batches)
    return answer_json(plain(sent))


async def held(call: Call) -> Answer:
    return answer_json(call.simulation.postman.held(account_of(call)))


async def calls(call: Call) -> Answer:
    """GET …/accounts/{channel}/calls: of our client to the platform, oldest first."""
    channel_id = account_of(call).channel_id
    made = [one for one in call.simulation.calls if one["channel_id"] == channel_id]
    return answer_json(_newest(call, made))


async def deliveries(call: Call) -> Answer:
    """GET …/accounts/{channel}/deliveries: of webhooks, oldest first."""
    channel_id = account_of(call).channel_id
    sent = [one for one in call.simulation.postman.deliveries if one.channel_id == channel_id]
    return answer_json(plain(_newest(call, sent)))


def _newest(call: Call, rows: list[Row]) -> list[Row]:
    """Return so many as `newest` says, or all."""
    return rows[-int(call.request.query.get("newest", len(rows) or 1)) :]


def _without_bubbles(chat: Chat) -> dict[str, Any]:
    return {name: value for name, value in plain(chat).items() if name != "bubbles"}
