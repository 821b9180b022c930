"""What `manage.py up` would run."""

import pytest
from pytest_django import Settings

from config.up.failure import StartError
from config.up.programs import refuse_missing_server


def test_a_server_that_is_not_installed_is_named_with_the_cure(settings: Settings) -> None:
    for installed in ("daphne", "uvicorn"):
        settings.SERVER = installed
        refuse_missing_server()
    settings.SERVER = "no_such_server"
    with pytest.raises(StartError, match=r"SERVER=no_such_server is not installed: .*-r req"):
        refuse_missing_server()
