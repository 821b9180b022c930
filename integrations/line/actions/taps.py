"""Buttons that are pressed: what stood on them, and what they answer."""

from integrations.line import choices, wire
from integrations.line import taps as areas
from integrations.line.actions import doings
from integrations.line.choices import Answered
from integrations.line.models import LineEvent, RichMenuArea
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
    params = {name: wire.text(given, name)[:LONGEST] for name in given}
    found = _of_message(event, data) or _of_menu(event, data) or Answered("", "", data)
    return said.Postback(
        data=found.data[:LONGEST],
        label=found.label[:LONGEST],
        question=found.question[:LONGEST],
        params=params,
    )


def note(event: LineEvent, tap: said.Postback) -> None:
    """Record the answer among the customer's activities, for segments to ask about.

    Turning a page of the menu answers nothing.
    """
    if MENU_TURNED in tap.params:
        return
    chosen = next(iter(tap.params.values()), "") or tap.label or tap.data
    props = {"survey": "line", "q": tap.question, "value": chosen, "data": tap.data}
    doings.note(event, "survey_answer", props)


def _of_message(event: LineEvent, data: str) -> Answered | None:
    """Only what was said to them: anybody may have forwarded a button of somebody else's."""
    tap = areas.read(data)
    if not isinstance(tap, areas.OfReply) or event.chat.profile_id is None:
        return None
    theirs = Message.objects.filter(conversation__profile_id=event.chat.profile_id)
    asked = theirs.filter(id=tap.message_id).first()
    return choices.answered(asked.body, said.read(asked.data), tap.place) if asked else None


def _of_menu(event: LineEvent, data: str) -> Answered | None:
    tap = areas.read(data)
    if not isinstance(tap, areas.OfArea):
        return None
    area = RichMenuArea.objects.filter(id=tap.area_id, menu__channel=event.channel).first()
    return Answered(area.question, area.label, area.value) if area else None
