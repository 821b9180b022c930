"""Channel access tokens: stateless ones, which live for fifteen minutes."""

import secrets

from integrations.line.simulator.routing import Call
from integrations.line.simulator.things import Account, Token
from integrations.line.simulator.web import Answer, Refused, answer_json

STATELESS_SECONDS = 900
NO_TOKEN = "Authentication failed due to the following reason: missing authorization header."  # noqa: S105
BAD_TOKEN = (
    "Authentication failed due to the following reason: invalid token. Confirm that the access "  # noqa: S105
    "token in the authorization header is valid."
)


async def issue(call: Call) -> Answer:
    """POST /oauth2/v3/token."""
    form = call.request.form()
    if form.get("grant_type") != "client_credentials":
        return _oauth_error("unsupported_grant_type", "grant_type not supported")
    account = call.simulation.world.accounts.get(form.get("client_id", ""))
    if account is None or account.kind != "messaging":
        return _oauth_error("invalid_client", "Client not found")
    if not secrets.compare_digest(account.secret.encode(), form.get("client_secret", "").encode()):
        return _oauth_error("invalid_client", "invalid clientId or clientSecret")
    token = mint(call, account)
    content = {"token_type": "Bearer", "access_token": token, "expires_in": STATELESS_SECONDS}
    return answer_json(content)


def mint(call: Call, account: Account) -> str:
    token = secrets.token_urlsafe(120)
    until = account.clock.now() + STATELESS_SECONDS
    call.simulation.world.tokens[token] = Token(account.channel_id, until)
    return token


def bearer(call: Call) -> Account:
    """Return the channel whose token the call carries; 401 without a living one."""
    scheme, _, value = call.request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not value:
        raise Refused(401, NO_TOKEN)
    token = call.simulation.world.tokens.get(value.strip())
    account = token and call.simulation.world.accounts.get(token.channel_id)
    if not token or not account or token.is_revoked or token.until <= account.clock.now():
        raise Refused(401, BAD_TOKEN)
    return account


def _oauth_error(error: str, description: str) -> Answer:
    return answer_json({"error": error, "error_description": description}, 400)
