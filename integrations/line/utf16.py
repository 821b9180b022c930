"""Places in a text as LINE counts them: in UTF-16 units, of which an emoji has two."""


def units(text: str) -> int:
    return len(text.encode("utf-16-le", errors="surrogatepass")) // 2


def slice_of(text: str, at: int, length: int) -> str:
    """Return so many units from a place on; "" where that breaks a character or is outside."""
    raw = text.encode("utf-16-le", errors="surrogatepass")[at * 2 : (at + length) * 2]
    if len(raw) != length * 2:
        return ""
    try:
        return raw.decode("utf-16-le")
    except UnicodeDecodeError:
        return ""
