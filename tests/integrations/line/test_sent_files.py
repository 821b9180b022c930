"""Files that operators send: where LINE and phones get them, and as what."""

import io
import struct
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from integrations.line import renditions
from integrations.line.composing import Media
from integrations.line.durations import UnknownDuration, mp3_ms, mp4_ms
from integrations.line.files import icon_url_of, media_of
from talk.actions import messages
from talk.actions.attachments import store_upload
from talk.models import Attachment, Inbox, Message
from talk.policy import actor_of_operator
from talk.uploads import UnsupportedFile
from tests.cast import Cast

pytestmark = pytest.mark.django_db
BASE = "http://localhost:8000"


def picture(format: str, mode: str = "RGB", side: int = 60) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((side, side), 90).convert(mode).save(out, format)
    return out.getvalue()


def box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(content), kind) + content


def film(brand: bytes, milliseconds: int) -> bytes:
    """The boxes of a film or a sound, without anything to be seen or heard."""
    head = struct.pack(">IIIII", 0, 0, 0, 1000, milliseconds) + bytes(80)
    inside = box(b"free", bytes(4)) + box(b"mvhd", head)
    return box(b"ftyp", brand + bytes(4)) + box(b"mdat", bytes(64)) + box(b"moov", inside)


def mp3(frames: int) -> bytes:
    """Frames of 128 kbit/s at 44.1 kHz, 26 ms each, after a tag."""
    return (
        b"ID3\x03\x00\x00\x00\x00\x00\x0a" + bytes(10) + (b"\xff\xfb\x90\x00" + bytes(413)) * frames
    )


class Sent:
    """One file in a message of an operator in a LINE inbox."""

    def __init__(self, content: bytes, name: str) -> None:
        cast = Cast()
        cast.__dict__["shop"] = Inbox.objects.create(name="LINE", kind=Inbox.Kind.LINE)
        actor = actor_of_operator(cast.aoi)
        guest = cast.guest()
        first = messages.receive(guest.visitor, client_id=uuid4(), body="質問")
        upload = store_upload(actor, cast.shop, SimpleUploadedFile(name, content))
        rows = messages.send(
            actor,
            conversation_id=first.conversation.id,
            client_id=uuid4(),
            body="",
            attachment_ids=(upload.id,),
        )
        self.attachment = Attachment.objects.get(message_id=rows.message.id)
        self.media: Media = media_of(self.attachment)


def get(url: str, **headers: str):  # type: ignore[no-untyped-def]  # Django's own test response
    return Client().get(url.removeprefix(BASE), headers=headers)


@pytest.mark.parametrize("format", ["PNG", "JPEG", "GIF", "WEBP"])
def test_a_picture_is_a_jpeg_for_line_whatever_it_was(format: str) -> None:
    sent = Sent(picture(format), f"図.{format.lower()}")
    assert sent.media.kind == "image"
    for url in (sent.media.url, sent.media.preview_url):
        answer = get(url)
        assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
        assert answer["Cache-Control"] == "private, max-age=3600"
        assert Image.open(io.BytesIO(answer.content)).size == (60, 60)


def test_large_pictures_become_small_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    noise = picture("PNG", side=1200)
    assert len(renditions.preview(io.BytesIO(noise))) <= renditions.PREVIEW_BYTES
    monkeypatch.setattr(renditions, "PREVIEW_BYTES", 20_000)
    small = renditions.preview(io.BytesIO(noise))
    assert len(small) <= 20_000
    assert max(Image.open(io.BytesIO(small)).size) < 600


def test_what_is_transparent_lies_on_paper() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (8, 8), (255, 0, 0, 0)).save(out, "PNG")
    made = Image.open(io.BytesIO(renditions.original(out)))
    assert made.getpixel((4, 4)) == (255, 255, 255)


def test_films_are_played_from_any_place_and_have_a_cover() -> None:
    content = film(b"isom", 61_500)
    sent = Sent(content, "説明.mp4")
    assert sent.media.kind == "video"
    part = get(sent.media.url, Range="bytes=4-7")
    assert (part.status_code, b"".join(part)) == (206, b"ftyp")
    cover = get(sent.media.preview_url)
    assert Image.open(io.BytesIO(cover.content)).format == "JPEG"


def test_sounds_tell_how_long_they_are() -> None:
    sent = Sent(film(b"M4A ", 61_500), "声.m4a")
    assert (sent.media.kind, sent.media.duration_ms) == ("audio", 61_500)
    assert Sent(mp3(100), "声.mp3").media.duration_ms == 2612
    for unknown, read in ((b"", mp4_ms), (film(b"M4A ", 0), mp4_ms), (b"\xff\xfb", mp3_ms)):
        with pytest.raises(UnknownDuration):
            read(io.BytesIO(unknown))


def test_a_sound_of_unknown_length_is_a_file() -> None:
    assert Sent(film(b"M4A ", 0), "声.m4a").media.kind == "file"


def test_other_files_are_downloads() -> None:
    sent = Sent(b"%PDF-1.7 x", "見積 1.pdf")
    assert (sent.media.kind, sent.media.name, sent.media.size) == ("file", "見積 1.pdf", 10)
    answer = get(sent.media.url)
    assert answer["Content-Disposition"].startswith("attachment")
    assert (answer.content, answer["X-Content-Type-Options"]) == (b"%PDF-1.7 x", "nosniff")


def test_nobody_gets_a_file_by_guessing_or_after_it_was_erased() -> None:
    sent = Sent(b"%PDF-1.7 x", "見積.pdf")
    before, after = sent.media.url.split("/files/")
    signature, rest = after.split("/", 1)
    wrong = f"{before}/files/{signature[:-1]}{'A' if signature[-1] != 'A' else 'B'}/{rest}"
    assert (get(sent.media.url).status_code, get(wrong).status_code) == (200, 404)
    Message.objects.filter(id=sent.attachment.message_id).delete()
    assert get(sent.media.url).status_code == 404


def test_pictures_of_phones_that_lie_in_a_films_box_are_no_films() -> None:
    with pytest.raises(UnsupportedFile):
        Sent(film(b"heic", 1), "写真.heic")


def test_an_operators_picture_is_a_square_png() -> None:
    cast = Cast()
    assert icon_url_of(cast.oto) == ""
    cast.oto.avatar.save("face.jpg", ContentFile(picture("JPEG")))
    answer = get(icon_url_of(cast.oto))
    made = Image.open(io.BytesIO(answer.content))
    assert (made.format, made.size) == ("PNG", (256, 256))
    assert get(f"{BASE}/integrations/line/icons/{'0' * 32}.png").status_code == 404
