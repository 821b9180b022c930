"""The rich menu of the demonstration's LINE inbox: three places to tap."""

from django.conf import settings
from django.utils.translation import gettext as _

from config.demo.menu_picture import HEIGHT, WIDTH, draw_menu
from integrations.line.actions.menus import publish
from integrations.line.menus import Doing
from integrations.line.models import LineChannel, RichMenu, RichMenuArea


def add_menu(channel: LineChannel) -> None:
    """Show a menu to everybody."""
    menu = RichMenu.objects.create(
        channel=channel,
        name=_("Demo menu"),
        bar_text=_("Menu"),
        is_default=True,
        layout="three_columns",
        picture=draw_menu(),
        media_type="image/png",
        width=WIDTH,
        height=HEIGHT,
    )
    for position, (doing, label, value) in enumerate(_places(), 1):
        RichMenuArea.objects.create(
            menu=menu, position=position, doing=doing, label=label, value=value
        )
    publish(menu)


def _places() -> list[tuple[Doing, str, str]]:
    return [
        (Doing.MESSAGE, _("My order"), _("Where is my order?")),
        (Doing.LINK, _("Link my membership"), ""),
        (Doing.URI, _("Questions"), f"{settings.PUBLIC_URL}/demo/faq/"),
    ]
