"""Whatever changes what an operator may see closes their sockets (`access.changed`)."""

from typing import Any
from uuid import UUID

from django.contrib.auth.signals import user_logged_out
from django.db.models import F, Model
from django.db.models.signals import (
    m2m_changed,
    post_delete,
    post_save,
    pre_delete,
    pre_save,
)
from django.dispatch import receiver
from django.http import HttpRequest

from talk import events
from talk.actions.access import revoke_operator, revoke_session
from talk.models import (
    ClassAccess,
    FieldRule,
    HeadlineClause,
    Inbox,
    Label,
    Operator,
    SidebarLayout,
    SidebarLine,
    Team,
    ToolLink,
)

RIGHTS = ("role", "is_active", "password", "email")
SHOWN = ("name", "email", "role", "avatar", "is_active")  # talk.rows.OperatorRow


@receiver(user_logged_out)
def end_sockets_of_session(request: HttpRequest, user: Operator | None, **_: Any) -> None:
    session_key = request.session.session_key
    if isinstance(user, Operator) and session_key:
        revoke_session(user.id, session_key)


@receiver(pre_save, sender=Operator)
def notice_changed_rights(
    instance: Operator, update_fields: frozenset[str] | None, **_: Any
) -> None:
    # Both are read after the save, below.
    instance._rights_changed = False  # type: ignore[attr-defined]
    instance._row_changed = instance._state.adding  # type: ignore[attr-defined]
    watched = {*RIGHTS, *SHOWN}
    if instance._state.adding or (update_fields and not watched & update_fields):
        return
    # Locked: of two saves at once the later one must be compared with what the other has written.
    stored = Operator.objects.select_for_update().filter(pk=instance.pk)
    before = stored.values(*watched).first()
    if before is None:
        return
    changed = {name for name in watched if before[name] != getattr(instance, name)}
    instance._rights_changed = bool(changed & set(RIGHTS))  # type: ignore[attr-defined]
    instance._row_changed = bool(changed & set(SHOWN))  # type: ignore[attr-defined]


@receiver(post_save, sender=Operator)
def tell_of_changed_operator(instance: Operator, **_: Any) -> None:
    """In the transaction of `Operator.save`: the change cannot stand without its news."""
    if instance._row_changed:  # type: ignore[attr-defined]
        Operator.objects.filter(pk=instance.pk).update(version=F("version") + 1)
        events.append_operator(operator_id=instance.id)
    if instance._rights_changed:  # type: ignore[attr-defined]
        revoke_operator(instance.id)


@receiver(post_save, sender=Label)
def tell_of_changed_label(instance: Label, *, created: bool, **_: Any) -> None:
    if not created:
        Label.objects.filter(pk=instance.pk).update(version=F("version") + 1)
    events.append_label(label_id=instance.id)


@receiver(post_save, sender=Inbox)
def tell_of_changed_inbox(instance: Inbox, *, created: bool, **_: Any) -> None:
    if not created:
        Inbox.objects.filter(pk=instance.pk).update(version=F("version") + 1)
    events.append_inbox(inbox_id=instance.id)


@receiver((post_save, post_delete), sender=SidebarLayout)
@receiver((post_save, post_delete), sender=SidebarLine)
@receiver((post_save, post_delete), sender=ToolLink)
@receiver((post_save, post_delete), sender=HeadlineClause)
@receiver(m2m_changed, sender=SidebarLayout.inboxes.through)
@receiver(m2m_changed, sender=SidebarLayout.teams.through)
def tell_of_changed_layout(**_: Any) -> None:
    events.append_layout_change()


@receiver(m2m_changed, sender=Team.operators.through)
def revoke_changed_members(
    instance: Model, action: str, pk_set: set[UUID] | None, **_: Any
) -> None:
    """The link is changed from the team's side, or from the operator's."""
    if not _is_change(action, pk_set):
        return
    if isinstance(instance, Operator):
        revoke_operator(instance.id)
    elif isinstance(instance, Team):
        _revoke_all(pk_set if pk_set is not None else _members([instance.pk]))


@receiver(m2m_changed, sender=Team.inboxes.through)
def revoke_members_of_changed_teams(
    instance: Model, action: str, pk_set: set[UUID] | None, **_: Any
) -> None:
    if not _is_change(action, pk_set):
        return
    if isinstance(instance, Team):
        _revoke_all(_members([instance.pk]))
    elif isinstance(instance, Inbox):
        teams = pk_set if pk_set is not None else instance.teams.values_list("pk", flat=True)
        _revoke_all(_members(list(teams)))


@receiver(pre_delete, sender=Team)
def revoke_members_of_deleted_team(instance: Team, **_: Any) -> None:
    _revoke_all(_members([instance.pk]))


@receiver((post_save, post_delete), sender=FieldRule)
@receiver((post_save, post_delete), sender=ClassAccess)
def revoke_all_as_masks_change(**_: Any) -> None:
    """What an open socket may be told was decided when it was let in."""
    active = Operator.objects.filter(is_active=True)
    _revoke_all(set(active.values_list("pk", flat=True)))


@receiver(m2m_changed, sender=ClassAccess.seen_by_teams.through)
@receiver(m2m_changed, sender=ClassAccess.revealed_by_teams.through)
def revoke_teams_whose_masks_change(action: str, pk_set: set[UUID] | None, **_: Any) -> None:
    if _is_change(action, pk_set):
        revoke_all_as_masks_change()


def _is_change(action: str, pk_set: set[UUID] | None) -> bool:
    """Only before a clear is it known whom it concerns; it runs in one transaction."""
    return action == "pre_clear" or (action in {"post_add", "post_remove"} and bool(pk_set))


def _members(team_ids: list[UUID]) -> set[UUID]:
    members = Operator.objects.filter(teams__in=team_ids)
    return set(members.values_list("pk", flat=True))


def _revoke_all(operator_ids: set[UUID]) -> None:
    for operator_id in sorted(operator_ids):  # in one order, so that two of these cannot deadlock
        revoke_operator(operator_id)
