"""One server on a port: a second one is refused, because both would answer, each from its own database."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import pytest
from tests.template import template

from moei.web.server import PortTaken, refuse_taken_port


def test_a_port_that_somebody_answers_on_is_refused():
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(PortTaken, match=f"port {port}.*MOEI_PORT"):
            refuse_taken_port(port)
    refuse_taken_port(port)


def test_a_server_is_told_apart_from_a_second_one_and_stops_when_asked(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("MOEI_")},
        "DJANGO_SETTINGS_MODULE": "moei.web.settings",
        "MOEI_DATA_DIR": str(tmp_path / "data"),
        "MOEI_KEY_FILE": str(tmp_path / "moei.key"),
        "MOEI_PORT": str(port),
        "MOEI_DEMO": "1",
    }
    (tmp_path / "data").mkdir()
    shutil.copy(template(), tmp_path / "data" / "moei.sqlite3")  # migrated, so that it is served at once
    command = [sys.executable, "-m", "moei.cli", "serve"]
    server = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    try:
        assert "Moei" in _page(f"http://localhost:{port}/account/login/")
        second = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
        assert second.returncode == 2
        assert str(port) in second.stderr and "MOEI_PORT" in second.stderr.replace("\n", " ")
    finally:
        server.send_signal(signal.SIGTERM)
        try:
            stopped = server.wait(timeout=40)
        except subprocess.TimeoutExpired:
            server.kill()
            raise
    assert stopped == 0


def _page(url: str) -> str:
    for _attempt in range(120):
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                return answer.read().decode()
        except OSError:
            time.sleep(0.5)
    raise AssertionError(f"{url} did not answer within a minute")
