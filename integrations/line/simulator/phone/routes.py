"""Every address of the phones and of the tests."""

from integrations.line.simulator.phone import acting, control, looking
from integrations.line.simulator.routing import Handler, Route

API = "/line-simulator/api"
ACCOUNT = f"{API}/accounts/{{channel}}"


def _route(method: str, pattern: str, handler: Handler) -> Route:
    return Route(method, pattern, handler, needs_token=False)


PHONE_ROUTES = (
    _route("GET", f"{API}/news", looking.stream),
    _route("GET", f"{ACCOUNT}/chats/{{chat}}", looking.chat),
    _route("POST", f"{ACCOUNT}/acts/{{deed}}", acting.perform),
    _route("POST", f"{ACCOUNT}/attachments", acting.send_file),
    _route("POST", f"{API}/accounts", control.open_account),
    _route("POST", f"{API}/people", control.add_person),
    _route("GET", ACCOUNT, control.show_account),
    _route("POST", f"{ACCOUNT}/turn", control.turn_account),
    _route("POST", f"{ACCOUNT}/groups", control.add_group),
    _route("POST", f"{ACCOUNT}/faults", control.add_fault),
    _route("DELETE", f"{ACCOUNT}/faults", control.clear_faults),
    _route("POST", f"{ACCOUNT}/tokens", control.mint_token),
    _route("POST", f"{ACCOUNT}/tokens/revoke", control.revoke_tokens),
    _route("POST", f"{ACCOUNT}/release", control.release),
    _route("GET", f"{ACCOUNT}/held", control.held),
    _route("GET", f"{ACCOUNT}/calls", control.calls),
    _route("GET", f"{ACCOUNT}/deliveries", control.deliveries),
)
