"""The bot itself: who it is, where its webhook is."""

import re
from datetime import UTC, datetime
from urllib.parse import urlsplit

from integrations.line.simulator.routing import Call
from integrations.line.simulator.web import LOOPBACK, Answer, Refused, answer_json

LONGEST_URL = 500


async def info(call: Call) -> Answer:
    """GET /v2/bot/info."""
    account = call.account
    content = {
        "userId": account.bot_user_id,
        "basicId": account.basic_id,
        "displayName": account.name,
        "chatMode": account.chat_mode,
        "markAsReadMode": account.read_mode,
    }
    if account.picture_url:
        content["pictureUrl"] = account.picture_url
    return answer_json(content)


async def get_endpoint(call: Call) -> Answer:
    """GET /v2/bot/channel/webhook/endpoint."""
    webhook = call.account.webhook
    if not webhook.url:
        raise Refused(404, "Webhook endpoint not found")
    return answer_json({"endpoint": webhook.url, "active": webhook.is_active})


async def set_endpoint(call: Call) -> Answer:
    """PUT /v2/bot/channel/webhook/endpoint."""
    url = call.request.json().get("endpoint")
    call.account.webhook.url = checked_url(url)
    return answer_json({})


async def test_endpoint(call: Call) -> Answer:
    """POST /v2/bot/channel/webhook/test."""
    given = call.request.json().get("endpoint") if call.request.body else None
    url = checked_url(given) if given is not None else call.account.webhook.url
    if not url:
        raise Refused(404, "Webhook endpoint not found")
    delivery = await call.simulation.postman.test(call.account, url)
    at = datetime.fromtimestamp(delivery.at, UTC).isoformat(timespec="milliseconds")
    return answer_json(
        {
            "success": delivery.is_good,
            "timestamp": at.replace("+00:00", "Z"),
            "statusCode": delivery.status,
            "reason": "OK" if delivery.is_good else delivery.reason.upper(),
            "detail": str(delivery.status) if delivery.status else delivery.reason,
        }
    )


def checked_url(url: object) -> str:
    """Return an address that a webhook may have; only our own machine does without TLS."""
    if not isinstance(url, str) or not url or len(url) > LONGEST_URL or re.search(r"\s", url):
        raise Refused(400, "Invalid webhook endpoint URL")
    parts = urlsplit(url)
    is_secure = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    if not is_secure or not parts.hostname:
        raise Refused(400, "Invalid webhook endpoint URL")
    return url
