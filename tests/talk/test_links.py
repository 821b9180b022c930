"""Links to tools: what a template may be, what is signed, and for whom there is none."""

import hashlib
import hmac
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

import pytest
from django.test import override_settings
from django.urls import reverse

from customers.actions.identify import Person, identify
from talk import clock, links
from talk.actions import messages
from talk.actions.tool_links import give_secret
from talk.masking import Visibility
from talk.models import FieldRule, ToolLink
from tests.cast import Cast, Guest
from tests.clients import browser

CRM = "https://crm.example/members/{user_id}?by={operator_email}"


@pytest.mark.parametrize(
    "template",
    [
        "http://crm.example/{user_id}",
        "javascript:alert(1)//{user_id}",
        "java\nscript:alert(1)",
        "data:text/html,{user_id}",
        "//crm.example/{user_id}",
        "https://{user_id}.example/",
        "https://crm.example@evil.example/{user_id}",
        "https://crm.example/{password}",
        "https://crm.example/{user_id!r}",
        "https://crm.example/{}",
        "https://crm.example/{user_id",
        "https://crm.example/#{user_id}",
        "https://crm.example/?sig={user_id}",
        "https://crm.example/?expires=9",
        "https://crm.example:x/{user_id}",
        "https:///{user_id}",
        "https://crm.example/a b",
        "https://crm.example\\@evil.example/",
    ],
)
def test_only_https_addresses_with_known_names_are_templates(template: str) -> None:
    links.check(CRM)
    with pytest.raises(links.BadTemplate):
        links.check(template)


def test_values_cannot_leave_their_place_in_the_address() -> None:
    def address(value: str) -> str | None:
        return links.filled(CRM, {"user_id": value, "operator_email": "a"}, secret="s", expires=9)

    hostile = address("a/../b?x=1&sig=2#f @é")
    assert hostile is not None
    parts = urlsplit(hostile)
    assert parts.path == "/members/a%2F..%2Fb%3Fx%3D1%26sig%3D2%23f%20%40%C3%A9"
    assert list(parse_qs(parts.query)) == ["by", "expires", "sig"]
    assert parts.fragment == ""
    assert [address(value) for value in ("", ".", "..")] == [None, None, None]


def test_the_signature_is_of_all_before_it() -> None:
    told = links.filled("https://t.example/", {}, secret="s", expires=9)
    assert told is not None
    before, _, sig = told.partition("&sig=")
    assert before == "https://t.example/?expires=9"
    assert sig == hmac.new(b"s", before.encode(), hashlib.sha256).hexdigest()


@pytest.fixture
def guest(cast: Cast) -> Guest:
    guest = cast.guest()
    identify(guest.visitor.profile_id, Person("member-1"))
    return guest


def begin(guest: Guest) -> UUID:
    return messages.receive(guest.visitor, client_id=uuid4(), body="hello").conversation.id


def made(template: str = CRM, **changes: Any) -> tuple[ToolLink, str]:
    link = ToolLink(name="CRM", template=template, **changes)
    return link, give_secret(link)


@pytest.mark.django_db
def test_a_link_leads_to_the_signed_address_of_this_customer(cast: Cast, guest: Guest) -> None:
    id, (link, secret) = begin(guest), made(minutes=5)
    client = browser(cast.oto)
    [shown] = client.get(f"/api/v1/conversations/{id}/sidebar").json()["links"]
    assert shown == {"id": str(link.id), "name": "CRM", "host": "crm.example"}
    answer = client.get(f"/api/v1/conversations/{id}/links/{link.id}")
    assert (answer.status_code, answer["Referrer-Policy"]) == (302, "no-referrer")
    before, _, sig = answer["Location"].partition("&sig=")
    assert sig == links.signature(before, secret)
    asked = parse_qs(urlsplit(before).query)
    assert before.startswith("https://crm.example/members/member-1?by=")
    assert asked["by"] == [cast.oto.email]
    left = int(asked["expires"][0]) - clock.now().timestamp()
    assert 290 < left <= 300
    assert secret not in link.secret


@pytest.mark.django_db
def test_there_is_no_link_without_what_it_is_made_of_or_where_that_is_masked(
    cast: Cast, guest: Guest
) -> None:
    id, client = begin(guest), browser(cast.oto)
    mail, _ = made("https://t.example/{email}")
    off, _ = made("https://t.example/", is_active=False)
    member, _ = made()

    def offered() -> tuple[list[str], list[int]]:
        shown = client.get(f"/api/v1/conversations/{id}/sidebar").json()["links"]
        paths = [f"/api/v1/conversations/{id}/links/{one.id}" for one in (mail, off, member)]
        return [one["id"] for one in shown], [client.get(path).status_code for path in paths]

    assert offered() == ([str(member.id)], [404, 404, 302])
    FieldRule.objects.create(key="user_id", visibility=Visibility.SECRET)
    assert offered() == ([], [404, 404, 404])
    foreign = browser(cast.ren).get(f"/api/v1/conversations/{id}/links/{member.id}")
    assert foreign.status_code == 404


@pytest.mark.django_db
def test_the_admin_shows_a_links_secret_once_and_refuses_a_bad_address(cast: Cast) -> None:
    client = browser(cast.aoi)
    form = {"name": "CRM", "template": CRM, "minutes": 5, "position": 0, "is_active": "on"}
    bad = client.post(reverse("admin:talk_toollink_add"), {**form, "template": "http://x.example"})
    assert bad.status_code == 200
    assert not ToolLink.objects.exists()
    page = client.post(reverse("admin:talk_toollink_add"), form).content.decode()
    link = ToolLink.objects.get()
    [secret] = re.findall(r"<code>([\w-]{43})</code>", page)
    change = client.get(reverse("admin:talk_toollink_change", args=[link.id])).content.decode()
    assert secret not in change
    before = link.secret
    client.post(reverse("admin:talk_toollink_change", args=[link.id]), {**form, "name": "renamed"})
    link.refresh_from_db()
    assert (link.name, link.secret) == ("renamed", before)
    chosen = {"action": "renew_secret", "_selected_action": [str(link.id)]}
    client.post(reverse("admin:talk_toollink_changelist"), chosen)
    link.refresh_from_db()
    assert link.secret != before


@pytest.mark.django_db
def test_a_link_whose_secret_cannot_be_read_any_more_says_so(cast: Cast, guest: Guest) -> None:
    id, (link, _) = begin(guest), made()
    path = f"/api/v1/conversations/{id}/links/{link.id}"
    assert browser(cast.oto).get(path).status_code == 302
    with override_settings(SECRET_KEY="another"):  # not a secret
        answer = browser(cast.oto).get(path)
    assert (answer.status_code, answer.json()["code"]) == (409, "refused")
