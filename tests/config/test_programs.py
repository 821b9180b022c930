"""What `manage.py up` would run."""

import socket

import pytest
from pytest_django import Settings

from config.up.failure import StartError
from config.up.programs import refuse_missing_server
from config.up.simulator import listen_for_simulator


def test_a_server_that_is_not_installed_is_named_with_the_cure(settings: Settings) -> None:
    for installed in ("daphne", "uvicorn"):
        settings.SERVER = installed
        refuse_missing_server()
    settings.SERVER = "no_such_server"
    with pytest.raises(StartError, match=r"SERVER=no_such_server is not installed: .*-r req"):
        refuse_missing_server()


def test_a_taken_port_of_the_phones_is_no_obstacle(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.LINE_SIMULATOR = True
    with socket.create_server(("127.0.0.1", 0)) as taken:
        settings.LINE_SIMULATOR_PORT = port = taken.getsockname()[1]
        assert listen_for_simulator(["web"]) is None
    told = f"LINE simulator: port {port} is taken by another program; choose another one with "
    assert f"{told}LINE_SIMULATOR_PORT=…" in capsys.readouterr().out
    listener = listen_for_simulator(["web"])
    assert listener is not None
    listener.close()
    assert listen_for_simulator(["worker"]) is None
    settings.LINE_SIMULATOR = False
    assert listen_for_simulator(["web"]) is None
