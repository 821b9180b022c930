"""S-52: guessing passwords; S-54: sessions."""

import json
import os
import re
import statistics
import subprocess
import sys
import time
from datetime import timedelta

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db.models.functions import Now
from django.test import Client
from django.utils import timezone

from config.accounts.tasks import end_old_sessions
from config.cache import SteadyCache
from talk.models import Event, Operator
from tests.cast import PASSWORD, Cast
from tests.clients import browser
from tests.security.conftest import Later

pytestmark = pytest.mark.django_db


@pytest.fixture
def password_hashes() -> None:
    """The real ones, whose time matters here."""


def log_in(email: str, password: str = PASSWORD, **from_where: str) -> Client:
    client = Client(**from_where)  # type: ignore[arg-type]
    client.post("/login/", {"login": email, "password": password})
    return client


def is_in(client: Client) -> bool:
    return client.get("/api/v1/me").status_code == 200


def wrong_answer(email: str, password: str, address: str = "192.0.2.1") -> str:
    client = Client(REMOTE_ADDR=address)
    answer = client.post("/login/", {"login": email, "password": password})
    assert answer.status_code == 200
    page = answer.content.decode().replace(email, "")
    return re.sub(r'value="[A-Za-z0-9]{64}"', "", page)  # CSRF tokens differ


def test_s52_a_right_password_opens(cast: Cast) -> None:
    assert is_in(log_in(cast.oto.email))


def test_s52_unknown_wrong_and_inactive_get_the_same_page(cast: Cast) -> None:
    Operator.objects.filter(id=cast.ren.id).update(is_active=False)
    pages = {
        wrong_answer("nobody@sobani.example", PASSWORD),
        wrong_answer(cast.oto.email, "wrong"),
        wrong_answer(cast.ren.email, PASSWORD),
    }
    assert len(pages) == 1


def test_s52_unknown_and_wrong_cost_the_same_work(cast: Cast) -> None:
    def seconds(email: str) -> float:
        times = []
        for _ in range(7):
            cache.clear()
            began = time.process_time()  # not the clock: others work on this machine too
            wrong_answer(email, "wrong")
            times.append(time.process_time() - began)
        return statistics.median(times)

    known, unknown = seconds(cast.oto.email), seconds("nobody@sobani.example")
    assert 0.6 < known / unknown < 1.6


def test_s52_an_account_closes_after_five_guesses_from_anywhere(cast: Cast) -> None:
    for n in range(5):
        wrong_answer(cast.oto.email, "wrong", address=f"192.0.2.{n}")
    assert not is_in(log_in(cast.oto.email, REMOTE_ADDR="192.0.2.200"))
    assert is_in(log_in(cast.aoi.email, REMOTE_ADDR="192.0.2.200"))
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        cache.clear()  # Valkey's own clock is not ours
        assert is_in(log_in(cast.oto.email, REMOTE_ADDR="192.0.2.200"))


def test_s52_the_right_password_of_a_deactivated_account_counts_like_a_wrong_one(
    cast: Cast,
) -> None:
    Operator.objects.filter(id=cast.oto.id).update(is_active=False)
    for n in range(5):
        wrong_answer(cast.oto.email, PASSWORD, address=f"192.0.2.{n}")
    closed = wrong_answer(cast.oto.email, PASSWORD, address="192.0.2.200")
    for n in range(5):
        wrong_answer(cast.ren.email, "wrong", address=f"192.0.2.{10 + n}")
    assert closed == wrong_answer(cast.ren.email, "wrong", address="192.0.2.201")
    assert closed != wrong_answer(cast.aoi.email, "wrong", address="192.0.2.202")


@pytest.mark.parametrize(
    "trick",
    [
        {"HTTP_HOST": "localhost:{n}"},
        {"HTTP_HOST": "127.0.0.1:{n}"},
        {"HTTP_X_FORWARDED_FOR": "198.51.100.{n}"},
        {"HTTP_X_REAL_IP": "198.51.100.{n}"},
        {"HTTP_FORWARDED": "for=198.51.100.{n}"},
    ],
)
def test_s52_no_header_gives_more_guesses(cast: Cast, trick: dict[str, str]) -> None:
    def guess(n: int, password: str) -> Client:
        headers = {name: value.format(n=n) for name, value in trick.items()}
        return log_in(cast.oto.email, password, REMOTE_ADDR=f"192.0.2.{n}", **headers)

    for n in range(1, 6):
        guess(n, "wrong")
    assert not is_in(guess(9, PASSWORD))


def test_s52_other_spellings_of_an_address_count_for_the_same_account(cast: Cast) -> None:
    email = cast.oto.email
    for n, spelling in enumerate([email, email.upper(), email.title(), f" {email} ", email]):
        wrong_answer(spelling, "wrong", address=f"192.0.2.{n}")
    assert not is_in(log_in(email, REMOTE_ADDR="192.0.2.200"))


def test_s52_one_address_that_tries_many_accounts_is_stopped(cast: Cast) -> None:
    for n in range(10):
        wrong_answer(f"person{n}@sobani.example", "wrong", address="192.0.2.7")
    assert not is_in(log_in(cast.oto.email, REMOTE_ADDR="192.0.2.7"))
    assert is_in(log_in(cast.oto.email, REMOTE_ADDR="192.0.2.8"))


def test_s52_the_admin_has_no_log_in_of_its_own(cast: Cast) -> None:
    for path in ("/admin/", "/admin/login/", "/admin/login/?next=/admin/"):
        followed = Client().get(path, follow=True)
        assert followed.redirect_chain[-1][0].startswith("/login/")
    posted = Client().post("/admin/login/", {"username": cast.aoi.email, "password": PASSWORD})
    assert (posted.status_code, posted["Location"].split("?")[0]) == (302, "/login/")


def test_s52_the_api_takes_no_password(cast: Cast) -> None:
    client = Client(headers={"Authorization": "Basic YTpi"})
    assert client.get("/api/v1/me").status_code == 401
    answer = Client().post("/api/v1/me", {"email": cast.oto.email, "password": PASSWORD})
    assert answer.status_code == 401


def test_s52_logging_in_is_throttled_without_valkey_too(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SteadyCache, "deaf_until", time.monotonic() + 3600)
    SteadyCache.memory.clear()
    for n in range(5):
        wrong_answer(cast.oto.email, "wrong", address=f"192.0.2.{n}")
    assert not is_in(log_in(cast.oto.email, REMOTE_ADDR="192.0.2.200"))
    assert is_in(log_in(cast.aoi.email, REMOTE_ADDR="192.0.2.201"))
    SteadyCache.memory.clear()


@pytest.mark.parametrize(
    ("path", "field", "most"),
    [("/account/confirm/", "password", 10), ("/account/password/", "oldpassword", 5)],
)
def test_s52_whoever_sits_down_at_an_open_session_cannot_guess_its_password(
    cast: Cast, path: str, field: str, most: int
) -> None:
    client, new = browser(cast.oto), "another horse entirely"
    body = {"password1": new, "password2": new}
    for n in range(most):
        guess = client.post(path, {**body, field: f"wrong {n}"}, REMOTE_ADDR=f"192.0.2.{n}")
        assert guess.status_code == 200
    late = client.post(path, {**body, field: PASSWORD}, REMOTE_ADDR="192.0.2.200")
    assert late.status_code == 429
    assert Operator.objects.get(id=cast.oto.id).check_password(PASSWORD), "it is as it was"


# S-54


def test_s54_a_planted_session_does_not_survive_the_log_in(cast: Cast) -> None:
    client = Client()
    session = client.session
    session["planted"] = "yes"
    session.save()
    client.cookies["sobani_session"] = planted = str(session.session_key)
    client.post("/login/", {"login": cast.oto.email, "password": PASSWORD})
    assert client.cookies["sobani_session"].value != planted
    assert not Session.objects.filter(session_key=planted).exists()


def test_s54_the_cookie_is_hidden_from_scripts_and_other_sites(cast: Cast) -> None:
    cookie = log_in(cast.oto.email).cookies["sobani_session"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert cookie["domain"] == ""


def test_s54_behind_https_the_cookies_are_bound_to_the_host() -> None:
    program = (
        "import json; from django.conf import settings as s; print(json.dumps(["
        "s.SESSION_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_NAME, s.CSRF_COOKIE_SECURE"
        "]))"
    )
    env = {**os.environ, "PUBLIC_URL": "https://chat.example"}
    shown = subprocess.run(
        [sys.executable, "-c", program], env=env, capture_output=True, check=True, text=True
    )
    expected = ["__Host-sobani_session", True, "__Host-sobani_csrf", True]
    assert json.loads(shown.stdout) == expected


def test_s54_a_session_ends_after_twelve_idle_hours(cast: Cast, later: Later) -> None:
    client = log_in(cast.oto.email)
    with later(hours=11, minutes=50):
        assert is_in(client)  # this counts as use
    with later(hours=23, minutes=40):
        assert is_in(client)
    with later(hours=35, minutes=45):
        assert not is_in(client)


def test_s54_a_session_ends_after_seven_days_however_busy(cast: Cast, later: Later) -> None:
    client = log_in(cast.oto.email)
    for hours in range(0, 7 * 24, 11):
        with later(hours=hours):
            assert is_in(client)
    with later(days=7, minutes=1):
        assert not is_in(client)


@pytest.mark.parametrize("hours", [3, -3])
def test_s54_a_process_with_a_wrong_clock_makes_no_session_older(
    cast: Cast, later: Later, hours: int
) -> None:
    """I-15: one process logs in, another is asked; what counts is the database's clock."""
    with time_machine.travel(timezone.now() + timedelta(hours=hours)):
        client = log_in(cast.oto.email)
    kept = UserSession.objects.get(user=cast.oto)
    for stamp in (kept.created_at, kept.last_seen_at):
        assert abs(timezone.now() - stamp) < timedelta(minutes=1)
    with time_machine.travel(timezone.now() - timedelta(hours=hours)):
        with later(hours=11, minutes=50):
            assert is_in(client)
        with later(hours=23, minutes=55):
            assert not is_in(client)


@pytest.mark.parametrize("hours", [3, -3])
def test_s54_a_worker_with_a_wrong_clock_sweeps_what_is_idle_only(cast: Cast, hours: int) -> None:
    idle, used = log_in(cast.oto.email), log_in(cast.oto.email)
    for client, ago in ((idle, 12.1), (used, 11.9)):
        seen = Now() - timedelta(hours=ago)
        key = client.session.session_key
        UserSession.objects.filter(session_key=key).update(last_seen_at=seen)
    with time_machine.travel(timezone.now() + timedelta(hours=hours)):
        end_old_sessions()
    assert (is_in(idle), is_in(used)) == (False, True)


def test_s54_old_sessions_are_swept_with_their_sockets(cast: Cast) -> None:
    old, new = log_in(cast.oto.email), log_in(cast.oto.email)
    key = old.session.session_key
    idle = timezone.now() - timedelta(hours=13)
    UserSession.objects.filter(session_key=key).update(last_seen_at=idle)
    revoked = Event.objects.filter(kind="access.changed", operator_id=cast.oto.id)
    before = revoked.count()
    end_old_sessions()
    assert not is_in(old)
    assert is_in(new)
    assert revoked.count() == before + 1


def test_s54_operators_see_and_end_their_own_sessions(cast: Cast) -> None:
    here, there = log_in(cast.oto.email), log_in(cast.oto.email, HTTP_USER_AGENT="Old phone")
    assert "Old phone" in here.get("/account/sessions/").content.decode()
    row = UserSession.objects.get(user=cast.oto, user_agent="Old phone")
    here.post("/account/sessions/", {"session": row.pk})
    assert not is_in(there)
    assert is_in(here)


def test_a_session_is_told_by_its_browser_and_system(cast: Cast) -> None:
    agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:144.0) Gecko/20100101 Firefox/144.0"
    here, _ = log_in(cast.oto.email), log_in(cast.oto.email, HTTP_USER_AGENT=agent)
    assert ">Firefox 144 · Windows<" in here.get("/account/sessions/").content.decode()


def test_s54_nobody_ends_the_session_of_another(cast: Cast) -> None:
    mine, theirs = log_in(cast.oto.email), log_in(cast.ren.email)
    row = UserSession.objects.get(user=cast.ren)
    for wanted in (row.pk, "others", "-1", "x"):
        mine.post("/account/sessions/", {"session": wanted})
    assert is_in(theirs)
    assert is_in(mine)


def test_s54_a_changed_password_ends_the_other_sessions(cast: Cast) -> None:
    here, there = log_in(cast.oto.email), log_in(cast.oto.email)
    new = "another horse entirely"
    here.post("/account/password/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert is_in(here)
    assert not is_in(there)
    assert is_in(log_in(cast.oto.email, new))
