"""CSV for people who open it with a spreadsheet: no cell is taken for a formula there."""

import csv
import io
from collections.abc import Iterable
from typing import IO

# What spreadsheets take for the beginning of a formula, or skip before one (OWASP, "CSV
# Injection"); Japanese ones take the full-width forms as well.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")
BYTE_ORDER_MARK = "\ufeff"  # without it Excel takes UTF-8 for the system's own encoding


def write(file: IO[bytes], heads: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    """Write the table as UTF-8, every cell quoted, a row after the other."""
    text = io.TextIOWrapper(file, "utf-8", errors="replace", newline="", write_through=True)
    text.write(BYTE_ORDER_MARK)
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow(heads)
    writer.writerows([guarded(cell) for cell in row] for row in rows)
    text.detach()


def guarded(cell: object) -> str:
    """Return the cell's text; one that would be calculated begins with an apostrophe."""
    text = "" if cell is None else str(cell)
    is_formula = text.startswith(FORMULA) or text.lstrip().startswith(FORMULA)
    return f"'{text}" if is_formula else text
