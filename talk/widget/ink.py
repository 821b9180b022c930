"""Which text reads on an inbox's colour (WCAG 2.2, contrast minimum). Pure."""

WHITE = "#ffffff"
BLACK = "#000000"  # any lighter one, and some colours have no readable text
READABLE = 4.5


def ink_on(color: str) -> str:
    """Return white where it is readable on `color` (#rrggbb), else whichever reads better."""
    on_white = contrast(color, WHITE)
    if on_white >= READABLE or on_white >= contrast(color, BLACK):
        return WHITE
    return BLACK


def contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(color: str) -> float:
    red, green, blue = (_linear(int(color[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)
