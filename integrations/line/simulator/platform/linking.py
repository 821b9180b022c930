"""Account links: a token for one person, a dialog on access.line.me, an event."""

import base64
import binascii

from integrations.line.simulator import ids
from integrations.line.simulator.dialogs import page
from integrations.line.simulator.phone.events import make_event
from integrations.line.simulator.phone.saying import tell
from integrations.line.simulator.platform.visitor import visitor
from integrations.line.simulator.routing import Call
from integrations.line.simulator.things import Account, Person
from integrations.line.simulator.web import Answer, Refused, answer_json
from integrations.line.simulator.world import Nonce

LINK_TOKEN_SECONDS = 600


async def issue_link_token(call: Call) -> Answer:
    """POST /v2/bot/user/{user}/linkToken: ten minutes, once."""
    person = call.simulation.world.person_of(call.account, call.names["user"])
    if person is None:
        raise Refused(404, "Not found")
    token = ids.opaque(24)
    until = call.account.clock.now() + LINK_TOKEN_SECONDS
    made = Nonce(call.account.channel_id, call.names["user"], until)
    call.simulation.world.link_tokens[token] = made
    return answer_json({"linkToken": token})


async def show_dialog(call: Call) -> Answer:
    """GET /dialog/bot/accountLink: what the person is asked."""
    query = call.request.query
    account, person = _asked(call, query.get("linkToken", ""))
    named = {"account": account.name, "person": person.name}
    fields = {name: query.get(name, "") for name in ("linkToken", "nonce")}
    return page("link", call, named, fields)


async def confirm_dialog(call: Call) -> Answer:
    """POST /dialog/bot/accountLink: the token is used up, and the account is told."""
    form = call.request.form()
    account, person = _asked(call, form.get("linkToken", ""))
    del call.simulation.world.link_tokens[form["linkToken"]]
    is_good = _is_nonce(form.get("nonce", ""))
    chat = call.simulation.world.chat_of(account, person)
    link = {"result": "ok" if is_good else "failed", "nonce": form.get("nonce", "")}
    event = make_event(
        call.simulation.world, account, chat, "accountLink", can_reply=is_good, link=link
    )
    if not is_good:
        del event["source"]
    await tell(call.simulation, account, chat, event)
    return page("linked", call, {"account": account.name}, {})


def _asked(call: Call, link_token: str) -> tuple[Account, Person]:
    """Return whose link it is; only the person that the token was made for may go on."""
    world = call.simulation.world
    found = world.link_tokens.get(link_token)
    account = found and world.accounts.get(found.channel_id)
    if not found or not account or found.until <= account.clock.now():
        raise Refused(400, "The link token is invalid or has expired")
    person = visitor(call)
    if person is None or ids.user_id(account.provider, person.key) != found.user_id:
        raise Refused(403, "This link is for another person")
    return account, person


def _is_nonce(nonce: str) -> bool:
    """Base64 of 10 to 255 characters."""
    try:
        base64.b64decode(nonce.replace("-", "+").replace("_", "/") + "==", validate=True)
    except (binascii.Error, ValueError):
        return False
    return 10 <= len(nonce) <= 255
