"""The cast: who plays in the tests. Made by name, so that a test reads like a story."""

from dataclasses import dataclass
from functools import cached_property

from customers.actions import create_visitor_profile
from talk.actions import access
from talk.models import Inbox, Operator, Team
from talk.policy import Actor, Visitor, actor_of_operator

PASSWORD = "correct horse battery staple"


@dataclass(frozen=True)
class Guest:
    """A visitor with a browser: who they are, and the secret that proves it."""

    visitor: Visitor
    token: str
    inbox: Inbox


class Cast:
    """aoi administers, sumire supervises, oto answers in the shop's inbox, ren in another team's.

    Everybody is made at first use; `shop` and `salon` are inboxes of different teams.
    """

    @cached_property
    def shop(self) -> Inbox:
        inbox = Inbox.objects.create(name="shop", allowed_origins=["https://shop.example"])
        Team.objects.create(name=f"shop team {inbox.public_id}").inboxes.add(inbox)
        return inbox

    @cached_property
    def salon(self) -> Inbox:
        inbox = Inbox.objects.create(name="salon", allowed_origins=["https://salon.example"])
        Team.objects.create(name=f"salon team {inbox.public_id}").inboxes.add(inbox)
        return inbox

    @cached_property
    def aoi(self) -> Operator:
        return self._operator("aoi", Operator.Role.ADMINISTRATOR)

    @cached_property
    def sumire(self) -> Operator:
        return self._operator("sumire", Operator.Role.SUPERVISOR)

    @cached_property
    def oto(self) -> Operator:
        return self._operator("oto", Operator.Role.OPERATOR, self.shop)

    @cached_property
    def ren(self) -> Operator:
        return self._operator("ren", Operator.Role.OPERATOR, self.salon)

    def guest(self, inbox: Inbox | None = None) -> Guest:
        place = inbox or self.shop
        profile = create_visitor_profile(locale="ja")
        token = access.issue_visitor_token(place, profile)
        return Guest(Visitor(profile.id, profile.customer_id, place.id), token, place)

    def _operator(self, name: str, role: str, inbox: Inbox | None = None) -> Operator:
        operator = Operator.objects.create_user(
            f"{name}.{self.shop.public_id.lower()}@sobani.example", PASSWORD, name=name, role=role
        )
        if inbox is not None:
            inbox.teams.get().operators.add(operator)
        return operator


def actor(operator: Operator) -> Actor:
    return actor_of_operator(operator)
