"""S-20, S-21, S-27: what comes from outside is shown as text, by the API, the admin and mails.

Consoles and widgets in a browser are attacked with the same texts by the browser tests.
"""

import re
from html.parser import HTMLParser
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from customers.models import Context, Customer
from talk.actions import messages, notes
from talk.models import Attachment, Inbox, Operator, Team
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


TABLES = (
    "customers_context", "customers_customer", "talk_attachment", "talk_conversation",
    "talk_event", "talk_inbox", "talk_message", "talk_note", "talk_operator", "talk_team",
)  # fmt: skip


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
    return {
        "customers_context": customer,
        "talk_inbox": inbox.id,
        "talk_message": message,
        "talk_note": note.id,
        "talk_attachment": file.id,
        "talk_operator": operator.id,
        "talk_team": team.id,
    }


def test_s20_the_admin_shows_text_as_text(cast: Cast) -> None:
    client = browser(cast.aoi)
    shown = [(text, put_everywhere(cast, text)) for text in XSS]
    for table in TABLES:
        page = client.get(reverse(f"admin:{table}_changelist"), {"all": ""}).content.decode()
        assert runs_in(page) == [], table
    for text, rows in shown:
        for table, pk in rows.items():
            page = client.get(reverse(f"admin:{table}_change", args=[pk])).content.decode()
            assert runs_in(page) == [], (table, text)
            assert escape(text[:100]) in page or "\\" in repr(text), (table, text)


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
