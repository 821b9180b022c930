"""A context as it was at some moment, made again from the activities that had come in by then.

Nothing is stored for it: what activities tell is looked up for as long as they are kept, and after
that it is not known any more.
"""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from django.db import connection

from customers import partitions, rebuilding
from customers.context import ContextData
from customers.models import MergeLog, Profile

LOOK_BACK = timedelta(days=90)
"""A cart that is older says nothing of the moment; so only a few partitions are read."""
MOST = rebuilding.MOST_REPLAYED

ACTIVITIES = """
SELECT id, kind, props, at FROM customers_activity
WHERE customer_id = %s AND profile_id = ANY(%s)
      AND at > %s AND at <= %s AND received_at <= %s
ORDER BY at DESC, id DESC LIMIT %s
"""


class Earlier(msgspec.Struct, frozen=True):
    """`data` is None when no activities of then are kept; older ones than `since` are left out."""

    data: ContextData | None
    since: datetime


def context_at(customer_id: UUID, profile_id: UUID, at: datetime) -> Earlier:
    """Return what was known of a profile's customer at a moment.

    Profiles that were joined with it only later were somebody else then. Three statements, and one
    for each merge since.
    """
    kept = partitions.oldest("customers_activity")
    since = max(at - LOOK_BACK, kept) if kept else at - LOOK_BACK
    if since > at:
        return Earlier(None, since)
    own = _profiles_at(customer_id, profile_id, at)
    with connection.cursor() as cursor:
        cursor.execute(ACTIVITIES, [customer_id, own, since, at, at, MOST])
        rows = cursor.fetchall()
    return Earlier(rebuilding.replay(rows), since)


def _profiles_at(customer_id: UUID, profile_id: UUID, at: datetime) -> list[UUID]:
    """Take back, the newest first, every merge since: on which side was the profile before it?"""
    own = set(Profile.objects.filter(customer_id=customer_id).values_list("id", flat=True))
    owner, before = customer_id, None
    while log := _last_merge(owner, at, before):
        moved = {UUID(id) for id in log.profile_ids}
        is_moved = profile_id in moved
        own = own & moved if is_moved else own - moved
        owner, before = (log.loser_id if is_moved else owner), log.created_at
    return sorted(own)


def _last_merge(winner_id: UUID, after: datetime, before: datetime | None) -> MergeLog | None:
    merges = MergeLog.objects.filter(winner_id=winner_id, undone_at=None, created_at__gt=after)
    if before is not None:
        merges = merges.filter(created_at__lt=before)
    return merges.order_by("-created_at").first()
