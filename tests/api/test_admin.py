"""The admin: who gets in, what it makes, what it never shows."""

import re
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from joserfc.jwk import ECKey

from customers.actions import create_visitor_profile
from customers.actions.identify import Person, identify
from customers.actions.traits import tell_traits
from customers.models import (
    AuditEntry,
    BlockedIdentifier,
    Customer,
    Erasure,
    MergeLog,
    Profile,
    Suppression,
    TraitPrecedence,
)
from customers.tasks import carry_on_precedences
from talk.actions import messages, notes
from talk.actions.identities import live_keys
from talk.models import ApiToken, Inbox, Operator, SigningKey
from talk.policy import actor_of_operator
from tests.cast import PASSWORD, Cast
from tests.clients import browser

LISTS = sorted(
    f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
    for model in admin.site._registry
)


def form_of(cast: Cast, **changes: object) -> dict[str, object]:
    return {
        "name": "new shop",
        "kind": "web",
        "is_active": "on",
        "allowed_origins": "https://shop.example",
        "greeting": "",
        "color": "#1f5eff",
        "reopen_days": 7,
        "attachment_max_bytes": "1.5",
        "attachments_per_message": 3,
        "consent": "granted",
        **changes,
    }


@pytest.mark.parametrize("name", LISTS)
def test_every_list_opens_for_administrators_and_nobody_else(cast: Cast, name: str) -> None:
    url = reverse(name)
    assert browser(cast.aoi).get(url).status_code == 200
    assert browser(cast.sumire).get(url, follow=True).status_code == 403
    assert browser(cast.oto).get(url, follow=True).status_code == 403
    anonymous = Client().get(url)
    assert anonymous.status_code == 302
    followed = Client().get(anonymous["Location"])
    assert followed["Location"].startswith("/login/?next=")


def test_what_is_said_can_be_looked_up_and_not_changed(cast: Cast) -> None:
    guest = cast.guest()
    stored = messages.receive(guest.visitor, client_id=uuid4(), body="hello")
    actor = actor_of_operator(cast.oto)
    notes.add(actor, conversation_id=stored.conversation.id, client_id=uuid4(), body="a note")
    client = browser(cast.aoi)
    page = reverse("admin:talk_message_change", args=[stored.message.id])
    assert "hello" in client.get(page).content.decode()
    assert client.post(page, {"body": "changed"}).status_code == 403
    for name in ("conversation", "event", "note"):
        listed = client.get(reverse(f"admin:talk_{name}_changelist")).content.decode()
        [first] = re.findall(rf'href="(/admin/talk/{name}/[^"]+/change/[^"]*)"', listed)[:1]
        assert client.get(first).status_code == 200


def test_an_inbox_keeps_its_origins_exact_and_shows_the_line_for_the_site(cast: Cast) -> None:
    client = browser(cast.aoi)
    origins = "https://Shop.Example\nhttps://shop.example:443\nhttp://localhost:3000\n"
    client.post(reverse("admin:talk_inbox_add"), form_of(cast, allowed_origins=origins))
    inbox = Inbox.objects.get(name="new shop")
    assert inbox.allowed_origins == ["https://shop.example", "http://localhost:3000"]
    page = client.get(reverse("admin:talk_inbox_change", args=[inbox.id])).content.decode()
    assert f"widget.js&quot; data-inbox=&quot;{inbox.public_id}&quot;" in page


def test_sizes_are_asked_for_in_megabytes(cast: Cast) -> None:
    client = browser(cast.aoi)
    client.post(reverse("admin:talk_inbox_add"), form_of(cast))
    inbox = Inbox.objects.get(name="new shop")
    assert inbox.attachment_max_bytes == 1.5 * 1024 * 1024
    change = reverse("admin:talk_inbox_change", args=[inbox.id])
    assert re.search(
        r'name="attachment_max_bytes" value="1.5"', client.get(change).content.decode()
    )
    too_large = client.post(change, form_of(cast, attachment_max_bytes="20.1"))
    assert too_large.status_code == 200
    inbox.refresh_from_db()
    assert inbox.attachment_max_bytes == 1.5 * 1024 * 1024


def test_a_new_inbox_leads_to_its_line_and_tells_what_is_missing(cast: Cast) -> None:
    client = browser(cast.aoi)
    team = cast.shop.teams.get()
    add = reverse("admin:talk_inbox_add")
    bare = client.post(add, form_of(cast, allowed_origins=""), follow=True)
    told = [message.level_tag for message in bare.context["messages"]]
    assert told == ["warning", "warning", "success"]
    assert "data-inbox=" in bare.content.decode()
    whole = client.post(add, form_of(cast, name="whole", teams=[str(team.id)]), follow=True)
    assert [message.level_tag for message in whole.context["messages"]] == ["success"]
    assert list(Inbox.objects.get(name="whole").teams.all()) == [team]


def test_operators_of_a_team_that_gets_an_inbox_connect_anew(cast: Cast) -> None:
    client, team = browser(cast.aoi), cast.shop.teams.get()
    cast.oto.refresh_from_db()
    before = cast.oto.access_version
    client.post(reverse("admin:talk_inbox_add"), form_of(cast, teams=[str(team.id)]))
    cast.oto.refresh_from_db()
    assert cast.oto.access_version == before + 1


@pytest.mark.parametrize(
    "origin",
    ["shop.example", "https://*.shop.example", "https://shop.example/", "ftp://shop.example", "*",
     "null", "https://user@shop.example", "javascript:alert(1)", "https://shop.example:99999"],
)  # fmt: skip
def test_what_is_no_exact_origin_is_refused(cast: Cast, origin: str) -> None:
    client = browser(cast.aoi)
    answer = client.post(reverse("admin:talk_inbox_add"), form_of(cast, allowed_origins=origin))
    assert answer.status_code == 200
    assert not Inbox.objects.filter(name="new shop").exists()


def test_a_new_operator_gets_a_password_that_is_shown_once(cast: Cast) -> None:
    client = browser(cast.aoi)
    team = cast.shop.teams.get()
    answer = client.post(
        reverse("admin:talk_operator_add"),
        {"name": "Midori", "email": "Midori@Sobani.example", "role": "operator",
         "is_active": "on", "locale": "ja", "teams": [str(team.id)]},
    )  # fmt: skip
    [password] = re.findall(r"<code>([^<]+)</code>", answer.content.decode())
    midori = Operator.objects.get(email="midori@sobani.example")
    assert midori.check_password(password)
    assert list(midori.teams.all()) == [team]
    assert "no-store" in answer["Cache-Control"]


def test_administrators_cannot_lock_themselves_out(cast: Cast) -> None:
    client = browser(cast.aoi)
    client.post(
        reverse("admin:talk_operator_change", args=[cast.aoi.id]),
        {"name": "aoi", "email": cast.aoi.email, "role": "operator", "locale": ""},
    )
    aoi = Operator.objects.get(id=cast.aoi.id)
    assert (aoi.role, aoi.is_active) == ("administrator", True)


def test_a_lost_phone_is_helped_by_an_administrator(cast: Cast) -> None:
    Authenticator.objects.create(user=cast.oto, type="totp", data={"secret": "x"})
    client = browser(cast.aoi)
    cast.oto.refresh_from_db()
    before = cast.oto.access_version
    client.post(
        reverse("admin:talk_operator_changelist"),
        {"action": "drop_second_factor", "_selected_action": [str(cast.oto.id)]},
    )
    assert not Authenticator.objects.filter(user=cast.oto).exists()
    cast.oto.refresh_from_db()
    assert cast.oto.access_version == before + 1, "open sockets are closed"


def test_an_api_token_is_shown_once_and_can_be_revoked(cast: Cast) -> None:
    client = browser(cast.aoi)
    client.post("/account/confirm/", {"password": PASSWORD})
    answer = client.post(
        reverse("admin:talk_apitoken_add"),
        {"name": "bot", "operator": str(cast.oto.id), "scopes": ["conversation.read"],
         "expires_at_0": "", "expires_at_1": ""},
    )  # fmt: skip
    [secret] = re.findall(r"<code>(sbn_[^<]+)</code>", answer.content.decode())
    token = ApiToken.objects.get()
    listed = client.get(reverse("admin:talk_apitoken_changelist")).content.decode()
    assert secret not in listed
    assert token.hint in listed
    program = Client(headers={"Authorization": f"Bearer {secret}"})
    assert program.get("/api/v1/conversations").status_code == 200
    client.post(
        reverse("admin:talk_apitoken_changelist"),
        {"action": "revoke", "_selected_action": [str(token.id)]},
    )
    assert program.get("/api/v1/conversations").status_code == 401


def add_key(client: Client, cast: Cast, **values: str) -> str:
    given = {"inbox": str(cast.shop.id), "name": "shop", "algorithm": "HS256", **values}
    answer = client.post(reverse("admin:talk_signingkey_add"), given, follow=True)
    return answer.content.decode()


def test_a_signing_secret_is_shown_once_and_can_be_revoked(cast: Cast) -> None:
    client = browser(cast.aoi)
    client.post("/account/confirm/", {"password": PASSWORD})
    page = add_key(client, cast)
    key = SigningKey.objects.get()
    [live] = live_keys(cast.shop)
    assert f"<code>{live.material}</code>" in page
    listed = client.get(reverse("admin:talk_signingkey_changelist")).content.decode()
    assert live.material not in listed
    assert key.hint in listed
    client.post(
        reverse("admin:talk_signingkey_changelist"),
        {"action": "revoke", "_selected_action": [str(key.id)]},
    )
    assert live_keys(cast.shop) == []


def test_a_public_key_is_taken_and_a_private_one_is_not(cast: Cast) -> None:
    client = browser(cast.aoi)
    client.post("/account/confirm/", {"password": PASSWORD})
    pair = ECKey.generate_key("P-256")
    private, public = (pair.as_pem(private=which).decode() for which in (True, False))
    refused = add_key(client, cast, algorithm="ES256", public_key=private)
    assert "これは秘密鍵です" in refused
    assert "EC 公開鍵の PEM ではありません" in add_key(
        client, cast, algorithm="ES256", public_key="?"
    )
    other = ECKey.generate_key("P-384").as_pem(private=False).decode()
    assert "P-256" in add_key(client, cast, algorithm="ES256", public_key=other)
    assert "HS256 に公開鍵はありません" in add_key(client, cast, public_key=public)
    assert not SigningKey.objects.exists()
    add_key(client, cast, algorithm="ES256", public_key=public)
    assert SigningKey.objects.get().algorithm == "ES256"


def test_a_merge_is_shown_with_its_evidence_and_undone(cast: Cast) -> None:
    one, other = create_visitor_profile(), create_visitor_profile()
    identify(one.id, Person("user-42", email="taro@e.jp"))
    identify(other.id, Person("user-42"))
    merge = MergeLog.objects.get()
    client = browser(cast.aoi)
    shown = client.get(reverse("admin:customers_mergelog_change", args=[merge.id])).content.decode()
    assert "user-42" in shown
    found = client.get(reverse("admin:customers_identity_changelist"), {"q": "TARO@e.jp"})
    assert "taro@e.jp" in found.content.decode()
    undo = {"action": "undo", "_selected_action": [str(merge.id)]}
    client.post(reverse("admin:customers_mergelog_changelist"), undo)
    merge.refresh_from_db()
    assert merge.undone_by == cast.aoi.name
    assert Profile.objects.get(id=other.id).customer_id == merge.loser_id
    again = client.post(reverse("admin:customers_mergelog_changelist"), undo, follow=True)
    assert "undone already" in again.content.decode()


def test_a_shared_value_is_blocked_in_the_administration(cast: Cast) -> None:
    client = browser(cast.aoi)
    client.post(reverse("admin:customers_blockedidentifier_add"), {"value": " Store-Tablet "})
    assert BlockedIdentifier.objects.get().value == "store-tablet"


def test_an_inbox_has_at_most_two_live_keys(cast: Cast) -> None:
    client = browser(cast.aoi)
    client.post("/account/confirm/", {"password": PASSWORD})
    for name in ("old", "new"):
        add_key(client, cast, name=name)
    assert "すでに二つの鍵があります" in add_key(client, cast, name="third")
    assert SigningKey.objects.count() == 2


def test_making_a_token_asks_for_the_password_again(cast: Cast) -> None:
    client = browser(cast.aoi)  # logged in, but without a fresh proof of it
    answer = client.get(reverse("admin:talk_apitoken_add"))
    assert answer["Location"].startswith("/account/confirm/")


def test_secrets_of_other_apps_are_not_registered() -> None:
    names = {model._meta.label for model in admin.site._registry}
    assert names.isdisjoint({"mfa.Authenticator", "usersessions.UserSession", "sessions.Session"})
    assert "talk.Operator" in names


def test_the_admins_own_password_form_is_not_reachable(cast: Cast) -> None:
    answer = browser(cast.aoi).get("/admin/password_change/")
    assert answer["Location"] == "/account/password/"


def act(cast: Cast, name: str, action: str, *ids: object, reason: str = "") -> HttpResponse:
    chosen = {"action": action, "_selected_action": [str(id) for id in ids], "reason": reason}
    return browser(cast.aoi).post(reverse(f"admin:{name}_changelist"), chosen)


def test_a_customer_is_given_out_and_erased_one_at_a_time_and_for_a_reason(cast: Cast) -> None:
    one, other = (cast.guest().visitor.customer_id for _ in range(2))
    act(cast, "customers_customer", "erase", one)
    act(cast, "customers_customer", "erase", one, other, reason="asked")
    act(cast, "customers_customer", "export_json", one)
    assert not Erasure.objects.exists()
    assert not AuditEntry.objects.exists()
    file = act(cast, "customers_customer", "export_csv", one, reason="asked for")
    assert file["Content-Type"] == "text/csv; charset=utf-8"
    act(cast, "customers_customer", "erase", one, reason="asked")
    assert [receipt.customer_id for receipt in Erasure.objects.all()] == [one]
    told = AuditEntry.objects.order_by("id").values_list("action", "actor_name", "reason")
    assert list(told) == [
        ("customer.exported", "aoi", "asked for"),
        ("customer.erased", "aoi", "asked"),
    ]


def test_a_suppression_is_lifted_for_a_reason(cast: Cast) -> None:
    guest = cast.guest()
    identify(guest.visitor.profile_id, Person("user-42"))
    act(cast, "customers_customer", "erase", guest.visitor.customer_id, reason="asked")
    [suppression] = Suppression.objects.all()
    act(cast, "customers_suppression", "lift", suppression.id)
    assert Suppression.objects.get().lifted_at is None
    act(cast, "customers_suppression", "lift", suppression.id, reason="a member again")
    assert Suppression.objects.get().lifted_by == "aoi"


def test_who_may_do_what_and_what_opens_doors_is_audited_without_secrets(cast: Cast) -> None:
    oto = cast.oto
    client = browser(cast.aoi)
    form = {"name": "oto", "email": oto.email, "role": "supervisor", "is_active": "on"}
    client.post(reverse("admin:talk_operator_change", args=[oto.id]), form)
    oto.refresh_from_db()
    assert oto.role == "supervisor"
    act(cast, "talk_operator", "give_password", oto.id)
    token = ApiToken.objects.create(name="x", operator=oto, token_hash=b"1", hint="1234")
    act(cast, "talk_apitoken", "revoke", token.id)
    changed, password, revoked = AuditEntry.objects.order_by("id")
    assert (changed.action, changed.actor_name) == ("operator.changed", "aoi")
    assert (changed.what["id"], changed.what["role"]) == (str(oto.id), "supervisor")
    assert password.what["change"] == "new temporary password"
    assert (revoked.action, revoked.what["change"]) == ("key.changed", "revoked")


def test_a_customers_id_finds_all_that_was_done_to_them_in_the_audit(cast: Cast) -> None:
    one, other = (cast.guest().visitor.customer_id for _ in range(2))
    for id in (one, other):
        act(cast, "customers_customer", "export_csv", id, reason=f"for {id}")
    page = browser(cast.aoi).get(reverse("admin:customers_auditentry_changelist"), {"q": str(one)})
    assert f"for {one}" in page.content.decode()
    assert f"for {other}" not in page.content.decode()
    [entry] = AuditEntry.objects.filter(customer_id=one)
    shown = reverse("admin:customers_auditentry_change", args=[entry.id])
    assert browser(cast.aoi).get(shown).status_code == 200
    assert browser(cast.aoi).post(shown, {"reason": "x"}).status_code == 403


def test_what_an_inbox_tracks_is_asked_for_line_by_line(cast: Cast) -> None:
    admin = browser(cast.aoi)
    told = {"kept_parameters": " utm_*\n\nplan\nplan", "error_selectors": ".error, .alert\n#failed"}
    admin.post(reverse("admin:talk_inbox_add"), form_of(cast, **told, shims=["karte"]))
    inbox = Inbox.objects.get(name="new shop")
    assert inbox.kept_parameters == ["utm_*", "plan"]
    assert inbox.error_selectors == [".error, .alert", "#failed"]
    assert (inbox.shims, inbox.honours_gpc) == (["karte"], False)
    for wrong in ({"kept_parameters": "a b"}, {"error_selectors": "{}"}, {"shims": ["other"]}):
        name = {"name": f"wrong {next(iter(wrong))}"}
        admin.post(reverse("admin:talk_inbox_add"), form_of(cast, **wrong, **name))
    assert not Inbox.objects.filter(name__startswith="wrong").exists()


def test_which_source_is_believed_about_a_key_is_set_in_the_admin_and_audited(cast: Cast) -> None:
    guest, client = cast.guest(), browser(cast.aoi)
    for source, value in (("crm:main", "gold"), ("site", "silver")):
        tell_traits(guest.visitor.profile_id, {"rank": value}, source=source)
    told = {"key": " rank ", "sources": "site\ncrm:main\nsite", "empty_wins": "on"}
    client.post(reverse("admin:customers_traitprecedence_add"), told)
    rule = TraitPrecedence.objects.get()
    assert (rule.key, rule.sources, rule.empty_wins) == ("rank", ["site", "crm:main"], True)
    entry = AuditEntry.objects.get(action="precedence.changed")
    assert {**entry.what, "id": "", "change": ""} == {
        "id": "",
        "change": "",
        "key": "rank",
        "sources": ["site", "crm:main"],
        "empty_wins": True,
    }
    carry_on_precedences()
    customer = Customer.objects.get(id=guest.visitor.customer_id)
    assert customer.traits["rank"]["value"] == "silver"
    path = f"/api/v1/customers/{customer.id}/candidates"
    messages.receive(guest.visitor, client_id=uuid4(), body="hello")
    likeness = client.get(path).json()
    assert likeness["precedence"] == {"rank": ["site", "crm:main"]}
    assert likeness["empty_wins"] == ["rank"]
    change = reverse("admin:customers_traitprecedence_change", args=[rule.pk])
    client.post(change, {"sources": "crm:main"})
    rule.refresh_from_db()
    assert (rule.key, rule.sources, rule.empty_wins) == ("rank", ["crm:main"], False)
    chosen = {"action": "delete_selected", "_selected_action": rule.pk, "post": "yes"}
    client.post(reverse("admin:customers_traitprecedence_changelist"), chosen)
    assert not TraitPrecedence.objects.exists()
    carry_on_precedences()
    customer.refresh_from_db()
    assert customer.traits["rank"]["value"] == "gold"
    assert AuditEntry.objects.filter(action="precedence.changed").count() == 3


@pytest.mark.parametrize(
    "told",
    [
        {"key": "claimed.rank"},
        {"key": "contract.plan"},
        {"key": ""},
        {"key": "rank", "sources": "operator"},
        {"key": "rank", "sources": "claim"},
        {"key": "rank", "sources": "crm:Main CRM"},
    ],
)
def test_a_precedence_that_could_not_hold_is_refused(cast: Cast, told: dict[str, str]) -> None:
    contract = {"contract": {"plan": "gold"}}
    tell_traits(cast.guest().visitor.profile_id, contract, source="site")
    answer = browser(cast.aoi).post(reverse("admin:customers_traitprecedence_add"), told)
    assert answer.status_code == 200
    assert not TraitPrecedence.objects.exists()
