"""Which layout is beside a conversation, what its lines become, and that nothing known is lost."""

from datetime import UTC, datetime
from enum import StrEnum
from importlib import import_module
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from django.db import connection
from django.db.migrations import AddField
from hypothesis import given
from hypothesis import strategies as st

from customers.actions.identify import Person, identify
from customers.actions.traits import tell_traits
from customers.context import ContextData, SegmentIn
from customers.models import Context
from customers.queries import CustomerRow
from customers.traits import Known
from talk import layouts, sidebar
from talk.actions import messages
from talk.layouts import Situation
from talk.masking import Visibility
from talk.models import FieldRule, SidebarLayout, SidebarLine
from talk.models.sidebar import all_kinds
from talk.queries.sidebars import sidebar_of
from talk.sidebar import (
    BUILT_IN,
    Block,
    BlockShown,
    Column,
    FieldShown,
    Format,
    Layout,
    Line,
)
from tests.cast import Cast, Guest, actor
from tests.clients import browser

SHOP, SALON, TEAM = uuid4(), uuid4(), uuid4()
HERE = Situation(SHOP, frozenset({TEAM}), "open", frozenset({"vip"}))
AUTO = Format.AUTO
NOW = datetime(2026, 11, 27, tzinfo=UTC)


def customer(*keys: str) -> CustomerRow:
    known = Known(1, "site", NOW, NOW)
    return CustomerRow(uuid4(), "", "ja", "", (), dict.fromkeys(keys, known), (), ())


def chosen(*offered: Layout) -> str:
    return layouts.choose(offered, HERE)[0].name


def layout(name: str, **conditions: Any) -> Layout:
    given = {field: frozenset(values) for field, values in conditions.items()}
    return Layout(name, (), uuid4(), **given)


def test_without_layouts_the_built_in_one_is_taken() -> None:
    assert layouts.choose((), HERE)[0] is BUILT_IN


def test_the_layout_with_the_most_conditions_met_is_taken_then_the_first() -> None:
    everywhere, here = layout("everywhere"), layout("here", inbox_ids={SHOP})
    ours = layout("ours", inbox_ids={SALON, SHOP}, team_ids={TEAM})
    assert chosen(everywhere) == "everywhere"
    assert chosen(everywhere, here) == "here"
    assert chosen(everywhere, here, ours) == "ours"
    assert chosen(layout("first", statuses={"open"}), here) == "first"
    assert chosen(here, layout("second", statuses={"open"})) == "here"


def test_one_condition_that_is_not_met_is_enough_to_pass_a_layout_over() -> None:
    almost = layout("almost", inbox_ids={SHOP}, segment_ids={"vip"}, statuses={"resolved"})
    taken, tried = layouts.choose((almost, layout("everywhere")), HERE)
    assert taken.name == "everywhere"
    assert [(one.name, one.met, one.missed) for one in tried] == [
        ("everywhere", (), ()),
        ("", (), ()),
        ("almost", ("inbox", "segment"), ("status",)),
    ]


def test_blocks_that_came_after_a_layout_was_made_stand_where_they_do_built_in() -> None:
    lines = (Line(Block.CART), Line(Block.NOW), Line(Block.IDENTIFIERS), Line(Block.PAGES))
    knows = frozenset(Block) - {Block.NOTES, Block.LABELS, Block.DID, Block.CART}
    shown = sidebar.arrange(Layout("", lines, knows=knows), customer())
    assert [(block.kind, block.place) for block in shown if block.place] == [
        (Block.CART, 1),
        (Block.NOW, 2),
        (Block.NOTES, sidebar.NEW),
        (Block.LABELS, sidebar.NEW),
        (Block.IDENTIFIERS, 3),
        (Block.PAGES, 4),
        (Block.DID, sidebar.NEW),
    ]
    assert Block.SEGMENTS in {block.kind for block in shown if not block.place}
    first = sidebar.arrange(Layout("", (Line(Block.PAST),), knows=frozenset()), customer())[0]
    assert (first.kind, first.place, first.is_open) == (Block.NOW, sidebar.NEW, True)


def test_values_stand_in_the_section_above_them() -> None:
    lines = (
        Line(Block.CART),
        Line(Block.VALUE, "rank", "Rank", Format.BADGE),
        Line(Block.SECTION, label="Money"),
        Line(Block.VALUE, "points"),
        Line(Block.VALUE, "missing"),
        Line(Block.VALUE, "contract.plan"),
        Line(Block.DATA, "contract", is_open=False),
    )
    shown = sidebar.arrange(
        Layout("", lines), customer("rank", "claimed.rank", "points", "contract", "x")
    )
    assert [block for block in shown if block.place] == [
        BlockShown(Block.CART, "", True, (), 1),
        BlockShown(
            Block.SECTION,
            "",
            True,
            (
                FieldShown("rank", "Rank", Format.BADGE),
                FieldShown("claimed.rank", "Rank", Format.BADGE),
            ),
            2,
        ),
        BlockShown(
            Block.SECTION,
            "Money",
            True,
            (FieldShown("points", "", AUTO), FieldShown("contract.plan", "", AUTO)),
            3,
        ),
        BlockShown(Block.DATA, "", False, (FieldShown("contract", "", AUTO),), 7),
    ]
    others = {block.kind: block for block in shown if not block.place}
    assert others[Block.MEMBER].fields == (FieldShown("x", "", AUTO),)
    assert not others[Block.MEMBER].is_open
    assert {Block.NOW, Block.PAST, Block.IDENTIFIERS} <= others.keys()


def test_columns_are_a_key_a_label_and_a_format() -> None:
    assert sidebar.columns_of("plan, price=Price:money, until:date,") == (
        Column("plan", "", AUTO),
        Column("price", "Price", Format.MONEY),
        Column("until", "", Format.DATE),
    )
    assert sidebar.columns_of("") == ()
    with pytest.raises(ValueError, match="colour"):
        sidebar.columns_of("plan:colour")


keys = st.sampled_from(["rank", "points", "contract", "contract.plan", "claimed.rank", "x.y", "x"])
lines = st.builds(Line, st.sampled_from(Block), key=keys)


@given(st.lists(lines, max_size=8), st.sets(keys), st.frozensets(st.sampled_from(Block)))
def test_whatever_the_layout_all_that_is_known_is_shown_somewhere(
    laid: list[Line], known: set[str], knows: frozenset[str]
) -> None:
    row = customer(*sorted(known))
    shown = sidebar.arrange(Layout("", tuple(laid), knows=knows), row)
    assert {key for block in shown for field in block.fields for key in [field.key]} >= known
    wanted = {line.kind for line in BUILT_IN.lines}
    assert {block.kind for block in shown} >= wanted


@pytest.fixture
def guest(cast: Cast) -> Guest:
    guest = cast.guest()
    identify(guest.visitor.profile_id, Person("member-1", email="a@e.jp"))
    known = {"rank": "gold", "secret": "sesame", "points": 3}
    tell_traits(guest.visitor.profile_id, known, source="site")
    return guest


def begin(guest: Guest) -> UUID:
    return messages.receive(guest.visitor, client_id=uuid4(), body="hello").conversation.id


@pytest.mark.django_db
def test_the_sidebar_of_a_conversation_is_laid_out_for_its_inbox_and_the_operators_team(
    cast: Cast, guest: Guest, django_assert_num_queries: Any
) -> None:
    id = begin(guest)
    mine = SidebarLayout.objects.create(name="mine", statuses=["open", "pending"])
    mine.teams.set(cast.oto.teams.all())
    SidebarLine.objects.create(layout=mine, kind="value", key="rank", format="badge")
    SidebarLine.objects.create(layout=mine, kind="cart", position=1)
    SidebarLayout.objects.create(name="off", is_active=False, statuses=["open"])
    me = actor(cast.oto)
    with django_assert_num_queries(2):
        told = sidebar_of(me, id)
    assert [block.kind for block in told.blocks if block.place] == ["section", "cart"]
    assert (told.tried[0].name, told.tried[0].met) == ("mine", ("team", "status"))
    others = sidebar_of(actor(cast.sumire), id)
    assert (others.tried[0].id, others.tried[0].met) == (None, ())


@pytest.mark.django_db
def test_a_foreign_conversation_has_no_sidebar_and_a_masked_value_stays_masked(
    cast: Cast, guest: Guest
) -> None:
    FieldRule.objects.create(key="secret", visibility=Visibility.SECRET)
    path = f"/api/v1/conversations/{begin(guest)}/sidebar"
    assert browser(cast.ren).get(path).status_code == 404
    told = browser(cast.oto).get(path).json()
    assert told["customer"]["traits"]["secret"]["value"] == "••••"
    assert told["customer"]["masked"] == {"secret": False}
    [member] = [block for block in told["blocks"] if block["kind"] == "member"]
    assert [field["key"] for field in member["fields"]] == ["points", "rank", "secret"]


def be_in(guest: Guest, *segments: SegmentIn) -> None:
    data = msgspec.to_builtins(ContextData(segments=segments))
    Context.objects.filter(customer_id=guest.visitor.customer_id).update(data=data)


@pytest.mark.django_db
def test_a_layout_for_a_segment_is_for_its_customers_and_for_who_sees_segments(
    cast: Cast, guest: Guest
) -> None:
    id = begin(guest)
    SidebarLayout.objects.create(name="for buyers", segment_ids=["buyers", "vip"])
    assert sidebar_of(actor(cast.oto), id).tried[0].id is None
    be_in(guest, SegmentIn("new", "新規", NOW), SegmentIn("vip", "優良", NOW, ("購入3回以上",)))
    told = sidebar_of(actor(cast.oto), id)
    assert (told.tried[0].name, told.tried[0].met) == ("for buyers", ("segment",))
    FieldRule.objects.create(key="context.segments", visibility=Visibility.SECRET)
    masked = sidebar_of(actor(cast.oto), id)
    assert [(one.name, one.missed) for one in masked.tried] == [
        ("", ()),
        ("for buyers", ("segment",)),
    ]


def test_layouts_of_a_database_that_is_taken_over_late_know_no_kinds_that_came_since(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Later(StrEnum):
        LATER = "later"

    monkeypatch.setattr("talk.models.sidebar.Block", Later)
    assert all_kinds() == ["later"]
    migration = import_module("talk.migrations.0023_layouts_know_segments").Migration
    [added] = [each for each in migration.operations if isinstance(each, AddField)][:1]
    assert added.name == "knows"
    known = added.field.get_default()
    assert (len(known), "segments" in known, "later" in known) == (20, True, False)


@pytest.mark.django_db
def test_layouts_made_before_labels_and_notes_did_not_know_of_them(cast: Cast) -> None:
    old, newer = (SidebarLayout.objects.create(name=name) for name in ("old", "newer"))
    SidebarLine.objects.create(layout=newer, kind="notes")
    migration = import_module("talk.migrations.0023_layouts_know_segments")
    with connection.cursor() as cursor:
        cursor.execute(migration.KNEW)
    for layout in (old, newer):
        layout.refresh_from_db()
    everything = set(Block)
    assert everything - set(old.knows) == {"labels", "notes", "segments", "did"}
    assert everything - set(newer.knows) == {"segments", "did"}
