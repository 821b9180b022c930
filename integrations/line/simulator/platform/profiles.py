"""Who people are, and who is in a group."""

from integrations.line.simulator import ids
from integrations.line.simulator.routing import Call
from integrations.line.simulator.things import Account, Chat, Person
from integrations.line.simulator.web import Answer, Refused, answer_json

MOST_IDS = 1000


async def profile(call: Call) -> Answer:
    """GET /v2/bot/profile/{user}: friends and those who have written, unless they blocked."""
    world = call.simulation.world
    person = world.person_of(call.account, call.names["user"])
    chat = world.chat(call.account, call.names["user"])
    is_known = chat is not None and (chat.is_friend or chat.last_said_ms > 0)
    if not person or not chat or chat.is_blocked or not is_known or not person.has_profile:
        raise Refused(404, "Not found")
    language = {"language": person.language} if person.language else {}
    return answer_json(_shown(call.account, person) | _status(person) | language)


async def group_summary(call: Call) -> Answer:
    """GET /v2/bot/group/{group}/summary."""
    chat = _group(call)
    return answer_json({"groupId": chat.id, "groupName": chat.name})


async def members_count(call: Call) -> Answer:
    """GET /v2/bot/{group,room}/{group}/members/count."""
    return answer_json({"count": len(_group(call).members)})


async def member_profile(call: Call) -> Answer:
    """GET /v2/bot/{group,room}/{group}/member/{user}: friend or not."""
    chat = _group(call)
    person = call.simulation.world.person_of(call.account, call.names["user"])
    if not person or person.key not in chat.members or not person.has_profile:
        raise Refused(404, "Not found")
    return answer_json(_shown(call.account, person))


async def follower_ids(call: Call) -> Answer:
    """GET /v2/bot/followers/ids: some at a time, for verified accounts."""
    if not call.account.is_verified:
        raise Refused(403, "Access to this API is not available for your account")
    query = call.request.query
    limit, start = int(query.get("limit", "300")), int(query.get("start", "0"))
    if not 1 <= limit <= MOST_IDS:
        raise Refused(400, "The value for the 'limit' parameter is invalid")
    chats = call.simulation.world.chats_of(call.account)
    friends = sorted(chat.id for chat in chats if chat.is_friend and not chat.is_blocked)
    end = start + limit
    following = {"next": str(end)} if end < len(friends) else {}
    return answer_json({"userIds": friends[start:end], **following})


async def member_ids(call: Call) -> Answer:
    """GET …/members/ids: only for verified accounts, which simulated ones are not."""
    _group(call)
    raise Refused(403, "Access to this API is not available for your account")


async def leave(call: Call) -> Answer:
    """POST /v2/bot/{group,room}/{group}/leave."""
    chat = _group(call)
    chat.has_left = True
    call.simulation.news.tell("chat", channel_id=chat.channel_id, chat_id=chat.id)
    return answer_json({})


def _group(call: Call) -> Chat:
    chat = call.simulation.world.chat(call.account, call.names["group"])
    kind = call.request.path.split("/")[3]
    if chat is None or chat.kind != kind or chat.has_left:
        raise Refused(404, "Not found")
    return chat


def _shown(account: Account, person: Person) -> dict[str, str]:
    picture = {"pictureUrl": person.picture_url} if person.picture_url else {}
    user_id = ids.user_id(account.provider, person.key)
    return {"userId": user_id, "displayName": person.name, **picture}


def _status(person: Person) -> dict[str, str]:
    return {"statusMessage": person.status_message} if person.status_message else {}
