"""Profiles that begin."""

from uuid import UUID

from django.db import transaction

from customers.cleaning import clean_text
from customers.models import Context, Customer, Profile


@transaction.atomic
def create_visitor_profile(*, locale: str = "") -> Profile:
    """Return the profile of a browser that nobody knows yet, with its customer and context."""
    customer = Customer.objects.create(locale=clean_text(locale, 16))
    Context.objects.create(customer=customer)
    return Profile.objects.create(customer=customer, kind=Profile.Kind.BROWSER)


def lock_profile(profile_id: UUID) -> Profile:
    """Return the profile, locked, to write for. Raises `Profile.DoesNotExist`.

    One whose customer was erased does not exist: what was on its way is not kept.
    """
    profile = Profile.objects.select_for_update(no_key=True).get(id=profile_id)
    # Asked after the lock was waited for: who erases holds it.
    if Customer.objects.filter(id=profile.customer_id, erased_at__isnull=False).exists():
        raise Profile.DoesNotExist("the customer of this profile was erased")
    return profile


@transaction.atomic
def begin_known_profile(customer: Customer | None = None) -> Profile:
    """Return a new profile of what a company's system knows, of somebody new if of nobody."""
    return Profile.objects.create(customer=customer or _nobody(), kind=Profile.Kind.CRM)


@transaction.atomic
def begin_line_profile() -> Profile:
    """Return a new profile of somebody who has written in LINE, with their customer and context."""
    return Profile.objects.create(customer=_nobody(), kind=Profile.Kind.LINE)


def _nobody() -> Customer:
    customer = Customer.objects.create()
    Context.objects.create(customer=customer)
    return customer
