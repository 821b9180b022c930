"""Which person sees which rich menu; aliases for switching between them."""

import re

from integrations.line.simulator import ids
from integrations.line.simulator.platform.richmenus import MOST_USERS, drawn, menu_named
from integrations.line.simulator.routing import Call
from integrations.line.simulator.web import Answer, Refused, answer_json

ALIAS = re.compile(r"[a-zA-Z0-9_-]{1,32}")


async def link(call: Call) -> Answer:
    """POST /v2/bot/user/{user}/richmenu/{menu}: no effect on those who are no friends."""
    _show(call, [call.names["user"]], drawn(call, call.names["menu"]).id)
    return answer_json({})


async def linked(call: Call) -> Answer:
    """GET /v2/bot/user/{user}/richmenu."""
    chat = call.simulation.world.chat(call.account, _user(call.names["user"]))
    if chat is None or not chat.rich_menu:
        raise Refused(404, "the user has no richmenu")
    return answer_json({"richMenuId": chat.rich_menu})


async def unlink(call: Call) -> Answer:
    """DELETE /v2/bot/user/{user}/richmenu."""
    _show(call, [call.names["user"]], "")
    return answer_json({})


async def bulk_link(call: Call) -> Answer:
    """POST /v2/bot/richmenu/bulk/link."""
    body = call.request.json()
    _show(call, body.get("userIds"), drawn(call, body.get("richMenuId")).id)
    return answer_json({}, 202)


async def bulk_unlink(call: Call) -> Answer:
    """POST /v2/bot/richmenu/bulk/unlink."""
    _show(call, call.request.json().get("userIds"), "")
    return answer_json({}, 202)


async def create_alias(call: Call) -> Answer:
    """POST /v2/bot/richmenu/alias."""
    body = call.request.json()
    name = body.get("richMenuAliasId")
    if not isinstance(name, str) or not ALIAS.fullmatch(name):
        raise Refused(400, "Invalid richMenuAliasId")
    aliases = call.simulation.world.aliases
    if _alias(call, name) in aliases:
        raise Refused(400, "conflict richmenu alias id")
    aliases[_alias(call, name)] = drawn(call, body.get("richMenuId")).id
    return answer_json({})


async def show_alias(call: Call) -> Answer:
    """GET /v2/bot/richmenu/alias/{alias}."""
    menu = _found_alias(call)
    return answer_json({"richMenuAliasId": call.names["alias"], "richMenuId": menu})


async def change_alias(call: Call) -> Answer:
    """POST /v2/bot/richmenu/alias/{alias}."""
    _found_alias(call)
    menu = menu_named(call, str(call.request.json().get("richMenuId")))
    call.simulation.world.aliases[_alias(call, call.names["alias"])] = menu.id
    return answer_json({})


async def delete_alias(call: Call) -> Answer:
    """DELETE /v2/bot/richmenu/alias/{alias}."""
    _found_alias(call)
    del call.simulation.world.aliases[_alias(call, call.names["alias"])]
    return answer_json({})


async def list_aliases(call: Call) -> Answer:
    """GET /v2/bot/richmenu/alias/list."""
    own = _alias(call, "")
    found = [
        {"richMenuAliasId": name.removeprefix(own), "richMenuId": menu}
        for name, menu in call.simulation.world.aliases.items()
        if name.startswith(own)
    ]
    return answer_json({"aliases": found})


def _show(call: Call, users: object, menu_id: str) -> None:
    if not isinstance(users, list) or not 1 <= len(users) <= MOST_USERS:
        raise Refused(400, f"userIds: Size must be between 1 and {MOST_USERS}")
    world = call.simulation.world
    for chat in [world.chat(call.account, _user(user)) for user in users]:
        if chat is not None and (not menu_id or (chat.is_friend and not chat.is_blocked)):
            chat.rich_menu = menu_id
    call.simulation.news.tell("menu", channel_id=call.account.channel_id)


def _user(user_id: object) -> str:
    if not isinstance(user_id, str) or not ids.is_chat_id(user_id) or user_id[0] != "U":
        raise Refused(400, "The value for the 'userId' parameter is invalid")
    return user_id


def _alias(call: Call, name: str) -> str:
    return f"{call.account.channel_id}/{name}"


def _found_alias(call: Call) -> str:
    menu = call.simulation.world.aliases.get(_alias(call, call.names["alias"]))
    if menu is None:
        raise Refused(404, "richmenu alias not found")
    return menu
