"""Files that people send: what the platform tells of them, and their small pictures."""

from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw, ImageOps, UnidentifiedImageError

from integrations.line.simulator.phone.saying import How
from integrations.line.simulator.things import Account, Content
from integrations.line.simulator.web import Request

PREVIEW_PIXELS = 240
FIRST_FRAME = "#3a4250"


def content_of(account: Account, kind: str, how: How, request: Request) -> Content:
    """Return the file of a request, to be had when the platform has prepared it."""
    return Content(
        channel_id=account.channel_id,
        kind=kind,
        mime=request.headers.get("content-type", "application/octet-stream"),
        data=request.body,
        preview=_preview(kind, request.body),
        ready_at=account.clock.now() + how.ready_seconds if how.ready_seconds else 0,
        asks_before_ready=how.asks_before_ready,
        transcoding=how.transcoding,
    )


def about_file(content: Content, message: dict[str, Any]) -> dict[str, Any]:
    """Return what the message says of its file."""
    if content.kind == "file":
        return {"fileName": message.get("fileName", "file"), "fileSize": len(content.data)}
    duration = {} if content.kind == "image" else {"duration": message.get("duration", 1000)}
    return {"contentProvider": {"type": "line"}, **duration}


def _preview(kind: str, data: bytes) -> bytes:
    if kind == "image":
        return _smaller(data)
    return _first_frame() if kind == "video" else b""


def _smaller(data: bytes) -> bytes:
    try:
        with Image.open(BytesIO(data)) as picture:
            upright = ImageOps.exif_transpose(picture).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError):
        return data  # tests send three bytes and call them a picture
    upright.thumbnail((PREVIEW_PIXELS, PREVIEW_PIXELS))
    return _jpeg(upright)


def _first_frame() -> bytes:
    """Videos are not decoded here; their preview is a dark frame with a play sign."""
    frame = Image.new("RGB", (PREVIEW_PIXELS, PREVIEW_PIXELS * 9 // 16), FIRST_FRAME)
    middle = frame.width // 2, frame.height // 2
    points = [(middle[0] - 12, middle[1] - 18), (middle[0] - 12, middle[1] + 18)]
    ImageDraw.Draw(frame).polygon([*points, (middle[0] + 20, middle[1])], fill="white")
    return _jpeg(frame)


def _jpeg(picture: Image.Image) -> bytes:
    written = BytesIO()
    picture.save(written, "JPEG", quality=80)
    return written.getvalue()
