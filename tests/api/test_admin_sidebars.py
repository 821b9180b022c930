"""Laying the sidebar out in the admin, its preview, and that each change is in the audit."""

import re
from uuid import uuid4

import pytest
from django.urls import reverse

from customers.actions.traits import tell_traits
from customers.models import AuditEntry, Context
from talk.actions import messages
from talk.masking import Visibility
from talk.models import ClassAccess, FieldRule, HeadlineClause, SidebarLayout
from talk.sidebar import Block
from tests.cast import Cast
from tests.clients import browser

pytestmark = pytest.mark.django_db
PREVIEW = "admin:talk_sidebarlayout_preview"


def form_of(*lines: dict[str, object], **changes: object) -> dict[str, object]:
    form: dict[str, object] = {"name": "desk", "is_active": "on", "position": 0, **changes}
    form |= {"lines-TOTAL_FORMS": len(lines), "lines-INITIAL_FORMS": 0}
    for number, line in enumerate(lines):
        form |= {f"lines-{number}-position": number, f"lines-{number}-is_open": "on"}
        form |= {f"lines-{number}-{name}": value for name, value in line.items()}
    return form


def test_a_layout_is_made_with_its_lines_and_the_audit_says_by_whom(cast: Cast) -> None:
    form = form_of(
        {"kind": "value", "key": "rank", "label": "Rank", "format": "badge"},
        {"kind": "cart"},
        statuses=["open", "pending"],
        inboxes=[str(cast.shop.id)],
    )
    answer = browser(cast.aoi).post(reverse("admin:talk_sidebarlayout_add"), form)
    assert answer.status_code == 302
    made = SidebarLayout.objects.get()
    assert (made.name, made.statuses, list(made.inboxes.all())) == (
        "desk",
        ["open", "pending"],
        [cast.shop],
    )
    assert list(made.lines.values_list("kind", "key", "format")) == [
        ("value", "rank", "badge"),
        ("cart", "", ""),
    ]
    [entry] = AuditEntry.objects.values("action", "actor_id", "what")
    assert entry == {
        "action": "layout.changed",
        "actor_id": cast.aoi.id,
        "what": entry["what"] | {"id": str(made.id)},
    }


@pytest.mark.parametrize(
    "line",
    [
        {"kind": "value"},
        {"kind": "cart", "key": "rank"},
        {"kind": "data", "key": "rank", "columns": "a:colour"},
    ],
)
def test_a_line_that_could_show_nothing_is_refused(cast: Cast, line: dict[str, object]) -> None:
    answer = browser(cast.aoi).post(reverse("admin:talk_sidebarlayout_add"), form_of(line))
    assert answer.status_code == 200
    assert not SidebarLayout.objects.exists()


def test_classes_and_who_sees_them_are_set_in_the_admin(cast: Cast) -> None:
    client = browser(cast.aoi)
    client.post(reverse("admin:talk_fieldrule_add"), {"key": "card", "visibility": "secret"})
    access = {"visibility": "secret", "revealed_by_roles": ["operator"]}
    client.post(reverse("admin:talk_classaccess_add"), access)
    assert FieldRule.objects.get().visibility == Visibility.SECRET
    assert ClassAccess.objects.get().revealed_by_roles == ["operator"]
    acts = list(AuditEntry.objects.values_list("action", flat=True))
    assert acts == ["class.changed", "class.changed"]


def test_the_preview_shows_what_the_operator_sees_with_their_mask(cast: Cast) -> None:
    guest = cast.guest()
    known = {"rank": "gold", "word": "sesame", "mobile": "by-team"}
    tell_traits(guest.visitor.profile_id, known, source="site")
    id = messages.receive(guest.visitor, client_id=uuid4(), body="hello").conversation.id
    FieldRule.objects.create(key="word", visibility=Visibility.SECRET)
    FieldRule.objects.create(key="mobile", visibility=Visibility.PERSONAL)
    access = ClassAccess.objects.create(visibility=Visibility.PERSONAL)
    access.seen_by_teams.set(cast.oto.teams.all())  # oto sees what aoi may not
    client = browser(cast.aoi)

    def page(operator: object, **asked: object) -> str:
        return client.get(reverse(PREVIEW), {"operator": operator, **asked}).content.decode()

    seen = page(cast.oto.id, conversation=id)
    assert "gold" in seen
    assert "sesame" not in seen
    assert "by-team" not in seen
    assert page(cast.oto.id, customer=guest.visitor.customer_id).count("gold") == 1
    assert "gold" not in page(cast.ren.id, conversation=id)
    entry = AuditEntry.objects.filter(action="customer.seen").values("actor_id", "what").last()
    assert entry == {"actor_id": cast.aoi.id, "what": {"preview_as": str(cast.oto.id)}}
    assert browser(cast.sumire).get(reverse(PREVIEW)).status_code == 302


def test_the_preview_says_when_the_operator_sees_more_than_who_looks(cast: Cast) -> None:
    guest = cast.guest()
    id = messages.receive(guest.visitor, client_id=uuid4(), body="hello").conversation.id

    def notes() -> list[str]:
        asked = {"operator": cast.oto.id, "conversation": id}
        page = browser(cast.aoi).get(reverse(PREVIEW), asked, HTTP_ACCEPT_LANGUAGE="en")
        return re.findall(r'<p class="preview-note">(.*?)</p>', page.content.decode())

    assert notes() == []
    access = ClassAccess.objects.create(visibility=Visibility.PERSONAL)
    access.seen_by_teams.set(cast.oto.teams.all())
    [more] = notes()
    assert more == "This operator sees data that is masked for you: here it stays masked."
    FieldRule.objects.create(key="context.segments", visibility=Visibility.PERSONAL)
    [more] = notes()
    assert "layouts for segments are passed over here" in more


def suggested(page: str) -> list[str]:
    return re.findall(r'<option value="([^"]*)"></option>', page)


def test_keys_that_sources_have_told_are_suggested(cast: Cast) -> None:
    address = reverse("admin:talk_sidebarlayout_add")
    assert suggested(browser(cast.aoi).get(address).content.decode()) == []
    for guest in (cast.guest(), cast.guest()):
        told = {"rank": "gold", "plan": {"name": "月額", "<b>": 1}, "tags": ["a"]}
        tell_traits(guest.visitor.profile_id, told, source="crm")
    page = browser(cast.aoi).get(address).content.decode()
    assert suggested(page) == ["plan", "plan.&lt;b&gt;", "plan.name", "rank", "tags"]
    assert 'list="known-keys"' in page


@pytest.mark.parametrize(
    ("key", "answer"),
    [
        ("claimed.card", "card"),
        ("contract.fee", "contract"),
        ("contract", None),
        ("survey.nps", None),
        ("context.segments", None),
        ("customer.notes", None),
        ("context.cart", None),
        ("wish.list", None),
        ("not.told.yet", None),
    ],
)
def test_a_class_is_given_to_a_whole_key(cast: Cast, key: str, answer: str | None) -> None:
    """A class that hides other than it says is refused, with the key that it has to be given to."""
    known = {"contract": {"fee": 1}, "survey.nps": 9, "context": "x", "customer": {"notes": 1}}
    guest = cast.guest()
    tell_traits(guest.visitor.profile_id, known, source="site")
    tell_traits(guest.visitor.profile_id, {"wish": "x"}, source="claim")
    page = browser(cast.aoi).post(
        reverse("admin:talk_fieldrule_add"), {"key": key, "visibility": "secret"}
    )
    made = list(FieldRule.objects.values_list("key", flat=True))
    if answer is None:
        assert (page.status_code, made) == (302, [key])
    else:
        [told] = page.context["adminform"].form.errors["key"]
        assert made == []
        assert answer in told
        assert key not in told


def test_for_a_class_whole_keys_are_suggested(cast: Cast) -> None:
    known = {"contract": {"fee": 1}, "survey.nps": 9}
    tell_traits(cast.guest().visitor.profile_id, known, source="site")
    page = browser(cast.aoi).get(reverse("admin:talk_fieldrule_add"))
    assert page.context["known_keys"] == ["contract", "survey.nps"]


def test_who_saves_a_layout_has_seen_which_blocks_there_are_and_chooses_from_known_segments(
    cast: Cast,
) -> None:
    segment = {"id": "7", "name": "優良顧客", "since": "2026-11-01T00:00:00Z"}
    customer_id = cast.guest().visitor.customer_id
    Context.objects.filter(customer_id=customer_id).update(data={"segments": [segment]})
    layout = SidebarLayout.objects.create(name="old", knows=["now"], segment_ids=["gone"])
    page, client = reverse("admin:talk_sidebarlayout_change", args=[layout.id]), browser(cast.aoi)
    offered = client.get(page).context["adminform"].form.fields["segment_ids"].choices
    assert offered == [("gone", "gone"), ("7", "優良顧客")]
    assert client.post(page, form_of(segment_ids=["7"])).status_code == 302
    layout.refresh_from_db()
    assert (layout.segment_ids, set(layout.knows)) == (["7"], set(Block))
    assert "優良顧客" in client.get(reverse("admin:talk_sidebarlayout_changelist")).content.decode()
    assert client.post(page, form_of(segment_ids=["8"])).status_code == 200  # nobody is in it


def test_changes_of_the_headline_are_in_the_audit(cast: Cast) -> None:
    client = browser(cast.aoi)
    form = {"kind": "cart", "is_active": "on", "position": 1, "threshold": 500}
    assert client.post(reverse("admin:talk_headlineclause_add"), form).status_code == 302
    made = HeadlineClause.objects.get()
    edited = {
        "form-TOTAL_FORMS": 1,
        "form-INITIAL_FORMS": 1,
        "form-0-id": made.pk,
        "form-0-position": 2,
        "_save": "Save",
    }
    assert client.post(reverse("admin:talk_headlineclause_changelist"), edited).status_code == 302
    client.post(reverse("admin:talk_headlineclause_delete", args=[made.pk]), {"post": "yes"})
    noted = AuditEntry.objects.filter(action="headline.changed").order_by("id")
    assert [(one.actor_id, one.what["id"], one.what["kind"]) for one in noted] == [
        (cast.aoi.id, str(made.pk), "cart")
    ] * 3
    assert [one.what["change"] for one in noted][2] == "deleted"
