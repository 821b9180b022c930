"""Another layout reaches open consoles by itself: once for each change, and nobody else."""

from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse

from talk import frames
from talk.hub import Hub
from talk.models import Event, HeadlineClause, SidebarLayout, SidebarLine, ToolLink
from tests.cast import Cast
from tests.clients import browser

pytestmark = pytest.mark.django_db


def told() -> list[dict[str, Any]]:
    return list(Event.objects.filter(kind="layout.changed").values_list("rows", flat=True))


def test_all_that_one_change_touches_is_told_once() -> None:
    with transaction.atomic():
        layout = SidebarLayout.objects.create(name="desk")
        for place in range(5):
            SidebarLine.objects.create(layout=layout, kind="cart", position=place)
    assert told() == [{}]


@pytest.mark.parametrize(
    "make",
    [
        lambda: SidebarLayout.objects.create(name="desk"),
        lambda: ToolLink.objects.create(name="crm", template="https://crm.example/{user_id}"),
        lambda: HeadlineClause.objects.create(kind="cart"),
    ],
    ids=["layout", "link", "clause"],
)
def test_whatever_the_sidebar_is_made_of_is_told(make: Any) -> None:
    assert told() == []
    make()
    assert told() == [{}]


@pytest.mark.django_db(transaction=True)
def test_the_admin_tells_of_conditions_and_of_a_layout_that_goes(cast: Cast) -> None:
    layout = SidebarLayout.objects.create(name="desk")
    layout.teams.add(cast.oto.teams.get())
    assert told() == [{}, {}]
    form = {"post": "yes"}
    browser(cast.aoi).post(reverse("admin:talk_sidebarlayout_delete", args=[layout.id]), form)
    assert not SidebarLayout.objects.exists()
    assert told() == [{}, {}, {}]


class Ear:
    veil: frozenset[str] = frozenset()

    def __init__(self) -> None:
        self.topics: set[str] = set()
        self.heard: list[str] = []

    def push_event(self, told: Any) -> None:
        self.heard.append(told.text)


def test_every_console_hears_it_and_no_visitor() -> None:
    hub, console, visitor = Hub(), Ear(), Ear()
    hub.attach(console, ["consoles"])  # type: ignore[arg-type]
    hub.attach(visitor, ["profile:p"])  # type: ignore[arg-type]
    hub.deliver(frames.Ring(id=1, xid=1, kind="layout.changed", rows={}))
    assert [('"kind":"layout.changed"' in text) for text in console.heard] == [True]
    assert visitor.heard == []
