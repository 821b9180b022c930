"""S-20, S-21, S-27: what comes from outside is shown as text, by the API, the admin and mails.

Consoles and widgets in a browser are attacked with the same texts by the browser tests.
"""

import re
from html.parser import HTMLParser
from typing import Any
from uuid import uuid4

import pytest
from django.contrib import admin
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from customers import audit
from customers.actions.traits import tell_traits
from customers.audit import Act, Who
from customers.models import BlockedIdentifier, Claim, Context, Customer, Profile
from talk.actions import marks, messages, notes
from talk.actions.identities import make_secret
from talk.actions.tokens import issue_api_token
from talk.actions.tool_links import give_secret
from talk.models import (
    Attachment,
    FieldRule,
    HeadlineClause,
    Inbox,
    Label,
    Operator,
    SidebarLayout,
    SidebarLine,
    SigningKey,
    Team,
    ToolLink,
)
from talk.policy import actor_of_operator
from tests.cast import Cast
from tests.clients import browser
from tests.security.payloads import HOSTILE_NAMES, XSS

pytestmark = pytest.mark.django_db

DANGEROUS = {"iframe", "object", "embed", "math", "marquee", "animate", "noscript"}


class Scan(HTMLParser):
    """Finds what a browser would run: foreign scripts, handlers, script links."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = dict(attributes)
        if tag in DANGEROUS or (tag == "script" and not (values.get("src") or "").startswith("/")):
            self.found.append(self.get_starttag_text() or tag)
        for name, value in attributes:
            address = re.sub(r"\s", "", value or "").lower()
            runs = name.startswith("on") or name == "srcdoc"
            leads = name in {"href", "src", "action", "data", "formaction"}
            if runs or (leads and address.startswith(("javascript:", "data:text", "vbscript:"))):
                self.found.append(f"{tag} {name}")


def runs_in(page: str) -> list[str]:
    scan = Scan()
    scan.feed(page)
    return scan.found


def test_the_scan_sees_what_it_should() -> None:
    seen = [text for text in XSS if runs_in(text)]
    assert len(seen) > 20


def test_forty_payloads() -> None:
    assert len(set(XSS)) == 40


@pytest.mark.parametrize("text", XSS)
def test_s20_the_api_gives_back_the_very_text_as_json(cast: Cast, text: str) -> None:
    guest = cast.guest()
    Customer.objects.filter(id=guest.visitor.customer_id).update(name=text[:200])
    id = messages.receive(guest.visitor, client_id=uuid4(), body=text).conversation.id
    client = browser(cast.oto)
    client.post(
        f"/api/v1/conversations/{id}/notes",
        {"client_id": str(uuid4()), "body": text},
        content_type="application/json",
    )
    answer = client.get(f"/api/v1/conversations/{id}/thread")
    assert answer["Content-Type"] == "application/json"
    assert answer["X-Content-Type-Options"] == "nosniff"
    thread = answer.json()
    assert thread["messages"][0]["body"] == thread["notes"][0]["body"] == text
    assert thread["conversation"]["name"] == text[:200]


def put_everywhere(cast: Cast, text: str) -> dict[str, object]:
    """Put the text wherever text can stand; returns the rows that the admin shows, by table."""
    short = text[:100]
    inbox = Inbox.objects.create(name=short, greeting=text)
    team = Team.objects.create(name=short)
    operator = Operator.objects.create(email=f"{uuid4().hex}@sobani.example", name=short)
    guest = cast.guest(inbox)
    customer = guest.visitor.customer_id
    Customer.objects.filter(id=customer).update(name=text)
    page = {"url": text, "title": text}
    Context.objects.update_or_create(
        customer_id=customer,
        defaults={"data": {"page": page, "pages": [page], "referrer": text, "language": text}},
    )
    stored = messages.receive(guest.visitor, client_id=uuid4(), body=text)
    id, message = stored.conversation.id, stored.message.id
    administrator = actor_of_operator(cast.aoi)
    note = notes.add(administrator, conversation_id=id, client_id=uuid4(), body=text)
    file = Attachment.objects.create(
        inbox=inbox, name=text, media_type="text/plain", size=1, message_id=message
    )
    profile = guest.visitor.profile_id
    tell_traits(profile, {text[:60]: text}, source="crm")
    claim = Claim.objects.create(profile_id=profile, kind="email", value=text, value_norm=text)
    blocked = BlockedIdentifier.objects.create(value=text[:60], note=text)
    marks.add_note(administrator, customer_id=customer, client_id=uuid4(), body=text)
    audit.record(Who(audit.Kind.OPERATOR, short), Act.CUSTOMER_SEEN, what={"why": text})
    label = Label.objects.create(name=f"{text[:36]}{uuid4().hex[:4]}", description=text)
    layout = SidebarLayout.objects.create(name=short)
    SidebarLine.objects.create(layout=layout, kind="value", key=text, label=text[:60])
    clause = HeadlineClause.objects.create(
        kind="trait", trait=text[:60], value=text, text_ja=text[:80]
    )
    link = ToolLink(name=text[:60], template=text)
    give_secret(link)
    _, token = issue_api_token(cast.oto, name=text[:60], scopes=[])
    key = SigningKey(inbox=inbox, name=text[:60])
    make_secret(key)
    FieldRule.objects.get_or_create(key=text[:60], defaults={"visibility": "personal"})
    return {
        "customers_context": customer,
        "customers_claim": claim.id,
        "customers_blockedidentifier": blocked.pk,
        "talk_label": label.id,
        "talk_sidebarlayout": layout.id,
        "talk_headlineclause": clause.id,
        "talk_toollink": link.id,
        "talk_apitoken": token.id,
        "talk_signingkey": key.pk,
        "talk_inbox": inbox.id,
        "talk_message": message,
        "talk_note": note.id,
        "talk_attachment": file.id,
        "talk_operator": operator.id,
        "talk_team": team.id,
    }


def test_s20_each_list_of_the_admin_shows_text_as_text(cast: Cast) -> None:
    client = browser(cast.aoi)
    for text in XSS:
        put_everywhere(cast, text)
    tables = [model._meta.db_table for model in admin.site._registry]
    assert len(tables) > 25
    for table in tables:
        answer = client.get(reverse(f"admin:{table}_changelist"), {"all": ""})
        assert answer.status_code == 200, table
        assert runs_in(answer.content.decode()) == [], table


@pytest.mark.parametrize("part", range(4))
def test_s20_each_page_of_the_admin_shows_text_as_text(cast: Cast, part: int) -> None:
    client = browser(cast.aoi)
    for text in XSS[part::4]:
        for table, pk in put_everywhere(cast, text).items():
            page = client.get(reverse(f"admin:{table}_change", args=[pk])).content.decode()
            assert runs_in(page) == [], (table, text)
            assert escape(text[:36]) in page or "\\" in repr(text), (table, text)


@pytest.mark.parametrize("text", XSS)
def test_s20_a_browser_may_call_itself_anything(cast: Cast, text: str) -> None:
    """The headers as they are sent, what is kept of them, and who looks at it."""
    named = {"HTTP_USER_AGENT": text, "HTTP_ACCEPT_LANGUAGE": text, "HTTP_REFERER": text}
    visitor = Client(HTTP_ORIGIN="https://shop.example", **named)  # type: ignore[arg-type]  # environ
    begun = visitor.post(
        "/widget/v1/session",
        {"inbox": cast.shop.public_id, "chat": True, "language": text},
        content_type="application/json",
    )
    bearer = {"Authorization": f"Bearer {begun.json()['token']}"}
    said = visitor.post(
        "/widget/v1/messages",
        {"client_id": str(uuid4()), "body": "hello"},
        content_type="application/json",
        headers=bearer,
    )
    assert (begun.status_code, said.status_code) == (200, 200)
    id = said.json()["conversation"]["id"]
    frame = visitor.get(f"/widget/{cast.shop.public_id}/")
    assert frame.status_code == 200
    assert runs_in(frame.content.decode()) == []
    for path in (f"/api/v1/conversations/{id}/sidebar", f"/api/v1/conversations/{id}/thread"):
        shown = browser(cast.oto).get(path, headers={"User-Agent": text, "Accept-Language": text})
        assert (shown.status_code, shown["Content-Type"]) == (200, "application/json")
    profile = Profile.objects.get(id=begun.json()["profile_id"])
    for table, pk in (
        ("customers_profile", profile.id),
        ("customers_customer", profile.customer_id),
        ("customers_context", profile.customer_id),
    ):
        page = browser(cast.aoi).get(reverse(f"admin:{table}_change", args=[pk]))
        assert page.status_code == 200
        assert runs_in(page.content.decode()) == [], table


@pytest.mark.parametrize("text", XSS)
def test_s20_account_pages_and_mails_show_text_as_text(cast: Cast, text: str) -> None:
    Operator.objects.filter(id=cast.oto.id).update(name=text[:100])
    client = Client(HTTP_USER_AGENT=text.replace("\t", " "))
    password = "correct horse battery staple"
    client.post("/login/", {"login": cast.oto.email, "password": password})
    for path in ("/account/", "/account/sessions/", f"/login/?next={text}"):
        assert runs_in(client.get(path).content.decode()) == [], path
    for sent in mail.outbox:
        assert sent.content_subtype == "plain"


def test_s20_a_next_address_never_leaves_the_site(cast: Cast) -> None:
    for target in ("https://evil.example/", "//evil.example", "javascript:alert(1)", "\\\\evil"):
        answer = Client().post(
            f"/login/?next={target}",
            {"login": cast.oto.email, "password": "correct horse battery staple", "next": target},
        )
        assert answer["Location"] == "/", target


def test_s21_an_origin_that_is_no_https_address_is_not_kept(cast: Cast) -> None:
    client = browser(cast.aoi)
    for text in XSS:
        client.post(
            reverse("admin:talk_inbox_change", args=[cast.shop.id]),
            {"name": "shop", "kind": "web", "allowed_origins": text, "color": "#1f5eff",
             "reopen_days": 7, "attachment_max_bytes": 1, "attachments_per_message": 1},
        )  # fmt: skip
    assert Inbox.objects.get(id=cast.shop.id).allowed_origins == ["https://shop.example"]


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_s27_a_hostile_name_is_isolated_and_harmless(
    cast: Cast, name: str, caplog: Any, capsys: Any
) -> None:
    guest = cast.guest()
    Customer.objects.filter(id=guest.visitor.customer_id).update(name=name[:200])
    Operator.objects.filter(id=cast.oto.id).update(name=name[:100])
    id = messages.receive(guest.visitor, client_id=uuid4(), body=name[:10_000]).conversation.id
    client = browser(cast.oto)
    row = client.get(f"/api/v1/conversations/{id}").json()
    assert len(row["preview"]) <= 160
    page = client.get("/account/").content.decode()
    assert f"<bdi>{Operator.objects.get(id=cast.oto.id).name}" in page
    logged = caplog.text + capsys.readouterr().err
    assert "X-Evil" not in logged
    assert name[:20] not in logged
