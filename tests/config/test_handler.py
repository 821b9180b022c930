"""A request visits a thread once, whatever the number of middlewares, and connects nowhere anew."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from asgiref.sync import SyncToAsync
from asgiref.testing import ApplicationCommunicator
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.urls import clear_url_caches, path

from config import urls
from config.handler import make_application

Answer = dict[str, Any]
PROBE = "/livez"
STATIC = "/static/accounts/accounts.css"


async def answer(path: str, scheme: str = "http") -> Answer:
    """Return the head of the answer to a GET, once all of it has come."""
    scope = {
        "type": "http",
        "scheme": scheme,
        "method": "GET",
        "path": path,
        "query_string": b"",
        "headers": [(b"host", b"localhost")],
        "client": ("127.0.0.1", 1234),
    }
    server = ApplicationCommunicator(make_application(), scope)
    await server.send_input({"type": "http.request", "body": b""})
    start: Answer = await server.receive_output(timeout=10)
    while (await server.receive_output(timeout=10)).get("more_body"):
        pass
    await server.wait()
    return start


@pytest.fixture
def visits(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Count what is handed to a thread, by its name."""
    counted: Counter[str] = Counter()
    visit: Callable[..., Any] = SyncToAsync.__call__

    async def count(self: Any, *args: Any, **kwargs: Any) -> Any:
        counted[getattr(self.func, "__name__", "a method")] += 1
        return await visit(self, *args, **kwargs)

    monkeypatch.setattr(SyncToAsync, "__call__", count)
    return counted


async def test_a_view_and_its_middlewares_share_one_visit(visits: Counter[str]) -> None:
    assert (await answer("/api/v1/me"))["status"] == 401
    chain = visits.total() - visits["sync_send"] - visits["close"] - visits["log_response"]
    assert (chain, visits["close"]) == (1, 1)


async def test_probes_and_static_files_need_no_middleware_in_a_thread(
    visits: Counter[str],
) -> None:
    assert [(await answer(path))["status"] for path in (PROBE, STATIC)] == [200, 200]
    assert set(visits) <= {"sync_send", "close"}


@pytest.fixture
def fleeting(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """A page that notes its thread, in place of the pages there are."""
    threads: list[int] = []

    def note(request: HttpRequest) -> HttpResponse:
        threads.append(threading.get_ident())
        raise RuntimeError

    monkeypatch.setattr(urls, "urlpatterns", [path("fails", note)])
    clear_url_caches()
    yield threads
    clear_url_caches()


async def test_a_failing_view_is_a_500_and_keeps_the_loop_free(fleeting: list[int]) -> None:
    assert (await answer("/fails"))["status"] == 500
    assert len(fleeting) == 1
    assert fleeting != [threading.get_ident()]


async def test_many_requests_use_few_connections_to_valkey() -> None:
    def received() -> int:
        client = cache._cache.get_client(None)  # type: ignore[attr-defined]
        return int(client.info("stats")["total_connections_received"])

    await answer("/api/v1/me")
    before = received()
    for _ in range(5):
        await answer("/api/v1/me")
    assert received() - before == 0


SAME = (
    b"x-content-type-options", b"referrer-policy", b"permissions-policy",
    b"cross-origin-opener-policy", b"strict-transport-security",
)  # fmt: skip


@pytest.mark.parametrize("seconds", [0, 31_536_000])
async def test_static_files_are_sent_with_the_headers_of_pages(seconds: int, settings: Any) -> None:
    settings.SECURE_HSTS_SECONDS = seconds
    page, file = await answer("/nowhere", "https"), await answer(STATIC, "https")
    assert (page["status"], file["status"]) == (404, 200)
    assert headers(file, SAME) == headers(page, SAME)
    assert (b"strict-transport-security" in headers(file, SAME)) == bool(seconds)


def headers(start: Answer, names: tuple[bytes, ...]) -> dict[bytes, bytes]:
    told = {name.lower(): value for name, value in start["headers"]}
    return {name: told[name] for name in names if name in told}


@pytest.mark.parametrize("is_deaf", [False, True])
def test_a_window_counts_from_its_first(is_deaf: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if is_deaf:
        monkeypatch.setattr("config.cache.SteadyCache.deaf_until", float("inf"))
    cache.delete("window")
    steady: Any = cache
    assert [steady.count("window", seconds=60) for _ in range(3)] == [1, 2, 3]
    assert 0 < steady.seconds_left("window") <= 60
