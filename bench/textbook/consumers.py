import hashlib
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.db import transaction
from django.utils import timezone

from bench.textbook.models import Conversation, Message


class OperatorConsumer(AsyncJsonWebsocketConsumer):
    async def connect(self) -> None:
        await self.channel_layer.group_add("operators", self.channel_name)
        await self.accept()
        await self.send_json({"t": "ready"})

    async def disconnect(self, code: int) -> None:
        await self.channel_layer.group_discard("operators", self.channel_name)

    async def message_created(self, event: dict[str, Any]) -> None:
        await self.send_json(event["message"])


class VisitorConsumer(AsyncJsonWebsocketConsumer):
    async def connect(self) -> None:
        self.conversation_id = int(self.scope["url_route"]["kwargs"]["conversation"])
        await self.accept()
        await self.send_json({"t": "ready"})

    async def receive_json(self, content: dict[str, Any], **kwargs: Any) -> None:
        if content["t"] == "resume":
            missed = await database_sync_to_async(missed_messages)(
                content["token"], content["after"]
            )
            return await self.send_json({"t": "resume", "m": missed})
        message = await database_sync_to_async(store)(
            self.conversation_id, content["u"], content["b"]
        )
        news = {"type": "message.created", "message": message}
        await self.channel_layer.group_send("operators", news)
        return await self.send_json({"t": "ack", "u": content["u"], "seq": message["seq"]})


def store(conversation_id: int, client_id: str, body: str) -> dict[str, Any]:
    with transaction.atomic():
        conversation = Conversation.objects.select_for_update().get(id=conversation_id)
        conversation.last_seq += 1
        conversation.last_at = timezone.now()
        conversation.preview = body[:160]
        conversation.save(update_fields=["last_seq", "last_at", "preview"])
        message = Message.objects.create(
            conversation=conversation, seq=conversation.last_seq, client_id=client_id, body=body
        )
    return {
        "t": "msg",
        "c": conversation_id,
        "id": message.id,
        "seq": message.seq,
        "u": client_id,
        "b": body,
    }


def missed_messages(token: str, after: int) -> list[dict[str, Any]]:
    digest = hashlib.sha256(token.encode()).digest()
    conversation = Conversation.objects.get(token_hash=digest)
    return [
        {
            "id": message.id,
            "seq": message.seq,
            "u": str(message.client_id),
            "b": message.body,
            "at": message.created_at.timestamp(),
        }
        for message in Message.objects.filter(conversation=conversation, seq__gt=after).order_by(
            "seq"
        )
    ]
