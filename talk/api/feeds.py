"""Batches of a company's own systems: customers, and what they did."""

from rest_framework.request import Request
from rest_framework.response import Response

from customers.ingest import Tally
from talk.actions import feeds
from talk.actions.feeds import Upserted
from talk.api.edge import Edge
from talk.api.idempotency import repeatable, repeatable_in_parts
from talk.api.inputs import ActivityBatch, CustomerBatch
from talk.api.parsing import BatchParser, read_body
from talk.api.schema import describe


class Activities(Edge):
    parser_classes = (BatchParser,)

    @describe(
        "recordActivities",
        "Tell what a customer did",
        body=ActivityBatch,
        answer=Tally,
        repeats=True,
    )
    @repeatable
    def post(self, request: Request) -> Response:
        """At most 50 activities `{id, kind, at, url?, props?}` of one customer (docs/tracking.md).

        The id (a UUID) makes a repeat harmless for 31 days. Each is taken or rejected by itself.
        """
        asked = read_body(ActivityBatch, request.data)
        done = feeds.record_activities(
            self.actor, asked.customer, asked.activities, sent_at=asked.sent_at
        )
        return Response(done)


class CustomerRecords(Edge):
    parser_classes = (BatchParser,)

    @describe(
        "upsertCustomers",
        "Tell who customers are",
        body=CustomerBatch,
        answer=Upserted,
        repeats=True,
    )
    @repeatable_in_parts
    def post(self, request: Request) -> Response:
        """At most 500 records, each found by its verified identifiers or begun.

        What the company's system says verifies the identifier. A bad record stops no other.
        """
        asked = read_body(CustomerBatch, request.data)
        return Response(feeds.upsert_customers(self.actor, asked.customers, source=asked.source))
