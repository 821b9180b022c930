"""S-51: what is masked stands in no answer: lists, threads, sockets, REST, the admin, our logs."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import msgspec
import pytest
from django.contrib import admin
from django.core.cache import cache
from django.db import connection, transaction
from django.urls import reverse
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from customers import clock
from customers.actions.claims import claim
from customers.actions.identify import Person, identify
from customers.actions.traits import tell_traits
from customers.context import (
    ContextData,
    CrmRecord,
    Device,
    Inquiries,
    PageNow,
    PageSeen,
    SegmentIn,
)
from customers.doings import Did
from customers.identifiers import Kind
from customers.models import Activity, Context, MergeLog
from customers.shopping import CartNow, ErrorMet, ItemSeen, Line, OrderMade, Shopping
from customers.signals import context_changed
from talk import logged, queries
from talk.actions import marks, messages
from talk.downloads import FileResponse
from talk.hub import Hub
from talk.masking import ALL_OTHERS, Visibility
from talk.models import ClassAccess, Epoch, FieldRule, Message, Operator
from talk.policy import Permission, actor_of_operator
from talk.told import SLIM, WHOLE, tell_again
from tests.cast import Cast, Guest
from tests.clients import browser, program
from tests.security.routes import routes
from tests.talk.law import Ear

ROLES = ("aoi", "sumire", "oto")
# By key, texts that no answer may hold for whom the key is masked. None is part of another.
SECRETS = {
    "name": ["Nanashi Gonbee"],
    "user_id": ["member-8841"],
    "email": ["hidden.mail@e.jp", "claimed.mail@e.jp"],
    "phone": ["090-8765-4321"],
    "card": ["4980-0012-3456-7001", "4980 other source", "4980 claimed"],
    "contract": ["Contract-of-Gold", "918273"],
    "context.pages": ["/page-now", "/page-before", "Title of the page", "https://from.example"],
    "context.cart": ["In the cart"],
    "context.items": ["Looked at"],
    "context.order": ["Bought before", "ORDER-77"],
    "context.errors": ["Card was refused"],
    "context.device": ["Browser-of-theirs", "Asia/Tokyo"],
    "context.visits": ["2019-03-04T05:06", "2019-04-05T06:07", "2019-05-06T07:08"],
    "context.did": ["Searched the answers", "wished: Blue bicycle"],
    "context.segments": ["Segment-of-buyers", "because-of-three-orders"],
    "context.crm": ["Deal-of-the-year", "Stage-negotiation"],
    "customer.notes": ["Calls late at night"],
}
CLEAR = ["rank-of-nobody"]
ON_A_PAGE = "https://s.example/page-now"
"""Told by much else that happens on it."""
# Of these, what their activities tell of the time of a message.
DONE = {
    "context.pages": "Title of the page",
    "context.cart": "In the cart",
    "context.order": "ORDER-77",
    "context.errors": "Card was refused",
    "context.did": "Searched the answers",
}


@dataclass
class Scene:
    cast: Cast
    guest: Guest
    conversation_id: UUID
    message_id: UUID
    token: str

    @property
    def customer_id(self) -> UUID:
        return self.guest.visitor.customer_id


def make_scene() -> Scene:
    cast = Cast()
    for who in ROLES:
        getattr(cast, who)
    Epoch.objects.get_or_create(singleton=True)
    guest = cast.guest()
    profile_id = guest.visitor.profile_id
    start = queries.events_after(actor_of_operator(cast.aoi), None).token
    identify(profile_id, Person("member-8841", email="hidden.mail@e.jp", phone="090-8765-4321"))
    claim(profile_id, Kind.EMAIL, "claimed.mail@e.jp")
    known = {
        "name": "Nanashi Gonbee",
        "card": "4980-0012-3456-7001",
        "contract": [{"plan": "Contract-of-Gold", "fee": 918273}],
        "rank": "rank-of-nobody",
    }
    tell_traits(profile_id, known, source="site")
    tell_traits(profile_id, {"card": "4980 other source"}, source="tracker")
    tell_traits(profile_id, {"card": "4980 claimed"}, source="claim")
    said = messages.receive(guest.visitor, client_id=uuid4(), body="hello")
    MergeLog.objects.create(
        winner_id=guest.visitor.customer_id,
        loser_id=cast.guest().visitor.customer_id,
        profile_ids=[],
        reason="x",
        actor="x",
        evidence={"kind": "email", "value": "hidden.mail@e.jp"},
    )
    tell_context(guest.visitor.customer_id)
    oto, body = actor_of_operator(cast.oto), "Calls late at night"
    marks.add_note(oto, customer_id=guest.visitor.customer_id, client_id=uuid4(), body=body)
    for kind, props in (
        ("page", {"url": ON_A_PAGE, "title": "Title of the page"}),
        ("order", {"id": "ORDER-77"}),
        (
            "cart",
            {
                "items": [{"item_id": "1", "name": "In the cart", "item_url": ON_A_PAGE}],
                "url": ON_A_PAGE,
            },
        ),
        ("item_view", {"item_id": "3", "name": "Looked at", "item_url": ON_A_PAGE}),
        ("error", {"message": "Card was refused", "url": ON_A_PAGE}),
        ("faq_view", {"url": "https://s.example/page-before", "title": "Title of the page"}),
        ("faq_search", {"q": "Searched the answers", "hits": 0, "url": ON_A_PAGE}),
        ("wish", {"wished": "Blue bicycle", "url": ON_A_PAGE, "title": "Title of the page"}),
    ):
        Activity.objects.create(
            profile_id=profile_id,
            kind=kind,
            props=props,
            at=clock.now(),
        )
    # The activities above had come in by then.
    Message.objects.filter(id=said.message.id).update(created_at=clock.now() + timedelta(seconds=1))
    return Scene(cast, guest, said.conversation.id, said.message.id, start)


def tell_context(customer_id: UUID) -> None:
    at = clock.now()
    long_ago = [
        datetime(2019, month, month + 1, month + 2, month + 3, tzinfo=UTC) for month in (3, 4, 5)
    ]
    line = Line("1", "In the cart", 1, 1, ON_A_PAGE)
    bought = Line("2", "Bought before", 1, 1, ON_A_PAGE)
    data = ContextData(
        page=PageNow(ON_A_PAGE, "Title of the page", at),
        pages=(PageSeen("https://s.example/page-before", "", at - timedelta(minutes=1)),),
        referrer="https://from.example",
        device=Device(browser="Browser-of-theirs"),
        time_zone="Asia/Tokyo",
        first_seen=long_ago[0],
        last_seen=long_ago[1],
        visits=3,
        inquiries=Inquiries(1, (long_ago[2],)),
        segments=(SegmentIn("s", "Segment-of-buyers", at, ("because-of-three-orders",)),),
        crm=(CrmRecord("x", "deal", "1", "Deal-of-the-year", at, {"s": "Stage-negotiation"}),),
        did=(
            Did("wish", "wished: Blue bicycle", at),
            Did("faq_search", "Searched the answers", at, 1, 0),
            Did("faq_view", "Title of the page", at),
        ),
        shopping=Shopping(
            items=(ItemSeen("3", "Looked at", 1, ON_A_PAGE, "", at),),
            cart=CartNow(at, (line,), 1, 1),
            order=OrderMade("ORDER-77", 1, "JPY", (bought,), at),
            errors=(ErrorMet("form", "Card was refused", ON_A_PAGE, at),),
        ),
    )
    Context.objects.filter(customer_id=customer_id).update(data=msgspec.to_builtins(data))
    context_changed.send(sender=tell_context, customer_id=customer_id)


visibilities = st.sampled_from(Visibility)
roles = st.lists(st.sampled_from(Operator.Role.values), unique=True)
rules = st.dictionaries(st.sampled_from([*SECRETS, ALL_OTHERS]), visibilities)
accesses = st.dictionaries(
    st.sampled_from([Visibility.PERSONAL, Visibility.SECRET]), st.tuples(roles, roles)
)


@pytest.fixture
def scene(db: None) -> Scene:
    return make_scene()


@pytest.mark.timeout(400)  # every answer there is, for three operators, eight times over
@settings(
    max_examples=8,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # one is dear, and says enough as it is
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    classes=rules,
    access=accesses,
)
def test_s51_what_is_masked_stands_in_no_answer(
    scene: Scene,
    caplog: pytest.LogCaptureFixture,
    classes: dict[str, Visibility],
    access: dict[Visibility, tuple[list[str], list[str]]],
) -> None:
    caplog.set_level(logging.DEBUG, "talk")
    with transaction.atomic():
        set_classes(classes, access)
        for who in ROLES:
            check(scene, getattr(scene.cast, who), caplog)
        transaction.set_rollback(True)


def set_classes(
    classes: dict[str, Visibility], access: dict[Visibility, tuple[list[str], list[str]]]
) -> None:
    FieldRule.objects.bulk_create(
        FieldRule(key=key, visibility=each) for key, each in classes.items()
    )
    ClassAccess.objects.bulk_create(
        ClassAccess(visibility=each, seen_by_roles=seen, revealed_by_roles=revealed)
        for each, (seen, revealed) in access.items()
    )


def check(scene: Scene, operator: Operator, caplog: pytest.LogCaptureFixture) -> None:
    mask = actor_of_operator(operator).mask
    caplog.clear()
    hidden = [text for key, texts in SECRETS.items() if not mask.shows(key) for text in texts]
    shown = [text for key, texts in SECRETS.items() if mask.shows(key) for text in texts]
    if not mask.shows("rank"):
        hidden.extend(CLEAR)
    answers = dict(all_answers(scene, operator))
    for way, answer in answers.items():
        found = [text for text in hidden if text in answer]
        assert not found, f"{operator.name} is told {found} by {way}"
    assert not [text for text in [*hidden, *shown] if text in caplog.text]
    detail = answers[f"GET /api/v1/customers/{scene.customer_id}"]
    assert [text for text in shown if text not in detail] == []
    then = answers[f"GET /api/v1/messages/{scene.message_id}/context"]
    assert [text for key, text in DONE.items() if mask.shows(key) and text not in then] == []


def all_answers(scene: Scene, operator: Operator) -> Iterator[tuple[str, str]]:
    yield from rest_answers(scene, operator)
    yield from told_frames(scene, operator)
    if operator.is_administrator:
        yield from admin_pages(scene, operator)


def rest_answers(scene: Scene, operator: Operator) -> Iterator[tuple[str, str]]:
    """Every GET of the API, and each answer that carries a row of the conversation."""
    cache.clear()
    clients = {"": browser(operator), "program: ": program(operator, *Permission)}
    ids = {
        "conversations": scene.conversation_id,
        "customers": scene.customer_id,
        "messages": scene.message_id,
    }
    for who, client in clients.items():
        prefixes = ("api/v1/customers", "api/v1/messages") if who else ("api/v1/",)
        for route in routes():
            if not route.pattern.startswith(prefixes) or "GET" not in route.methods:
                continue
            id = ids.get(route.pattern.split("/")[2], uuid4())
            path = route.address({"id": str(id)})
            query = f"?after={scene.token}" if path.endswith("events") else ""
            query = "?after=0" if path.endswith("changes") else query
            yield f"{who}GET {path}", text_of(client.get(path + query))
    here = f"/api/v1/conversations/{scene.conversation_id}"
    kind = "application/json"
    said = {"client_id": str(uuid4()), "body": "good day"}
    for _ in range(2):  # a repeat is answered by another way
        yield "POST message", text_of(clients[""].post(f"{here}/messages", said, kind))
    yield "POST note", text_of(clients[""].post(f"{here}/notes", said, kind))
    yield "POST read", text_of(clients[""].post(f"{here}/read", {"seq": 1}, kind))
    for form in ("json", "csv"):
        asked = {"reason": "x", "format": form}
        path = f"/api/v1/customers/{scene.customer_id}/export"
        yield f"export {form}", text_of(clients[""].post(path, asked, kind))
    stale = {"version": 0, "status": "pending"}
    yield "PATCH stale", text_of(clients[""].patch(here, stale, kind))
    path = f"/api/v1/customers/{scene.customer_id}"
    stale_name = {"version": 0, "name": "x"}
    yield "PATCH stale name", text_of(clients[""].patch(path, stale_name, kind))


def text_of(answer: object) -> str:
    if isinstance(answer, FileResponse):
        return answer.getvalue().decode()
    content = getattr(answer, "content", b"")
    return content.decode() if isinstance(content, bytes) else ""


def told_frames(scene: Scene, operator: Operator) -> Iterator[tuple[str, str]]:
    """What the hub tells this operator's socket, in lists and open conversations, and again."""
    veil = actor_of_operator(operator).mask.veil
    near, far, hub = Ear(veil=veil), Ear(veil=veil), Hub()
    hub.attach(near, [f"conversation:{scene.conversation_id}"])
    hub.attach(far, [f"inbox:{scene.guest.inbox.id}"])
    hub.attach(Ear(), [f"conversation:{scene.conversation_id}"])  # with no veil at all
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {logged.LOGGED} FROM talk_event e ORDER BY e.id")  # noqa: S608
        rings = [logged.readable(*row) for row in cursor.fetchall()]
    assert {ring.kind for ring in rings} >= {"context.changed", "message.created"}
    for ring in rings:
        hub.deliver(ring)
        for view in (WHOLE, SLIM):
            told = tell_again(ring, view, veil)
            yield f"again {view} {ring.id}", told.text if told else ""
    assert near.heard
    assert far.heard
    yield "an open conversation's events", msgspec.json.encode(near.heard).decode()
    yield "a list's events", msgspec.json.encode(far.heard).decode()


def admin_pages(scene: Scene, operator: Operator) -> Iterator[tuple[str, str]]:
    client = browser(operator)
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield f"{name} list", text_of(client.get(reverse(f"{name}_changelist")))
        for row in model.objects.all()[:3]:
            page = reverse(f"{name}_change", args=[row.pk])
            yield f"{name} {row}", text_of(client.get(page))


def test_what_is_masked_is_not_found_by_searching_or_filtering_the_admin(scene: Scene) -> None:
    client = browser(scene.cast.aoi)
    ways = [
        ("customers_identity", "q=hidden.mail@e.jp", "email"),
        ("customers_claim", "q=claimed.mail@e.jp", "email"),
        ("customers_customer", "q=Gonbee", "name"),
        ("customers_identity", "value__startswith=hidden", "email"),
    ]

    def found(model: str, query: str) -> int | None:
        page = client.get(f"{reverse(f'admin:{model}_changelist')}?{query}")
        return page.context["cl"].result_count if page.status_code == 200 else None

    assert [found(model, query) for model, query, _ in ways] == [1, 1, 1, None]
    for key in ("email", "name"):
        FieldRule.objects.create(key=key, visibility=Visibility.SECRET)
    assert [found(model, query) for model, query, _ in ways] == [0, 0, 0, None]


def test_sockets_are_closed_when_a_class_changes(scene: Scene) -> None:
    oto = scene.cast.oto
    oto.refresh_from_db()
    before = oto.access_version
    rule = FieldRule.objects.create(key="card", visibility=Visibility.SECRET)
    access = ClassAccess.objects.create(visibility=Visibility.SECRET)
    access.revealed_by_teams.set(oto.teams.all())
    rule.delete()
    oto.refresh_from_db()
    assert oto.access_version == before + 4
