"""The small pages of access.line.me: what a person is asked, in their browser."""

import html
from pathlib import Path
from urllib.parse import urlsplit

from integrations.line.simulator.routing import Call
from integrations.line.simulator.web import Answer
from integrations.line.simulator.words import WORDS, language

PAGES = Path(__file__).with_name("pages")
ELSEWHERE = " https: http://localhost:* http://127.0.0.1:*"


def page(
    name: str, call: Call, named: dict[str, str], fields: dict[str, str], *, goes_to: str = ""
) -> Answer:
    """Return a page of ours with its texts filled in; its form may lead to `goes_to`."""
    spoken = language(call.request)
    texts = {key: text.format_map(_Named(named)) for key, text in WORDS[spoken].items()}
    hidden = "\n".join(
        f'<input type="hidden" name="{html.escape(key)}" value="{html.escape(value)}">'
        for key, value in fields.items()
    )
    body = (PAGES / f"{name}.html").read_text(encoding="utf-8")
    for key, text in {**texts, **named, "language": spoken}.items():
        body = body.replace(f"[[{key}]]", html.escape(text))
    if not named.get("bot"):
        body = _without(body, "friend")
    return answer_page(body.replace("[[fields]]", hidden), form_target=goes_to)


class _Named(dict[str, str]):
    """Names that this page does not know belong to texts of others."""

    def __missing__(self, name: str) -> str:
        return ""


def answer_page(body: str, *, form_target: str = "", shows_media: bool = False) -> Answer:
    """Return a page under the strict policy that all of ours have.

    `shows_media`: pictures and films that an account sends lie where it says.
    """
    parts = urlsplit(form_target)
    form = f" {parts.scheme}://{parts.netloc}" if parts.netloc else ""
    media = ELSEWHERE if shows_media else ""
    policy = "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            f"img-src 'self' blob: data:{media}",
            f"media-src 'self' blob:{media}",
            "connect-src 'self'",
            "base-uri 'none'",
            "object-src 'none'",
            f"form-action 'self'{form}",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types lit-html",
        )
    )
    headers = {
        "content-type": "text/html; charset=utf-8",
        "content-security-policy": policy,
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
    }
    return Answer(200, body.encode(), headers)


def _without(body: str, block: str) -> str:
    """Leave out what stands between `<!--block-->` and `<!--/block-->`."""
    before, _, rest = body.partition(f"<!--{block}-->")
    return before + rest.partition(f"<!--/{block}-->")[2] if rest else body
