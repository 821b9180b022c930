"""Rich menus: checked, drawn, shown."""

from io import BytesIO
from typing import Any

import httpx2
from PIL import Image

from tests.integrations.line.account import OfficialAccount
from tests.integrations.line.phone import Phone

PATH = "/v2/bot/richmenu"


def menu(**more: Any) -> dict[str, Any]:
    bounds = {"x": 0, "y": 0, "width": 400, "height": 270}
    action = {"type": "postback", "data": "plan", "label": "プラン"}
    areas = [{"bounds": bounds, "action": action}]
    size = {"width": 800, "height": 270}
    return {
        "size": size,
        "selected": True,
        "name": "m",
        "chatBarText": "メニュー",
        "areas": areas,
    } | more


def picture(width: int = 800, height: int = 270) -> bytes:
    written = BytesIO()
    Image.new("RGB", (width, height), "navy").save(written, "PNG")
    return written.getvalue()


def upload(shop: OfficialAccount, menu_id: str, data: bytes, mime: str) -> httpx2.Response:
    headers = {"authorization": f"Bearer {shop.token()}", "content-type": mime}
    return shop.http.post(f"{PATH}/{menu_id}/content", content=data, headers=headers)


def drawn(shop: OfficialAccount) -> str:
    menu_id = str(shop.api("POST", PATH, menu()).json()["richMenuId"])
    assert upload(shop, menu_id, picture(), "image/png").status_code == 200
    return menu_id


def test_a_menu_is_shown_only_after_it_was_drawn_and_is_drawn_once(
    shop: OfficialAccount,
) -> None:
    menu_id = shop.api("POST", PATH, menu()).json()["richMenuId"]
    refused = shop.api("POST", f"/v2/bot/user/all/richmenu/{menu_id}")
    told = {"message": "must upload richmenu image before applying it to user"}
    assert (refused.status_code, refused.json()) == (400, told)
    assert upload(shop, menu_id, picture(900, 270), "image/png").status_code == 400
    assert upload(shop, menu_id, b"GIF89a", "image/gif").status_code == 415
    assert upload(shop, menu_id, b"0" * 1_048_577, "image/png").status_code == 413
    assert upload(shop, menu_id, picture(), "image/png").status_code == 200
    assert upload(shop, menu_id, picture(), "image/png").status_code == 400
    assert shop.api("POST", f"/v2/bot/user/all/richmenu/{menu_id}").status_code == 200
    default = shop.api("GET", "/v2/bot/user/all/richmenu").json()
    assert default == {"richMenuId": menu_id}
    shop.api("DELETE", f"{PATH}/{menu_id}")
    assert shop.api("GET", "/v2/bot/user/all/richmenu").status_code == 404
    assert shop.api("GET", f"{PATH}/list").json() == {"richmenus": []}


def test_only_friends_see_a_menu_of_their_own(shop: OfficialAccount, aoi: Phone) -> None:
    menu_id, ren = drawn(shop), shop.phone("蓮")
    aoi.follow()
    ren.say("友だちではない")
    body = {"richMenuId": menu_id, "userIds": [aoi.user_id, ren.user_id]}
    assert shop.api("POST", f"{PATH}/bulk/link", body).status_code == 202
    linked = f"/v2/bot/user/{aoi.user_id}/richmenu"
    assert shop.api("GET", linked).json() == {"richMenuId": menu_id}
    assert shop.api("GET", f"/v2/bot/user/{ren.user_id}/richmenu").status_code == 404
    shop.api("DELETE", linked)
    assert shop.api("GET", linked).status_code == 404
    shop.api("POST", f"{linked}/{menu_id}")
    aoi.block()
    aoi.follow()
    assert shop.api("GET", linked).status_code == 404, "a block undoes it"


def test_what_is_wrong_with_a_menu_is_told(shop: OfficialAccount) -> None:
    wrong = menu(size={"width": 700, "height": 270}, chatBarText="長" * 15)
    details = shop.api("POST", PATH, wrong).json()["details"]
    told = {(one["property"], one["message"]) for one in details}
    assert ("size.width", "Must be between 800 and 2500") in told
    assert ("chatBarText", "Length must be between 0 and 14") in told
    assert shop.api("POST", PATH, menu(size={"width": 800, "height": 600})).status_code == 400


def test_an_alias_names_a_menu_that_may_change(shop: OfficialAccount) -> None:
    first, second = drawn(shop), drawn(shop)
    shop.api("POST", f"{PATH}/alias", {"richMenuAliasId": "tab-a", "richMenuId": first})
    shop.api("POST", f"{PATH}/alias/tab-a", {"richMenuId": second})
    found = {"richMenuAliasId": "tab-a", "richMenuId": second}
    assert shop.api("GET", f"{PATH}/alias/tab-a").json() == found
    assert shop.api("GET", f"{PATH}/alias/list").json() == {"aliases": [found]}
    assert shop.api("DELETE", f"{PATH}/alias/tab-a").status_code == 200
    assert shop.api("GET", f"{PATH}/alias/tab-a").status_code == 404
