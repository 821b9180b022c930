"""Who is there: the asker, operators, teams, inboxes, customers; and the event log."""

import secrets

from django.middleware.csrf import get_token
from rest_framework.request import Request
from rest_framework.response import Response

from customers import audit
from customers.queries import CustomerRow
from talk import clock, queries
from talk.actions.access import issue_ticket
from talk.actions.names import Named, rename
from talk.actions.reveals import Revealed, reveal
from talk.actions.ways import change_pane_ways
from talk.api.answers import Me, Ticket
from talk.api.edge import Edge
from talk.api.inputs import (
    CustomerChange,
    CustomersQuery,
    EventsQuery,
    NewReveal,
    Nothing,
    PaneChange,
)
from talk.api.parsing import read_body, read_id, read_query
from talk.api.schema import describe
from talk.errors import Conflict, Forbidden
from talk.headline import ClauseRow
from talk.models import ApiToken, Epoch, Operator
from talk.queries import LogPage, Page, headline
from talk.queries.customers import CustomerDetail, customer_detail, customers
from talk.queries.people import own_row
from talk.queries.ways import pane_ways
from talk.rows import InboxRow, OperatorRow, PaneWaysRow, TeamRow

SPREAD_MS = 250  # of sockets that are opened at the same moment


class Myself(Edge):
    @describe("me", "Get who is asking", answer=Me)
    def get(self, request: Request) -> Response:
        read_query(Nothing, request.query_params)
        csrf = None if isinstance(request.auth, ApiToken) else get_token(request._request)
        epoch = Epoch.objects.values_list("value", flat=True).get()
        return Response(Me(own_row(self.actor), epoch, csrf, pane_ways(self.actor)))


class MyPane(Edge):
    @describe("setMyPane", "Fold or move blocks of one's pane", body=PaneChange, answer=PaneWaysRow)
    def patch(self, request: Request) -> Response:
        """For the person at the console: API tokens have no pane."""
        change = read_body(PaneChange, request.data)
        if isinstance(request.auth, ApiToken):
            raise Forbidden("A pane belongs to a person")
        row = change_pane_ways(self.actor, folds=change.folds, orders=change.orders)
        return Response(row)


class SocketTicket(Edge):
    @describe("socketTicket", "Get a ticket for one console socket", answer=Ticket, status=201)
    def post(self, request: Request) -> Response:
        """Works once, within 30 seconds, for this session. API tokens cannot have one."""
        read_body(Nothing, request.data or {})
        session_key = request.session.session_key
        operator = request.user
        if isinstance(request.auth, ApiToken) or not session_key:
            raise Forbidden("Sockets belong to a session")
        assert isinstance(operator, Operator)  # noqa: S101 - IsAuthenticated saw to it
        ticket = issue_ticket(operator, session_key)
        delay_ms = secrets.randbelow(SPREAD_MS)
        return Response(Ticket(ticket, delay_ms, clock.now()), status=201)


class Inboxes(Edge):
    @describe("inboxes", "List inboxes", answer=Page[InboxRow])
    def get(self, request: Request) -> Response:
        read_query(Nothing, request.query_params)
        return Response(Page(queries.inboxes(self.actor), None))


class Teams(Edge):
    @describe("teams", "List teams", answer=Page[TeamRow])
    def get(self, request: Request) -> Response:
        read_query(Nothing, request.query_params)
        return Response(Page(queries.teams(self.actor), None))


class Operators(Edge):
    @describe("operators", "List operators, inactive ones too", answer=Page[OperatorRow])
    def get(self, request: Request) -> Response:
        read_query(Nothing, request.query_params)
        return Response(Page(queries.operators(self.actor), None))


class Customers(Edge):
    @describe("customers", "List customers", query=CustomersQuery, answer=Page[CustomerRow])
    def get(self, request: Request) -> Response:
        """Those with a conversation in an inbox that the asker sees."""
        asked = read_query(CustomersQuery, request.query_params)
        page = customers(self.actor, cursor=asked.cursor, limit=asked.limit)
        audit.note_seen(self.actor.who, [row.id for row in page.results])
        return Response(page)


class Customer(Edge):
    @describe("customer", "Get a customer with context and past", answer=CustomerDetail)
    def get(self, request: Request, id: str) -> Response:
        read_query(Nothing, request.query_params)
        detail = customer_detail(self.actor, read_id(id, "id"))
        audit.note_seen(self.actor.who, [detail.customer.id])
        return Response(detail)

    @describe("renameCustomer", "Give a customer a name", body=CustomerChange, answer=Named)
    def patch(self, request: Request, id: str) -> Response:
        """A stale `version` gets 409 with `customer` and `version` as they are now."""
        change = read_body(CustomerChange, request.data)
        customer_id = read_id(id, "id")
        try:
            named = rename(
                self.actor,
                customer_id,
                version=change.version,
                name=change.name,
                conversation_id=change.conversation_id,
            )
        except Conflict:
            audit.note_seen(self.actor.who, [customer_id])  # the answer shows them
            raise
        audit.note_seen(self.actor.who, [customer_id])
        return Response(named)


class Reveal(Edge):
    @describe("reveal", "Reveal a masked value", body=NewReveal, answer=Revealed)
    def post(self, request: Request, id: str) -> Response:
        """Who asked, for which key and why is kept in the audit. Show it no longer than said."""
        new = read_body(NewReveal, request.data)
        told = reveal(
            self.actor,
            customer_id=read_id(id, "id"),
            key=new.key,
            reason=new.reason,
            conversation_id=new.conversation_id,
        )
        return Response(told, headers={"Cache-Control": "no-store"})


class Headline(Edge):
    @describe("headline", "List the clauses of the headline", answer=Page[ClauseRow])
    def get(self, request: Request) -> Response:
        """In their order; which of them hold for a customer is for the console to say."""
        read_query(Nothing, request.query_params)
        return Response(Page(headline.clauses(self.actor), None))


class Events(Edge):
    @describe("events", "Get events since a token", query=EventsQuery, answer=LogPage)
    def get(self, request: Request) -> Response:
        """Events may be told twice, never left out. `resync`: fetch everything anew."""
        asked = read_query(EventsQuery, request.query_params)
        return Response(queries.events_after(self.actor, asked.after, asked.limit))
