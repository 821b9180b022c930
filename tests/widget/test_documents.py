"""The two documents of the widget: the loader of every site, and the frame of one inbox."""

import gzip
import re

import pytest
from django.test import Client

from talk.widget.frame import written
from talk.widget.ink import contrast, ink_on
from tests.cast import Cast

MOST_BYTES = 6_000


def directives(policy: str) -> dict[str, list[str]]:
    return {name: words for name, *words in (part.split() for part in policy.split(";"))}


def test_the_loader_weighs_at_most_6_kb_gzipped() -> None:
    response = Client().get("/widget.js", headers={"Accept-Encoding": "gzip, br"})
    assert response.headers["Content-Encoding"] == "gzip"
    assert len(response.content) <= MOST_BYTES
    plain = Client().get("/widget.js")
    assert "Content-Encoding" not in plain.headers
    assert gzip.decompress(response.content) == plain.content


def test_the_loader_may_be_loaded_by_any_site_and_is_asked_for_again() -> None:
    response = Client().get("/widget.js")
    assert response.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert response.headers["Cache-Control"] == "public, max-age=300"
    assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "Access-Control-Allow-Origin" not in response.headers
    assert not response.cookies
    again = Client().get("/widget.js", headers={"If-None-Match": response.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_the_loader_has_no_framework_and_no_way_to_run_a_string() -> None:
    text = Client().get("/widget.js").content.decode()
    for forbidden in ("innerHTML", "eval(", "new Function", "document.write", "importScripts"):
        assert forbidden not in text


@pytest.mark.django_db
def test_s_15_only_the_inbox_s_own_sites_may_frame_it(cast: Cast) -> None:
    cast.shop.allowed_origins = ["https://shop.example", "https://b.example:8443", "nonsense"]
    cast.shop.save()
    response = Client().get(f"/widget/{cast.shop.public_id}/")
    policy = directives(response.headers["Content-Security-Policy"])
    assert policy["frame-ancestors"] == ["https://shop.example", "https://b.example:8443"]
    assert "X-Frame-Options" not in response.headers
    salon = Client().get(f"/widget/{cast.salon.public_id}/")
    assert "frame-ancestors https://salon.example;" in salon.headers["Content-Security-Policy"]


@pytest.mark.django_db
@pytest.mark.parametrize(("asked", "language"), [("en-GB,en", "en"), ("ja", "ja"), ("", "ja")])
def test_the_frame_says_its_language_before_the_page_does(
    cast: Cast, asked: str, language: str
) -> None:
    response = Client().get(f"/widget/{cast.shop.public_id}/", headers={"Accept-Language": asked})
    assert f'<html lang="{language}"' in response.content.decode()


@pytest.mark.django_db
def test_s_15_an_inbox_without_sites_is_framed_by_nobody(cast: Cast) -> None:
    cast.shop.allowed_origins = []
    cast.shop.save()
    response = Client().get(f"/widget/{cast.shop.public_id}/")
    assert directives(response.headers["Content-Security-Policy"])["frame-ancestors"] == ["'none'"]


@pytest.mark.django_db
def test_the_frame_runs_our_own_files_and_nothing_else(cast: Cast) -> None:
    cast.shop.name = '"><script>alert(1)</script>'
    cast.shop.save()
    response = Client().get(f"/widget/{cast.shop.public_id}/")
    policy = directives(response.headers["Content-Security-Policy"])
    assert policy["default-src"] == ["'none'"]
    assert policy["script-src"] == policy["style-src"] == ["'self'"]
    assert policy["require-trusted-types-for"] == ["'script'"]
    assert policy["trusted-types"] == ["'none'"]
    page = response.content.decode()
    assert "<script>alert" not in page
    assert not re.search(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=", page)
    assert not response.cookies


@pytest.mark.django_db
def test_a_closed_or_unknown_inbox_has_no_frame(cast: Cast) -> None:
    cast.shop.is_active = False
    cast.shop.save()
    assert Client().get(f"/widget/{cast.shop.public_id}/").status_code == 404
    assert Client().get("/widget/nowhere/").status_code == 404
    assert Client().get("/widget/a%00b/").status_code == 404


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("https://shop.example", "https://shop.example"),
        ("https://shop.example:443", "https://shop.example"),
        ("http://shop.example:80", "http://shop.example"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("https://shop.example/", None),
        ("https://*.example; script-src *", None),
        ("*", None),
        ("http://[::1]:8000", None),  # no policy can name one
        ("https://shop.example, *", None),
    ],
)
def test_an_origin_is_written_as_browsers_write_it(given: str, shown: str | None) -> None:
    assert written(given) == shown


@pytest.mark.parametrize(
    ("color", "ink"),
    [
        ("#1f5eff", "#ffffff"),
        ("#000000", "#ffffff"),
        ("#ffffff", "#000000"),
        ("#ffd400", "#000000"),
        ("#ff6600", "#000000"),
        ("#767676", "#ffffff"),
    ],
)
def test_the_text_colour_is_the_one_that_reads(color: str, ink: str) -> None:
    assert ink_on(color) == ink


def test_every_colour_gets_a_readable_text() -> None:
    shades = [f"#{red:02x}{green:02x}{blue:02x}" for red in range(0, 256, 17)
              for green in range(0, 256, 17) for blue in range(0, 256, 17)]  # fmt: skip
    assert min(contrast(shade, ink_on(shade)) for shade in shades) >= 4.5


def test_what_few_pages_need_is_a_module_that_any_site_may_import() -> None:
    response = Client().get("/widget-more.js", headers={"Accept-Encoding": "gzip"})
    assert response.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Content-Encoding"] == "gzip"
    assert len(response.content) <= MOST_BYTES
    again = Client().get("/widget-more.js", headers={"If-None-Match": response.headers["ETag"]})
    assert (again.status_code, again.headers["Access-Control-Allow-Origin"]) == (304, "*")
    text = gzip.decompress(response.content).decode()
    for forbidden in ("innerHTML", "eval(", "new Function", "document.write", "importScripts"):
        assert forbidden not in text
