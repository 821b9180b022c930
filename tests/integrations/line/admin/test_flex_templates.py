"""Flex messages that administrators keep: refused with the place that LINE would not take, and
offered to the operators who see the inbox."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from integrations.line.models import FlexTemplate, LineChannel
from integrations.line.secrets import seal_secret
from talk.models import Inbox
from tests.cast import Cast
from tests.clients import browser

ADD = reverse("admin:line_flextemplate_add")
BUTTON = {"type": "button", "action": {"type": "postback", "label": "はい", "data": "x"}}


def bubble(*contents: dict[str, object]) -> dict[str, object]:
    return {"type": "bubble", "body": {"type": "box", "layout": "vertical", "contents": contents}}


@pytest.fixture
def channel(cast: Cast) -> LineChannel:
    inbox = Inbox.objects.create(name="LINE", kind=Inbox.Kind.LINE)
    inbox.teams.set(cast.shop.teams.all())
    secret = seal_secret(inbox.id, "secret", "x")
    return LineChannel.objects.create(inbox=inbox, channel_id="1", bot_user_id="U1", secret=secret)


def given(channel: LineChannel, contents: str) -> dict[str, str]:
    told = {"channel": str(channel.pk), "name": "確認", "alt": "確認です", "is_offered": "on"}
    return {**told, "contents": contents}


def test_what_line_would_refuse_is_refused_with_its_place(
    admin: Client, channel: LineChannel
) -> None:
    nameless = {"type": "button", "action": {"type": "postback", "data": "x"}}
    for contents, told in [
        ("{,", "JSONとして読めません"),
        ('{"type": "video"}', "bubble"),
        (json.dumps(bubble(BUTTON, nameless)), "body.contents[1].action.label"),
    ]:
        page = admin.post(ADD, given(channel, contents)).content.decode()
        assert told in page, contents
    assert not FlexTemplate.objects.exists()


def test_what_is_kept_is_offered_to_who_sees_the_inbox(
    cast: Cast, admin: Client, channel: LineChannel
) -> None:
    admin.post(ADD, given(channel, json.dumps(bubble(BUTTON), ensure_ascii=False)))
    kept = FlexTemplate.objects.get()
    FlexTemplate.objects.create(
        channel=channel, name="古い", alt="x", contents={}, is_offered=False
    )
    url = f"/api/v1/inboxes/{channel.inbox.pk}/templates"
    row = {"id": str(kept.pk), "name": "確認", "alt": "確認です", "contents": bubble(BUTTON)}
    expected = {**row, "contents": json.loads(json.dumps(bubble(BUTTON)))}
    assert browser(cast.oto).get(url).json() == {"results": [expected], "next": None}
    assert browser(cast.ren).get(url).status_code == 404
    assert (
        browser(cast.oto).get(f"/api/v1/inboxes/{cast.shop.pk}/templates").json()["results"] == []
    )
