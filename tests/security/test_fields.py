"""S-37: the golden list of everything that anybody outside can write."""

import ast
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType
from typing import Any
from uuid import uuid4

import pytest
from django.contrib import admin
from django.test import RequestFactory
from msgspec import Struct
from msgspec.structs import fields

from talk import api, protocol, widget
from talk.actions import messages
from talk.admin.read_only import ReadOnlyAdmin
from talk.api import inputs
from talk.models import Conversation, Operator
from tests.cast import Cast
from tests.clients import browser
from tests.security.routes import Route, routes

REST = {
    "NewMessage": {"client_id", "body", "attachment_ids", "data"},
    "NewNote": {"client_id", "body"},
    "ConversationChange": {
        "version", "status", "snoozed_until", "assignee_id", "team_id", "label_ids",
    },
    "LabelsChange": {"version", "label_ids"},
    "CustomerChange": {"version", "name", "conversation_id"},
    "NewCustomerNote": {"client_id", "body", "conversation_id"},
    "CustomerNoteChange": {"version", "body"},
    "Reason": {"reason"},
    "MergeRequest": {"other_id", "choices", "reason"},
    "Confirmation": {"kind", "value", "reason"},
    "ExportRequest": {"format", "reason"},
    "ReadMark": {"seq"},
    "PaneChange": {"folds", "orders"},
    "NewReveal": {"key", "reason", "conversation_id"},
    "NewAttachment": {"conversation_id"},
    "ActivityBatch": {"customer", "activities", "sent_at"},
    "CustomerBatch": {"customers", "source"},
    "Nothing": set(),
}  # fmt: skip
CONSOLE = {
    "conversation.open": {"conversation_id"},
    "conversation.close": {"conversation_id"},
    "message.send": {"conversation_id", "client_id", "body", "attachment_ids", "data"},
    "note.add": {"conversation_id", "client_id", "body"},
    "conversation.assign": {"conversation_id", "version", "assignee_id", "team_id"},
    "conversation.set_status": {"conversation_id", "version", "status", "snoozed_until"},
    "conversation.set_labels": {"conversation_id", "version", "label_ids"},
    "conversation.read": {"conversation_id", "seq"},
    "typing": {"conversation_id", "active"},
    "delivery.retry": {"message_id"},
}
WIDGET = {
    "message.send": {"client_id", "body", "attachment_ids"},
    "conversation.read": {"conversation_id", "seq"},
    "typing": {"conversation_id", "active"},
}
ADMIN = {
    "customers.BlockedIdentifier": {"value", "note"},
    "customers.Retention": {"days"},
    "customers.TraitPrecedence": {"key", "sources", "empty_wins"},
    "line.FlexTemplate": {"channel", "name", "alt", "contents", "is_offered"},
    "line.LineChannel": {
        "group_policy", "leaves_groups", "read_policy", "sender_name",
        "offered_on", "site_inbox", "site_login_url",
    },
    "line.RichMenu": {"channel", "name", "bar_text", "is_open", "layout", "upload"},
    "talk.Inbox": {
        "name", "kind", "is_active", "allowed_origins", "greeting", "color", "reopen_days",
        "attachment_max_bytes", "attachments_per_message", "teams", "consent", "honours_gpc",
        "kept_parameters", "captures_errors", "error_selectors", "shims",
    },
    "talk.SigningKey": {"inbox", "name", "algorithm", "public_key"},
    "talk.HeadlineClause": {
        "kind", "is_active", "position", "threshold", "trait", "value", "text_ja", "text_en",
    },
    "talk.Label": {"name", "color", "description", "position", "is_archived"},
    "talk.Team": {"name", "inboxes", "operators"},
    "talk.Operator": {"name", "email", "role", "is_active", "locale", "avatar", "teams"},
    "talk.ApiToken": {"name", "operator", "scopes", "expires_at"},
    "talk.FieldRule": {"key", "visibility"},
    "talk.ClassAccess": {
        "visibility", "seen_by_roles", "seen_by_teams", "revealed_by_roles", "revealed_by_teams",
    },
    "talk.SidebarLayout": {
        "name", "is_active", "position", "inboxes", "teams", "segment_ids", "statuses",
    },
    "talk.ToolLink": {"name", "template", "minutes", "position", "is_active"},
}  # fmt: skip
INLINES = {
    "line.RichMenu": {
        "line.RichMenuArea": {"position", "doing", "label", "value", "question", "bounds"},
    },
    "talk.SidebarLayout": {
        "talk.SidebarLine": {"position", "kind", "key", "label", "format", "columns", "is_open"},
    },
}
WIDGET_BODIES: dict[str, set[str]] = {
    "ActivitiesRequest": {"activities", "inbox", "sent_at", "token"},
    "ClaimRequest": {"email", "name", "phone", "traits", "user_id"},
    "IdentifyRequest": {"proposed", "token"},
    "SessionRequest": {
        "chat",
        "consent",
        "inbox",
        "language",
        "look",
        "page",
        "screen",
        "time_zone",
    },
}
ACCOUNT: dict[str, set[str]] = {
    "^account/password/reset/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": {"password1", "password2"},
    "account/confirm/": {"password"},
    "account/confirm/code/": {"code"},
    "account/password/": {"oldpassword", "password1", "password2"},
    "account/password/reset/": {"email"},
    "account/password/set/": {"password1", "password2"},
    "account/second-factor/app/off/": set(),
    "account/second-factor/app/on/": {"code"},
    "account/second-factor/codes/new/": set(),
    "login/": {"password", "remember"},
    "login/code/": {"code"},
}
PROTECTED = (
    "role", "is_staff", "is_superuser", "operator_id", "sender", "seq", "created_at", "inbox",
    "inbox_id", "customer_id", "profile_id", "id", "author_name", "delivery",
)  # fmt: skip


def names(struct: type) -> set[str]:
    return {field.encode_name for field in fields(struct)}


def test_s37_rest_takes_these_fields_and_no_others() -> None:
    bodies = (*inputs.BODIES, inputs.Nothing)
    assert {body.__name__: names(body) for body in bodies} == REST
    assert all(body.__struct_config__.forbid_unknown_fields for body in bodies)


def test_s37_no_view_of_rest_reads_a_body_that_is_not_listed() -> None:
    assert read_by(api, "read_body") == {body.__name__ for body in inputs.BODIES} | {"Nothing"}


def test_s37_the_widget_takes_these_fields_and_no_others() -> None:
    """Unknown fields are dropped here: an old loader must not break at a new server."""
    read = read_by(widget, "json", "lenient_json") - {"dict[str, Any]"}  # read as `message.send`
    structs = {name: made for name, made in structs_of(widget).items() if name in read}
    assert set(structs) == read
    assert {name: names(each) for name, each in structs.items()} == WIDGET_BODIES


def read_by(package: ModuleType, *functions: str) -> set[str]:
    """Return what every call that reads a body names first, as it is written."""
    calls = (
        node
        for path in Path(package.__path__[0]).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
    )
    return {ast.unparse(call.args[0]) for call in calls if called(call) in functions and call.args}


def called(call: ast.Call) -> str:
    function = call.func
    return getattr(function, "attr", "") or getattr(function, "id", "")


def structs_of(package: ModuleType) -> dict[str, type[Struct]]:
    modules = (
        import_module(f"{package.__name__}.{each.name}") for each in iter_modules(package.__path__)
    )
    return {
        name: made
        for module in modules
        for name, made in vars(module).items()
        if isinstance(made, type) and issubclass(made, Struct)
    }


def test_s37_the_pages_of_an_account_take_these_fields_and_no_others() -> None:
    """Every page that has a form; `login` of the log-in is added when it is made."""
    forms = {
        route.pattern: form_of(route)
        for route in routes()
        if route.pattern.startswith(("login/", "account/", "^account/"))
    }
    assert {path: set(form.base_fields) for path, form in forms.items() if form} == ACCOUNT


def form_of(route: Route) -> Any:
    view = getattr(route.callback, "view_class", None)
    if view is None or not hasattr(view, "get_form_class"):
        return None
    return view().get_form_class()


@pytest.mark.parametrize(
    ("commands", "golden"),
    [(protocol.CONSOLE_COMMANDS, CONSOLE), (protocol.WIDGET_COMMANDS, WIDGET)],
)
def test_s37_sockets_take_these_fields_and_no_others(
    commands: tuple[type[protocol.Command], ...], golden: dict[str, set[str]]
) -> None:
    found = {str(each.__struct_config__.tag): names(each) - {"id"} for each in commands}
    assert found == golden
    assert all(each.__struct_config__.forbid_unknown_fields for each in commands)


@pytest.mark.django_db
def test_s37_the_admin_takes_these_fields_and_no_others(cast: Cast) -> None:
    request = RequestFactory().get("/")
    request.user = cast.aoi
    writable = {
        model._meta.label: set(made.get_form(request).base_fields)
        for model, made in admin.site._registry.items()
        if not isinstance(made, ReadOnlyAdmin)
    }
    assert writable == ADMIN
    inlines = {
        model._meta.label: {
            each.model._meta.label: set(each.get_formset(request).form.base_fields)
            for each in made.get_inline_instances(request)
        }
        for model, made in admin.site._registry.items()
        if made.inlines
    }
    assert inlines == INLINES


@pytest.mark.django_db
@pytest.mark.parametrize("field", PROTECTED)
def test_s37_a_protected_field_is_refused_and_changes_nothing(cast: Cast, field: str) -> None:
    stored = messages.receive(cast.guest().visitor, client_id=uuid4(), body="hello")
    id = stored.conversation.id
    client = browser(cast.oto)
    before = list(Conversation.objects.values()), list(Operator.objects.values())
    change = {"version": stored.conversation.version, "status": "pending", field: "administrator"}
    new = {"client_id": str(uuid4()), "body": "x", field: "administrator"}
    for answer in (
        client.patch(f"/api/v1/conversations/{id}", change, content_type="application/json"),
        client.post(f"/api/v1/conversations/{id}/notes", new, content_type="application/json"),
    ):
        assert (answer.status_code, answer.json()["field"]) == (400, field)
    assert (list(Conversation.objects.values()), list(Operator.objects.values())) == before
