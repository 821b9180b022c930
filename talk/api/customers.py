"""Who customers are, and their rights: candidates, merges, confirmations, exports, erasures."""

from rest_framework.request import Request
from rest_framework.response import Response

from customers import audit
from customers.identifiers import Kind
from talk.actions import customers as actions
from talk.api.answers import ErasureRow, Merged, erasure_row
from talk.api.edge import Edge
from talk.api.idempotency import repeatable
from talk.api.inputs import Confirmation, ExportRequest, MergeRequest, Nothing, Reason
from talk.api.parsing import read_body, read_id, read_query
from talk.api.schema import describe
from talk.downloads import FileResponse
from talk.exporting import MEDIA_TYPES
from talk.queries.likeness import Likeness, erasure, likeness


class Candidates(Edge):
    @describe("candidates", "Get who may be the same person, and who was joined", answer=Likeness)
    def get(self, request: Request, id: str) -> Response:
        """Only customers whom the asker sees, each with the evidence."""
        read_query(Nothing, request.query_params)
        told = likeness(self.actor, read_id(id, "id"))
        audit.note_seen(self.actor.who, [one.customer.id for one in told.candidates])
        return Response(told)


class Merge(Edge):
    @describe(
        "mergeCustomers", "Join two customers", body=MergeRequest, answer=Merged, repeats=True
    )
    @repeatable
    def post(self, request: Request, id: str) -> Response:
        """`choices` says for keys of member data which of the two values is shown from now on."""
        asked = read_body(MergeRequest, request.data)
        winner_id = actions.merge(
            self.actor,
            read_id(id, "id"),
            asked.other_id,
            choices=asked.choices,
            reason=asked.reason,
        )
        return Response(Merged(winner_id))


class MergeUndo(Edge):
    @describe("undoMerge", "Part two customers again", body=Reason, answer=Merged, repeats=True)
    @repeatable
    def post(self, request: Request, id: str) -> Response:
        asked = read_body(Reason, request.data)
        log = actions.part(self.actor, read_id(id, "id"), reason=asked.reason)
        return Response(Merged(log.winner_id))


class Confirm(Edge):
    @describe(
        "confirmIdentifier",
        "Confirm an identifier that the customer claims",
        body=Confirmation,
        answer=Merged,
        repeats=True,
    )
    @repeatable
    def post(self, request: Request, id: str) -> Response:
        asked = read_body(Confirmation, request.data)
        customer_id = read_id(id, "id")
        actions.confirm(
            self.actor,
            customer_id,
            kind=Kind(asked.kind),
            value=asked.value,
            reason=asked.reason,
        )
        return Response(Merged(customer_id))


class Export(Edge):
    @describe(
        "exportCustomer", "Get all that is held of a customer", body=ExportRequest, answer=bytes
    )
    def post(self, request: Request, id: str) -> FileResponse:
        """Who asked, and why, is kept in the audit."""
        asked = read_body(ExportRequest, request.data)
        file = actions.export(self.actor, read_id(id, "id"), form=asked.format, reason=asked.reason)
        return FileResponse(file.content, name=file.name, media_type=MEDIA_TYPES[asked.format])


class Erase(Edge):
    @describe(
        "eraseCustomer",
        "Erase a customer",
        body=Reason,
        answer=ErasureRow,
        status=202,
        repeats=True,
    )
    @repeatable
    def post(self, request: Request, id: str) -> Response:
        """It cannot be undone. The answer is the receipt; it is done a few minutes later."""
        asked = read_body(Reason, request.data)
        receipt = actions.erase(self.actor, read_id(id, "id"), reason=asked.reason)
        return Response(erasure_row(receipt), status=202)


class Erasure(Edge):
    @describe("erasure", "Get the receipt of an erasure", answer=ErasureRow)
    def get(self, request: Request, id: str) -> Response:
        read_query(Nothing, request.query_params)
        return Response(erasure_row(erasure(self.actor, read_id(id, "id"))))
