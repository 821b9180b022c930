"""Addresses of line.me that open the application, which here is the phone's page."""

from urllib.parse import urlencode

from integrations.line.simulator.routing import Call
from integrations.line.simulator.web import Answer, Refused


async def open_chat(call: Call) -> Answer:
    """GET /R/oaMessage/{basic id}/?text: the chat, with the text written and not sent."""
    return _to_phone(call, text=next(iter(call.request.query), ""))


async def open_account(call: Call) -> Answer:
    """GET /R/ti/p/{basic id}."""
    return _to_phone(call)


def _to_phone(call: Call, **more: str) -> Answer:
    accounts = call.simulation.world.accounts.values()
    found = [one for one in accounts if one.basic_id == call.names["account"]]
    if not found:
        raise Refused(404, "Not found")
    query = urlencode({"open": found[0].channel_id, **more})
    return Answer(302, b"", {"location": f"/line-simulator/?{query}"})
