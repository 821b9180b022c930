"""Messages, apart from their conversation."""

from rest_framework.request import Request
from rest_framework.response import Response

from talk.actions import deliveries
from talk.api.edge import Edge
from talk.api.idempotency import repeatable
from talk.api.inputs import Nothing
from talk.api.parsing import read_body, read_id
from talk.api.schema import describe
from talk.rows import MessageRow


class MessageRetry(Edge):
    @describe("retryDelivery", "Deliver a failed message again", answer=MessageRow, repeats=True)
    @repeatable
    def post(self, request: Request, id: str) -> Response:
        read_body(Nothing, request.data or {})
        return Response(deliveries.retry(self.actor, message_id=read_id(id, "id")))
