"""Rich menus at LINE: published, made the one for everybody, linked to one customer.

LINE takes no change to a menu, so each publishing makes another one there, and takes the former
away once nothing points to it. Nothing here asks LINE inside a transaction.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

import msgspec
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from integrations.line import menus
from integrations.line.calls import call
from integrations.line.client import Answer, NoAnswer, NotSent
from integrations.line.menus import CUSTOM, Area, Bounds, Doing, Picture
from integrations.line.models import LineChannel, LineChat, MenuLink, RichMenu, RichMenuArea
from integrations.line.tokens import Unauthorised
from talk import clock

MENUS: Final = "/v2/bot/richmenu"
MENU: Final = "/v2/bot/richmenu/{}"
CONTENT: Final = "/v2/bot/richmenu/{}/content"
EVERYBODY: Final = "/v2/bot/user/all/richmenu"
EVERYBODYS: Final = "/v2/bot/user/all/richmenu/{}"
OWN: Final = "/v2/bot/user/{}/richmenu"
OWNS: Final = "/v2/bot/user/{}/richmenu/{}"
LONGEST_WAIT: Final = timedelta(hours=1)
AGAIN_DUE: Final = {"due_at": Now(), "attempts": 0, "applied_at": None, "problem": ""}
LONGEST_PUBLISHING: Final = timedelta(minutes=5)
"""Longer than the calls of one publishing can take together."""


class MenuRefused(Exception):
    """LINE did not take it; `code` is one of `integrations.line.failures`, with LINE's detail."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code, self.detail = code, detail


def publish(menu: RichMenu) -> None:
    """Show the menu as it is now to everybody who has it. Raises `MenuRefused`."""
    before, began = menu.line_id, clock.now()
    told = _begin(menu)
    try:
        made = _make(menu, told)
        if menu.is_default:
            ask(menu.channel, "POST", EVERYBODYS, made)
    except MenuRefused as error:
        RichMenu.objects.filter(pk=menu.pk).update(problem=error.code)
        raise
    with transaction.atomic():
        RichMenu.objects.filter(pk=menu.pk).update(
            line_id=made, published_at=began, problem="", tidy_at=Now()
        )
        has_own = MenuLink.objects.filter(menu=menu).update(**AGAIN_DUE)
    menu.line_id = made
    if not has_own and (not before or _remove(menu.channel, before)):
        RichMenu.objects.filter(pk=menu.pk).update(tidy_at=None)


def make_default(menu: RichMenu) -> None:
    """Show a published menu to everybody without one of their own. Raises `MenuRefused`."""
    if not menu.line_id:
        raise MenuRefused("unpublished")
    ask(menu.channel, "POST", EVERYBODYS, menu.line_id)
    with transaction.atomic():
        RichMenu.objects.filter(channel=menu.channel, is_default=True).update(is_default=False)
        RichMenu.objects.filter(pk=menu.pk).update(is_default=True)


def end_default(channel: LineChannel) -> None:
    """Show no menu of ours to who has none of their own. Raises `MenuRefused`."""
    ask(channel, "DELETE", EVERYBODY)
    RichMenu.objects.filter(channel=channel, is_default=True).update(is_default=False)


def take_back(menu: RichMenu) -> None:
    """Take the menu away from LINE, and from everybody who has it. Raises `MenuRefused`."""
    if menu.is_default:
        end_default(menu.channel)
    MenuLink.objects.filter(menu=menu).update(menu=None, **AGAIN_DUE)
    is_gone = not menu.line_id or _remove(menu.channel, menu.line_id)
    RichMenu.objects.filter(pk=menu.pk).update(
        line_id="",
        published_at=None,
        is_default=False,
        tidy_at=None if is_gone else Now(),
    )


@transaction.atomic
def link(chat: LineChat, menu: RichMenu | None) -> None:
    """Give a customer a menu of their own, None to take theirs away; `apply_link` tells LINE."""
    MenuLink.objects.update_or_create(
        chat=chat,
        defaults={"menu": menu, **AGAIN_DUE},
    )


def reapply(chat_id: UUID) -> None:
    """They have come back: LINE may have forgotten which menu was theirs."""
    MenuLink.objects.filter(chat_id=chat_id, menu__isnull=False).update(**AGAIN_DUE)


def due_links() -> list[UUID]:
    due = MenuLink.objects.filter(due_at__lte=Now()).order_by("due_at")
    return list(due.values_list("chat_id", flat=True)[:500])


def apply_link(chat_id: UUID) -> None:
    """Tell LINE which menu is the customer's; again later when LINE cannot say."""
    taken = _take(chat_id)
    if taken is None:
        return
    chat, menu = taken.chat, taken.menu
    try:
        if menu is not None and menu.line_id:
            ask(chat.channel, "POST", OWNS, chat.line_id, menu.line_id)
        else:
            ask(chat.channel, "DELETE", OWN, chat.line_id, missing_is_fine=True)
    except MenuRefused as error:
        _put_off(taken, error)
    else:
        link = MenuLink.objects.filter(chat_id=chat_id)
        applied = {"due_at": None, "applied_at": clock.now(), "problem": ""}
        if not link.filter(attempts=taken.attempts).update(**applied):
            # Somebody has told LINE another one meanwhile, and nobody knows who was heard last.
            link.update(due_at=clock.now())


def areas_of(menu: RichMenu) -> list[Area]:
    """Return the places with their bounds, in their order."""
    cells = menus.cells(menu.layout, menu.width, menu.height)
    rows = list(menu.areas.order_by("position"))
    if menu.layout == CUSTOM:
        return [_area(row, _own_bounds(row)) for row in rows]
    return [_area(row, bounds) for row, bounds in zip(rows, cells, strict=False)]


def picture_of(menu: RichMenu) -> Picture:
    return Picture(menu.media_type, menu.width, menu.height)


def object_of(menu: RichMenu, areas: Sequence[Area] | None = None) -> dict[str, object]:
    """Return the rich menu object as it would be published now."""
    return menus.menu_object(
        picture_of(menu),
        name=f"{menu.name} {mark_of(menu.pk)}",
        bar_text=menu.bar_text,
        is_open=menu.is_open,
        areas=areas_of(menu) if areas is None else areas,
    )


def mark_of(menu_id: UUID) -> str:
    """Return what the menu's name at LINE ends with: by it we know which of all there are ours."""
    return f"#{menu_id}"


@transaction.atomic
def _begin(menu: RichMenu) -> dict[str, object]:
    """Return what LINE is to be told, once it is kept what its taps will mean.

    Whoever is stopped in the middle leaves a menu there that no row knows: it is looked for.
    """
    row = RichMenu.objects.select_for_update().defer("picture").get(pk=menu.pk)
    areas = areas_of(row)
    RichMenu.objects.filter(pk=menu.pk).update(
        tidy_at=Now() + LONGEST_PUBLISHING, meanings={**row.meanings, **menus.meanings(areas)}
    )
    return object_of(row, areas)


def _own_bounds(row: RichMenuArea) -> Bounds:
    return Bounds(row.x or 0, row.y or 0, row.width or 0, row.height or 0)


def _area(row: RichMenuArea, bounds: Bounds) -> Area:
    return Area(row.id, bounds, Doing(row.doing), row.label, row.value, row.question)


def _make(menu: RichMenu, told: dict[str, object]) -> str:
    """Make the menu at LINE, picture and all; what is half made is taken away."""
    channel = menu.channel
    answer = ask(channel, "POST", MENUS, content=msgspec.json.encode(told))
    made = str(answer.body.get("richMenuId") or "")
    if not made:
        raise MenuRefused("menu")
    try:
        ask(
            channel,
            "POST",
            CONTENT,
            made,
            base="data",
            content=bytes(menu.picture),
            content_type=menu.media_type,
        )
    except MenuRefused:
        _remove(channel, made)
        raise
    return made


def _remove(channel: LineChannel, line_id: str) -> bool:
    """Whether it is gone; what stays is seen by nobody, and taken away later (`leftovers`)."""
    try:
        ask(channel, "DELETE", MENU, line_id, missing_is_fine=True)
    except MenuRefused:
        return False
    return True


def ask(channel: LineChannel, method: str, endpoint: str, *at: str, **options: object) -> Answer:
    """Return LINE's answer to a call about menus. Raises `MenuRefused`."""
    missing_is_fine = options.pop("missing_is_fine", False)
    try:
        answer = call(channel, method, endpoint, *at, **options)
    except Unauthorised:
        raise MenuRefused("unauthorised") from None
    except (NotSent, NoAnswer):
        raise MenuRefused("unreachable") from None
    if answer.is_ok or (missing_is_fine and answer.status == 404):
        return answer
    raise MenuRefused(*_reason(answer))


def _reason(answer: Answer) -> tuple[str, str]:
    """LINE's texts are for people, and no contract: only the status decides."""
    if answer.status == 429:
        return "rate", ""
    if answer.status >= 500:
        return "unreachable", ""
    first = next(iter(answer.details), {})
    told = [str(first.get(name) or "") for name in ("property", "message")]
    return "menu", ": ".join(part for part in told if part)[:200]


@transaction.atomic
def _take(chat_id: UUID) -> MenuLink | None:
    """Of two workers one tells LINE; the other finds nothing due."""
    row = (
        MenuLink.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("chat__channel", "menu")
        .filter(Q(due_at__lte=Now()), chat_id=chat_id)
        .first()
    )
    if row is None:
        return None
    row.attempts += 1
    MenuLink.objects.filter(pk=chat_id).update(
        attempts=F("attempts") + 1, due_at=Now() + timedelta(seconds=60)
    )
    return row


def _put_off(row: MenuLink, error: MenuRefused) -> None:
    """What LINE refuses for good is not asked for again until something changes.

    A secret that is wrong today may be mended tomorrow: all else is tried for ever, once an hour.
    """
    wait = min(timedelta(seconds=5 * 2 ** min(row.attempts, 10)), LONGEST_WAIT)
    due_at = None if error.code == "menu" else Now() + wait
    done = MenuLink.objects.filter(chat_id=row.chat_id, attempts=row.attempts)
    done.update(due_at=due_at, problem=error.code)
