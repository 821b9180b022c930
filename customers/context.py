"""What the sidebar shows of a customer, in its final shape, and how an activity changes it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Literal

import msgspec

from customers import doings, folding, shopping
from customers.activities import Activity, Page, PageLeave
from customers.addresses import origin
from customers.client import Consent
from customers.doings import Did
from customers.shopping import Shopping

MAX_PAGES = 20
MAX_TITLE = 200
VISIT_GAP = timedelta(minutes=30)
"""After so long a silence the next activity begins a new visit."""
JITTER = timedelta(seconds=10)
"""Two requests' times compare no better than the network is even: within this, the order in which
they arrive decides which page the customer is on."""

LONGEST_LOOK = 24 * 3600
"""Nobody looks at a page for longer; a browser may count the sleep of its machine."""

DeviceKind = Literal["desktop", "mobile", "tablet", "bot", "unknown"]


class PageNow(msgspec.Struct, frozen=True):
    """The page the customer is on; `view` is the id of the activity that told of it.

    Who closes a laptop tells nothing: on a page that is long ago they are no more (`last_seen`).
    """

    url: str
    title: str
    since: datetime
    view: str = ""


class PageSeen(msgspec.Struct, frozen=True):
    """A page seen `count` times with no other in between, for the last time `at`.

    `seconds` is how long it was looked at in all: while it was visible.
    """

    url: str
    title: str
    at: datetime
    count: int = 1
    seconds: int = 0


class Device(msgspec.Struct, frozen=True):
    """A version is empty where the browser does not tell the true one."""

    kind: DeviceKind = "unknown"
    browser: str = ""
    browser_version: str = ""
    os: str = ""
    os_version: str = ""


class Facts(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the sender of an activity is; an empty value leaves what is known."""

    device: Device | None = None
    language: str = ""
    time_zone: str = ""
    screen: str = ""
    consent: Consent = ""


class Inquiries(msgspec.Struct, frozen=True):
    """How often the customer has begun a conversation, and when: the newest first, at most 10.

    What was said, and how it ended, is not here: not everybody who sees the customer may read it.
    """

    count: int = 0
    began: tuple[datetime, ...] = ()


class SegmentIn(msgspec.Struct, frozen=True):
    """A segment that the customer is in, since when, and why: the conditions met, in words."""

    id: str
    name: str
    since: datetime
    why: tuple[str, ...] = ()


class CrmRecord(msgspec.Struct, frozen=True):
    """A record of another system, in short; `fields` as its mapping names them."""

    source: str
    kind: str
    id: str
    title: str
    synced_at: datetime
    fields: dict[str, Any] = {}


class ContextData(msgspec.Struct, frozen=True):
    """`page` is the one they are on now (None when they left); `pages` newest first, at most 20.

    `referrer` is the other site that the present visit came from; `visits` counts sessions parted
    by half an hour of silence, and `visit_at` is when the present one began. `did` is what has no
    place of its own, the newest first, at most 10.
    """

    page: PageNow | None = None
    pages: tuple[PageSeen, ...] = ()
    referrer: str = ""
    device: Device = Device()
    language: str = ""
    time_zone: str = ""
    screen: str = ""
    consent: Consent = ""
    first_seen: datetime | None = None
    last_seen: datetime | None = None
    visits: int = 0
    visit_at: datetime | None = None
    shopping: Shopping = Shopping()
    inquiries: Inquiries = Inquiries()
    segments: tuple[SegmentIn, ...] = ()
    crm: tuple[CrmRecord, ...] = ()
    did: tuple[Did, ...] = ()


def decode(text: str | bytes) -> ContextData:
    return msgspec.json.decode(text, type=ContextData)


def decode_facts(text: str | bytes) -> Facts:
    return msgspec.json.decode(text, type=Facts)


def encode(data: ContextData | Facts) -> str:
    return msgspec.json.encode(data).decode()


def advance(data: ContextData, activity: Activity, facts: Facts) -> ContextData:
    """Return the context after the activity.

    An activity older than the newest known one (an offline queue, another tab) fills in the list of
    pages and nothing that is about now.
    """
    if data.last_seen is not None and activity.at < data.last_seen:
        return _after_details(data, activity, is_late=True)
    seen = msgspec.structs.replace(
        with_facts(_in_visit(data, activity.at), facts),
        first_seen=data.first_seen or activity.at,
        last_seen=activity.at,
    )
    return _after_details(seen, activity, is_late=False)


def filled(data: ContextData, activity: Activity) -> ContextData:
    """Return the context after what a company's system tells: an order, not a visit."""
    return _after_details(data, activity, is_late=True)


def with_facts(data: ContextData, facts: Facts) -> ContextData:
    """Return the context with what the sender told of itself."""
    return msgspec.structs.replace(data, **_told(facts))


def facts_with(known: Facts, told: Facts) -> Facts:
    """Return what is known of a sender after it has told of itself again."""
    return msgspec.structs.replace(known, **_told(told))


def _told(facts: Facts) -> dict[str, Any]:
    return {name: value for name, value in msgspec.structs.asdict(facts).items() if value}


def _in_visit(data: ContextData, at: datetime) -> ContextData:
    """Return the context with a new visit begun, if the silence was long enough."""
    if data.last_seen is not None and at - data.last_seen <= VISIT_GAP:
        return data
    visits = data.visits + 1
    return msgspec.structs.replace(data, visits=visits, visit_at=at, page=None, referrer="")


def _after_details(data: ContextData, activity: Activity, *, is_late: bool) -> ContextData:
    match activity.details:
        case Page() as page:
            return _after_page(data, page, activity, is_late=is_late)
        case PageLeave() as leave:
            page_now = None if _is_on(data, leave, activity.at) else data.page
            pages = _looked_at(data.pages, leave, activity.at)
            return msgspec.structs.replace(data, page=page_now, pages=pages)
    bought = shopping.after(data.shopping, activity.details, activity.at)
    if bought is not data.shopping:
        return msgspec.structs.replace(data, shopping=bought)
    did = doings.after(data.did, activity)
    return data if did is data.did else msgspec.structs.replace(data, did=did)


def folded(pages: Iterable[PageSeen]) -> tuple[PageSeen, ...]:
    """Return the newest first, equal neighbours as one, at most 20: reloads push nothing out."""
    return folding.folded(pages, what=lambda page: page.url, together=_seen_again, most=MAX_PAGES)


def _seen_again(newer: PageSeen, older: PageSeen) -> PageSeen:
    return msgspec.structs.replace(
        newer,
        title=newer.title or older.title,
        count=newer.count + older.count,
        seconds=newer.seconds + older.seconds,
    )


def _looked_at(pages: tuple[PageSeen, ...], leave: PageLeave, at: datetime) -> tuple[PageSeen, ...]:
    """Return the pages with the time that the one which was left had been looked at."""
    seconds = round(min(max(leave.seconds, 0), LONGEST_LOOK))
    for place, page in enumerate(pages):
        if page.url == leave.url and page.at <= at + JITTER:
            seen = msgspec.structs.replace(page, seconds=page.seconds + seconds)
            return (*pages[:place], seen, *pages[place + 1 :])
    return pages


def _after_page(data: ContextData, page: Page, activity: Activity, *, is_late: bool) -> ContextData:
    at, title = activity.at, page.title[:MAX_TITLE]
    pages = folded((PageSeen(page.url, title, at), *data.pages))
    first_seen = min(at, data.first_seen) if data.first_seen else at
    # A custom activity may overtake its page on the way, so "late" alone does not decide this.
    newest = data.page.since if data.page else data.last_seen
    is_now = not is_late or newest is None or at >= newest - JITTER
    if not is_now:
        return msgspec.structs.replace(data, pages=pages, first_seen=first_seen)
    return msgspec.structs.replace(
        data,
        page=PageNow(page.url, title, at, str(activity.id)),
        pages=pages,
        first_seen=first_seen,
        referrer=page.referrer if _is_from_elsewhere(page) else data.referrer,
    )


def _is_from_elsewhere(page: Page) -> bool:
    return bool(page.referrer) and origin(page.referrer) != origin(page.url)


def _is_on(data: ContextData, leave: PageLeave, at: datetime) -> bool:
    """Whether they are on this very page: a second tab's leaving says nothing of the first.

    Nor does that of the page before a reload, which may come after the news of the new one.
    """
    if data.page is None:
        return False
    if leave.view and data.page.view:
        return leave.view == data.page.view
    return data.page.url == leave.url and at >= data.page.since
