"""What is raised outside of every view is answered too, in the shape that the asker reads."""

import pytest
from django.db import OperationalError
from django.test import Client

from config.accounts import sessions
from tests.cast import Cast
from tests.clients import browser

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [(OperationalError("away"), 503, "unavailable"), (ValueError("ours"), 500, "unexpected")],
)
def test_the_look_at_a_session_that_fails_is_a_problem_to_programs_and_a_page_to_people(
    monkeypatch: pytest.MonkeyPatch, error: Exception, status: int, code: str
) -> None:
    def fail(*_: object) -> bool:
        raise error

    client: Client = browser(Cast().oto)
    client.raise_request_exception = False
    monkeypatch.setattr(sessions, "is_too_old", fail)
    answer = client.get("/api/v1/me")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer["Content-Type"] == "application/problem+json"
    page = client.get("/account/")
    assert (page.status_code, page["Content-Type"]) == (status, "text/html; charset=utf-8")
    assert "Please try again in a moment" in page.content.decode()
