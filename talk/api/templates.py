"""What operators of an inbox may send ready made."""

from rest_framework.request import Request
from rest_framework.response import Response

from talk.api.edge import Edge
from talk.api.inputs import Nothing
from talk.api.parsing import read_id, read_query
from talk.api.schema import describe
from talk.queries import Page
from talk.queries.templates import templates
from talk.rows import TemplateRow


class InboxTemplates(Edge):
    @describe("inboxTemplates", "List an inbox's templates", answer=Page[TemplateRow])
    def get(self, request: Request, id: str) -> Response:
        """Messages with buttons and pictures, for the `data` of `sendMessage`."""
        read_query(Nothing, request.query_params)
        return Response(Page(templates(self.actor, read_id(id, "id")), None))
