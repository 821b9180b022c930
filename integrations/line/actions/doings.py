"""What people do in LINE besides writing, among their activities."""

from typing import Any
from uuid import uuid5

from customers import ingest
from customers.client import ClientFacts
from integrations.line import wire
from integrations.line.models import LineEvent

State = LineEvent.State


def note_doing(event: LineEvent) -> str:
    """Record that a video was seen to its end, a beacon was met, or a membership has changed."""
    props = _props(event)
    if event.chat.profile_id is None or props is None:
        return State.IGNORED
    note(event, KINDS[event.type], props)
    return State.DONE


KINDS = {
    "videoPlayComplete": "line_video_watched",
    "beacon": "line_beacon",
    "membership": "line_membership",
}


def note(event: LineEvent, kind: str, props: dict[str, Any]) -> None:
    """Record an activity, once for each event. It says nothing of a visit to the site."""
    if event.chat.profile_id is None:
        return
    told = {
        "id": str(uuid5(event.channel_id, f"{event.webhook_event_id} {kind}")),
        "kind": kind,
        "at": event.occurred_at.isoformat(),
        "props": props,
    }
    ingest.record(event.chat.profile_id, [told], client=ClientFacts(), is_present=False)


def _props(event: LineEvent) -> dict[str, Any] | None:
    """Return what is worth keeping; None: who stays near a beacon tells it all the time."""
    if event.type == "videoPlayComplete":
        video = wire.part(event.raw, "videoPlayComplete")
        return {"tracking_id": wire.text(video, "trackingId")[:200]}
    if event.type == "membership":
        told = wire.part(event.raw, "membership")
        return {"type": wire.text(told, "type"), "membership_id": wire.text(told, "membershipId")}
    beacon = wire.part(event.raw, "beacon")
    if wire.text(beacon, "type") == "stay":
        return None
    return {"type": wire.text(beacon, "type"), "hwid": wire.text(beacon, "hwid")}
