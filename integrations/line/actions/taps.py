"""Buttons that are pressed: what stood on them, and what they answer."""

from integrations.line import choices, taps, wire
from integrations.line.actions import doings
from integrations.line.choices import Answered
from integrations.line.models import LineEvent, RichMenu
from integrations.line.taps import OfArea, OfReply
from talk import said
from talk.models import Message

LONGEST = 300
MENU_TURNED = "newRichMenuAliasId"


def read(event: LineEvent) -> said.Postback:
    """Return the tap, in the words of the message or the menu of ours that has the button.

    Of what another system has given out only its `data` is known.
    """
    told = wire.part(event.raw, "postback")
    data = wire.text(told, "data")[:LONGEST]
    given = wire.part(told, "params")
    found = _answered(event, data) or Answered("", "", data)
    return said.Postback(
        data=found.data[:LONGEST],
        label=found.label[:LONGEST],
        question=found.question[:LONGEST],
        params={name: wire.text(given, name)[:LONGEST] for name in given},
    )


def note(event: LineEvent, tap: said.Postback) -> None:
    """Record the answer among the customer's activities, for segments to ask about.

    Turning a page of the menu, or asking to be linked, answers nothing.
    """
    if MENU_TURNED in tap.params or tap.data in (taps.LINK, taps.UNLINK):
        return
    chosen = next(iter(tap.params.values()), "") or tap.label or tap.data
    props = {"survey": "line", "q": tap.question, "value": chosen, "data": tap.data}
    doings.note(event, "survey_answer", props)


def _answered(event: LineEvent, data: str) -> Answered | None:
    tapped = taps.read(data)
    if isinstance(tapped, OfReply):
        return _of_message(event, tapped)
    return _of_menu(event, tapped) if isinstance(tapped, OfArea) else None


def _of_message(event: LineEvent, tapped: OfReply) -> Answered | None:
    """Only of what was said to them: whoever taps could name any message."""
    theirs = Message.objects.filter(conversation__profile=event.chat.profile)
    asked = theirs.exclude(sender=Message.Sender.CUSTOMER).filter(id=tapped.message_id).first()
    return choices.answered(asked.body, said.read(asked.data), tapped.place) if asked else None


def _of_menu(event: LineEvent, tapped: OfArea) -> Answered | None:
    """As it was published: what an administrator draws up meanwhile, nobody has seen yet."""
    tap = tapped.tap.hex
    named = RichMenu.objects.filter(channel=event.channel, meanings__has_key=tap)
    meanings = named.values_list("meanings", flat=True).first()
    return Answered(*meanings[tap]) if meanings else None
