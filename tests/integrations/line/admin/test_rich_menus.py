"""Rich menus through the administration, to the platform and to phones."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse

from integrations.line.actions import friends, leftovers, menus, taps
from integrations.line.actions.menus import MenuRefused
from integrations.line.models import LineChannel, LineChat, LineEvent, MenuLink, RichMenu
from integrations.line.tasks import sweep_menus
from talk import clock
from tests.integrations.line.account import OfficialAccount
from tests.integrations.line.channels import connected
from tests.integrations.line.phone import Phone
from tests.integrations.line.test_menus import png

pytestmark = pytest.mark.django_db(transaction=True)
ADD = "/admin/line/richmenu/add/"
Row = dict[str, object]


@pytest.fixture
def channel(account: OfficialAccount) -> LineChannel:
    return connected(account)


def form_of(
    channel: LineChannel, *areas: dict[str, object], **changes: object
) -> dict[str, object]:
    rows = areas or ({"doing": "message", "label": "相談", "value": "相談したい"},)
    given: Row = {
        "channel": str(channel.pk),
        "name": "冬のメニュー",
        "bar_text": "メニュー",
        "is_open": "on",
        "layout": "two_columns",
        "upload": SimpleUploadedFile("menu.png", png(1200, 405), "image/png"),
        "areas-TOTAL_FORMS": len(rows),
        "areas-INITIAL_FORMS": 0,
        **changes,
    }
    for place, row in enumerate(rows):
        for name, value in {"position": place + 1, **row}.items():
            given[f"areas-{place}-{name}"] = value
    return {name: value for name, value in given.items() if value is not None}


def made(admin: Client, channel: LineChannel, *areas: Row) -> RichMenu:
    admin.post(ADD, form_of(channel, *areas))
    return RichMenu.objects.get()


def publish(admin: Client, menu: RichMenu, how: str = "publish") -> str:
    url = reverse("admin:line_richmenu_publish", args=[menu.pk])
    page = admin.post(url, {"how": how}, follow=True)
    menu.refresh_from_db()
    return page.content.decode()


def chat_with(channel: LineChannel, phone: Phone) -> LineChat:
    return LineChat.objects.create(channel=channel, chat_key=f"user:{phone.user_id}")


def seen(phone: Phone) -> str:
    """The menu that the phone shows as its own."""
    answer = phone.account.api("GET", f"/v2/bot/user/{phone.user_id}/richmenu")
    return str(answer.json().get("richMenuId", ""))


def test_a_menu_is_drawn_up_previewed_and_shown_to_everybody(
    account: OfficialAccount, channel: LineChannel, admin: Client
) -> None:
    areas = (
        {"doing": "answer", "label": "満足", "value": "満足です", "question": "ご満足ですか？"},
        {"doing": "uri", "label": "お店", "value": "https://shop.example/"},
    )
    menu = made(admin, channel, *areas)
    change = reverse("admin:line_richmenu_change", args=[menu.pk])
    page = admin.get(change).content.decode()
    assert page.count('class="line-area"') == 2
    assert 'x="600" y="0" width="600" height="405"' in page
    picture = admin.get(reverse("admin:line_richmenu_picture", args=[menu.pk]))
    assert (picture["Content-Type"], picture.content) == ("image/png", bytes(menu.picture))
    assert "LINEに反映しました" in publish(admin, menu)
    publish(admin, menu, "default")
    assert menu.is_default
    shown = account.api("GET", "/v2/bot/user/all/richmenu").json()
    assert shown == {"richMenuId": menu.line_id}
    [listed] = account.api("GET", "/v2/bot/richmenu/list").json()["richmenus"]
    assert listed == {"richMenuId": menu.line_id, **menus.object_of(menu)}
    publish(admin, menu, "take_back")
    assert account.api("GET", "/v2/bot/richmenu/list").json() == {"richmenus": []}
    assert (menu.line_id, menu.is_default) == ("", False)


def test_what_line_would_refuse_is_told_before_anything_is_saved(
    channel: LineChannel, admin: Client
) -> None:
    tall = SimpleUploadedFile("menu.png", png(1000, 900), "image/png")
    wrong = [
        (form_of(channel, upload=tall), "1000×900pxです"),
        (form_of(channel, upload=None), "画像が必要です"),
        (form_of(channel, bar_text="あ" * 15), "14文字までです"),
        (form_of(channel, {"doing": "uri", "label": "a", "value": "x"}), "https:// または tel:"),
        (form_of(channel, {"doing": "answer", "label": "a", "value": "x"}), "質問を入力"),
        (form_of(channel, {"doing": "message", "label": "あ" * 21, "value": "x"}), "20文字まで"),
        (form_of(channel, *({"doing": "link", "label": "a"},) * 3), "領域は2個です"),
        (
            form_of(channel, {"doing": "link", "label": "a", "bounds": "0 0 1201 10"},
                    layout="custom"),
            "画像からはみ出しています",
        ),
    ]  # fmt: skip
    for given, told in wrong:
        assert told in admin.post(ADD, given).content.decode(), told
    assert not RichMenu.objects.exists()


def test_places_of_one_s_own_are_told_as_they_are(channel: LineChannel, admin: Client) -> None:
    area: Row = {"doing": "link", "label": "a", "bounds": "10 20 300 200"}
    admin.post(ADD, form_of(channel, area, layout="custom"))
    [told] = menus.object_of(RichMenu.objects.get())["areas"]  # type: ignore[misc]  # a list
    assert told["bounds"] == {"x": 10, "y": 20, "width": 300, "height": 200}


def test_a_customer_s_own_menu_follows_what_is_published(
    account: OfficialAccount, channel: LineChannel, admin: Client
) -> None:
    menu, phone = made(admin, channel), account.phone()
    phone.follow()
    chat = chat_with(channel, phone)
    publish(admin, menu)
    chosen = {"action": "set_menu", "_selected_action": [str(chat.pk)], "menu": str(menu.pk)}
    admin.post("/admin/line/linechat/", chosen)
    sweep_menus()
    assert seen(phone) == menu.line_id
    before = menu.line_id
    publish(admin, menu)
    assert menu.line_id != before
    assert seen(phone) == before, "the former stays until LINE knows who has the new one"
    assert "冬のメニュー（反映待ち）" in admin.get("/admin/line/linechat/").content.decode()
    sweep_menus()
    assert seen(phone) == menu.line_id
    assert at_line(account) == {menu.line_id}
    admin.post("/admin/line/linechat/", {**chosen, "menu": str(chat.pk)})
    sweep_menus()
    assert seen(phone) == menu.line_id, "a menu that is no more takes nobody's away"
    admin.post("/admin/line/linechat/", {**chosen, "menu": ""})
    sweep_menus()
    assert seen(phone) == ""


def test_who_comes_back_gets_their_menu_again(
    account: OfficialAccount, channel: LineChannel, admin: Client
) -> None:
    menu, phone = made(admin, channel), account.phone()
    phone.follow()
    chat = chat_with(channel, phone)
    publish(admin, menu)
    menus.link(chat, menu)
    menus.apply_link(chat.pk)
    account.api("DELETE", f"/v2/bot/user/{phone.user_id}/richmenu")
    assert seen(phone) == ""
    event = LineEvent(channel=channel, chat=chat, occurred_at=clock.now(), raw={"type": "follow"})
    with transaction.atomic():
        friends.follow(event)
    assert menus.due_links() == [chat.pk]
    menus.apply_link(chat.pk)
    assert seen(phone) == menu.line_id
    assert menus.due_links() == []


def test_what_fails_at_line_leaves_the_former_menu_and_says_so(
    account: OfficialAccount, channel: LineChannel, admin: Client
) -> None:
    menu = made(admin, channel)
    publish(admin, menu)
    before = menu.line_id
    account.fault("POST /v2/bot/richmenu/richmenu-", "error", status=500)
    assert "LINEに接続できませんでした" in publish(admin, menu)
    assert (menu.line_id, menu.problem) == (before, "unreachable")
    [left] = account.api("GET", "/v2/bot/richmenu/list").json()["richmenus"]
    assert left["richMenuId"] == before, "what was half made is taken away"


def test_a_link_that_line_cannot_take_now_is_tried_again(
    account: OfficialAccount, channel: LineChannel, admin: Client
) -> None:
    menu, phone = made(admin, channel), account.phone()
    phone.follow()
    chat = chat_with(channel, phone)
    publish(admin, menu)
    menus.link(chat, menu)
    account.fault("POST /v2/bot/user/", "error", status=500)
    menus.apply_link(chat.pk)
    link = MenuLink.objects.get()
    assert (link.problem, link.attempts, link.applied_at) == ("unreachable", 1, None)
    assert link.due_at is not None
    listed = admin.get("/admin/line/linechat/").content.decode()
    assert "冬のメニュー（反映待ち：LINEに接続できませんでした" in listed
    menus.link(chat, menu)
    menus.apply_link(chat.pk)
    assert seen(phone) == menu.line_id


def test_a_tap_is_of_what_was_published_not_of_what_is_drawn_up_since(
    account: OfficialAccount, channel: LineChannel, admin: Client
) -> None:
    asks: Row = {"doing": "answer", "label": "はい", "value": "満足です", "question": "満足？"}
    menu = made(admin, channel, asks)
    publish(admin, menu)
    [told] = account.api("GET", "/v2/bot/richmenu/list").json()["richmenus"]
    data = told["areas"][0]["action"]["data"]
    menu.areas.update(label="いいえ", value="不満です")
    assert tapped(channel, data) == ("満足？", "はい", "満足です")
    publish(admin, menu)
    menu.areas.all().delete()
    assert tapped(channel, data) == ("満足？", "はい", "満足です"), "of who has the former yet"
    [told] = account.api("GET", "/v2/bot/richmenu/list").json()["richmenus"]
    again = told["areas"][0]["action"]["data"]
    assert tapped(channel, again) == ("満足？", "いいえ", "不満です")


def tapped(channel: LineChannel, data: str) -> tuple[str, str, str]:
    """What a tap with this data is read as: question, label and answer."""
    event = LineEvent(channel=channel, raw={"postback": {"data": data}})
    tap = taps.read(event)
    return tap.question, tap.label, tap.data


def test_places_change_their_numbers_in_one_go(channel: LineChannel, admin: Client) -> None:
    menu = made(admin, channel, *({"doing": "link", "label": label} for label in "ab"))
    first, second = menu.areas.order_by("position")
    kept: Row = {"upload": None, "areas-INITIAL_FORMS": 2}
    rows: list[Row] = [
        {"doing": "link", "label": "a", "id": str(first.pk), "position": 2},
        {"doing": "link", "label": "b", "id": str(second.pk), "position": 1},
    ]
    change = reverse("admin:line_richmenu_change", args=[menu.pk])
    assert admin.post(change, form_of(channel, *rows, **kept)).status_code == 302
    assert [area.label for area in menu.areas.all()] == ["b", "a"]
    twice = [{**row, "position": 3} for row in rows]
    page = admin.post(change, form_of(channel, *twice, **kept)).content.decode()
    assert "番号3の領域が複数あります" in page


def test_only_a_published_menu_is_shown_to_everybody(admin: Client, channel: LineChannel) -> None:
    menu = made(admin, channel)
    with pytest.raises(MenuRefused):
        menus.make_default(menu)
    page = admin.get("/admin/line/richmenu/").content.decode()
    assert re.search("なし（未公開）", page)


def test_what_a_worker_left_at_line_when_it_died_is_taken_away(
    account: OfficialAccount, channel: LineChannel, admin: Client
) -> None:
    menu = made(admin, channel)
    publish(admin, menu)
    shown = menu.line_id
    named = {**menus.object_of(menu), "name": "別のシステムのメニュー"}
    other = account.api("POST", "/v2/bot/richmenu", named).json()["richMenuId"]
    left = account.api("POST", "/v2/bot/richmenu", menus.object_of(menu)).json()["richMenuId"]
    assert leftovers.due() == [], "what was published to its end has left nothing"
    RichMenu.objects.update(tidy_at=clock.now())
    account.fault("GET /v2/bot/richmenu/list", "error")
    sweep_menus()
    assert left in at_line(account), "LINE could not say: it is asked again later"
    RichMenu.objects.update(tidy_at=clock.now())
    sweep_menus()
    assert at_line(account) == {shown, other}
    assert leftovers.due() == []


def test_a_former_menu_that_line_did_not_take_away_is_taken_away_later(
    account: OfficialAccount, channel: LineChannel, admin: Client
) -> None:
    menu = made(admin, channel)
    publish(admin, menu)
    account.fault("DELETE /v2/bot/richmenu/", "error")
    publish(admin, menu)
    assert len(at_line(account)) == 2
    assert menu.tidy_at is not None
    RichMenu.objects.update(tidy_at=clock.now())
    sweep_menus()
    assert at_line(account) == {menu.line_id}


def at_line(account: OfficialAccount) -> set[str]:
    listed = account.api("GET", "/v2/bot/richmenu/list").json()["richmenus"]
    return {row["richMenuId"] for row in listed}
