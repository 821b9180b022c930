"""Rows into tables by COPY, one chunk of customers after the other."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import msgspec
from django.db import connection
from psycopg import sql

from config.demo.data.browsing import Browsing
from config.demo.data.ids import uuid7_at
from config.demo.data.membership import membership, told_by_site
from config.demo.data.people import Person
from config.demo.data.readings import reading
from config.demo.data.thread import Thread
from customers.actions.contexts import MOST_BEGINNINGS
from customers.context import Inquiries, encode
from customers.traits import Told, resolve
from talk.models import Attachment

Row = tuple[Any, ...]
NAME, KANA, CRM, SITE = "name", "kana", "crm:shop", "site"

CUSTOMER = ("customers_customer", "id name locale traits created_at")
PROFILE = ("customers_profile", "id customer_id kind created_at")
TRAIT = ("customers_trait", "id profile_id key source value changed_at synced_at")
CONTEXT = ("customers_context", "customer_id version data updated_at")
CONVERSATION = (
    "talk_conversation",
    (
        "id inbox_id customer_id profile_id status snoozed_until assignee_id team_id version"
        " visitor_version last_seq preview preview_sender last_at waiting_since customer_seq"
        " customer_read_seq operator_read_seq resolved_at label_ids created_at"
    ),
)
MESSAGE = (
    "talk_message",
    "id conversation_id seq version sender operator_id client_id body data created_at",
)
DELIVERY = ("talk_delivery", "message_id state reason attempts updated_at")
NOTE = (
    "talk_note",
    "id conversation_id kind operator_id client_id version after_seq body data created_at",
)
ACTIVITY = ("customers_activity", "profile_id id kind props at received_at")
# Rows before those that refer to them.
TABLES = (CUSTOMER, PROFILE, TRAIT, CONTEXT, CONVERSATION, MESSAGE, DELIVERY, NOTE, ACTIVITY)


@dataclass(slots=True)
class Chunk:
    """Rows by table, collected until they are written together."""

    rows: dict[str, list[Row]] = field(default_factory=lambda: {name: [] for name, _ in TABLES})
    attachments: list[Attachment] = field(default_factory=list)
    conversations: int = 0

    def add(self, person: Person, browsing: Browsing, told: Iterable[Thread]) -> None:
        threads = list(told)
        self._add_person(person, browsing, inquiries(threads))
        for thread in threads:
            self.conversations += 1
            self.rows["talk_conversation"].append(thread.row())
            self.rows["talk_message"] += thread.message_rows()
            self.rows["talk_delivery"] += thread.delivery_rows()
            self.rows["talk_note"] += thread.note_rows()
            self.attachments += thread.attachments()

    def _add_person(self, person: Person, browsing: Browsing, asked: Inquiries) -> None:
        customer_id, created_at = person.customer_id, person.created_at
        self.rows["customers_customer"].append(
            (customer_id, person.name, person.language, self._traits(person), created_at)
        )
        self.rows["customers_profile"].append(
            (person.profile_id, customer_id, "browser", created_at)
        )
        activities = browsing.rows()
        context = msgspec.structs.replace(browsing.context(), inquiries=asked)
        # Every activity came in a batch of its own; each batch, and each inquiry, is one version.
        version = len(activities) + asked.count
        self.rows["customers_context"].append(
            (customer_id, version, encode(context), activities[-1][-1])
        )
        self.rows["customers_activity"] += [
            (person.profile_id, id, kind, json.dumps(props, ensure_ascii=False), at, at)
            for id, kind, props, at in activities
        ]

    def _traits(self, person: Person) -> str:
        """Note what the shop's CRM and its site have of them, and return what is shown of it."""
        kana = reading(person.name, person.language)
        named = {NAME: person.name} if person.name else {}
        values = {**named, **({KANA: kana} if kana else {}), **membership(person)}
        at = person.created_at
        told = [Told(key, CRM, value, at, at) for key, value in values.items()]
        told += [Told(key, SITE, value, at, at) for key, value in told_by_site(person).items()]
        for one in told:
            text = json.dumps(one.value, ensure_ascii=False)
            self.rows["customers_trait"].append(
                (uuid7_at(at), person.profile_id, one.key, one.source, text, at, at)
            )
        return msgspec.json.encode(resolve(told)).decode()

    def write(self) -> None:
        with connection.cursor() as cursor:
            for name, columns in TABLES:
                with cursor.copy(_statement(name, columns)) as copy:
                    for row in self.rows[name]:
                        copy.write_row(row)
        for attachment in self.attachments:
            _keep(attachment)


def inquiries(threads: list[Thread]) -> Inquiries:
    began = sorted((thread.created_at for thread in threads), reverse=True)
    return Inquiries(len(threads), tuple(began[:MOST_BEGINNINGS]))


def _keep(attachment: Attachment) -> None:
    """Write the file and its row. It was sent when its message was, not now."""
    at = attachment.created_at
    attachment.save(force_insert=True)
    Attachment.objects.filter(pk=attachment.pk).update(created_at=at)


def analyze() -> None:
    """Let the planner know the new sizes before the first console opens."""
    with connection.cursor() as cursor:
        for name, _ in TABLES:
            cursor.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(name)))


def _statement(name: str, columns: str) -> sql.Composed:
    return sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(name), sql.SQL(", ").join(map(sql.Identifier, columns.split()))
    )
