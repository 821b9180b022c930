#!/usr/bin/env python
"""Entry point of every command: `manage.py up`, `migrate`, `demo`, `doctor` …"""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:  # a wrong variable is not a bug to trace
        sys.exit(f"Sobani cannot start: {error}")
