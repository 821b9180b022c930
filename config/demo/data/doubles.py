"""Two customers of the demo who may be one: a member, and a guest who has told the same address."""

from uuid import UUID

from django.db.models import F

from config.demo.data.readings import reading
from customers.actions.claims import claim
from customers.actions.identify import Person, identify
from customers.actions.traits import tell_traits
from customers.identifiers import Kind
from talk.models import Conversation

ADDRESS = "sumika@mail.example"


def make_pair(inbox_id: UUID) -> None:
    """Make them of the inbox's newest conversations, unresolved ones first.

    Without two such people nothing is made.
    """
    unresolved_first = F("resolved_at").desc(nulls_first=True)
    newest = Conversation.objects.filter(inbox_id=inbox_id).order_by(unresolved_first, "-last_at")
    rows = newest.select_related("customer")[:60]
    member = next((row for row in rows if row.customer.name), None)
    guest = next((row for row in rows if not row.customer.name), None)
    if member is None or guest is None:
        return
    name = member.customer.name
    known = {"name": name, "rank": "ゴールド会員", "points": 2480}
    identify(member.profile_id, Person("Y-0841", ADDRESS, traits=known))
    claim(guest.profile_id, Kind.EMAIL, ADDRESS)
    kana = reading(name, "ja") or name
    tell_traits(guest.profile_id, {"name": kana}, source="claim")
    tell_traits(guest.profile_id, {"rank": "一般会員"}, source="survey")
