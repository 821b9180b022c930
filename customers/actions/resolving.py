"""What is shown of customers, chosen anew from what their sources tell."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from uuid import UUID

import msgspec
from django.db import transaction

from customers.actions.contexts import tell_of_members
from customers.cleaning import clean_text
from customers.models import Context, Customer, Trait, TraitPrecedence
from customers.prepared import prepared_rows
from customers.signals import customer_renamed, traits_changed
from customers.traits import Known, Rule, Told, resolve

LONGEST_NAME = 200
NAME = "name"

SHOW = """
UPDATE customers_customer AS customer SET traits = told.traits, name = told.name
FROM unnest(%s::uuid[], %s::text[]::jsonb[], %s::text[]) AS told(id, traits, name)
WHERE customer.id = told.id
"""


def resolve_traits(customer_id: UUID) -> dict[str, Known]:
    """Choose anew what is shown of a customer (`resolve_all`). Raises `Customer.DoesNotExist`."""
    known = resolve_all([customer_id])
    if customer_id not in known:
        raise Customer.DoesNotExist
    return known[customer_id]


@transaction.atomic
def resolve_all(customer_ids: Collection[UUID]) -> dict[UUID, dict[str, Known]]:
    """Choose anew what is shown of customers, under their locks; tell who listens.

    The trait `name` is a customer's name: without it they have none.
    """
    customers = _lock(customer_ids)
    told, rules = _told(customer_ids), _rules()
    known = {customer.id: resolve(told[customer.id], rules) for customer in customers}
    _show([(customer, known[customer.id]) for customer in customers])
    return known


def _lock(customer_ids: Collection[UUID]) -> list[Customer]:
    """A context is locked before its customer: merges do so too.

    No keys change: whoever stores what refers to the customer, and then wants the context, is not
    waited for.
    """
    contexts = Context.objects.select_for_update(no_key=True).filter(customer_id__in=customer_ids)
    list(contexts.order_by("customer_id").values_list("customer_id"))
    customers = Customer.objects.select_for_update(no_key=True).filter(id__in=customer_ids)
    return list(customers.order_by("id"))


def _show(known: Collection[tuple[Customer, Mapping[str, Known]]]) -> None:
    changed = [
        (customer, stored, _name(traits))
        for customer, traits in known
        if (stored := msgspec.to_builtins(traits)) != customer.traits
    ]
    if not changed:
        return
    ids = [customer.id for customer, _, _ in changed]
    texts = [msgspec.json.encode(stored).decode() for _, stored, _ in changed]
    prepared_rows(SHOW, [ids, texts, [name for _, _, name in changed]])
    for customer_id in ids:
        traits_changed.send(sender=resolve_all, customer_id=customer_id)
    tell_of_members(ids)
    for customer, _, name in changed:
        if name != customer.name:
            customer_renamed.send(sender=resolve_all, customer_id=customer.id)


def _name(known: Mapping[str, Known]) -> str:
    told = known.get(NAME)
    return clean_text(str(told.value).strip(), LONGEST_NAME) if told else ""


def _rules() -> dict[str, Rule]:
    """Read under the customer's lock: who carries a change through waits for us, or we see it."""
    chosen = TraitPrecedence.objects.values_list("key", "sources", "empty_wins")
    return {key: Rule(tuple(sources), empty_wins) for key, sources, empty_wins in chosen}


def empty_wins() -> set[str]:
    """Return the keys of which what a stronger source tells as empty hides what others tell."""
    return set(TraitPrecedence.objects.filter(empty_wins=True).values_list("key", flat=True))


def _told(customer_ids: Collection[UUID]) -> Mapping[UUID, list[Told]]:
    rows = Trait.objects.filter(profile__customer_id__in=customer_ids).order_by("id")
    told: dict[UUID, list[Told]] = defaultdict(list)
    for customer_id, *row in rows.values_list("profile__customer_id", *Told.__struct_fields__):
        told[customer_id].append(Told(*row))
    return told
