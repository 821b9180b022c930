"""Files that people sent: 202 while they are prepared, 410 after they were unsent."""

from integrations.line.simulator.routing import Call
from integrations.line.simulator.things import Content
from integrations.line.simulator.web import Answer, Refused, answer_json


async def content(call: Call) -> Answer:
    """GET /v2/bot/message/{message}/content."""
    found = _find(call)
    if _is_prepared(call, found):
        return Answer(200, found.data, {"content-type": found.mime})
    return Answer(202, b"")


async def preview(call: Call) -> Answer:
    """GET /v2/bot/message/{message}/content/preview."""
    found = _find(call)
    if found.kind not in {"image", "video"}:
        raise Refused(400, "Preview is not available for this message")
    if not found.preview:
        raise Refused(404, "Not found")
    return Answer(200, found.preview, {"content-type": "image/jpeg"})


async def transcoding(call: Call) -> Answer:
    """GET /v2/bot/message/{message}/content/transcoding."""
    found = _find(call)
    if found.kind not in {"audio", "video"}:
        raise Refused(400, "Transcoding is not available for this message")
    if found.transcoding == "failed":
        return answer_json({"status": "failed"})
    is_prepared = _is_prepared(call, found)
    return answer_json({"status": "succeeded" if is_prepared else "processing"})


def _find(call: Call) -> Content:
    found = call.simulation.world.contents.get(call.names["message"])
    if not found or found.channel_id != call.account.channel_id or found.is_external:
        raise Refused(404, "Not found")
    if found.is_gone:
        raise Refused(410, "Gone")
    return found


def _is_prepared(call: Call, found: Content) -> bool:
    if found.transcoding == "failed" or call.account.clock.now() < found.ready_at:
        return False
    if found.asks_before_ready > 0:
        found.asks_before_ready -= 1
        return False
    return True
