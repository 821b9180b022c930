"""S-23 to S-26: what is uploaded, how it is kept, who gets it, and how it leaves."""

import io
import pickle
import subprocess
import sys
import time
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client, RequestFactory
from django.utils import timezone
from PIL import Image

from talk import pictures
from talk.actions import attachments, messages
from talk.actions.attachments import remove_unclaimed, store_upload
from talk.downloads import attachment_response
from talk.errors import NotFound, Problem, Throttled, TooLarge
from talk.filenames import clean_name
from talk.models import Attachment
from talk.queries.attachments import attachment_of
from talk.uploads import OFFICE, BrokenFile, Upload, examine_upload
from tests.cast import Cast, actor
from tests.clients import browser, program
from tests.security import files

LARGEST = 20 * 1024 * 1024


def examine(content: bytes, name: str) -> Upload:
    file = io.BytesIO(content)
    return examine_upload(file, name=name, size=len(content), largest_bytes=LARGEST)


def upload(client: Client, conversation_id: object, content: bytes, name: str, kind: str) -> Any:
    file = SimpleUploadedFile(name, content, content_type=kind)
    return client.post(
        "/api/v1/attachments", {"conversation_id": str(conversation_id), "file": file}
    )


def conversation(cast: Cast) -> str:
    stored = messages.receive(cast.guest().visitor, client_id=uuid4(), body="hello")
    return str(stored.conversation.id)


# S-23: the type comes from the bytes


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (files.SVG, "x.svg"),
        (files.SVG, "x.txt"),
        (files.HTML, "x.html"),
        (files.HTML, "x.txt"),
        (b"\xef\xbb\xbf \n" + files.HTML, "x.csv"),
        (files.HTML, "x.png"),
        (files.XML, "x.xml"),
        (files.XML, "x.md"),
        (b"#!/bin/sh\nrm -rf /\n", "x.sh"),
        (b"MZ\x90\0", "x.exe"),
        (b"text \0 with a NUL", "x.txt"),
        (b"\x7fELF\x02", "x"),
    ],
)
def test_s23_what_is_not_on_the_list_is_refused(content: bytes, name: str) -> None:
    with pytest.raises(Problem) as refused:
        examine(content, name)
    assert refused.value.status == 415


def test_s23_a_picture_with_a_script_inside_loses_it() -> None:
    for content in (
        files.picture("PNG") + files.MARKUP,
        files.picture("GIF") + files.MARKUP,
        files.picture("JPEG", comment=files.MARKUP),
        files.picture("WEBP") + files.MARKUP,
    ):
        kept = examine(content, "x.html")
        assert files.MARKUP in content
        assert kept.content is not None
        assert b"script" not in kept.content
        assert kept.media_type.startswith("image/")


def test_s23_a_polyglot_is_not_a_picture() -> None:
    with pytest.raises(BrokenFile):
        examine(files.POLYGLOT, "x.gif")


@pytest.mark.parametrize(
    ("content", "name", "media_type", "shown"),
    [
        (files.PDF, "x.png", "application/pdf", "x.pdf"),
        (b"PK\x03\x04...", "報告.docx", OFFICE["docx"], "報告.docx"),
        (b"PK\x03\x04...", "x.html", "application/zip", "x.zip"),
        ("名前,値\n".encode("cp932"), "表.csv", "text/csv", "表.csv"),
        ("こんにちは".encode(), "x.txt", "text/plain", "x.txt"),
    ],
)  # fmt: skip
def test_s23_other_kinds_are_kept_under_a_name_that_fits(
    content: bytes, name: str, media_type: str, shown: str
) -> None:
    kept = examine(content, name)
    assert (kept.media_type, kept.name, kept.content) == (media_type, shown, None)


@pytest.mark.django_db
@pytest.mark.parametrize("claimed", ["image/svg+xml; x", "text/html;", "text/html", ""])
@pytest.mark.parametrize(
    ("content", "name", "media_type", "disposition"),
    [
        (files.PDF, "x.pdf", "application/pdf", 'attachment; filename="x.pdf"'),
        (files.picture("PNG"), "x.png", "image/png", 'inline; filename="x.png"'),
        (b"plain", "x.txt", "text/plain", 'attachment; filename="x.txt"'),
    ],
)
def test_s23_a_file_leaves_without_becoming_a_document(
    cast: Cast, content: bytes, name: str, media_type: str, disposition: str, claimed: str
) -> None:
    client = browser(cast.oto)
    row = upload(client, conversation(cast), content, name, claimed).json()
    answer = client.get(row["url"])
    assert answer["Content-Type"].split(";")[0] == media_type
    assert answer["Content-Disposition"] == disposition
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"].startswith("sandbox; default-src 'none'")


# S-24: names


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd.png"),
        ("..\\..\\boot.ini", "boot.png"),
        ("a\0.png", "a.png"),
        ("CON", "_CON.png"),
        ("con.png", "_con.png"),
        ("lpt1.tar.png", "_lpt1.tar.png"),
        ("x\r\nSet-Cookie: a=b.png", "xSet-Cookie_ a=b.png"),
        ("photo\u202egnp.exe", "photognp.png"),
        ('x.png"; filename=y.html', "x.png__ filename=y.png"),
        ("\u200b\ufeff", "file.png"),
        ("...", "file.png"),
        ("", "file.png"),
        ("領収書 2026年.png", "領収書 2026年.png"),
        ("a" * 5000, "a" * 116 + ".png"),
    ],
)
def test_s24_names_are_cleaned(name: str, shown: str) -> None:
    assert clean_name(name, "png") == shown


def test_s24_no_name_keeps_an_invisible_character() -> None:
    every = "".join(map(chr, (*range(0x3000), *range(0xFE00, 0xFFFF), *range(0xE0000, 0xE0080))))
    kept = "".join(clean_name(every[i : i + 50], "txt") for i in range(0, len(every), 50))
    assert {unicodedata.category(c) for c in kept}.isdisjoint({"Cc", "Cf", "Cs", "Zl", "Zp"})


@pytest.mark.django_db
def test_s24_the_file_lies_under_its_id_and_its_name_only_in_the_header(cast: Cast) -> None:
    client = browser(cast.oto)
    name = 'x.png"; filename="y.html\r\nX: 1'
    row = upload(client, conversation(cast), files.picture("PNG"), name, "").json()
    attachment = Attachment.objects.get(id=row["id"])
    assert Path(str(attachment.file.name)).name == attachment.id.hex
    answer = client.get(row["url"])
    assert "X" not in answer.headers
    assert answer["Content-Disposition"] == 'inline; filename="_y.png"'


def kept_as(name: str) -> Attachment:
    attachment = Attachment(id=uuid4(), name=name, media_type="text/csv")
    attachment.file.name = default_storage.save(f"attachments/{uuid4().hex}", ContentFile(b"a,b"))
    return attachment


def test_s24_a_japanese_name_travels_as_rfc_6266_says() -> None:
    header = attachment_response(RequestFactory().get("/"), kept_as("表.csv"))
    assert header["Content-Disposition"] == "attachment; filename*=utf-8''%E8%A1%A8.csv"


# S-25: bombs


BOMBS = [
    (files.huge_png(), 413),
    (files.huge_png(19_000), 413),
    (files.huge_png(5_100), 413),  # only our own limit is below that
    (files.many_frames_gif(400_000), 413),
    (files.picture("JPEG", 200)[:600], 422),
    (files.picture("PNG", 200)[:60], 422),
    (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, 422),
    (b"GIF89a", 422),
    (b"RIFF\x10\0\0\0WEBPVP8 ", 422),
]


@pytest.mark.parametrize(("content", "status"), BOMBS)
def test_s25_bombs_and_wrecks_are_refused_at_once(content: bytes, status: int) -> None:
    began = time.thread_time()
    with pytest.raises(Problem) as refused:
        examine(content, "x.bin")
    assert refused.value.status == status
    assert time.thread_time() - began < 1


# In a process of its own: the highest mark that memory ever reached never falls again. (Not
# `ru_maxrss`: a child begins with its parent's.)
MEASURE = """
import io, pickle, re, sys, talk.pictures
from talk.errors import Problem
from talk.uploads import examine_upload

def peak():
    with open("/proc/self/status") as status:
        return int(re.search(r"VmHWM:\\s+(\\d+) kB", status.read())[1])

bombs = pickle.load(sys.stdin.buffer)
if "--unlimited" in sys.argv:
    talk.pictures._check_size = lambda picture, kind: None
before, refused = peak(), 0
for content in bombs:
    try:
        examine_upload(io.BytesIO(content), name="x.bin", size=len(content), largest_bytes=1 << 30)
    except Problem:
        refused += 1
print(refused, peak() - before)
"""


def refused_and_kilobytes(bombs: list[bytes], *how: str) -> list[int]:
    command = [sys.executable, "-W", "ignore", "-c", MEASURE, *how]
    done = subprocess.run(command, input=pickle.dumps(bombs), capture_output=True, check=True)
    return [int(each) for each in done.stdout.split()]


def test_s25_bombs_take_no_memory() -> None:
    refused, kilobytes = refused_and_kilobytes([content for content, _ in BOMBS])
    assert refused == len(BOMBS)
    assert kilobytes < 200 * 1024
    _, kilobytes = refused_and_kilobytes([files.picture("PNG", 8_000)], "--unlimited")
    assert kilobytes > 200 * 1024, "it would show"


def test_s25_however_many_come_at_once_one_picture_is_decoded_at_a_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each that is within the limits takes up to 400 MB, however few bytes it has."""
    busy, most, encode = 0, 0, pictures._encode_still

    def watched(*asked: Any) -> Any:
        nonlocal busy, most
        busy += 1
        most = max(most, busy)
        time.sleep(0.05)
        busy -= 1
        return encode(*asked)

    monkeypatch.setattr(pictures, "_encode_still", watched)
    small = files.picture("PNG")
    with ThreadPoolExecutor(6) as threads:
        kept = list(threads.map(examine, [small] * 6, ["x.png"] * 6))
    assert [each.width for each in kept] == [8] * 6
    assert most == 1


def test_s25_who_waits_too_long_for_that_is_asked_to_come_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pictures, "LONGEST_WAIT", 0.01)
    with pictures._one_at_a_time, pytest.raises(Throttled) as refused:
        examine(files.picture("PNG"), "x.png")
    assert (refused.value.extra["retry_after"], refused.value.field) == (5, "file")
    assert examine(files.picture("PNG"), "x.png").width == 8


@pytest.mark.django_db(transaction=True)
def test_s25_whoever_waits_holds_no_connection_that_others_need(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[Any] = []

    def look(*asked: Any, **how: Any) -> Any:
        seen.append(connection.connection)
        return examine_upload(*asked, **how)

    monkeypatch.setattr(attachments, "examine_upload", look)
    cast = Cast()
    file = SimpleUploadedFile("x.png", files.picture("PNG"))
    attachments.store_upload(actor(cast.aoi), cast.shop, file)
    assert seen == [None]


def test_s25_a_zip_bomb_is_never_unpacked() -> None:
    began = time.thread_time()
    kept = examine(b"PK\x03\x04" + b"\0" * 1_000_000, "x.docx")
    assert kept.content is None
    assert time.thread_time() - began < 1


def test_s25_more_bytes_than_the_inbox_allows_are_refused() -> None:
    with pytest.raises(TooLarge):
        examine_upload(io.BytesIO(b"abcd"), name="x.txt", size=4, largest_bytes=3)


def test_s25_place_camera_and_comment_are_gone_and_the_picture_stands_upright() -> None:
    content = files.jpeg_with_place()
    assert b"SecretCamera" in content
    assert b"secret comment" in content
    kept = examine(content, "x.jpg")
    assert kept.content is not None
    assert b"SecretCamera" not in kept.content
    assert b"secret comment" not in kept.content
    with Image.open(io.BytesIO(kept.content)) as picture:
        assert not picture.getexif()
        assert picture.size == (kept.width, kept.height) == (10, 20)


def test_s25_a_small_animation_still_moves() -> None:
    out = io.BytesIO()
    stills = [Image.new("RGB", (8, 8), color) for color in ("teal", "gold", "navy")]
    stills[0].save(out, "GIF", save_all=True, append_images=stills[1:], duration=[50, 60, 70])
    kept = examine(out.getvalue(), "x.gif")
    with Image.open(io.BytesIO(kept.content or b"")) as picture:
        assert getattr(picture, "n_frames", 1) == 3


def test_s25_a_large_photograph_is_scaled_down() -> None:
    kept = examine(files.picture("JPEG", 6000), "x.jpg")
    assert (kept.width, kept.height) == (4096, 4096)


# S-26: whose file it is


@pytest.mark.django_db
def test_s26_an_upload_that_is_not_sent_is_its_uploaders_alone(cast: Cast) -> None:
    row = upload(browser(cast.oto), conversation(cast), files.PDF, "x.pdf", "").json()
    assert browser(cast.oto).get(row["url"]).status_code == 200
    assert browser(cast.aoi).get(row["url"]).status_code == 404
    assert browser(cast.ren).get(row["url"]).status_code == 404
    assert Client().get(row["url"]).status_code == 401


@pytest.mark.django_db
def test_s26_a_sent_file_is_seen_by_its_inbox_and_its_visitor_only(cast: Cast) -> None:
    guest, stranger, elsewhere = cast.guest(), cast.guest(), cast.guest(cast.salon)
    file = SimpleUploadedFile("x.pdf", files.PDF)
    kept = store_upload(guest.visitor, guest.inbox, file)
    messages.receive(guest.visitor, client_id=uuid4(), body="", attachment_ids=(kept.id,))
    url = f"/api/v1/attachments/{kept.id}/content"
    assert browser(cast.oto).get(url).status_code == 200
    assert browser(cast.ren).get(url).status_code == 404
    assert program(cast.oto, "inbox.read").get(url).status_code == 403
    assert attachment_of(guest.visitor, kept.id) == Attachment.objects.get(id=kept.id)
    for other in (stranger, elsewhere):
        with pytest.raises(NotFound):
            attachment_of(other.visitor, kept.id)


@pytest.mark.django_db
def test_s26_a_lost_team_takes_the_file_away_though_the_browser_has_it(cast: Cast) -> None:
    guest = cast.guest()
    kept = store_upload(guest.visitor, guest.inbox, SimpleUploadedFile("x.pdf", files.PDF))
    messages.receive(guest.visitor, client_id=uuid4(), body="", attachment_ids=(kept.id,))
    client = browser(cast.oto)
    url = f"/api/v1/attachments/{kept.id}/content"
    etag = client.get(url)["ETag"]
    assert client.get(url, headers={"If-None-Match": etag}).status_code == 304
    cast.oto.teams.clear()
    assert client.get(url, headers={"If-None-Match": etag}).status_code == 404


@pytest.mark.django_db
def test_s26_an_invented_id_is_missing_and_a_foreign_inbox_takes_no_file(cast: Cast) -> None:
    client = browser(cast.oto)
    assert client.get(f"/api/v1/attachments/{uuid4()}/content").status_code == 404
    stored = messages.receive(cast.guest(cast.salon).visitor, client_id=uuid4(), body="hello")
    answer = upload(client, stored.conversation.id, files.PDF, "x.pdf", "")
    assert answer.status_code == 404
    assert Attachment.objects.count() == 0


@pytest.mark.django_db
def test_s26_somebody_elses_upload_cannot_be_put_into_a_message(cast: Cast) -> None:
    id = conversation(cast)
    kept = store_upload(actor(cast.aoi), cast.shop, SimpleUploadedFile("x.pdf", files.PDF))
    answer = browser(cast.oto).post(
        f"/api/v1/conversations/{id}/messages",
        {"client_id": str(uuid4()), "body": "", "attachment_ids": [str(kept.id)]},
        content_type="application/json",
    )
    assert (answer.status_code, answer.json()["field"]) == (400, "attachment_ids")


@pytest.mark.django_db
def test_s26_uploads_that_nobody_sends_are_removed_after_a_day(
    cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    guest = cast.guest()
    sent, old, new = (
        store_upload(guest.visitor, guest.inbox, SimpleUploadedFile("x.pdf", files.PDF))
        for _ in range(3)
    )
    messages.receive(guest.visitor, client_id=uuid4(), body="", attachment_ids=(sent.id,))
    before = timezone.now() - timedelta(hours=25)
    Attachment.objects.filter(id__in=[sent.id, old.id]).update(created_at=before)
    with django_capture_on_commit_callbacks(execute=True):
        assert remove_unclaimed() == 1
    assert set(Attachment.objects.all()) == {sent, new}
    assert not default_storage.exists(str(old.file.name))
    assert default_storage.exists(str(new.file.name))
