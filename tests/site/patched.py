"""`python -m tests.site.patched`: a web process with other constants, for tests that cannot wait.

TEST_CONSTANTS is `talk.patience:MOST_SECONDS=1 talk.live:HEARTBEAT_SECONDS=2`. Production code
has no hook for this: the modules are changed before the server's own main runs.
"""

import importlib
import os
import sys

import django


def change_constants(words: str) -> None:
    for word in words.split():
        place, _, value = word.partition("=")
        module_name, _, name = place.partition(":")
        module = importlib.import_module(module_name)
        kind = type(getattr(module, name))
        setattr(module, name, kind(float(value)))


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    change_constants(os.environ.get("TEST_CONSTANTS", ""))
    # Imported by name after the change: it is the production server from here on.
    importlib.import_module("config.server.__main__").main(sys.argv[1:])


if __name__ == "__main__":
    main()
