"""The sidebar of one conversation, as the layout that is for it shows it to the actor."""

from uuid import UUID

from msgspec import Struct

from customers.queries import CUSTOMER_JSON, CustomerRow
from talk import layouts, links, sidebar
from talk.layouts import Situation, Tried
from talk.policy import Actor, Permission, require
from talk.queries import sql
from talk.queries.conversations import conversation_row
from talk.rows import ConversationRow
from talk.sidebar import BlockShown, Layout
from talk.veils import MARKS_KEYS, SEGMENTS

# What the layout is chosen from, and the links. Its parameters are `operator` and `customer`.
LAID_JSON = """jsonb_build_object(
    'teams', coalesce((SELECT jsonb_agg(l.team_id) FROM talk_team_operators l
        WHERE l.operator_id = %(operator)s), '[]'),
    'segments', coalesce((SELECT jsonb_agg(s->>'id') FROM customers_context x,
        jsonb_array_elements(x.data->'segments') s WHERE x.customer_id = %(customer)s), '[]'),
    'links', coalesce((SELECT jsonb_agg(jsonb_build_object('id', link.id, 'name', link.name,
        'template', link.template) ORDER BY link.position, link.created_at)
        FROM talk_toollink link WHERE link.is_active), '[]'),
    'layouts', coalesce((SELECT jsonb_agg(jsonb_build_object(
        'id', layout.id, 'name', layout.name, 'statuses', layout.statuses,
        'segment_ids', layout.segment_ids, 'knows', layout.knows,
        'inbox_ids', coalesce((SELECT jsonb_agg(i.inbox_id) FROM talk_sidebarlayout_inboxes i
            WHERE i.sidebarlayout_id = layout.id), '[]'),
        'team_ids', coalesce((SELECT jsonb_agg(t.team_id) FROM talk_sidebarlayout_teams t
            WHERE t.sidebarlayout_id = layout.id), '[]'),
        'lines', coalesce((SELECT jsonb_agg(jsonb_build_object('kind', line.kind,
            'key', line.key, 'label', line.label, 'format', line.format,
            'is_open', line.is_open, 'columns', line.columns)
            ORDER BY line.position, line.id)
            FROM talk_sidebarline line WHERE line.layout_id = layout.id), '[]'))
        ORDER BY layout.position, layout.created_at)
        FROM talk_sidebarlayout layout WHERE layout.is_active), '[]'))
"""


class _Link(Struct, frozen=True):
    id: UUID
    name: str
    template: str


class Laid(Struct, frozen=True):
    links: list[_Link]
    teams: frozenset[UUID]
    segments: frozenset[str]
    layouts: list[Layout]


class _Told(Struct, frozen=True):
    laid: Laid
    customer: CustomerRow


TOLD = f"""
SELECT jsonb_build_object('laid', {LAID_JSON}, 'customer', {CUSTOMER_JSON})::text
FROM customers_customer customer WHERE customer.id = %(customer)s
"""


class LinkShown(Struct, frozen=True):
    """A link to a tool: opened by `GET conversations/{id}/links/{link}`, which leads to `host`."""

    id: UUID
    name: str
    host: str


class Sidebar(Struct, frozen=True):
    """The customer's data as the actor may see it, and the blocks that show it, in their order.

    `tried` says how each layout fared, the chosen one first; one without an id is built in.
    `hidden` are the keys of what operators keep about customers and the actor may not see.
    """

    customer: CustomerRow
    blocks: list[BlockShown]
    tried: list[Tried]
    links: list[LinkShown]
    hidden: list[str]


def sidebar_of(actor: Actor, conversation_id: UUID) -> Sidebar:
    """Return the sidebar of a conversation. Raises `NotFound`. Two statements."""
    require(actor, Permission.CUSTOMER_READ)
    row = conversation_row(actor, conversation_id)
    told = sql.only(_Told, TOLD, {"operator": actor.operator_id, "customer": row.customer_id})
    return sidebar_for(actor, row, told.laid, actor.mask.customer(told.customer))


def sidebar_for(actor: Actor, row: ConversationRow, laid: Laid, customer: CustomerRow) -> Sidebar:
    """Return the sidebar of a conversation for a customer's row as the actor may see it."""
    segments = laid.segments if actor.mask.shows(SEGMENTS) else frozenset[str]()
    situation = Situation(row.inbox_id, laid.teams, row.status, segments)
    layout, tried = layouts.choose(laid.layouts, situation)
    blocks = sidebar.arrange(layout, customer)
    hidden = [key for key in MARKS_KEYS if not actor.mask.shows(key)]
    return Sidebar(customer, blocks, tried, _usable_links(laid.links, customer), hidden)


def _usable_links(known: list[_Link], customer: CustomerRow) -> list[LinkShown]:
    """Return the links for which all is known, and shown, that they are made of."""
    verified = {one.kind for one in customer.identities} - customer.masked.keys()
    missing = links.IDENTIFIERS - verified
    return [
        LinkShown(link.id, link.name, links.host_of(link.template))
        for link in known
        if not links.names_of(link.template) & missing
    ]
