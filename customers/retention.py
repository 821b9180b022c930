"""What has been kept long enough goes: by rules for each kind, a batch a transaction.

A rule finds its work by looking, so who was killed goes on where they stood. Apps above add rules
for what they hold (`register`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from customers import audit, clock, partitions, thinning
from customers.audit import Act, Who
from customers.models import AuditEntry, Claim, Retention
from customers.thinning import Looked

MOST = 2_000  # rows of one batch
OURSELVES = Who(audit.Kind.SYSTEM, "retention")

COUNT_ACTIVITIES = "SELECT count(*) FROM customers_activity WHERE at < %s"


@dataclass(frozen=True)
class Rule:
    """`count` and `forget` are told the moment before which things are too old.

    `forget` takes away one batch in the caller's transaction and returns how many, 0 when none is
    left; where a batch may find nothing to take away, also how many it has looked through.
    `days` is the default; None keeps for ever. `glance` is for a rule whose counting is slow: how
    many at least, and whether there may be more.
    """

    kind: str
    label: str | Promise
    count: Callable[[datetime], int]
    forget: Callable[[datetime], int | Looked]
    days: Callable[[], int | None] = lambda: None
    glance: Callable[[datetime], tuple[int, bool]] | None = None


@dataclass(frozen=True, slots=True)
class Due:
    rule: Rule
    days: int | None
    count: int


def register(rule: Rule) -> None:
    """Usage: in `AppConfig.ready`."""
    RULES[rule.kind] = rule


def days_of(rule: Rule) -> int | None:
    """Return what an administrator has said, or the default; None is for ever."""
    chosen = Retention.objects.filter(kind=rule.kind).values_list("days", flat=True).first()
    return rule.days() if chosen is None else chosen


def due(rule: Rule) -> Due:
    """Return what would go now. Changes nothing."""
    days = days_of(rule)
    return Due(rule, days, 0 if days is None else rule.count(_moment(days)))


def glance(rule: Rule) -> tuple[int, bool]:
    """Return how much would go now at least, and whether there may be more. Soon done."""
    days = days_of(rule)
    if days is None or rule.glance is None:
        return due(rule).count, False
    return rule.glance(_moment(days))


def carry_out(rule: Rule) -> int:
    """Take away all that is too old; return how much. An entry of the audit says so."""
    days = days_of(rule)
    if days is None:
        return 0
    moment, total = _moment(days), 0
    while (looked := _batch(rule, moment)).at:
        total += looked.gone
    return total


@transaction.atomic
def _batch(rule: Rule, moment: datetime) -> Looked:
    done = rule.forget(moment)
    looked = Looked(done, done) if isinstance(done, int) else done
    if looked.gone:
        what = {"kind": rule.kind, "before": moment.isoformat(), "count": looked.gone}
        audit.record(OURSELVES, Act.RETENTION_RUN, what=what)
    return looked


def _moment(days: int) -> datetime:
    return clock.now() - timedelta(days=days)


def _whole_months(moment: datetime) -> datetime:
    """Activities go by the month: dropping one is a statement, whatever it holds."""
    return partitions.begin(moment, "month")


def _count_activities(moment: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(COUNT_ACTIVITIES, [_whole_months(moment)])
        return int(cursor.fetchone()[0])


def _forget_activities(moment: datetime) -> int:
    count = _count_activities(moment)
    partitions.drop_before("customers_activity", _whole_months(moment))
    return count


def _count_copies(moment: datetime) -> int:
    return thinning.count(_whole_months(moment))


def _glance_at_copies(moment: datetime) -> tuple[int, bool]:
    return thinning.glance(_whole_months(moment))


def _forget_copies(moment: datetime) -> Looked:
    return thinning.forget(_whole_months(moment))


def _count_claims(moment: datetime) -> int:
    return Claim.objects.filter(claimed_at__lt=moment).count()


def _forget_claims(moment: datetime) -> int:
    old = Claim.objects.filter(claimed_at__lt=moment).order_by("claimed_at")
    ids = list(old.values_list("id", flat=True)[:MOST])
    count, _by_model = Claim.objects.filter(id__in=ids).delete()
    return count


def _count_audit(moment: datetime) -> int:
    return AuditEntry.objects.filter(at__lt=moment).count()


def _forget_audit(moment: datetime) -> int:
    return audit.drop_before(moment, most=MOST)


RULES: dict[str, Rule] = {}
for _rule in (
    Rule(
        "activities",
        _("Activities (by whole months)"),
        _count_activities,
        _forget_activities,
        lambda: int(settings.ACTIVITY_RETENTION_DAYS),
    ),
    Rule(
        "contexts",
        _("What is shown of activities (with their months)"),
        _count_copies,
        _forget_copies,
        lambda: days_of(RULES["activities"]),
        _glance_at_copies,
    ),
    Rule("claims", _("Claims that nobody has verified"), _count_claims, _forget_claims),
    Rule("audit", _("The audit"), _count_audit, _forget_audit),
):
    register(_rule)
