"""A person in LINE and their conversation, as receiving leaves them; without the webhook."""

from datetime import timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from django.utils import timezone

from customers.actions import create_visitor_profile
from integrations.line.models import LineChannel, LineChat, LineEvent, LineMessage, ReplyToken
from talk.actions import deliveries, messages
from talk.models import Conversation, Delivery, Message
from talk.policy import Actor
from tests.integrations.line.account import OfficialAccount
from tests.integrations.line.channels import connected
from tests.integrations.line.phone import Phone, Said

Row = dict[str, Any]
_numbers = count(1)


class Thread:
    """Usage: `thread.hear("…")`, `id = thread.answer(actor, "…")`, `thread.deliver(id)`."""

    def __init__(self, account: OfficialAccount, channel: LineChannel | None = None) -> None:
        self.account = account
        self.phone: Phone = account.phone()
        self.channel = channel or connected(account)
        self.profile = create_visitor_profile(locale="ja")
        self.chat = LineChat.objects.create(
            channel=self.channel,
            chat_key=f"user:{self.phone.user_id}",
            profile=self.profile,
            friend=LineChat.Friend.FRIEND,
        )
        self.phone.follow()
        self.begin_another()
        LineChat.objects.update(conversation=self.conversation)

    def begin_another(self) -> None:
        """Begin a conversation with the person: what is answered from now on is in this one."""
        self.conversation = Conversation.objects.create(
            inbox_id=self.channel.pk,
            customer_id=self.profile.customer_id,
            profile=self.profile,
            last_at=timezone.now(),
        )

    def hear(self, text: str = "質問", *, seconds_ago: float = 0) -> Said:
        """Let them say something, and keep what an answer needs of it."""
        told = self.phone.say(text)
        at = timezone.now() - timedelta(seconds=seconds_ago)
        event = LineEvent.objects.create(
            channel=self.channel,
            chat=self.chat,
            webhook_event_id=told.event_id,
            type="message",
            occurred_at=at,
            state="done",
        )
        token = ReplyToken.objects.create(
            chat=self.chat, event=event, token=told.reply_token, occurred_at=at
        )
        ReplyToken.objects.filter(id=token.id).update(received_at=at)
        LineChat.objects.filter(id=self.chat.id).update(last_inbound_at=at)
        return told

    def keep(self, told: Said, body: str = "質問") -> Message:
        """Store what they said as a message, with what LINE calls it."""
        seq = Conversation.objects.get(id=self.conversation.id).last_seq + 1
        Conversation.objects.filter(id=self.conversation.id).update(last_seq=seq, version=seq)
        message = Message.objects.create(
            conversation=self.conversation,
            seq=seq,
            version=seq,
            sender="customer",
            client_id=uuid4(),
            body=body,
        )
        bubble = self.bubble(told.message_id)
        LineMessage.objects.create(
            channel=self.channel,
            chat=self.chat,
            line_id=told.message_id,
            message=message,
            quote_token=bubble["quote_token"],
            read_token=bubble["read_token"],
            occurred_at=timezone.now(),
        )
        return message

    def bubble(self, message_id: str) -> Row:
        """Return a bubble as it lies on the phone."""
        return next(each for each in self.phone.look()["bubbles"] if each["id"] == message_id)

    def answer(self, actor: Actor, body: str = "", **said: Any) -> UUID:
        rows = messages.send(
            actor,
            conversation_id=self.conversation.id,
            client_id=uuid4(),
            body=body,
            **said,
        )
        return rows.message.id

    def deliver(self, message_id: UUID, *, times: int = 1) -> Delivery:
        """Try it now, so many times, whenever it would be due."""
        for _ in range(times):
            Delivery.objects.filter(message_id=message_id, state="queued").update(
                due_at=timezone.now() - timedelta(seconds=1)
            )
            deliveries.deliver(message_id)
        return Delivery.objects.get(message_id=message_id)
