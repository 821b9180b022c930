"""Check the templates' format with djade, which takes file names only."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("templates", "config", "customers", "integrations", "segments", "talk")
names = [str(path) for folder in FOLDERS for path in (ROOT / folder).rglob("templates/**/*.html")]
names += [str(path) for path in (ROOT / "templates").rglob("*.html")]
if names:
    djade = str(Path(sys.executable).with_name("djade"))
    command = [djade, "--check", "--target-version", "5.2", *sorted({*names})]
    sys.exit(subprocess.run(command, check=False).returncode)
