"""The inbox of an account asks for nothing that only a website has, and saves without it."""

import pytest
from django.test import Client
from django.urls import reverse

from talk.models import Inbox
from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_line_inbox_shows_what_it_has_and_is_saved(admin: Client, cast: Cast) -> None:
    inbox = Inbox.objects.create(kind=Inbox.Kind.LINE, name="ショップ公式", color="#123456")
    pages = [
        admin.get(reverse("admin:talk_inbox_change", args=[each.pk])).content.decode()
        for each in (cast.shop, inbox)
    ]
    asked = [f'name="{name}"' for name in ("color", "allowed_origins", "consent", "shims")]
    assert [[field in page for field in asked] for page in pages] == [[True] * 4, [False] * 4]
    given = {"name": "花屋", "is_active": "on", "reopen_days": 3}
    limits = {"attachment_max_bytes": 5, "attachments_per_message": 2}
    admin.post(reverse("admin:talk_inbox_change", args=[inbox.pk]), {**given, **limits})
    inbox.refresh_from_db()
    assert (inbox.name, inbox.reopen_days, inbox.color) == ("花屋", 3, "#123456")
