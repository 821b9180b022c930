"""The tables of `bench/plain.sql`, as models."""

from typing import ClassVar

from django.db import models
from django.utils import timezone


class Conversation(models.Model):
    objects: ClassVar[models.Manager["Conversation"]] = models.Manager()
    id = models.BigIntegerField(primary_key=True)
    token_hash = models.BinaryField(unique=True)
    last_seq = models.BigIntegerField(default=0)
    last_at = models.DateTimeField(default=timezone.now)
    preview = models.TextField(default="")

    class Meta:
        managed = False
        db_table = "conversation"

    def __str__(self) -> str:
        return str(self.id)


class Message(models.Model):
    objects: ClassVar[models.Manager["Message"]] = models.Manager()
    id = models.BigAutoField(primary_key=True)
    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT)
    seq = models.BigIntegerField()
    client_id = models.UUIDField()
    body = models.TextField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        managed = False
        db_table = "message"

    def __str__(self) -> str:
        return str(self.id)
