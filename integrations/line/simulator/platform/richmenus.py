"""Rich menus: made, drawn, shown to everybody or to one person."""

import secrets
from typing import Any

from integrations.line.simulator.checking.richmenus import check_picture, check_rich_menu
from integrations.line.simulator.routing import Call
from integrations.line.simulator.web import Answer, Refused, answer_json
from integrations.line.simulator.world import RichMenu

MOST_MENUS = 1000
MOST_USERS = 500
NOT_FOUND = "richmenu not found"


async def create(call: Call) -> Answer:
    """POST /v2/bot/richmenu."""
    body = call.request.json()
    check_rich_menu(body)
    if len(_own(call)) >= MOST_MENUS:
        raise Refused(400, "Too many rich menus")
    menu = RichMenu(call.account.channel_id, f"richmenu-{secrets.token_hex(16)}", body)
    call.simulation.world.rich_menus[menu.id] = menu
    return answer_json({"richMenuId": menu.id})


async def validate(call: Call) -> Answer:
    """POST /v2/bot/richmenu/validate."""
    check_rich_menu(call.request.json())
    return answer_json({})


async def listing(call: Call) -> Answer:
    """GET /v2/bot/richmenu/list."""
    return answer_json({"richmenus": [_shown(menu) for menu in _own(call)]})


async def show(call: Call) -> Answer:
    """GET /v2/bot/richmenu/{menu}."""
    return answer_json(_shown(menu_named(call)))


async def delete(call: Call) -> Answer:
    """DELETE /v2/bot/richmenu/{menu}: it is gone from every phone."""
    menu = menu_named(call)
    del call.simulation.world.rich_menus[menu.id]
    for chat in call.simulation.world.chats_of(call.account):
        chat.rich_menu = "" if chat.rich_menu == menu.id else chat.rich_menu
    if call.account.default_rich_menu == menu.id:
        call.account.default_rich_menu = ""
    return _changed(call)


async def upload(call: Call) -> Answer:
    """POST /v2/bot/richmenu/{menu}/content: once; a picture is not replaced."""
    menu = menu_named(call)
    if menu.image:
        raise Refused(400, "An image has already been uploaded to the richmenu")
    mime = call.request.headers.get("content-type", "").partition(";")[0]
    check_picture(mime, call.request.body, menu.menu)
    menu.image, menu.mime = call.request.body, mime
    return answer_json({})


async def download(call: Call) -> Answer:
    """GET /v2/bot/richmenu/{menu}/content."""
    menu = menu_named(call)
    if not menu.image:
        raise Refused(404, "Not found")
    return Answer(200, menu.image, {"content-type": menu.mime})


async def set_default(call: Call) -> Answer:
    """POST /v2/bot/user/all/richmenu/{menu}."""
    call.account.default_rich_menu = drawn(call, call.names["menu"]).id
    return _changed(call)


async def get_default(call: Call) -> Answer:
    """GET /v2/bot/user/all/richmenu."""
    if not call.account.default_rich_menu:
        raise Refused(404, "no default richmenu")
    return answer_json({"richMenuId": call.account.default_rich_menu})


async def clear_default(call: Call) -> Answer:
    """DELETE /v2/bot/user/all/richmenu."""
    call.account.default_rich_menu = ""
    return _changed(call)


def menu_named(call: Call, menu_id: str = "") -> RichMenu:
    menu = call.simulation.world.rich_menus.get(menu_id or call.names["menu"])
    if menu is None or menu.channel_id != call.account.channel_id:
        raise Refused(404, NOT_FOUND)
    return menu


def drawn(call: Call, menu_id: object) -> RichMenu:
    """Return a menu that has its picture: without one it cannot be shown."""
    menu = menu_named(call, str(menu_id))
    if not menu.image:
        raise Refused(400, "must upload richmenu image before applying it to user")
    return menu


def _own(call: Call) -> list[RichMenu]:
    menus = call.simulation.world.rich_menus.values()
    return [menu for menu in menus if menu.channel_id == call.account.channel_id]


def _shown(menu: RichMenu) -> dict[str, Any]:
    return {"richMenuId": menu.id, **menu.menu}


def _changed(call: Call) -> Answer:
    call.simulation.news.tell("menu", channel_id=call.account.channel_id)
    return answer_json({})
