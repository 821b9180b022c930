from io import BytesIO
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from talk.actions import messages
from talk.actions.attachments import store_upload
from talk.actions.files import delete_files
from talk.models import FileDeletion
from tests.cast import Cast, actor
from tests.widget.site import OURS, Page

pytestmark = pytest.mark.django_db


def picture() -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, "PNG")
    return SimpleUploadedFile("写真.png", out.getvalue(), "image/png")


def test_a_picture_is_uploaded_sent_and_shown_to_its_visitor_alone(cast: Cast) -> None:
    guest = cast.guest()
    page = Page(OURS, guest)
    row = page.upload(picture()).json()
    assert set(row) == {"id", "name", "media_type", "size", "width", "height"}
    assert (row["name"], row["width"], row["height"]) == ("写真.png", 40, 30)
    sent = page.post("messages", {"client_id": str(uuid4()), "attachment_ids": [row["id"]]})
    assert sent.json()["message"]["attachments"] == [row]
    content = f"attachments/{row['id']}/content"
    shown = page.get(content)
    assert shown.status_code == 200
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    assert Page(OURS, cast.guest()).get(content).status_code == 404  # S-26
    assert Page(OURS).get(content).status_code == 401


def test_an_operator_s_file_is_shown_once_it_is_in_the_visitor_s_conversation(cast: Cast) -> None:
    guest = cast.guest()
    said = messages.receive(guest.visitor, client_id=uuid4(), body="hello")
    kept = store_upload(actor(cast.oto), cast.shop, picture())
    page = Page(OURS, guest)
    assert page.get(f"attachments/{kept.id}/content").status_code == 404
    messages.send(
        actor(cast.oto),
        conversation_id=said.conversation.id,
        client_id=uuid4(),
        body="",
        attachment_ids=(kept.id,),
    )
    assert page.get(f"attachments/{kept.id}/content").status_code == 200


def test_what_is_too_large_or_of_another_kind_is_refused(cast: Cast) -> None:
    cast.shop.attachment_max_bytes = 1000
    cast.shop.save()
    page = Page(OURS, cast.guest())
    assert page.upload(SimpleUploadedFile("a.txt", b"x" * 1001)).status_code == 413
    assert (
        page.upload(SimpleUploadedFile("a.html", b"<script>alert(1)</script>")).status_code == 415
    )
    missing = page.client.post("/widget/v1/attachments", headers=page.headers)
    assert (missing.status_code, missing.json()["field"]) == (400, "file")


def test_a_file_that_will_not_be_sent_is_given_up_and_makes_room(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("talk.actions.attachments.UNCLAIMED_LIMIT", 2)
    guest = cast.guest()
    page = Page(OURS, guest)
    first, second = (page.upload(picture()).json()["id"] for _ in range(2))
    assert page.upload(picture()).status_code == 429
    assert Page(OURS, cast.guest()).delete(f"attachments/{first}").status_code == 404
    assert Page(OURS).delete(f"attachments/{first}").status_code == 401
    gone = page.delete(f"attachments/{first}")
    assert (gone.status_code, gone.content) == (204, b"")
    assert page.delete(f"attachments/{first}").status_code == 404
    assert page.get(f"attachments/{first}/content").status_code == 404
    assert page.upload(picture()).status_code == 200
    sent = page.post("messages", {"client_id": str(uuid4()), "attachment_ids": [second]})
    assert sent.status_code == 200
    assert page.delete(f"attachments/{second}").status_code == 404, "what was said stays"
    assert page.get(f"attachments/{second}/content").status_code == 200
    job = FileDeletion.objects.get()
    assert default_storage.exists(job.name)
    delete_files()
    assert not default_storage.exists(job.name)
