"""The account link: a member of a website and a person in LINE, proven by both sides.

The site signs who has logged in there, LINE gives a token that only that person can use, and brings
our nonce back with who they are ("Link user account with LINE account").
"""

import base64
import secrets
from datetime import timedelta
from typing import Any, Final
from uuid import UUID, uuid5

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models.functions import Now
from django.urls import reverse

from customers.actions.identify import Person, identify
from customers.actions.merges import MergeRefused, move_profiles
from customers.actions.people import begin_known_profile
from customers.identifiers import BadIdentifier, Kind, normalise
from customers.models import Context, Customer, Identity, MergeLog, Profile
from customers.turns import take_turn
from integrations.line import taps
from integrations.line.actions import people
from integrations.line.calls import call
from integrations.line.client import NotSent
from integrations.line.crossings import link_address
from integrations.line.models import (
    AccountLink,
    Crossing,
    LineChannel,
    LineChat,
    LineSetup,
    LinkNonce,
)
from talk import clock, said, store
from talk.actions import channel_messages, messages
from talk.actions.access import digest, visitor_of
from talk.actions.identities import live_keys
from talk.identity_tokens import BadToken, read
from talk.models import Inbox
from talk.store import NewMessage

LINK_TOKEN: Final = "/v2/bot/user/{}/linkToken"  # noqa: S105  # an address
NONCE_LIFE: Final = timedelta(minutes=10)
PAGE_SECONDS: Final = 24 * 3600
PAGE_SALT: Final = "line.link"
WORDS: Final = {
    "ja": {
        "offer": "会員アカウントとLINEを連携できます。連携はいつでも解除できます。",
        "link": "連携する",
        "linked": "会員アカウントと連携しました。連携はいつでも解除できます。",
        "unlink": "連携を解除する",
        "unlinked": "連携を解除しました。",
        "none": "連携している会員アカウントはありません。",
        "closed": "いまは連携を受け付けていません。",
        "failed": "連携できませんでした。メニューからもう一度お試しください。",
        "conflict": "ほかの会員情報と連携済みのため、連携できませんでした。担当者が確認します。",
    },
    "en": {
        "offer": "You can link your account with LINE. You can end that at any time.",
        "link": "Link",
        "linked": "Your account is linked. You can end that at any time.",
        "unlink": "End the link",
        "unlinked": "The link has ended.",
        "none": "No account is linked.",
        "closed": "Linking is not possible at the moment.",
        "failed": "Your account could not be linked. Try again from the menu.",
        "conflict": "Not linked: this LINE is linked with another member. Our team will check it.",
    },
}


class NotOffered(Exception):
    """The channel has no website whose members could be linked."""


def answer_tap(chat: LineChat, data: str, *, key: str) -> bool:
    """Answer a tap that begins linking or ends it; False for every other tap.

    Under the lock of the chat. `key` is the event's: a repeat says nothing twice.
    """
    if data == taps.LINK:
        _offer(chat, key)
    elif data == taps.UNLINK:
        chat.save(update_fields=["conversation"])  # where they have tapped
        is_parted = unlink(chat)
        chat.refresh_from_db(fields=["profile", "conversation"])  # the thread may be another's now
        _say(chat, key, "unlinked" if is_parted else "none")
    else:
        return False
    return True


def note_linked(chat: LineChat, *, way: AccountLink.Way, key: str) -> None:
    """Note that the two are one now, and tell the person how to end that.

    LINE asks for both: the offer to unlink, and that it is announced. After a log-in with LINE the
    page has told it, and a message would be a push that costs.
    """
    link, is_new = AccountLink.objects.get_or_create(
        chat=chat, ended_at=None, defaults={"way": way}
    )
    if is_new and chat.conversation_id is not None:
        channel_messages.note_line(chat.conversation_id, {"code": "linked", "way": link.way})
    if way is AccountLink.Way.ACCOUNT:  # also of who was linked by a log-in: they have asked
        _say_linked(chat, key)


def tell_failed(chat: LineChat, key: str, *, is_conflict: bool) -> None:
    """LINE's own page said that it was done: say that it is not."""
    _say(chat, key, "conflict" if is_conflict else "failed")


def chat_of_page(signed: str) -> LineChat | None:
    """Return whose page it is, while the site offers linking; None for any other address."""
    try:
        id = signing.loads(signed, salt=PAGE_SALT, max_age=PAGE_SECONDS)
    except signing.BadSignature:
        return None
    chats = LineChat.objects.select_related("channel__inbox")
    chat = chats.filter(pk=id, channel__inbox__is_active=True).first()
    return chat if chat and site_of(chat.channel) else None


def site_of(channel: LineChannel) -> tuple[Inbox, str] | None:
    """Return the website whose members are linked, and its log-in page."""
    setup = LineSetup.objects.select_related("site_inbox").filter(channel=channel).first()
    if setup is None or setup.site_inbox is None or not setup.site_login_url:
        return None
    return setup.site_inbox, setup.site_login_url


def begin(chat: LineChat, *, identity: str) -> str:
    """Return where LINE makes sure of the person, for the member that the site has signed.

    Asks LINE for the token. Raises `BadToken` for an identity that no live key of the site has
    signed, `NotOffered`, and what `call` raises.
    """
    site = site_of(chat.channel)
    if site is None:
        raise NotOffered
    inbox, _ = site
    now = clock.now().timestamp()
    signed = read(identity, live_keys(inbox), audience=inbox.public_id, now=now)
    person = Person(signed.user_id, signed.email, signed.phone, signed.traits)
    answer = call(chat.channel, "POST", LINK_TOKEN, chat.line_id)
    token = str(answer.body.get("linkToken") or "")
    if not token:
        raise NotSent(f"status {answer.status}")
    nonce = _make_nonce(chat, person)
    return link_address(settings.LINE_ACCESS_BASE, link_token=token, nonce=nonce)


@transaction.atomic
def unlink(chat: LineChat) -> bool:
    """Part the person in LINE from whom they were linked with, because they want it.

    They become a customer of their own again, with what was said in LINE. They may link again:
    nobody has found that they are two. False when there is no link.
    """
    chat = people.lock_chat(chat.id)
    take_turn()
    joined = Crossing.objects.filter(chat=chat, state=Crossing.State.JOINED)
    joined.update(state=Crossing.State.CONFLICT)  # what they began stays where they began it
    ended = AccountLink.objects.filter(chat=chat, ended_at=None).update(ended_at=Now())
    if not ended or chat.profile_id is None:
        return False
    try:
        _part(chat.profile_id, chat.line_id)
    except MergeRefused:
        return False  # erased meanwhile: there is nobody to be parted from
    if chat.conversation_id is not None:
        channel_messages.note_line(chat.conversation_id, {"code": "unlinked"})
        _begin_own(chat)
    return True


def _begin_own(chat: LineChat) -> None:
    """A thread that came from the website went back to the member: what follows has its own."""
    talk, profile = chat.conversation, chat.profile
    if talk is None or profile is None:
        return
    talk.refresh_from_db(fields=["profile"])
    profile.refresh_from_db()
    if talk.profile_id == profile.id:
        return
    own = visitor_of(profile, chat.channel_id)
    chat.conversation_id = messages.begin_conversation(own)
    chat.save(update_fields=["conversation"])


def _part(profile_id: UUID, user_id: str) -> None:
    """Their LINE id goes with them: held by another profile, it would join them again.

    Nothing is to be done where operators have parted them before.
    """
    own = Profile.objects.get(id=profile_id)
    if not Profile.objects.filter(customer_id=own.customer_id).exclude(id=own.id).exists():
        return
    Identity.objects.filter(kind=Kind.LINE, value_norm=user_id).update(profile=own)
    customer = Customer.objects.create(name="", locale=own.customer.locale)
    Context.objects.create(customer=customer)
    move_profiles(
        [profile_id],
        winner_id=customer.id,
        reason=MergeLog.Because.UNLINKED,
        actor="line",
        is_parting=True,
    )


def _make_nonce(chat: LineChat, person: Person) -> str:
    """Return 240 random bits for LINE to bring back; only what they hash to is stored.

    LINE asks for Base64 of 10 to 255 characters.
    """
    nonce = base64.b64encode(secrets.token_bytes(30)).decode()
    with transaction.atomic():
        LinkNonce.objects.create(
            nonce_hash=digest(nonce),
            channel=chat.channel,
            chat=chat,
            profile=_member_profile(person),
            expires_at=Now() + NONCE_LIFE,
        )
    return nonce


def _member_profile(person: Person) -> Profile:
    """Return a profile that is the member's: the LINE user's is joined with it, not made it."""
    try:
        norm = normalise(Kind.USER_ID, person.user_id)
        known = Profile.objects.filter(
            identities__kind=Kind.USER_ID, identities__value_norm=norm
        ).first()
        return identify((known or begin_known_profile()).id, person).profile
    except BadIdentifier as error:
        raise BadToken(f"The user id {error}", field="sub") from error


def _offer(chat: LineChat, key: str) -> None:
    if AccountLink.objects.filter(chat=chat, ended_at=None).exists():
        return _say_linked(chat, key)
    if site_of(chat.channel) is None:
        return _say(chat, key, "closed")
    signed = signing.dumps(str(chat.pk), salt=PAGE_SALT)
    page = settings.PUBLIC_URL + reverse("line_link", args=[signed])
    return _say(chat, key, "offer", {"type": "uri", "uri": page}, label="link")


def _say_linked(chat: LineChat, key: str) -> None:
    _say(chat, key, "linked", {"type": "postback", "data": taps.UNLINK}, label="unlink")


def _say(
    chat: LineChat, key: str, text: str, action: dict[str, Any] | None = None, *, label: str = ""
) -> None:
    """Say it in the conversation, where operators see it too; a button below if there is one."""
    if chat.conversation_id is None:
        return
    words = WORDS["en" if chat.locale.startswith("en") else "ja"]
    data, body = {}, words[text]
    if action is not None:
        buttons = [{**action, "label": words[label]}]
        contents = {"type": "buttons", "text": words[text], "actions": buttons}
        data, body = said.plain(said.Template(alt=words[text], contents=contents)), ""
    message = NewMessage(
        conversation_id=chat.conversation_id,
        sender="bot",
        client_id=uuid5(chat.pk, f"{key}:{text}"),
        body=body,
        data=data,
    )
    store.write([message])
