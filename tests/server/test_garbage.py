"""A web process does not look for garbage among what it has loaded."""

import subprocess
import sys

LOOKS = """
import gc
from django.http import HttpRequest  # something to be loaded
from config.server.garbage import OBJECTS, keep_what_is_loaded
looked_at = len(gc.get_objects())
keep_what_is_loaded()
left = len(gc.get_objects())
assert looked_at > 10_000, looked_at
assert left < looked_at / 100, left
assert gc.get_threshold()[0] == OBJECTS
class Ring: ...
rings = [Ring() for _ in range(100)]
for ring in rings:
    ring.itself = ring
rings.clear()
del ring
assert gc.collect() >= 100, "what comes later is collected"
"""


def test_what_is_loaded_is_never_looked_through_again() -> None:
    subprocess.run([sys.executable, "-c", LOOKS], check=True, timeout=60)
