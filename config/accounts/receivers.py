"""What must follow a log-in, and a change of an operator."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.signals import user_logged_in
from django.db.models.functions import Now
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.http import HttpRequest

from config.accounts.sessions import BEGAN, SEEN, seconds_now
from talk.actions.access import revoke_operator
from talk.models import Operator


@receiver(post_save, sender=Operator)
def forget_former_addresses(instance: Operator, **_: Any) -> None:
    """allauth keeps addresses in a table of its own; a former one must not open the account."""
    EmailAddress.objects.filter(user=instance).exclude(email__iexact=instance.email).delete()


@receiver(post_delete, sender=Authenticator)
def revoke_without_second_factor(instance: Authenticator, **_: Any) -> None:
    """Whoever switched it off, open sockets began under a stronger proof than there is now."""
    if instance.type == Authenticator.Type.TOTP:
        revoke_operator(instance.user_id)


@receiver(post_save, sender=UserSession)
def stamp_session(instance: UserSession, created: bool, **_: Any) -> None:
    """allauth stamps with the clock of the process; the database's decides when it is old."""
    if created:
        UserSession.objects.filter(pk=instance.pk).update(created_at=Now(), last_seen_at=Now())


@receiver(user_logged_in)
def mark_beginning(request: HttpRequest, **_: Any) -> None:
    request.session[BEGAN] = request.session[SEEN] = seconds_now()
