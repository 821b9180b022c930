"""A receipt as PDF 1.4, written byte by byte: one page, a font that every reader brings."""

from config.demo.data.words import Language

WORDS: dict[Language, tuple[str, ...]] = {
    "ja": (
        "領 収 書",
        "注文番号  {order}",
        "金額  {amount} 円（税込）",
        "但し  お品代として",
        "茶と器 ゆきしろ（架空のお店です）",
    ),
    "en": (
        "Receipt",
        "Order  {order}",
        "Amount  {amount} yen, tax included",
        "For  goods",
        "Yukishiro, tea and tableware (a made-up shop)",
    ),
}
FONT = (
    b"<< /Type /Font /Subtype /Type0 /BaseFont /HeiseiKakuGo-W5 /Encoding /UniJIS-UCS2-H"
    b" /DescendantFonts [<< /Type /Font /Subtype /CIDFontType0 /BaseFont /HeiseiKakuGo-W5"
    b" /CIDSystemInfo << /Registry (Adobe) /Ordering (Japan1) /Supplement 2 >>"
    b" /FontDescriptor << /Type /FontDescriptor /FontName /HeiseiKakuGo-W5 /Flags 4"
    b" /FontBBox [-92 -250 1010 922] /ItalicAngle 0 /Ascent 752 /Descent -271 /CapHeight 737"
    b" /StemV 114 >> >>] >>"
)


def write_receipt(order: str, amount: str, language: Language) -> bytes:
    lines = [line.format(order=order, amount=amount) for line in WORDS[language]]
    text = _text(lines)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 420 298] /Contents 4 0 R"
            b" /Resources << /Font << /F1 5 0 R >> >> >>"
        ),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
        FONT,
    ]
    return _file(objects)


def _text(lines: list[str]) -> bytes:
    shown = [b"BT /F1 22 Tf 48 236 Td <%s> Tj /F1 12 Tf" % _hex(lines[0])]
    shown += [b"0 -36 Td <%s> Tj" % _hex(line) for line in lines[1:]]
    return b" ".join([*shown, b"ET 1 w 48 222 324 0 re S"])


def _hex(text: str) -> bytes:
    return text.encode("utf-16-be").hex().encode()


def _file(objects: list[bytes]) -> bytes:
    """Return the objects with the table of where each begins, which readers start from."""
    file, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(file))
        file += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return file + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\n"
        b"startxref\n%d\n%%%%EOF\n" % (size, table, size, len(file))
    )
