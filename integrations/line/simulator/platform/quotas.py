"""How many messages a month there are, how many were sent, and checking without sending."""

from integrations.line.simulator.checking.call import check_messages
from integrations.line.simulator.routing import Call
from integrations.line.simulator.web import Answer, Refused, answer_json

KINDS = ("reply", "push", "multicast", "narrowcast", "broadcast")


async def quota(call: Call) -> Answer:
    """GET /v2/bot/message/quota."""
    limit = call.account.quota.limit
    return answer_json({"type": "none"} if limit is None else {"type": "limited", "value": limit})


async def consumption(call: Call) -> Answer:
    """GET /v2/bot/message/quota/consumption."""
    return answer_json({"totalUsage": call.account.quota.used})


async def validate(call: Call) -> Answer:
    """POST /v2/bot/message/validate/{kind}."""
    if call.names["kind"] not in KINDS:
        raise Refused(404, "Not found")
    check_messages(call.request.json(), call.names["kind"])
    return answer_json({})
