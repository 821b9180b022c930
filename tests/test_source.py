"""Rules that the source itself keeps."""

import ast
import re
import time
from collections.abc import Iterator
from importlib import import_module
from itertools import product
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
APPS = ("config", "customers", "integrations", "segments", "talk")
COMPILERS = {
    "compile", "match", "fullmatch", "search", "sub", "subn", "split", "findall", "finditer",
}  # fmt: skip
# PostgreSQL's operators and functions, and Django's lookups, that take a regular expression.
OF_THE_DATABASE = re.compile(
    r"\s!?~\*?\s|\bSIMILAR TO\b|\bregexp_[a-z]+\(|__i?regex$", re.IGNORECASE
)
LONGEST = 10_000  # characters of a message
# Only ever asked of a whole text of 255 characters (`fullmatch`).
SHORT = {r"customers/identifiers.py: [^@\s]+@[^@\s.]+(\.[^@\s.]+)+"}
SOON = 0.1  # seconds; a pattern that looks at each character once takes a thousandth


def modules() -> Iterator[Path]:
    for app in APPS:
        yield from (ROOT / app).rglob("*.py")


def trees() -> Iterator[tuple[str, ast.Module]]:
    for path in modules():
        yield str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8"))


def compilers(tree: ast.AST) -> Iterator[ast.Call]:
    """Yield the calls of `re`'s functions, whatever they are called here."""
    names, called = {"re"}, set[str]()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {each.asname for each in node.names if each.name == "re" and each.asname}
        elif isinstance(node, ast.ImportFrom) and node.module == "re":
            called |= {each.asname or each.name for each in node.names if each.name in COMPILERS}
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=attr)):
                if name in names and attr in COMPILERS:
                    yield node
            case ast.Call(func=ast.Name(id=name)) if name in called:
                yield node


def dynamic_patterns(tree: ast.AST) -> Iterator[int]:
    """Yield the lines of patterns that are made of anything but constants of the module."""
    for call in compilers(tree):
        names = {each.id for each in ast.walk(call.args[0]) if isinstance(each, ast.Name)}
        if not all(name.isupper() or name == "re" for name in names):
            yield call.lineno


def patterns_for_the_database(tree: ast.AST) -> Iterator[int]:
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str(text)) if OF_THE_DATABASE.search(text):
                yield node.lineno
            case ast.keyword(arg=str(name)) if OF_THE_DATABASE.search(name):
                yield node.lineno


def test_m16_no_pattern_comes_from_outside() -> None:
    planted = ast.parse(
        "import re\nre.search(given, text)\nre.search('a', text)\n"
        "import re as r\nr.match(given, text)\n"
        "from re import fullmatch as full, sub\nfull(given, text)\nsub(GIVEN, '', text)"
    )
    assert list(dynamic_patterns(planted)) == [2, 5, 7]
    found = {f"{path}:{line}" for path, tree in trees() for line in dynamic_patterns(tree)}
    assert found == set()


def test_m16_the_database_is_given_none_either() -> None:
    planted = ast.parse(
        "run('SELECT a ~ %s', [given])\nrun('… WHERE a !~* b')\nrows.filter(name__iregex=given)\n"
        "rows.filter(**{'name__regex': given})\nrun('SELECT regexp_match(a, b)')\n~Q(name=given)"
    )
    assert sorted(patterns_for_the_database(planted)) == [1, 2, 3, 4, 5]
    found = {path for path, tree in trees() if any(patterns_for_the_database(tree))}
    # The bounds of a partition, by a pattern that stands in the statement itself.
    assert found == {"customers/partitions.py"}


def our_patterns() -> Iterator[tuple[str, "re.Pattern[str]"]]:
    """Yield those that the source has as constants, bytes as the text that they mean."""
    for path, tree in trees():
        if not any(compilers(tree)) or "/migrations/" in path:
            continue
        module = import_module(path.removesuffix(".py").replace("/", "."))
        for call in compilers(tree):
            source = eval(ast.unparse(call.args[0]), dict(vars(module)))  # noqa: S307  # our own
            text = source.decode() if isinstance(source, bytes) else source
            flags = "".join(ast.unparse(each) for each in call.args[1:])
            yield f"{path}: {text}", re.compile(text, re.DOTALL if "DOTALL" in flags else 0)


def seconds_of(pattern: "re.Pattern[str]") -> float:
    """Return the longest that it looks at a text of what itself names, again and again.

    Or the first time that is too long.
    """
    named = sorted({*re.sub(r"\\.", "", pattern.pattern)} & {*"<>@.-_/:;=+#&%!?,'\" "})
    slowest = 0.0
    for first, second in product([*named[:6], "a", "0", " ", "é"], repeat=2):
        began = time.thread_time()
        pattern.search((first + second) * (LONGEST // 2) + "\0")
        slowest = max(slowest, time.thread_time() - began)
        if slowest > SOON:
            break  # that one is slow is known: each further text would take seconds
    return slowest


def test_m16_none_of_ours_takes_long_whatever_it_is_given() -> None:
    assert seconds_of(re.compile(r"(\s*a)*\s*$")) > SOON, "a slow one shows"
    found = {where: seconds_of(pattern) for where, pattern in our_patterns() if where not in SHORT}
    assert len(found) > 30
    assert {where: each for where, each in found.items() if each > SOON} == {}
