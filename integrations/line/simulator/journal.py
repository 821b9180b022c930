"""The log of all calls to the platform, to assert on."""

import time

from integrations.line.simulator.routing import Call
from integrations.line.simulator.web import Answer

LONGEST_TEXT = 100_000


def note(call: Call, answer: Answer, began: float) -> None:
    """Write down a call that was answered, or that was given up."""
    request = call.request
    call.simulation.calls.append(
        {
            "at": began,
            "seconds": time.time() - began,
            "channel_id": call.found.channel_id if call.found else "",
            "method": request.method,
            "path": request.path,
            "query": request.query,
            "headers": request.headers,
            "body": _text(request.body),
            "status": answer.status,
            "is_cut": answer.is_cut,
            "answer": _text(answer.body),
            "request_id": call.request_id,
        }
    )
    call.simulation.news.tell("call", status=answer.status)


def _text(data: bytes) -> str:
    """Return what is text as it is; of files only how long they are."""
    try:
        return data[:LONGEST_TEXT].decode()
    except UnicodeDecodeError:
        return f"{len(data)} bytes"
