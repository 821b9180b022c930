"""S-15 and S-22: what every page says about itself."""

import json
from uuid import uuid4

import pytest
from django.test import Client
from prometheus_client import REGISTRY

from tests.cast import Cast
from tests.clients import browser

pytestmark = pytest.mark.django_db

STRICT = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' blob: data:",
    "font-src": "'self'",
    "media-src": "'self' blob:",
    "connect-src": "'self' ws://localhost:8000",
    "manifest-src": "'self'",
    "worker-src": "'self'",
    "base-uri": "'none'",
    "object-src": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "report-uri": "/csp-report",
}
TRUSTED_TYPES = {"require-trusted-types-for": "'script'", "trusted-types": "lit-html"}


def policy(answer: object) -> dict[str, str]:
    text = answer["Content-Security-Policy"]  # type: ignore[index]
    return dict(part.split(" ", 1) for part in text.split("; "))


@pytest.mark.parametrize("path", ["/login/", "/account/", "/account/sessions/", "/nowhere"])
def test_s22_account_pages_have_the_strict_policy(cast: Cast, path: str) -> None:
    assert policy(browser(cast.aoi).get(path, follow=True)) == {**STRICT, **TRUSTED_TYPES}


def test_s22_the_console_allows_its_own_scripts_and_nonce_only(cast: Cast) -> None:
    found = policy(browser(cast.aoi).get("/"))
    scripts = found.pop("script-src").split()
    assert {name: value for name, value in found.items() if name != "script-src"} == {
        **{name: value for name, value in STRICT.items() if name != "script-src"},
        **TRUSTED_TYPES,
    }
    assert scripts[0] == "'self'"
    assert all(each.startswith("'nonce-") for each in scripts[1:])


@pytest.mark.parametrize("path", ["/admin/", "/admin/talk/inbox/add/", "/api/docs/"])
def test_s22_only_trusted_types_are_waived_for_jquery_and_swagger(cast: Cast, path: str) -> None:
    assert policy(browser(cast.aoi).get(path)) == STRICT


@pytest.mark.parametrize("path", ["/login/", "/", "/admin/", "/account/", "/api/docs/"])
def test_s22_no_page_has_inline_code_or_style(cast: Cast, path: str) -> None:
    page = browser(cast.aoi).get(path, follow=True).content.decode()
    assert " style=" not in page
    assert "<style" not in page
    assert "javascript:" not in page
    for handler in (" onclick=", " onload=", " onerror=", " onsubmit="):
        assert handler not in page


@pytest.mark.parametrize("path", ["/", "/login/", "/admin/", "/account/", "/api/v1/me"])
def test_s15_nothing_of_the_operators_can_be_framed(cast: Cast, path: str) -> None:
    answer = browser(cast.aoi).get(path, follow=True)
    assert policy(answer)["frame-ancestors"] == "'none'"


def test_s15_the_widget_is_framed_by_its_inboxs_sites_only(cast: Cast) -> None:
    found = policy(Client().get(f"/widget/{cast.shop.public_id}/"))
    assert set(found["frame-ancestors"].split()) <= {"https://shop.example", "'self'"}
    assert "https://shop.example" in found["frame-ancestors"]
    assert "https://salon.example" not in found["frame-ancestors"]


@pytest.mark.parametrize("path", ["/login/", "/account/", "/api/v1/me", "/nowhere"])
def test_the_other_headers_are_there_and_nothing_is_cached(cast: Cast, path: str) -> None:
    answer = browser(cast.aoi).get(path)
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in answer["Permissions-Policy"]
    assert "no-store" in answer["Cache-Control"]


def count(directive: str) -> float:
    return REGISTRY.get_sample_value("sobani_csp_reports_total", {"directive": directive}) or 0


def report(body: bytes) -> int:
    return Client().generic("POST", "/csp-report", body, "application/csp-report").status_code


def test_a_report_is_counted_and_nothing_of_it_is_kept(caplog: pytest.LogCaptureFixture) -> None:
    before = count("script-src-elem")
    secret = uuid4().hex
    body = {"csp-report": {"effective-directive": "script-src-elem", "blocked-uri": secret}}
    assert report(json.dumps(body).encode()) == 204
    assert count("script-src-elem") == before + 1
    assert secret not in caplog.text


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'{"csp-report": 1}',
        b'{"csp-report": {}}',
        b"\xff",
        b"null",
        b"[" * 16_000,
    ],
)
def test_a_malformed_report_is_harmless(body: bytes) -> None:
    assert report(body) == 204


def test_a_report_cannot_invent_labels_or_be_large() -> None:
    before = count("other")
    body = {"csp-report": {"effective-directive": "x" * 1000}}
    assert report(json.dumps(body).encode()) == 204
    assert count("other") == before + 1
    assert report(b"x" * 20_000) == 413
