"""What else people do: unsend, edit, tap, follow, block, come into groups and leave them."""

from typing import Any

from integrations.line.simulator import ids
from integrations.line.simulator.phone.events import make_event
from integrations.line.simulator.phone.saying import Said, tell
from integrations.line.simulator.simulation import Simulation
from integrations.line.simulator.things import Account, Bubble, Chat, Person
from integrations.line.simulator.web import Refused


async def unsend(
    simulation: Simulation, account: Account, chat: Chat, person: Person, message_id: str
) -> Said:
    """Take back an own message: its file answers 410 from now on."""
    bubble = _own(chat, person, message_id)
    bubble.is_unsent, bubble.message = True, {"type": bubble.message["type"]}
    if content := simulation.world.contents.get(message_id):
        content.is_gone, content.data, content.preview = True, b"", b""
    event = make_event(
        simulation.world, account, chat, "unsend",
        person=person, can_reply=False, unsend={"messageId": message_id},
    )  # fmt: skip
    return await tell(simulation, account, chat, event, message_id)


async def edit(
    simulation: Simulation,
    account: Account,
    chat: Chat,
    person: Person,
    message_id: str,
    text: str,
    at_ms: int,
) -> Said:
    """Change an own text; the platform tells of it in groups only."""
    bubble = _own(chat, person, message_id)
    if chat.kind != "group" or bubble.message["type"] != "text":
        raise Refused(409, "Only texts in groups can be edited")
    bubble.quote_token = ids.opaque()
    bubble.message = {**bubble.message, "text": text, "quoteToken": bubble.quote_token}
    bubble.is_edited = True
    shown = {name: bubble.message[name] for name in ("type", "id", "quoteToken", "text")}
    event = make_event(
        simulation.world, account, chat, "messageEdited",
        person=person, at_ms=at_ms, message=shown,
    )  # fmt: skip
    return await tell(simulation, account, chat, event, message_id)


async def tap(
    simulation: Simulation,
    account: Account,
    chat: Chat,
    person: Person,
    data: str,
    params: dict[str, Any] | None,
) -> Said:
    """Tap something that posts data back."""
    postback = {"data": data} | ({"params": params} if params else {})
    event = make_event(
        simulation.world, account, chat, "postback", person=person, postback=postback
    )
    return await tell(simulation, account, chat, event)


async def follow(simulation: Simulation, account: Account, chat: Chat, person: Person) -> Said:
    """Become a friend, or one again after a block."""
    was_blocked, chat.is_blocked, chat.is_friend = chat.is_blocked, False, True
    event = make_event(
        simulation.world, account, chat, "follow",
        person=person, follow={"isUnblocked": was_blocked},
    )  # fmt: skip
    return await tell(simulation, account, chat, event)


async def block(simulation: Simulation, account: Account, chat: Chat, person: Person) -> Said:
    chat.is_blocked, chat.rich_menu = True, ""
    event = make_event(simulation.world, account, chat, "unfollow", person=person, can_reply=False)
    return await tell(simulation, account, chat, event)


async def invite(simulation: Simulation, account: Account, chat: Chat) -> Said:
    """Bring the account into a group or a room."""
    chat.has_left = False
    return await tell(
        simulation, account, chat, make_event(simulation.world, account, chat, "join")
    )


async def throw_out(simulation: Simulation, account: Account, chat: Chat) -> Said:
    chat.has_left = True
    event = make_event(simulation.world, account, chat, "leave", can_reply=False)
    return await tell(simulation, account, chat, event)


async def change_members(
    simulation: Simulation, account: Account, chat: Chat, people: list[Person], *, joined: bool
) -> Said:
    """Let people into a group, or out of it."""
    keys = [person.key for person in people]
    chat.members = [key for key in chat.members if key not in keys] + (keys if joined else [])
    users = [{"type": "user", "userId": ids.user_id(account.provider, key)} for key in keys]
    kind, name = ("memberJoined", "joined") if joined else ("memberLeft", "left")
    event = make_event(simulation.world, account, chat, kind, can_reply=joined)
    return await tell(simulation, account, chat, {**event, name: {"members": users}})


async def happen(
    simulation: Simulation, account: Account, chat: Chat, person: Person, event: dict[str, Any]
) -> Said:
    """Tell of anything else (`type` and its parts): beacon, membership, what is not known yet."""
    parts = {name: value for name, value in event.items() if name != "type"}
    made = make_event(simulation.world, account, chat, event["type"], person=person)
    return await tell(simulation, account, chat, {**made, **parts})


def _own(chat: Chat, person: Person, message_id: str) -> Bubble:
    bubble = chat.bubble(message_id)
    if bubble is None or bubble.author != person.key or bubble.is_unsent:
        raise Refused(404, "No such message of this person")
    return bubble
