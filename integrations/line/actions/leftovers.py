"""Rich menus at LINE that no row knows: made just before a worker died, or not taken away in time.

Nobody sees them, but an account has room for a thousand.
"""

from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db.models.functions import Now

from integrations.line.actions.menus import EVERYBODYS, MENU, MenuRefused, ask, mark_of
from integrations.line.models import RichMenu

LIST: Final = "/v2/bot/richmenu/list"
AGAIN: Final = timedelta(minutes=10)


def due() -> list[UUID]:
    """Return the menus whose leftovers are to be looked for now.

    The former one stays as long as LINE has not been told of everybody who had it.
    """
    found = RichMenu.objects.filter(tidy_at__lte=Now()).exclude(links__due_at__isnull=False)
    return list(found.values_list("id", flat=True)[:20])


def tidy(menu_id: UUID) -> None:
    """Take away what LINE has of a menu besides the one that it shows.

    Of two workers one does it; later again when LINE cannot say.
    """
    rows = RichMenu.objects.filter(pk=menu_id)
    if not rows.filter(tidy_at__lte=Now()).update(tidy_at=Now() + AGAIN):
        return
    menu = rows.select_related("channel").defer("picture").get()
    try:
        if menu.is_default and menu.line_id:  # an answer that was lost may have made another one it
            ask(menu.channel, "POST", EVERYBODYS, menu.line_id)
        for line_id in _of(menu):
            if not rows.filter(tidy_at=menu.tidy_at).exists():
                return  # it is being published again
            if line_id != menu.line_id:
                ask(menu.channel, "DELETE", MENU, line_id, missing_is_fine=True)
    except MenuRefused:
        return
    rows.filter(tidy_at=menu.tidy_at).update(tidy_at=None)


def _of(menu: RichMenu) -> list[str]:
    """Return the ids of all that were made of this menu, by what their names end with."""
    told = ask(menu.channel, "GET", LIST).body.get("richmenus")
    listed = [one for one in told if isinstance(one, dict)] if isinstance(told, list) else []
    mark = mark_of(menu.pk)
    return [
        str(one.get("richMenuId") or "")
        for one in listed
        if str(one.get("name") or "").endswith(mark)
    ]
