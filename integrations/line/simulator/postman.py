"""Webhooks: events signed and sent, again if the account wants it, held and shuffled on demand."""

import asyncio
import base64
import hashlib
import hmac
import json
import time
from collections import deque
from typing import Any

import httpx2
from msgspec import Struct

from integrations.line.simulator.news import News
from integrations.line.simulator.things import Account
from integrations.line.simulator.world import World

KEPT_DELIVERIES = 2_000
Event = dict[str, Any]


class Delivery(Struct):
    """One request to a webhook and what came of it."""

    channel_id: str
    event_ids: list[str]
    url: str
    body: str
    at: float
    status: int = 0
    """0: no answer."""
    reason: str = ""
    """Empty, or as the error statistics name it."""
    seconds: float = 0

    @property
    def is_good(self) -> bool:
        return 200 <= self.status < 300


def sign(secret: str, body: bytes) -> str:
    """Return `x-line-signature` of exactly these bytes."""
    return base64.b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)).decode()


class Postman:
    def __init__(self, world: World, news: News) -> None:
        self.deliveries: deque[Delivery] = deque(maxlen=KEPT_DELIVERIES)
        self._world = world
        self._news = news
        self._held: dict[str, list[Event]] = {}
        self._orders: dict[str, asyncio.Lock] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._http: httpx2.AsyncClient | None = None

    async def post(self, account: Account, event: Event) -> Delivery | None:
        """Send one event; None when nothing is sent now: no webhook, or events are held."""
        if account.webhook.is_held:
            self._held.setdefault(account.channel_id, []).append(event)
            return None
        if not account.webhook.url or not account.webhook.is_active:
            return None
        # One after another, so that a conversation reads as it was said unless events are held.
        async with self._orders.setdefault(account.channel_id, asyncio.Lock()):
            return await self.send(account, [event])

    def held(self, account: Account) -> list[str]:
        return [event["webhookEventId"] for event in self._held.get(account.channel_id, [])]

    async def release(self, account: Account, batches: list[list[str]] | None) -> list[Delivery]:
        """Send what is held, one webhook a batch, all at once; an id may stand in several.

        Without batches: each event by itself, in the order in which they happened.
        """
        events = {e["webhookEventId"]: e for e in self._held.pop(account.channel_id, [])}
        account.webhook.is_held = False
        chosen = [[event] for event in events] if batches is None else batches
        sent = []
        for batch in chosen:
            sent.append(await self.send(account, [events[name] for name in batch]))
        return sent

    async def send(self, account: Account, events: list[Event]) -> Delivery:
        """Send a webhook of these events; one that fails is sent again later if switched on."""
        delivery = await self._attempt(account, events)
        if not delivery.is_good and account.webhook.redelivers and events:
            task = asyncio.create_task(self._redeliver(account, events))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return delivery

    async def test(self, account: Account, url: str) -> Delivery:
        """Send the webhook without events of the Verify button."""
        return await self._attempt(account, [], url)

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        if self._http is not None:
            await self._http.aclose()

    async def _redeliver(self, account: Account, events: list[Event]) -> None:
        again = [{**event, "deliveryContext": {"isRedelivery": True}} for event in events]
        for seconds in account.webhook.redelivery_seconds:
            await asyncio.sleep(seconds)
            if (await self._attempt(account, again)).is_good:
                return

    async def _attempt(self, account: Account, events: list[Event], url: str = "") -> Delivery:
        body = json.dumps(
            {"destination": account.bot_user_id, "events": events},
            ensure_ascii=False,
            separators=(",", ":"),
        ).encode()
        delivery = Delivery(
            account.channel_id,
            [event["webhookEventId"] for event in events],
            url or account.webhook.url,
            body.decode(),
            account.clock.now(),
        )
        began = time.monotonic()
        self._start_reply_tokens(account, events)
        await self._request(account, delivery, body)
        delivery.seconds = time.monotonic() - began
        self.deliveries.append(delivery)
        self._news.tell("delivery", channel_id=account.channel_id, status=delivery.status)
        return delivery

    async def _request(self, account: Account, delivery: Delivery, body: bytes) -> None:
        headers = {
            "content-type": "application/json; charset=utf-8",
            "user-agent": "LineBotWebhook/2.0",
            "x-line-signature": sign(account.secret, body),
        }
        limit = account.webhook.timeout_seconds
        try:
            answer = await self._client().post(
                delivery.url, content=body, headers=headers, timeout=limit
            )
        except httpx2.ConnectError:
            delivery.reason = "could_not_connect"
        except httpx2.TimeoutException:
            delivery.reason = "request_timeout"
        except (httpx2.HTTPError, httpx2.InvalidURL):
            delivery.reason = "unclassified"
        else:
            delivery.status = answer.status_code
            delivery.reason = "" if delivery.is_good else "error_status_code"

    def _start_reply_tokens(self, account: Account, events: list[Event]) -> None:
        """A reply token counts from the moment its webhook is received."""
        for event in events:
            if token := self._world.reply_tokens.get(event.get("replyToken", "")):
                token.received_at = account.clock.now()

    def _client(self) -> httpx2.AsyncClient:
        if self._http is None:
            self._http = httpx2.AsyncClient(trust_env=False)
        return self._http
