"""What an integration offers in the widget of some inboxes, beside the chat itself."""

from collections.abc import Callable

from talk.models import Inbox

Asked = Callable[[Inbox], bool]
_offers: dict[str, Asked] = {}


def register(name: str, is_offered: Asked) -> None:
    """`name` is lower-case letters: the frame's document carries it as `data-<name>`."""
    _offers[name] = is_offered


def offers_of(inbox: Inbox) -> list[str]:
    return [name for name, is_offered in _offers.items() if is_offered(inbox)]
