from io import StringIO

from django.core.management.base import OutputWrapper

from config.demo.data.progress import ProgressBar


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_sees_the_end_of_the_bar_on_one_line() -> None:
    screen = Terminal()
    bar = ProgressBar(OutputWrapper(screen), 1000, "conversations")
    for done in range(0, 1001, 10):
        bar.show(done)
    shown = screen.getvalue()
    assert shown.startswith("\r")
    assert shown.endswith("\n")
    assert shown.count("\n") == 1
    last = shown.rstrip("\n").split("\r")[-1]
    assert "1,000/1,000" in last
    assert "░" not in last
    assert shown.count("\r") < 10


def test_half_is_half_a_bar_and_tells_what_is_left() -> None:
    bar = ProgressBar(OutputWrapper(Terminal()), 200, "conversations")
    assert bar.line(100, 12.0) == f"conversations {'█' * 15}{'░' * 15} 100/200  12 s, 12 s left "


def test_a_log_file_gets_nothing() -> None:
    file = StringIO()
    ProgressBar(OutputWrapper(file), 10, "conversations").show(10)
    assert file.getvalue() == ""
