"""LINE Login: what one browser has to bring back, and whom LINE says that it is."""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Final

import msgspec
from django.conf import settings

from integrations.line import client
from integrations.line.client import NoAnswer, NotSent
from integrations.line.crossings import Proof
from integrations.line.models import LineChannel
from integrations.line.secrets import unseal_secret

TOKEN: Final = "/oauth2/v2.1/token"  # noqa: S105  # an address
VERIFY: Final = "/oauth2/v2.1/verify"
FRIENDSHIP: Final = "/friendship/v1/status"


class LoginFailed(Exception):
    """LINE does not say who it is; `code` is for the sentence about it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """Who has proved who they are, and whether the official account is their friend."""

    user_id: str
    is_friend: bool


class _Tokens(msgspec.Struct, frozen=True):
    id_token: str
    access_token: str = ""


class _Friendship(msgspec.Struct, frozen=True, rename="camel"):
    friend_flag: bool


class _Claims(msgspec.Struct, frozen=True):
    sub: str
    nonce: str = ""


def new_browser_secret() -> str:
    return secrets.token_urlsafe(32)


def proof_for(browser_secret: str, token: str) -> Proof:
    """Return what belongs to this browser and this way alone; nothing of it is stored.

    `state` carries the token, so that the answer is found again, and a seal that only the browser
    with the secret can have asked for.
    """
    return Proof(
        state=f"{token}.{_mark(browser_secret, 'state', token)}",
        nonce=_mark(browser_secret, "nonce", token),
        verifier=_mark(browser_secret, "verifier", token),
    )


def token_of_state(browser_secret: str, state: str) -> str:
    """Return the token of a state that this browser has asked for. Raises `LoginFailed`."""
    token, _, _ = state.partition(".")
    expected = proof_for(browser_secret, token).state if browser_secret else ""
    if not hmac.compare_digest(expected.encode(), state.encode(errors="surrogatepass")):
        raise LoginFailed("other_browser")
    return token


def challenge_of(verifier: str) -> str:
    return _base64(hashlib.sha256(verifier.encode()).digest())


def logged_in(channel: LineChannel, *, code: str, back: str, proof: Proof) -> LoggedIn:
    """Return whom LINE says to have logged in: the same ID as in webhooks of the same provider.

    The ID token is verified by LINE itself ("Verify ID token"). Raises `LoginFailed`, with "setup"
    where the Login channel has no linked bot: its people could be of another provider, and nothing
    that we send would find them.
    """
    try:
        tokens = _exchange(channel, code, back, proof)
        claims = _verify(channel, tokens.id_token, proof)
        is_friend = _is_friend(tokens.access_token)
    except (NotSent, NoAnswer):
        raise LoginFailed("unreachable") from None
    if not hmac.compare_digest(claims.nonce.encode(), proof.nonce.encode()):
        raise LoginFailed("refused")
    return LoggedIn(claims.sub, is_friend)


def is_refused(channel_id: str, secret: str) -> bool:
    """Whether LINE says that a Login channel's secret is wrong, or that it is no such channel.

    A code that was never given out tells them apart. Raises `NotSent` and `NoAnswer`.
    """
    form = {
        "grant_type": "authorization_code",
        "code": secrets.token_urlsafe(16),
        "redirect_uri": settings.PUBLIC_URL,
        "client_id": channel_id,
        "client_secret": secret,
    }
    told = client.request("POST", TOKEN, form=form).body.get("error")
    return told in ("invalid_client", "unauthorized_client")


def _is_friend(access_token: str) -> bool:
    """Ask "Get friendship status", which answers for the linked bot alone."""
    answer = client.request("GET", FRIENDSHIP, token=access_token)
    if answer.says_nothing:
        raise NoAnswer
    try:
        return msgspec.convert(answer.body, _Friendship).friend_flag
    except msgspec.ValidationError:
        raise LoginFailed("setup") from None


def _exchange(channel: LineChannel, code: str, back: str, proof: Proof) -> _Tokens:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": back,
        "client_id": channel.login_channel_id,
        "client_secret": unseal_secret(channel.pk, "login_secret", channel.login_secret),
        "code_verifier": proof.verifier,
    }
    answer = client.request("POST", TOKEN, form=form)
    try:
        return msgspec.convert(answer.body, _Tokens)
    except msgspec.ValidationError:
        raise LoginFailed("refused") from None


def _verify(channel: LineChannel, id_token: str, proof: Proof) -> _Claims:
    form = {"id_token": id_token, "client_id": channel.login_channel_id, "nonce": proof.nonce}
    answer = client.request("POST", VERIFY, form=form)
    if not answer.is_ok:
        raise LoginFailed("refused")
    try:
        return msgspec.convert(answer.body, _Claims)
    except msgspec.ValidationError:
        raise LoginFailed("refused") from None


def _mark(secret: str, purpose: str, token: str) -> str:
    return _base64(hmac.digest(secret.encode(), f"{purpose}:{token}".encode(), "sha256"))


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
