"""Every address of the phones and of the tests."""

from integrations.line.simulator.phone import acting, control, files, looking
from integrations.line.simulator.routing import Handler, Route

API = "/line-simulator/api"
ACCOUNT = f"{API}/accounts/{{channel}}"


def _route(method: str, pattern: str, handler: Handler) -> Route:
    return Route(method, pattern, handler, needs_token=False)


PAGE = "/line-simulator"

PHONE_ROUTES = (
    _route("GET", f"{PAGE}/", files.page),
    _route("GET", f"{PAGE}/static/{{name}}", files.static),
    _route("GET", f"{PAGE}/static/{{folder}}/{{name}}", files.static),
    _route("GET", f"{PAGE}/static/vendor/{{name}}", files.vendor),
    _route("GET", f"{API}/state", looking.state),
    _route("GET", f"{API}/contents/{{message}}", looking.file),
    _route("GET", f"{API}/menus/{{menu}}/picture", looking.menu_picture),
    _route("GET", f"{API}/news", looking.stream),
    _route("GET", f"{ACCOUNT}/chats/{{chat}}", looking.chat),
    _route("POST", f"{ACCOUNT}/acts/{{deed}}", acting.perform),
    _route("POST", f"{ACCOUNT}/attachments", acting.send_file),
    _route("GET", f"{API}/accounts", control.list_accounts),
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
