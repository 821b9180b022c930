"""F9: nobody who asks for a mail waits for a queue that hangs."""

from threading import Event

import pytest
from django.test import Client

from config.accounts import mail, tasks


@pytest.mark.django_db
def test_f9_no_answer_waits_for_the_queue_of_the_mails(monkeypatch: pytest.MonkeyPatch) -> None:
    answered, queued = Event(), Event()

    def hang(**_: object) -> None:
        if answered.wait(10):
            queued.set()

    monkeypatch.setattr(tasks.send_password_reset, "apply_async", hang)
    answer = Client().post("/account/password/reset/", {"email": "nobody@sobani.example"})
    assert (answer.status_code, queued.is_set()) == (302, False)
    answered.set()
    mail._aside.submit(bool).result(10)
    assert queued.is_set()
