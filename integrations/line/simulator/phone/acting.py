"""The calls with which a person acts: POST /line-simulator/api/accounts/{channel}/…"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import msgspec
from msgspec import Struct, field

from integrations.line.simulator.phone import doing
from integrations.line.simulator.phone.asked import (
    account_of,
    body_as,
    chat_for,
    person_named,
    plain,
)
from integrations.line.simulator.phone.media import about_file, content_of
from integrations.line.simulator.phone.saying import How, Said, say, show_own_words
from integrations.line.simulator.routing import Call
from integrations.line.simulator.simulation import Simulation
from integrations.line.simulator.things import Account, Chat, Person
from integrations.line.simulator.web import Answer, Refused, answer_json


class Act(Struct):
    """Who does it, in which chat (their own by default), and what belongs to it."""

    person: str
    chat: str = ""
    message: dict[str, Any] = field(default_factory=dict)
    message_id: str = ""
    text: str = ""
    data: str = ""
    params: dict[str, Any] | None = None
    event: dict[str, Any] = field(default_factory=dict)
    people: list[str] = field(default_factory=list)
    at_ms: int = 0
    how: How = field(default_factory=How)


@dataclass
class Acting:
    """An act with everything it names found."""

    simulation: Simulation
    account: Account
    chat: Chat
    person: Person
    act: Act
    people: list[Person]

    @property
    def who(self) -> tuple[Simulation, Account, Chat, Person]:
        return self.simulation, self.account, self.chat, self.person


async def perform(call: Call) -> Answer:
    """POST …/{deed}: see DEEDS."""
    if (deed := DEEDS.get(call.names["deed"])) is None:
        raise Refused(404, "Nobody can do that")
    return answer_json(plain(await deed(_acting(call, body_as(call, Act)))))


async def send_file(call: Call) -> Answer:
    """POST …/attachments?act=JSON: the body is the file."""
    try:
        act = msgspec.json.decode(call.request.query.get("act", ""), type=Act)
    except msgspec.DecodeError as error:
        raise Refused(400, str(error)) from None
    acting = _acting(call, act)
    content = content_of(acting.account, act.message["type"], act.how, call.request)
    message = {**about_file(content, act.message), **act.message}
    return answer_json(plain(await say(*acting.who, message, act.how, content)))


def _acting(call: Call, act: Act) -> Acting:
    account, person = account_of(call), person_named(call, act.person)
    chat = chat_for(call, account, person, act.chat)
    people = [person_named(call, key) for key in act.people]
    return Acting(call.simulation, account, chat, person, act, people)


async def _say(acting: Acting) -> Said:
    if not isinstance(acting.act.message.get("type"), str):
        raise Refused(400, "message.type is missing")
    return await say(*acting.who, acting.act.message, acting.act.how)


async def _unsend(acting: Acting) -> Said:
    return await doing.unsend(*acting.who, acting.act.message_id)


async def _edit(acting: Acting) -> Said:
    act = acting.act
    return await doing.edit(*acting.who, act.message_id, act.text, act.at_ms)


async def _tap(acting: Acting) -> Said:
    act = acting.act
    if act.text:
        show_own_words(acting.account, acting.chat, acting.person, act.text)
    return await doing.tap(*acting.who, act.data, act.params)


async def _see(acting: Acting) -> Said:
    """Look at a chat: nobody but the phone is told."""
    acting.chat.seen[acting.person.key] = len(acting.chat.bubbles)
    return Said("", "", "", None)


async def _happen(acting: Acting) -> Said:
    return await doing.happen(*acting.who, acting.act.event)


async def _follow(acting: Acting) -> Said:
    return await doing.follow(*acting.who)


async def _block(acting: Acting) -> Said:
    return await doing.block(*acting.who)


async def _invite(acting: Acting) -> Said:
    return await doing.invite(acting.simulation, acting.account, acting.chat)


async def _throw_out(acting: Acting) -> Said:
    return await doing.throw_out(acting.simulation, acting.account, acting.chat)


async def _let_in(acting: Acting) -> Said:
    where = acting.simulation, acting.account, acting.chat
    return await doing.change_members(*where, acting.people, joined=True)


async def _let_out(acting: Acting) -> Said:
    where = acting.simulation, acting.account, acting.chat
    return await doing.change_members(*where, acting.people, joined=False)


DEEDS: dict[str, Callable[[Acting], Awaitable[Said]]] = {
    "say": _say,
    "unsend": _unsend,
    "edit": _edit,
    "tap": _tap,
    "happen": _happen,
    "see": _see,
    "follow": _follow,
    "block": _block,
    "invite": _invite,
    "throw_out": _throw_out,
    "let_in": _let_in,
    "let_out": _let_out,
}
