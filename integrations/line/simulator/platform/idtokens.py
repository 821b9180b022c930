"""ID tokens of LINE Login: made for a code, signed with the channel's secret, verified."""

import hashlib
import secrets
from base64 import urlsafe_b64encode
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from integrations.line.simulator import ids
from integrations.line.simulator.routing import Call
from integrations.line.simulator.things import Account, Person
from integrations.line.simulator.web import Answer, answer_json
from integrations.line.simulator.world import Code

ISSUER = "https://access.line.me"
ID_TOKEN_SECONDS = 3600
ACCESS_SECONDS = 30 * 24 * 3600


async def issue(call: Call) -> Answer:
    """POST /oauth2/v2.1/token."""
    form = call.request.form()
    account = _login_channel(call, form.get("client_id", ""))
    secret = form.get("client_secret", "")
    if account is None or not secrets.compare_digest(account.secret.encode(), secret.encode()):
        return _error("invalid_client", "invalid client_secret")
    code = call.simulation.world.codes.pop(form.get("code", ""), None)
    if code is None or not _fits(code, account, form):
        return _error("invalid_grant", "invalid authorization code")
    access_token = ids.opaque()
    call.simulation.world.logged_in[access_token] = code
    return answer_json(
        {
            "access_token": access_token,
            "expires_in": ACCESS_SECONDS,
            "id_token": id_token(account, call.simulation.world.people[code.person], code.nonce),
            "refresh_token": ids.opaque(),
            "scope": code.scope,
            "token_type": "Bearer",
        }
    )


async def verify(call: Call) -> Answer:
    """POST /oauth2/v2.1/verify."""
    form = call.request.form()
    account = _login_channel(call, form.get("client_id", ""))
    if account is None:
        return _error("invalid_request", "Invalid IdToken Audience.")
    try:
        token = jwt.decode(form.get("id_token", ""), _key(account), algorithms=["HS256"])
    except (JoseError, ValueError):
        return _error("invalid_request", "Invalid IdToken.")
    if fault := _fault(token.claims, account, form):
        return _error("invalid_request", fault)
    return answer_json(token.claims)


def id_token(account: Account, person: Person, nonce: str) -> str:
    now = int(account.clock.now())
    claims: dict[str, Any] = {
        "iss": ISSUER,
        "sub": ids.user_id(account.provider, person.key),
        "aud": account.channel_id,
        "exp": now + ID_TOKEN_SECONDS,
        "iat": now,
        "amr": ["linesso"],
        "name": person.name,
    }
    claims |= {"nonce": nonce} if nonce else {}
    claims |= {"picture": person.picture_url} if person.picture_url else {}
    return jwt.encode({"alg": "HS256", "typ": "JWT"}, claims, _key(account))


def _fault(claims: dict[str, Any], account: Account, form: dict[str, str]) -> str:
    if claims.get("aud") != account.channel_id:
        return "Invalid IdToken Audience."
    if claims.get("exp", 0) <= account.clock.now():
        return "IdToken expired."
    if "nonce" in form and form["nonce"] != claims.get("nonce"):
        return "Invalid IdToken Nonce."
    if "user_id" in form and form["user_id"] != claims.get("sub"):
        return "Invalid IdToken Subject Identifier."
    return ""


def _fits(code: Code, account: Account, form: dict[str, str]) -> bool:
    return (
        form.get("grant_type") == "authorization_code"
        and code.channel_id == account.channel_id
        and code.redirect_uri == form.get("redirect_uri")
        and code.until > account.clock.now()
        and (not code.challenge or code.challenge == _challenge(form.get("code_verifier", "")))
    )


def _challenge(verifier: str) -> str:
    """Return PKCE's S256."""
    return urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def _login_channel(call: Call, channel_id: str) -> Account | None:
    account = call.simulation.world.accounts.get(channel_id)
    return account if account is not None and account.kind == "login" else None


def _key(account: Account) -> OctKey:
    return OctKey.import_key(account.secret)


def _error(error: str, description: str) -> Answer:
    return answer_json({"error": error, "error_description": description}, 400)
