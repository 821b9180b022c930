"""What calls of the phone and of tests name, found or refused."""

from typing import Any, TypeVar

import msgspec

from integrations.line.simulator.routing import Call
from integrations.line.simulator.things import Account, Chat, Person
from integrations.line.simulator.web import Refused

Shape = TypeVar("Shape")


def account_of(call: Call) -> Account:
    if account := call.simulation.world.accounts.get(call.names["channel"]):
        return account
    raise Refused(404, "No such account")


def person_named(call: Call, key: object) -> Person:
    if person := call.simulation.world.people.get(str(key)):
        return person
    raise Refused(404, "No such person")


def chat_for(call: Call, account: Account, person: Person, chat_id: str) -> Chat:
    """Return a chat by its id; without one it is the person's own with the account."""
    if not chat_id:
        return call.simulation.world.chat_of(account, person)
    if chat := call.simulation.world.chat(account, chat_id):
        return chat
    raise Refused(404, "No such chat")


def body_as(call: Call, shape: type[Shape]) -> Shape:
    """Return the body in its shape; only JSON, which no page of another origin can send unasked."""
    if call.request.headers.get("content-type", "").partition(";")[0] != "application/json":
        raise Refused(415, "Send application/json")
    try:
        return msgspec.json.decode(call.request.body, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Refused(400, str(error)) from None


def plain(found: object) -> Any:
    return msgspec.to_builtins(found)
