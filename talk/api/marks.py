"""What operators keep about customers: labels and notes; and the list of labels."""

from rest_framework.request import Request
from rest_framework.response import Response

from talk import queries
from talk.actions import marks
from talk.api.edge import Edge
from talk.api.idempotency import repeatable
from talk.api.inputs import (
    CustomerNoteChange,
    LabelsChange,
    NewCustomerNote,
    Nothing,
    VersionQuery,
)
from talk.api.parsing import read_body, read_id, read_query
from talk.api.schema import describe
from talk.queries import Page
from talk.rows import LabelRow, MarksRow


class Labels(Edge):
    @describe("labels", "List labels, archived ones too", answer=Page[LabelRow])
    def get(self, request: Request) -> Response:
        read_query(Nothing, request.query_params)
        return Response(Page(queries.labels(self.actor), None))


class CustomerLabels(Edge):
    @describe(
        "setCustomerLabels", "Set the labels of a customer", body=LabelsChange, answer=MarksRow
    )
    def patch(self, request: Request, id: str) -> Response:
        """A stale `version` gets 409 with what is there now, in `marks`."""
        asked = read_body(LabelsChange, request.data)
        row = marks.set_labels(
            self.actor,
            customer_id=read_id(id, "id"),
            version=asked.version,
            label_ids=asked.label_ids,
        )
        return Response(row)


class CustomerNotes(Edge):
    @describe(
        "addCustomerNote",
        "Write a note about a customer",
        body=NewCustomerNote,
        answer=MarksRow,
        status=201,
        repeats=True,
    )
    @repeatable
    def post(self, request: Request, id: str) -> Response:
        """Only operators see it."""
        new = read_body(NewCustomerNote, request.data)
        row = marks.add_note(
            self.actor,
            customer_id=read_id(id, "id"),
            client_id=new.client_id,
            body=new.body,
            conversation_id=new.conversation_id,
        )
        return Response(row, status=201)


class CustomerNote(Edge):
    @describe(
        "changeCustomerNote",
        "Change a note about a customer",
        body=CustomerNoteChange,
        answer=MarksRow,
    )
    def patch(self, request: Request, id: str) -> Response:
        """Its author may, and who supervises. A stale `version` gets 409."""
        asked = read_body(CustomerNoteChange, request.data)
        row = marks.change_note(
            self.actor, note_id=read_id(id, "id"), version=asked.version, body=asked.body
        )
        return Response(row)

    @describe(
        "deleteCustomerNote", "Delete a note about a customer", query=VersionQuery, answer=MarksRow
    )
    def delete(self, request: Request, id: str) -> Response:
        """Its author may, and who supervises. A stale `version` gets 409."""
        asked = read_query(VersionQuery, request.query_params)
        row = marks.delete_note(self.actor, note_id=read_id(id, "id"), version=asked.version)
        return Response(row)
