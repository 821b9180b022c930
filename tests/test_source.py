"""Rules that the source itself keeps."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
APPS = ("config", "customers", "integrations", "segments", "talk")
COMPILERS = {"compile", "match", "fullmatch", "search", "sub", "split", "findall", "finditer"}


def modules() -> Iterator[Path]:
    for app in APPS:
        yield from (ROOT / app).rglob("*.py")


def dynamic_patterns(tree: ast.AST) -> Iterator[int]:
    """Yield the lines of `re.…(pattern)` made of anything but constants of the module."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        called = node.func
        if (
            isinstance(called.value, ast.Name)
            and called.value.id == "re"
            and called.attr in COMPILERS
        ):
            pattern = node.args[0]
            names = {each.id for each in ast.walk(pattern) if isinstance(each, ast.Name)}
            if not all(name.isupper() or name == "re" for name in names):
                yield node.lineno


def test_m16_no_pattern_comes_from_outside() -> None:
    planted = ast.parse("import re\nre.search(given, text)\nre.search('a', text)")
    assert list(dynamic_patterns(planted)) == [2]
    found = {
        f"{path.relative_to(ROOT)}:{line}"
        for path in modules()
        for line in dynamic_patterns(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert found == set()
