"""Conversations and what is said in them: one query or action each."""

from uuid import UUID

from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from msgspec import UNSET
from rest_framework.request import Request
from rest_framework.response import Response

from customers import audit
from talk import models, queries
from talk.actions import conversations, messages, notes
from talk.actions.tool_links import address_of
from talk.api.edge import Edge
from talk.api.idempotency import repeatable
from talk.api.inputs import (
    ChangesQuery,
    ConversationChange,
    ConversationsQuery,
    CountsQuery,
    MessagesQuery,
    NewMessage,
    NewNote,
    Nothing,
    ReadMark,
)
from talk.api.parsing import read_body, read_id, read_query
from talk.api.schema import describe
from talk.errors import Invalid
from talk.policy import Actor
from talk.queries import Changes, Older, Page, Thread
from talk.queries.counts import Counts, conversation_counts
from talk.queries.sidebars import Sidebar, sidebar_of
from talk.rows import ConversationRow, NoteRow
from talk.store import StoredRows


class Conversations(Edge):
    @describe(
        "conversations",
        "List conversations, the newest last words first",
        query=ConversationsQuery,
        answer=Page[ConversationRow],
    )
    def get(self, request: Request) -> Response:
        """`mine`, `unassigned` and `all` leave out what is snoozed or resolved."""
        asked = read_query(ConversationsQuery, request.query_params)
        page = queries.conversation_rows(
            self.actor,
            view=asked.view,
            inbox_id=asked.inbox_id,
            label_id=asked.label_id,
            cursor=asked.cursor,
            limit=asked.limit,
        )
        return Response(page)


class ConversationCounts(Edge):
    @describe(
        "conversationCounts",
        "Count the conversations of every view",
        query=CountsQuery,
        answer=Counts,
    )
    def get(self, request: Request) -> Response:
        """Counted up to `most`, which stands for that many or more."""
        asked = read_query(CountsQuery, request.query_params)
        return Response(conversation_counts(self.actor, inbox_id=asked.inbox_id))


class Conversation(Edge):
    @describe("conversation", "Get a conversation", answer=ConversationRow)
    def get(self, request: Request, id: str) -> Response:
        read_query(Nothing, request.query_params)
        return Response(queries.conversation_row(self.actor, read_id(id, "id")))

    @describe(
        "changeConversation",
        "Change status, assignment or labels",
        body=ConversationChange,
        answer=ConversationRow,
    )
    def patch(self, request: Request, id: str) -> Response:
        """All or nothing. A stale `version` gets 409 with the row as it is, in `current`."""
        change = read_body(ConversationChange, request.data)
        return Response(change_conversation(self.actor, read_id(id, "id"), change))


@transaction.atomic
def change_conversation(actor: Actor, id: UUID, change: ConversationChange) -> ConversationRow:
    """Carry out what the change names; each part takes the version that the one before made."""
    row = queries.conversation_row(actor, id)
    version = change.version
    is_snoozed = change.status == models.Conversation.Status.SNOOZED
    if change.snoozed_until not in (UNSET, None) and not is_snoozed:
        raise Invalid("snoozed_until", "This goes with the status snoozed alone")
    if change.status is not UNSET:
        row = conversations.set_status(
            actor,
            conversation_id=id,
            version=version,
            status=change.status,
            snoozed_until=change.snoozed_until or None,
        )
        version = row.version
    if change.assignee_id is not UNSET or change.team_id is not UNSET:
        row = conversations.assign(
            actor,
            conversation_id=id,
            version=version,
            assignee_id=row.assignee_id if change.assignee_id is UNSET else change.assignee_id,
            team_id=row.team_id if change.team_id is UNSET else change.team_id,
        )
        version = row.version
    if change.label_ids is not UNSET:
        row = conversations.set_labels(
            actor, conversation_id=id, version=version, label_ids=change.label_ids
        )
    return row


class ConversationThread(Edge):
    @describe("thread", "Get all that opening a conversation needs", answer=Thread)
    def get(self, request: Request, id: str) -> Response:
        """The newest 50 messages with the notes among them, the sidebar, context and past."""
        read_query(Nothing, request.query_params)
        thread = queries.thread(self.actor, read_id(id, "id"))
        seen = thread.conversation
        audit.note_seen(self.actor.who, [seen.customer_id], conversation_id=seen.id)
        return Response(thread)


class ConversationSidebar(Edge):
    @describe("sidebar", "Get what stands beside a conversation", answer=Sidebar)
    def get(self, request: Request, id: str) -> Response:
        """The customer as the asker may see them, and the blocks of the layout that is for it."""
        read_query(Nothing, request.query_params)
        conversation_id = read_id(id, "id")
        told = sidebar_of(self.actor, conversation_id)
        audit.note_seen(self.actor.who, [told.customer.id], conversation_id=conversation_id)
        return Response(told)


class ConversationLink(Edge):
    @describe("openLink", "Go to a company's own tool", status=302)
    def get(self, request: Request, id: str, link_id: str) -> HttpResponse:
        """The address is signed and good for some minutes: ask for it when it is followed."""
        read_query(Nothing, request.query_params)
        address = address_of(
            self.actor, conversation_id=read_id(id, "id"), link_id=read_id(link_id, "link_id")
        )
        answer = HttpResponseRedirect(address)
        answer["Referrer-Policy"] = "no-referrer"
        return answer


class ConversationMessages(Edge):
    @describe("messages", "Get earlier messages", query=MessagesQuery, answer=Older)
    def get(self, request: Request, id: str) -> Response:
        asked = read_query(MessagesQuery, request.query_params)
        conversation_id = read_id(id, "id")
        return Response(
            queries.messages_before(self.actor, conversation_id, asked.before_seq, asked.limit)
        )

    @describe(
        "sendMessage",
        "Send a message to the customer",
        body=NewMessage,
        answer=StoredRows,
        status=201,
        repeats=True,
    )
    @repeatable
    def post(self, request: Request, id: str) -> Response:
        """A repeat with the same `client_id` and text returns the first message."""
        new = read_body(NewMessage, request.data)
        stored = messages.send(
            self.actor,
            conversation_id=read_id(id, "id"),
            client_id=new.client_id,
            body=new.body,
            attachment_ids=new.attachment_ids,
            data=new.data,
        )
        return Response(stored, status=201)


class ConversationNotes(Edge):
    @describe(
        "addNote",
        "Write a note that only operators see",
        body=NewNote,
        answer=NoteRow,
        status=201,
        repeats=True,
    )
    @repeatable
    def post(self, request: Request, id: str) -> Response:
        new = read_body(NewNote, request.data)
        note = notes.add(
            self.actor,
            conversation_id=read_id(id, "id"),
            client_id=new.client_id,
            body=new.body,
        )
        return Response(note, status=201)


class ConversationRead(Edge):
    @describe(
        "readConversation",
        "Note that operators have read up to a message",
        body=ReadMark,
        answer=ConversationRow,
        repeats=True,
    )
    @repeatable
    def post(self, request: Request, id: str) -> Response:
        mark = read_body(ReadMark, request.data)
        row = conversations.mark_read(self.actor, conversation_id=read_id(id, "id"), seq=mark.seq)
        return Response(row)


class ConversationChanges(Edge):
    @describe("changes", "Get what changed since a version", query=ChangesQuery, answer=Changes)
    def get(self, request: Request, id: str) -> Response:
        """`complete` is false when too much has changed: get the thread anew."""
        asked = read_query(ChangesQuery, request.query_params)
        return Response(queries.changes_after(self.actor, read_id(id, "id"), asked.after))
