"""S-55: the second factor; S-56: resetting a password."""

import re
from datetime import timedelta
from importlib import import_module
from threading import Event
from uuid import uuid4

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
)
from django.apps import apps
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from kombu.exceptions import OperationalError
from structlog.testing import capture_logs

from config.accounts import mail as accounts_mail
from config.accounts import tasks
from talk.actions.tokens import issue_api_token
from talk.models import ApiToken, Operator
from talk.policy import Permission
from tests.cast import PASSWORD, Cast
from tests.clients import browser
from tests.security.conftest import Later

upgrade = import_module("config.migrations.0001_hash_recovery_codes")

pytestmark = pytest.mark.django_db
TOKENS = "/admin/talk/apitoken/add/"


def is_in(client: Client) -> bool:
    return client.get("/api/v1/me").status_code == 200


def protect(operator: Operator) -> str:
    """Switch the second factor on; returns its secret."""
    secret = generate_totp_secret()
    TOTP.activate(operator, secret)
    RecoveryCodes.activate(operator)
    return secret


def code_now(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, int(timezone.now().timestamp()) // 30)))


def with_password(operator: Operator, password: str = PASSWORD) -> Client:
    client = Client()
    answer = client.post("/login/", {"login": operator.email, "password": password})
    assert answer["Location"] == "/login/code/"
    return client


def test_s55_the_password_alone_is_not_enough(cast: Cast) -> None:
    secret = protect(cast.oto)
    client = with_password(cast.oto)
    assert not is_in(client)
    client.post("/login/code/", {"code": code_now(secret)})
    assert is_in(client)


def test_s55_a_code_works_once(cast: Cast) -> None:
    secret = protect(cast.oto)
    code = code_now(secret)
    with_password(cast.oto).post("/login/code/", {"code": code})
    second = with_password(cast.oto)
    second.post("/login/code/", {"code": code})
    assert not is_in(second)


def test_s55_guessing_codes_is_stopped(cast: Cast) -> None:
    secret = protect(cast.oto)
    with time_machine.travel(timezone.now(), tick=False):
        right = code_now(secret)
        wrong = "000000" if right != "000000" else "000001"
        client = with_password(cast.oto)
        for _ in range(10):
            client.post("/login/code/", {"code": wrong})
        client.post("/login/code/", {"code": right})
        assert not is_in(client)
        cache.clear()
        client = with_password(cast.oto)
        client.post("/login/code/", {"code": right})
        assert is_in(client)  # it was the limit that stopped it


@pytest.mark.parametrize("way", ["/admin/", "/admin/login/", "/", "/account/", "/api/docs/"])
def test_s55_no_page_opens_between_password_and_code(cast: Cast, way: str) -> None:
    protect(cast.aoi)
    client = with_password(cast.aoi)
    final = client.get(way, follow=True)
    shown = final.redirect_chain[-1][0] if final.redirect_chain else way
    assert final.status_code == 404 or shown.startswith("/login/")


def test_s55_a_recovery_code_works_once(cast: Cast) -> None:
    protect(cast.oto)
    stored = Authenticator.objects.get(user=cast.oto, type="recovery_codes")
    code = stored.wrap().get_unused_codes()[0]
    first = with_password(cast.oto)
    first.post("/login/code/", {"code": code})
    assert is_in(first)
    second = with_password(cast.oto)
    second.post("/login/code/", {"code": code})
    assert not is_in(second)


def test_s55_the_database_alone_gives_neither_secret_nor_codes(cast: Cast) -> None:
    secret = protect(cast.oto)
    stored = {each.type: each for each in Authenticator.objects.filter(user=cast.oto)}
    text = str([each.data for each in stored.values()])
    assert secret not in text
    for code in stored["recovery_codes"].wrap().generate_codes():
        assert code not in text
    assert stored["totp"].data["secret"].startswith("gAAAA")
    assert stored["recovery_codes"].data["seed"].startswith("gAAAA")


def shown_codes(client: Client) -> list[str]:
    return re.findall(r"<code>(\d{8})</code>", client.get("/account/second-factor/codes/").text)


def test_s55_once_shown_only_hashes_of_recovery_codes_are_kept(cast: Cast) -> None:
    protect(cast.oto)
    client = browser(cast.oto)
    client.post("/account/confirm/", {"password": PASSWORD})
    codes = shown_codes(client)
    stored = Authenticator.objects.get(user=cast.oto, type="recovery_codes")
    assert len(set(codes)) == 10
    assert stored.data.keys() == {"salt", "hashes", "viewed_at"}
    assert not any(code in str(stored.data) for code in codes)
    for code, opens in ((codes[3], True), (codes[3], False), ("00000000", False)):
        other = with_password(cast.oto)
        other.post("/login/code/", {"code": f" {code[:4]} {code[4:]} "})
        assert is_in(other) is opens
    stored.refresh_from_db()
    assert len(stored.data["hashes"]) == 9
    assert shown_codes(client) == []


def test_s55_codes_that_were_shown_before_they_were_hashed_are_hashed_when_one_is_tried(
    cast: Cast,
) -> None:
    protect(cast.oto)
    stored = Authenticator.objects.get(user=cast.oto, type="recovery_codes")
    codes = stored.wrap().get_unused_codes()
    stored.data["viewed_at"] = 1.0
    stored.save()
    client = with_password(cast.oto)
    client.post("/login/code/", {"code": codes[9]})
    assert is_in(client)
    stored.refresh_from_db()
    assert stored.data.keys() == {"salt", "hashes", "viewed_at"}
    assert len(stored.data["hashes"]) == 9


def test_s55_codes_that_were_shown_before_they_were_hashed_are_hashed_by_the_upgrade(
    cast: Cast,
) -> None:
    """Those not shown yet stay, to be shown; those of a lost key do not stop the upgrade."""
    for operator in (cast.oto, cast.aoi, cast.ren):
        protect(operator)
    stored = Authenticator.objects.get(user=cast.oto, type="recovery_codes")
    codes = stored.wrap().get_unused_codes()
    Authenticator.objects.filter(pk=stored.pk).update(data={**stored.data, "viewed_at": 1.0})
    lost = Authenticator.objects.filter(user=cast.ren, type="recovery_codes")
    lost.update(data={"seed": "of another key", "used_mask": 0, "viewed_at": 1.0})
    upgrade.hash_shown_codes(apps, None)
    stored.refresh_from_db()
    assert stored.data.keys() == {"salt", "hashes", "viewed_at"}
    assert stored.data["viewed_at"] == 1.0
    assert Authenticator.objects.get(user=cast.aoi, type="recovery_codes").data.keys() == {
        "seed",
        "used_mask",
    }
    client = with_password(cast.oto)
    client.post("/login/code/", {"code": codes[0]})
    assert is_in(client)


def test_s55_resetting_the_password_does_not_go_around_it(cast: Cast) -> None:
    protect(cast.oto)
    client = Client()
    new = "another horse entirely"
    client.post(reset_form(client, cast.oto), {"password1": new, "password2": new})
    assert not is_in(client)
    assert not is_in(with_password(Operator.objects.get(id=cast.oto.id), new))


def test_s55_a_token_of_theirs_opens_nothing_that_the_code_would(cast: Cast) -> None:
    """Neither alone nor together with half a log-in, and nothing of it stays with the session."""
    protect(cast.aoi)
    secret, _ = issue_api_token(cast.aoi, name="all", scopes=list(Permission))
    half = with_password(cast.aoi)
    for client in (Client(), half):
        client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
        assert is_in(client), "as a program"
        for path in ("/", "/account/", "/account/second-factor/", "/admin/", TOKENS):
            where = client.get(path).headers.get("Location", "")
            assert where.startswith(("/login/", "/admin/login/", "/account/login/")), path
        ticket = client.post("/api/v1/socket-ticket", "{}", content_type="application/json")
        assert ticket.status_code == 403
    del half.defaults["HTTP_AUTHORIZATION"]
    assert not is_in(half)


def test_s55_nobody_makes_themselves_a_token_before_the_code(cast: Cast) -> None:
    factor = protect(cast.aoi)
    client = with_password(cast.aoi)
    wanted = {"name": "mine", "operator": str(cast.aoi.id), "scopes": ["conversation.read"]}
    assert client.post(TOKENS, wanted)["Location"].startswith("/admin/login/")
    assert not ApiToken.objects.exists()
    client.post("/account/confirm/", {"password": PASSWORD})
    assert client.post(TOKENS, wanted)["Location"].startswith("/admin/login/")
    client.post("/login/code/", {"code": code_now(factor)})
    client.post("/account/confirm/", {"password": PASSWORD})
    assert client.post(TOKENS, wanted).status_code == 200
    assert ApiToken.objects.get().name == "mine"


def test_s55_switching_it_off_asks_who_is_there(cast: Cast) -> None:
    protect(cast.oto)
    client = browser(cast.oto)
    answer = client.post("/account/second-factor/app/off/")
    assert answer["Location"].startswith("/account/confirm/")
    assert Authenticator.objects.filter(user=cast.oto, type="totp").exists()


def test_s55_an_operator_switches_it_on(cast: Cast) -> None:
    client = browser(cast.oto)
    client.post("/account/confirm/", {"password": PASSWORD})
    page = client.get("/account/second-factor/app/on/").content.decode()
    [secret] = re.findall(r"<code>([A-Z2-7]{32})</code>", page)
    client.post("/account/second-factor/app/on/", {"code": code_now(secret)})
    assert Authenticator.objects.filter(user=cast.oto, type="totp").exists()
    codes = client.get("/account/second-factor/codes/").content.decode()
    assert len(re.findall(r"<code>\d{8}</code>", codes)) == 10
    again = client.get("/account/second-factor/codes/").content.decode()
    assert re.findall(r"<code>\d{8}</code>", again) == []


# S-56


def reset_link(operator: Operator) -> str:
    mail.outbox.clear()
    tasks.send_password_reset(str(operator.id), "en")
    [sent] = mail.outbox
    [link] = re.findall(r"http\S+", str(sent.body).split("--")[0])
    return str(link)


def reset_form(client: Client, operator: Operator) -> str:
    path = reset_link(operator).removeprefix("http://localhost:8000")
    return str(client.get(path)["Location"])


def test_s56_the_link_sets_a_password_once(cast: Cast) -> None:
    client, new = Client(), "another horse entirely"
    path = reset_link(cast.oto).removeprefix("http://localhost:8000")
    form = client.get(path)["Location"]
    assert path not in form  # the key is in the session now, not in an address that leaks
    client.post(form, {"password1": new, "password2": new})
    assert Operator.objects.get(id=cast.oto.id).check_password(new)
    assert "/password/" not in Client().get(path).headers.get("Location", "")


def test_s56_the_link_dies_with_a_changed_password(cast: Cast) -> None:
    link = reset_link(cast.oto).removeprefix("http://localhost:8000")
    assert "set-password" in Client().get(link)["Location"]
    _change_password(cast.oto)
    assert Client().get(link).status_code == 200  # the page that says it does not work


@pytest.mark.parametrize("hours", [0, 3, -3])
def test_s56_the_link_dies_after_an_hour(cast: Cast, later: Later, hours: int) -> None:
    """Even if the clock of the worker that made it was wrong: the database's counts (I-15)."""
    with time_machine.travel(timezone.now() + timedelta(hours=hours)):
        link = reset_link(cast.oto).removeprefix("http://localhost:8000")
    with later(seconds=3590):
        assert "set-password" in Client().get(link)["Location"]
    with later(seconds=3660):
        assert Client().get(link).status_code == 200


def _change_password(operator: Operator) -> None:
    operator.set_password("changed meanwhile")
    operator.save(update_fields=["password"])


def test_s56_no_host_header_chooses_where_the_link_leads(cast: Cast) -> None:
    for headers in (
        {"HTTP_HOST": "evil.example"},
        {"HTTP_HOST": "localhost:8000@evil.example"},
        {"HTTP_HOST": "localhost.evil.example"},
    ):
        answer = Client(**headers).post("/account/password/reset/", {"email": cast.oto.email})  # type: ignore[arg-type]
        assert answer.status_code == 400
    Client(HTTP_X_FORWARDED_HOST="evil.example", HTTP_HOST="127.0.0.1:1").post(
        "/account/password/reset/", {"email": cast.oto.email}
    )
    assert reset_link(cast.oto).startswith("http://localhost:8000/account/password/reset/")


def test_s56_known_and_unknown_addresses_get_the_same_answer_and_work(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    queued: list[tuple[str, str]] = []
    monkeypatch.setattr(
        tasks.send_password_reset, "apply_async", lambda args, **_: queued.append(args)
    )
    answers = [
        Client().post("/account/password/reset/", {"email": email}, follow=True)
        for email in (cast.oto.email, f"{uuid4().hex}@sobani.example")
    ]
    pages = {re.sub(r'value="[A-Za-z0-9]{64}"', "", a.content.decode()) for a in answers}
    assert len(pages) == 1
    accounts_mail._aside.submit(bool).result(10)
    assert queued == [(str(cast.oto.id), "ja"), ("", "ja")]
    mail.outbox.clear()
    tasks.send_password_reset("", "ja")
    assert mail.outbox == []


@pytest.mark.django_db(transaction=True)
def test_s56_without_a_queue_no_answer_waits_for_a_mail_or_fails_with_it(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered, tried = Event(), Event()

    def no_queue(**_: object) -> None:
        raise OperationalError("away")

    def no_server(*_: object) -> None:
        answered.wait(10)
        tried.set()
        raise ConnectionRefusedError

    monkeypatch.setattr(tasks.send_password_reset, "apply_async", no_queue)
    monkeypatch.setattr(mail, "send_mail", no_server)
    with capture_logs() as lines:
        statuses = [
            Client().post("/account/password/reset/", {"email": email}).status_code
            for email in (cast.oto.email, f"{uuid4().hex}@sobani.example")
        ]
        assert not tried.is_set()
        answered.set()
        accounts_mail._aside.submit(bool).result(10)  # after what was handed over before
    assert (statuses, tried.is_set()) == ([302, 302], True)
    lost = [line for line in lines if line["event"] == "mail_lost"]
    expected = {"event": "mail_lost", "log_level": "error", "reason": "ConnectionRefusedError"}
    assert lost == [expected]


@pytest.mark.django_db(transaction=True)
def test_s56_without_a_queue_the_mail_is_sent_all_the_same(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_queue(**_: object) -> None:
        raise OperationalError("away")

    monkeypatch.setattr(tasks.send_password_reset, "apply_async", no_queue)
    mail.outbox.clear()
    Client().post("/account/password/reset/", {"email": cast.oto.email})
    accounts_mail._aside.submit(bool).result(10)
    assert [sent.to for sent in mail.outbox] == [[cast.oto.email]]


def test_s56_a_former_address_opens_nothing(cast: Cast) -> None:
    former = cast.oto.email
    reset_link(cast.oto)  # this is when allauth keeps the address in a table of its own
    assert EmailAddress.objects.filter(email=former).exists()
    oto = Operator.objects.get(id=cast.oto.id)
    oto.email = "oto.new@sobani.example"
    oto.save()
    assert not EmailAddress.objects.filter(email=former).exists()
    client = Client()
    client.post("/login/", {"login": former, "password": PASSWORD})
    assert not is_in(client)


def test_s56_an_inactive_operator_gets_no_link(cast: Cast) -> None:
    Operator.objects.filter(id=cast.oto.id).update(is_active=False)
    mail.outbox.clear()
    tasks.send_password_reset(str(cast.oto.id), "en")
    assert mail.outbox == []
