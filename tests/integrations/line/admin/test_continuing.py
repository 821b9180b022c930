"""One person on a website and in LINE: account links, LINE Login, and codes that join nobody."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from django.conf import settings as django_settings
from django.test import Client

from customers.actions.erase import carry_on, erase_customer
from customers.actions.identify import Person, identify
from customers.actions.merges import move_profiles, undo_merge
from customers.audit import Kind, Who
from customers.models import Customer, IdentityConflict, MergeLog, Profile
from integrations.line import taps
from integrations.line.actions import channels, chats
from integrations.line.actions.standing import is_too_late
from integrations.line.models import AccountLink, Crossing, LineChannel, LineChat, LineSetup
from talk.actions import deliveries, messages
from talk.errors import Invalid
from talk.models import Conversation, Message, Note
from talk.queries.likeness import likeness
from tests.cast import Cast, Guest, actor
from tests.integrations.line.account import OfficialAccount
from tests.integrations.line.phone import Phone
from tests.integrations.line.platform import Platform
from tests.widget.signing import Site

pytestmark = pytest.mark.django_db(transaction=True)
WHO = Who(Kind.SYSTEM, "test")


@pytest.fixture
def channel(account: OfficialAccount, cast: Cast) -> LineChannel:
    """Connected, offered on the shop's website, whose members may link their account."""
    made = channels.connect(WHO, channel_id=account.channel_id, secret=account.secret)
    setup = LineSetup.objects.get(channel=made)
    setup.site_inbox, setup.site_login_url = cast.shop, "https://shop.example/line"
    setup.save()
    setup.offered_on.add(cast.shop)
    return made


def settle() -> None:
    """Do the worker's part."""
    for chat_id in chats.due_chats():
        chats.handle_chat(chat_id)


def chat_of(phone: Phone) -> LineChat:
    return LineChat.objects.get(chat_key=f"user:{phone.user_id}")


def customer_of(profile_id: Any) -> Any:
    return Profile.objects.get(id=profile_id).customer_id


def said_by_us(chat: LineChat) -> list[dict[str, Any]]:
    told = Message.objects.filter(conversation=chat.conversation_id, sender="bot")
    return [message.data or {"body": message.body} for message in told.order_by("seq")]


def codes(conversation_id: Any) -> list[str]:
    notes = Note.objects.filter(conversation_id=conversation_id).order_by("version")
    return [note.data["code"] for note in notes]


def ask(guest: Guest, path: str = "", body: object = None) -> Any:
    headers = {"Authorization": f"Bearer {guest.token}", "Origin": "https://shop.example"}
    browser = Client(headers=headers)
    url = f"/widget/v1/line{path}"
    if body is None:
        return browser.get(url)
    return browser.post(url, json.dumps(body), "application/json")


def cross(guest: Guest) -> dict[str, Any]:
    answer = ask(guest, body={"language": "ja"})
    assert answer.status_code == 200, answer.content
    return dict(answer.json())


def link_page(phone: Phone) -> str:
    """Tap the menu's link; return the page that the button below the answer opens."""
    assert phone.tap(taps.LINK).status == 200
    settle()
    button = said_by_us(chat_of(phone))[-1]["contents"]["actions"][0]
    return str(urlsplit(button["uri"]).path)


def confirm(phone: Phone, address: str) -> int:
    """Say yes in LINE's dialog; return how the platform answers."""
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    return phone.post("/dialog/bot/accountLink", asked).status_code


def test_a_member_links_their_account_and_ends_it_again(
    account: OfficialAccount, channel: LineChannel, cast: Cast
) -> None:
    site, phone = Site(cast.shop), account.phone()
    guest = cast.guest()
    identify(guest.visitor.profile_id, Person("user-42"))
    phone.say("こんにちは")
    page = link_page(phone)
    shown = Client().get(page).content.decode()
    assert "https://shop.example/line?return_to=" in shown
    assert Client().post(page, {"identity": site.sign("user-42")[:-2]}).status_code == 401
    to = Client().post(page, {"identity": site.sign("user-42")})["Location"]
    assert confirm(account.phone("蓮"), to) == 403, "the link is for one person alone"
    assert confirm(phone, to) == 200
    settle()
    chat = chat_of(phone)
    assert customer_of(chat.profile_id) == customer_of(guest.visitor.profile_id)
    [link] = AccountLink.objects.all()
    assert (link.chat_id, link.way, link.ended_at) == (chat.pk, "account", None)
    assert said_by_us(chat)[-1]["contents"]["actions"][0]["data"] == taps.UNLINK
    phone.tap(taps.UNLINK)
    settle()
    assert customer_of(chat_of(phone).profile_id) != customer_of(guest.visitor.profile_id)
    link.refresh_from_db()
    assert link.ended_at is not None
    assert said_by_us(chat)[-1] == {"body": "連携を解除しました。"}
    assert codes(chat.conversation_id) == ["linked", "unlinked"]


def test_who_has_ended_the_link_may_link_again(
    account: OfficialAccount, channel: LineChannel, cast: Cast
) -> None:
    site, phone = Site(cast.shop), account.phone()
    phone.say("こんにちは")
    for _ in range(2):
        to = Client().post(link_page(phone), {"identity": site.sign("user-7")})["Location"]
        confirm(phone, to)
        settle()
        assert AccountLink.objects.filter(ended_at=None).count() == 1
        member = Profile.objects.get(identities__value_norm="user-7")
        assert customer_of(chat_of(phone).profile_id) == member.customer_id
        phone.tap(taps.UNLINK)
        settle()
    assert AccountLink.objects.count() == 2
    assert not IdentityConflict.objects.exists()


def test_a_code_tells_where_somebody_comes_from_and_joins_nobody(
    account: OfficialAccount, channel: LineChannel, cast: Cast
) -> None:
    guest, phone = cast.guest(), account.phone()
    talk = messages.receive(guest.visitor, client_id=uuid4(), body="急須について").conversation
    way = cross(guest)
    assert (way["login"], way["name"]) == ("", "ショップ公式")
    chat = f"{django_settings.LINE_APP_BASE}/R/oaMessage/%40{account.basic_id[1:]}/?"
    assert way["address"].startswith(chat)
    assert way["qr"]["size"] > 20
    assert ask(guest, f"/{way['id']}").json() == {"state": "waiting"}
    phone.say(f"続きです（コード：{way['code']}）")
    settle()
    assert ask(guest, f"/{way['id']}").json() == {"state": "told"}
    chat = chat_of(phone)
    assert customer_of(chat.profile_id) != guest.visitor.customer_id
    assert (codes(chat.conversation_id), codes(talk.id)) == (["from_web"], ["to_channel"])
    [note] = Note.objects.filter(conversation_id=chat.conversation_id)
    assert note.data["conversation_id"] == str(talk.id)
    assert note.data["is_proven"] is False
    phone.say(way["code"])
    settle()
    assert codes(chat.conversation_id) == ["from_web"], "a code is good once"


def test_another_visitor_sees_nothing_of_somebody_s_way(channel: LineChannel, cast: Cast) -> None:
    way = cross(cast.guest())
    assert ask(cast.guest(), f"/{way['id']}").status_code == 404


def test_a_website_that_offers_no_line_has_no_way_there(channel: LineChannel, cast: Cast) -> None:
    guest = cast.guest(cast.salon)
    headers = {"Authorization": f"Bearer {guest.token}", "Origin": "https://salon.example"}
    answer = Client(headers=headers).post("/widget/v1/line", "{}", "application/json")
    assert answer.status_code == 404
    frames = [Client().get(f"/widget/{inbox.public_id}/") for inbox in (cast.shop, cast.salon)]
    offered = ['data-line="1"' in frame.content.decode() for frame in frames]
    assert offered == [True, False]


@pytest.fixture
def login(platform: Platform, account: OfficialAccount, channel: LineChannel) -> LineChannel:
    """The account with a LINE Login channel of its provider."""
    given = {"kind": "login", "provider": account.provider, "callback_urls": [login_back()]}
    made = platform.account("ログイン", linked_channel=account.channel_id, **given)
    channels.set_login(WHO, channel, channel_id=made.channel_id, secret=made.secret)
    channel.refresh_from_db()
    return channel


def login_back() -> str:
    return f"{django_settings.PUBLIC_URL}/line/login"


def log_in(browser: Client, phone: Phone, way: dict[str, Any], **more: str) -> Any:
    """Follow the way to LINE's log-in, say yes there, and come back."""
    page = browser.get(urlsplit(way["login"]).path).content.decode()
    assert way["number"] in page
    address = page.split('class="main" href="')[1].split('"')[0].replace("&amp;", "&")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    answer = phone.post("/oauth2/v2.1/authorize", {"decision": "allow", **asked, **more})
    back = urlsplit(answer.headers["location"])
    return browser.get(f"{back.path}?{back.query}")


def test_a_log_in_with_line_makes_them_one_and_the_thread_goes_on_there(
    account: OfficialAccount, login: LineChannel, cast: Cast
) -> None:
    guest, phone = cast.guest(), account.phone()
    talk = messages.receive(guest.visitor, client_id=uuid4(), body="急須について").conversation
    way = cross(guest)
    done = log_in(Client(), phone, way, friend="1")
    assert "LINEにつながりました" in done.content.decode()
    assert ask(guest, f"/{way['id']}").json() == {"state": "done"}
    chat = chat_of(phone)
    assert customer_of(chat.profile_id) == customer_of(guest.visitor.profile_id)
    handed = Conversation.objects.get(id=talk.id)
    assert (handed.inbox_id, handed.channel["can_send"]) == (login.pk, True)
    assert is_too_late(chat) is False, "an answer reaches them at once"
    phone.say("LINEから続けます")
    settle()
    thread = Message.objects.filter(conversation_id=talk.id).order_by("seq")
    bodies = [message.body for message in thread if message.sender == "customer"]
    assert bodies == ["急須について", "LINEから続けます"]
    assert Conversation.objects.count() == 1
    assert codes(talk.id) == ["handed_over", "linked"]
    phone.tap(taps.LINK)
    settle()
    assert said_by_us(chat)[-1]["contents"]["actions"][0]["data"] == taps.UNLINK
    unlink = done.content.decode().split('href="')[-1].split('"')[0]
    assert Client().get(urlsplit(unlink).path).status_code == 200
    assert AccountLink.objects.filter(ended_at=None).exists(), "looking ends nothing"
    Client().post(urlsplit(unlink).path)
    assert customer_of(chat_of(phone).profile_id) != customer_of(guest.visitor.profile_id)
    back = Conversation.objects.get(id=talk.id)
    assert (back.profile_id, back.status) == (guest.visitor.profile_id, "resolved")
    phone.say("連携はやめました")
    settle()
    assert chat_of(phone).conversation_id != talk.id
    said = Message.objects.filter(conversation_id=chat_of(phone).conversation_id)
    assert [message.body for message in said.order_by("seq")] == ["連携はやめました"]


def test_who_ends_the_link_by_a_tap_hears_it_in_their_own_thread(
    account: OfficialAccount, login: LineChannel, cast: Cast
) -> None:
    """The thread that came from the website is the member's again: nothing more is said there."""
    guest, phone = cast.guest(), account.phone()
    talk = messages.receive(guest.visitor, client_id=uuid4(), body="急須について").conversation
    log_in(Client(), phone, cross(guest), friend="1")
    phone.tap(taps.UNLINK)
    settle()
    chat = chat_of(phone)
    assert chat.conversation_id not in (None, talk.id)
    assert said_by_us(chat)[-1] == {"body": "連携を解除しました。"}
    [waiting] = deliveries.due()
    deliveries.deliver(waiting)
    assert phone.texts() == ["連携を解除しました。"]
    back = Conversation.objects.get(id=talk.id)
    assert back.profile_id == guest.visitor.profile_id
    assert (back.channel["can_send"], back.channel["why"]) == (False, "parted")
    assert not Message.objects.filter(conversation_id=talk.id, sender="bot").exists()
    phone.block()
    settle()
    assert "blocked" not in codes(talk.id)


def test_who_has_ended_the_link_is_nothing_of_the_member_they_were(
    account: OfficialAccount, channel: LineChannel, cast: Cast
) -> None:
    """Erasing one leaves the other whole, and nobody offers to join them again."""
    site, phone, guest, other = Site(cast.shop), account.phone(), cast.guest(), cast.guest()
    identify(guest.visitor.profile_id, Person("user-9"))
    older = move_profiles(
        [other.visitor.profile_id],
        winner_id=customer_of(guest.visitor.profile_id),
        reason="電話で確認した",
        actor="test",
    )
    phone.say("こんにちは")
    to = Client().post(link_page(phone), {"identity": site.sign("user-9")})["Location"]
    confirm(phone, to)
    settle()
    phone.tap(taps.UNLINK)
    settle()
    member = customer_of(guest.visitor.profile_id)
    alone = customer_of(chat_of(phone).profile_id)
    aoi = actor(cast.aoi)
    assert likeness(aoi, alone).merges == []
    assert [row.id for row in likeness(aoi, member).merges] == [older.id]
    undo_merge(older.id, actor="test")
    assert customer_of(other.visitor.profile_id) != member, "what was joined before may be parted"
    receipt = erase_customer(aoi.who, alone, reason="頼まれた")
    carry_on(receipt.id)
    assert receipt.merged_ids == []
    assert Customer.objects.get(id=alone).erased_at is not None
    assert Customer.objects.get(id=member).erased_at is None
    assert Profile.objects.get(identities__value_norm="user-9").customer_id == member
    kept = MergeLog.objects.values_list("evidence", "before")
    assert phone.user_id not in str(list(kept))


def test_who_was_parted_by_operators_is_told_nothing_in_the_thread_that_went_back(
    account: OfficialAccount, login: LineChannel, cast: Cast
) -> None:
    guest, phone = cast.guest(), account.phone()
    talk = messages.receive(guest.visitor, client_id=uuid4(), body="急須について").conversation
    log_in(Client(), phone, cross(guest), friend="1")
    undo_merge(MergeLog.objects.get().id, actor="test")
    phone.block()
    settle()
    back = Conversation.objects.get(id=talk.id)
    assert (back.channel["can_send"], back.channel["why"]) == (False, "parted")
    assert "blocked" not in codes(talk.id)
    assert not AccountLink.objects.filter(ended_at=None).exists()
    phone.follow()
    phone.tap(taps.UNLINK)
    settle()
    assert said_by_us(chat_of(phone))[-1] == {"body": "連携している会員アカウントはありません。"}


def test_two_phones_of_one_member_have_a_thread_each(
    account: OfficialAccount, login: LineChannel, cast: Cast
) -> None:
    guest, first, second = cast.guest(), account.phone("一"), account.phone("二")
    talk = messages.receive(guest.visitor, client_id=uuid4(), body="急須について").conversation
    ways = [cross(guest), cross(guest)]
    log_in(Client(), first, ways[0], friend="1")
    log_in(Client(), second, ways[1], friend="1")
    assert chat_of(first).conversation_id == talk.id
    assert chat_of(second).conversation_id not in (None, talk.id)
    second.block()
    settle()
    assert Conversation.objects.get(id=talk.id).channel["can_send"] is True


@pytest.mark.parametrize("sign", ["follow", "say"])
def test_who_is_no_friend_is_followed_by_the_thread_with_their_first_sign_in_line(
    account: OfficialAccount, login: LineChannel, cast: Cast, sign: str
) -> None:
    guest, phone = cast.guest(), account.phone()
    talk = messages.receive(guest.visitor, client_id=uuid4(), body="急須について").conversation
    way = cross(guest)
    done = log_in(Client(), phone, way).content.decode()
    assert "友だちに追加するか、メッセージを送ってください" in done
    assert ask(guest, f"/{way['id']}").json() == {"state": "joined"}
    chat = chat_of(phone)
    assert customer_of(chat.profile_id) == customer_of(guest.visitor.profile_id)
    kept = Conversation.objects.get(id=talk.id)
    assert kept.inbox_id == cast.shop.pk, "LINE would not show them an answer yet"
    _ = phone.follow() if sign == "follow" else phone.say("続けます")
    settle()
    assert ask(guest, f"/{way['id']}").json() == {"state": "done"}
    moved = Conversation.objects.get()
    assert (moved.id, moved.inbox_id) == (talk.id, login.pk)
    assert moved.channel["can_send"] is True


@pytest.mark.parametrize("parted_by", ["themselves", "operators"])
def test_who_was_parted_before_their_first_sign_is_not_followed(
    account: OfficialAccount, login: LineChannel, cast: Cast, parted_by: str
) -> None:
    guest, phone = cast.guest(), account.phone()
    talk = messages.receive(guest.visitor, client_id=uuid4(), body="急須について").conversation
    done = log_in(Client(), phone, cross(guest)).content.decode()
    if parted_by == "themselves":
        Client().post(urlsplit(done.split('href="')[-1].split('"')[0]).path)
    else:
        merge = MergeLog.objects.get()
        undo_merge(merge.id, actor="test")
    phone.say("続けます")
    settle()
    kept = Conversation.objects.get(id=talk.id)
    assert (kept.inbox_id, kept.profile_id) == (cast.shop.pk, guest.visitor.profile_id)
    assert customer_of(chat_of(phone).profile_id) != customer_of(guest.visitor.profile_id)


def test_a_login_channel_without_the_account_changes_nothing_and_says_why(
    platform: Platform, account: OfficialAccount, login: LineChannel, cast: Cast
) -> None:
    guest, phone = cast.guest(), account.phone()
    given = {"kind": "login", "provider": account.provider, "callback_urls": [login_back()]}
    alone = platform.account("ログイン", **given)
    channels.set_login(WHO, login, channel_id=alone.channel_id, secret=alone.secret)
    told = log_in(Client(), phone, cross(guest))
    assert told.status_code == 400
    assert "設定に問題があり" in told.content.decode()
    login.refresh_from_db()
    assert login.last_error == "login_setup"
    assert not LineChat.objects.exists()


def test_a_login_channel_that_line_does_not_know_is_not_saved(
    platform: Platform, channel: LineChannel
) -> None:
    made = platform.account("ログイン", kind="login")
    wrong = [
        (channel.channel_id, made.secret, "login_channel_id"),
        (made.channel_id, "0" * 32, "login_secret"),
        ("1234567890", made.secret, "login_secret"),
    ]
    for channel_id, secret, field in wrong:
        with pytest.raises(Invalid) as refused:
            channels.set_login(WHO, channel, channel_id=channel_id, secret=secret)
        assert refused.value.field == field
    channel.refresh_from_db()
    assert channel.login_channel_id == ""
    channels.set_login(WHO, channel, channel_id=made.channel_id, secret=made.secret)
    channel.refresh_from_db()
    assert channel.login_channel_id == made.channel_id


def test_what_another_browser_has_asked_for_is_not_finished_here(
    account: OfficialAccount, login: LineChannel, cast: Cast
) -> None:
    guest, phone = cast.guest(), account.phone()
    way = cross(guest)
    browser = Client()
    browser.get(urlsplit(way["login"]).path)
    other = Client()
    finished = log_in(browser, phone, way)
    address = finished.wsgi_request.get_full_path()
    assert other.get(address).status_code == 400
    assert browser.get(address).status_code == 400, "a way is gone once"
    tampered = address.replace("state=", "state=x")
    assert browser.get(tampered).status_code == 400


def test_who_says_no_to_line_is_told_that_nothing_has_changed(
    account: OfficialAccount, login: LineChannel, cast: Cast
) -> None:
    guest, phone = cast.guest(), account.phone()
    way = cross(guest)
    told = log_in(Client(), phone, way, decision="deny").content.decode()
    assert "何も変更していません" in told
    assert Crossing.objects.get().state == "waiting"
    assert not AccountLink.objects.exists()


def test_two_members_are_never_joined_and_operators_find_a_conflict(
    account: OfficialAccount, login: LineChannel, cast: Cast
) -> None:
    site, phone = Site(cast.shop), account.phone()
    phone.say("こんにちは")
    confirm(phone, Client().post(link_page(phone), {"identity": site.sign("one")})["Location"])
    settle()
    guest = cast.guest()
    identify(guest.visitor.profile_id, Person("two"))
    talk = messages.receive(guest.visitor, client_id=uuid4(), body="hello").conversation
    way = cross(guest)
    told = log_in(Client(), phone, way)
    assert told.status_code == 409
    assert "別の会員情報とつながっています" in told.content.decode()
    assert customer_of(chat_of(phone).profile_id) != customer_of(guest.visitor.profile_id)
    assert IdentityConflict.objects.get().reason == "two_members"
    assert ask(guest, f"/{way['id']}").json() == {"state": "conflict"}
    assert Conversation.objects.get(id=talk.id).inbox_id == cast.shop.pk


def test_a_way_is_over_after_half_an_hour_and_pages_of_others_lead_nowhere(
    login: LineChannel, cast: Cast
) -> None:
    way = cross(cast.guest())
    crossing = Crossing.objects.get()
    Crossing.objects.update(expires_at=crossing.created_at)
    path = urlsplit(way["login"]).path
    assert [Client().get(url).status_code for url in (path, "/line/continue/x")] == [404, 404]
    assert Client().get("/line/link/x").status_code == 404
    assert Client().get("/line/unlink/x").status_code == 404
    assert Client().get("/line/login").status_code == 400
