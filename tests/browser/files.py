"""Files as people choose, paste or drop them."""

import io

from PIL import Image
from playwright.async_api import FilePayload, Locator

# A paste and a drop carry a DataTransfer, which only a page can make.
FIRE = """(target, {type, name, media_type, bytes}) => {
  const data = new DataTransfer();
  data.items.add(new File([Uint8Array.from(bytes)], name, { type: media_type }));
  const options = { bubbles: true, cancelable: true };
  const event = type === "paste"
    ? new ClipboardEvent("paste", { ...options, clipboardData: data })
    : new DragEvent(type, { ...options, dataTransfer: data });
  target.dispatchEvent(event);
}"""


def picture(
    name: str = "急須の写真.png", color: str = "#2f7d55", size: tuple[int, int] = (64, 40)
) -> FilePayload:
    content = io.BytesIO()
    Image.new("RGB", size, color).save(content, "PNG")
    return {"name": name, "mimeType": "image/png", "buffer": content.getvalue()}


def text(name: str = "注文の控え.txt", body: str = "注文番号 Y123456") -> FilePayload:
    return {"name": name, "mimeType": "text/plain", "buffer": body.encode()}


async def paste(target: Locator, file: FilePayload) -> None:
    await _fire(target, "paste", file)


async def drop(target: Locator, file: FilePayload) -> None:
    await _fire(target, "dragover", file)
    await _fire(target, "drop", file)


async def _fire(target: Locator, type: str, file: FilePayload) -> None:
    told = {"type": type, "name": file["name"], "media_type": file["mimeType"]}
    await target.evaluate(FIRE, {**told, "bytes": list(file["buffer"])})


async def natural_width(image: Locator) -> int:
    """Return the width of the picture as it was decoded; 0 while there is none."""
    return int(await image.evaluate("(image) => image.naturalWidth"))
