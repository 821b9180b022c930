"""Messages, apart from their conversation."""

from rest_framework.request import Request
from rest_framework.response import Response

from talk.actions import deliveries
from talk.api.edge import Edge
from talk.api.idempotency import repeatable
from talk.api.inputs import Nothing
from talk.api.parsing import read_body, read_id, read_query
from talk.api.schema import describe
from talk.queries.then import Then, then
from talk.rows import MessageRow


class MessageContext(Edge):
    @describe("messageContext", "Get what was known of the customer at a message", answer=Then)
    def get(self, request: Request, id: str) -> Response:
        """What they had done by then.

        `is_known` is false when nothing of then is kept any more, or the customer was erased.
        """
        read_query(Nothing, request.query_params)
        return Response(then(self.actor, read_id(id, "id")))


class MessageRetry(Edge):
    @describe("retryDelivery", "Deliver a failed message again", answer=MessageRow, repeats=True)
    @repeatable
    def post(self, request: Request, id: str) -> Response:
        read_body(Nothing, request.data or {})
        return Response(deliveries.retry(self.actor, message_id=read_id(id, "id")))
