"""LINE Login 2.1 as a browser sees it: who asks is told to the person, who says yes or no."""

from dataclasses import replace
from urllib.parse import urlencode, urlsplit

from integrations.line.simulator import ids
from integrations.line.simulator.dialogs import page
from integrations.line.simulator.phone.doing import follow
from integrations.line.simulator.platform.visitor import visitor
from integrations.line.simulator.routing import Call
from integrations.line.simulator.things import Account, Person
from integrations.line.simulator.web import Answer, Refused, answer_json
from integrations.line.simulator.world import Code

CODE_SECONDS = 600
PROMPTS = {"normal", "aggressive"}
PASSED_ON = (
    "client_id", "redirect_uri", "state", "scope", "nonce", "bot_prompt", "code_challenge",
)  # fmt: skip


async def show(call: Call) -> Answer:
    """GET /oauth2/v2.1/authorize."""
    asked = call.request.query
    if visitor(call) is None:
        return replace(page("no_phone", call, {}, {}), status=403)
    account, person = _asked(call, asked)
    if asked.get("response_type") != "code" or not asked.get("state"):
        raise Refused(400, "invalid_request")
    bot = _bot(call, account) if asked.get("bot_prompt") in PROMPTS else None
    named = {"account": account.name, "person": person.name, "bot": bot.name if bot else ""}
    fields = {name: asked[name] for name in PASSED_ON if name in asked}
    return page("authorize", call, named, fields, goes_to=asked["redirect_uri"])


async def decide(call: Call) -> Answer:
    """POST /oauth2/v2.1/authorize: back to who asked, with a code or with what was denied."""
    form = call.request.form()
    account, person = _asked(call, form)
    if form.get("decision") != "allow":
        denied = {"error": "access_denied", "error_description": "The user denied the request"}
        return _back(form, denied)
    code = ids.opaque(16)
    call.simulation.world.codes[code] = Code(
        account.channel_id,
        person.key,
        form["redirect_uri"],
        form.get("nonce", ""),
        form.get("scope", ""),
        account.clock.now() + CODE_SECONDS,
        form.get("code_challenge", ""),
    )
    became = await _befriend(call, account, person) if form.get("friend") else False
    return _back(form, {"code": code, **({"friendship_status_changed": "true"} if became else {})})


async def friendship(call: Call) -> Answer:
    """GET /friendship/v1/status: whether who logged in has the linked bot as a friend."""
    world = call.simulation.world
    _, _, token = call.request.headers.get("authorization", "").partition(" ")
    code = world.logged_in.get(token)
    account = world.accounts.get(code.channel_id) if code else None
    if code is None or account is None:
        raise Refused(401, "The access token is invalid")
    if (bot := _bot(call, account)) is None:
        raise Refused(400, "There is no login bot linked to this channel.")
    chat = world.chat_of(bot, world.people[code.person])
    return answer_json({"friendFlag": chat.is_friend and not chat.is_blocked})


def _asked(call: Call, form: dict[str, str]) -> tuple[Account, Person]:
    account = call.simulation.world.accounts.get(form.get("client_id", ""))
    if account is None or account.kind != "login":
        raise Refused(400, "Invalid client_id")
    if form.get("redirect_uri") not in account.callback_urls:
        raise Refused(400, "Invalid redirect_uri value. Check if it is registered")
    if (person := visitor(call)) is None:
        raise Refused(403, "Open this from a phone of the simulator")
    return account, person


def _bot(call: Call, account: Account) -> Account | None:
    """Return the official account that is linked to the Login channel."""
    return call.simulation.world.accounts.get(account.linked_channel)


async def _befriend(call: Call, account: Account, person: Person) -> bool:
    bot = _bot(call, account)
    chat = bot and call.simulation.world.chat_of(bot, person)
    if not bot or not chat or (chat.is_friend and not chat.is_blocked):
        return False
    await follow(call.simulation, bot, chat, person)
    return True


def _back(form: dict[str, str], given: dict[str, str]) -> Answer:
    uri = form["redirect_uri"]
    mark = "&" if urlsplit(uri).query else "?"
    query = urlencode({**given, "state": form.get("state", "")})
    return Answer(302, b"", {"location": f"{uri}{mark}{query}", "cache-control": "no-store"})
