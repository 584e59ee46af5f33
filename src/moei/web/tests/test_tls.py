"""Pages over the network: TLS by Moei itself, a redirect from http, and a refusal to serve in the open."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest
from tests.template import template
from typer.testing import CliRunner

from moei.cli import app
from moei.crypto.certificates import Authority
from moei.web.redirect import application
from moei.web.tls import InTheOpen, refuse_in_the_open


@pytest.fixture
def certs(tmp_path, monkeypatch):
    """`certs("init", "moei.lan")` runs `moei certs` with a folder of its own."""
    monkeypatch.setenv("MOEI_CERTS_DIR", str(tmp_path / "certs"))
    monkeypatch.setenv("MOEI_DATA_DIR", str(tmp_path / "data"))

    def run(*arguments: str):
        return CliRunner().invoke(app, ["certs", *arguments])

    return run


@pytest.fixture
def issued(certs, tmp_path, settings):
    """A server's certificate and key, set as the environment would."""
    assert certs("init", "moei.lan", "127.0.0.0/8").exit_code == 0
    assert certs("issue", "moei.lan", "127.0.0.1", "--to", str(tmp_path)).exit_code == 0
    settings.DEMO = False
    settings.BIND = "0.0.0.0"
    settings.TLS_CERT, settings.TLS_KEY = str(tmp_path / "moei.lan.pem"), str(tmp_path / "moei.lan.key")
    return tmp_path


def test_the_authority_does_not_lie_in_the_data_directory(certs, tmp_path, monkeypatch):
    monkeypatch.setenv("MOEI_CERTS_DIR", str(tmp_path / "data" / "certs"))
    refused = certs("init", "moei.lan")
    assert refused.exit_code == 2
    assert "data directory" in refused.stderr
    assert not (tmp_path / "data").exists()


def test_a_second_authority_is_refused_because_tablets_trust_the_first(certs):
    assert certs("init", "moei.lan").exit_code == 0
    refused = certs("init", "moei.lan")
    assert refused.exit_code == 2
    assert "already" in refused.stderr


def test_issuing_prints_what_the_server_is_told_and_keeps_the_former_pair(certs, tmp_path):
    certs("init", "moei.lan")
    first = certs("issue", "moei.lan", "tablets.moei.lan")
    assert f"MOEI_TLS_CERT={tmp_path / 'certs/issued/moei.lan.pem'}" in first.stdout
    assert 'MOEI_HOSTS="moei.lan tablets.moei.lan"' in first.stdout
    former = (tmp_path / "certs/issued/moei.lan.pem").read_bytes()
    assert certs("issue", "moei.lan").exit_code == 0
    assert (tmp_path / "certs/issued/moei.lan.pem").read_bytes() != former
    assert (tmp_path / "certs/issued/moei.lan.pem.former").read_bytes() == former
    assert certs("issue", "bank.example").exit_code == 2


def test_what_devices_are_given_is_the_certificate_and_never_the_key(certs, tmp_path):
    certs("init", "moei.lan")
    said = certs("trust", "--to", str(tmp_path / "stick"))
    assert Authority.load(tmp_path / "certs").fingerprint in said.stdout
    assert [file.name for file in (tmp_path / "stick").iterdir()] == ["moei-authority.crt"]
    assert b"PRIVATE" not in (tmp_path / "stick" / "moei-authority.crt").read_bytes()


def test_nothing_is_served_to_the_network_in_the_open(settings):
    settings.DEMO = False
    settings.TLS_CERT = settings.TLS_KEY = ""
    settings.BIND = "127.0.0.1"
    assert refuse_in_the_open() == []
    for network in ("0.0.0.0", "10.20.0.4", "::", "moei.lan"):
        settings.BIND = network
        with pytest.raises(InTheOpen, match="in the open"):
            refuse_in_the_open()


def test_a_certificate_that_ended_is_refused_and_one_that_ends_soon_is_said(issued, settings):
    now = datetime.now(UTC)
    assert refuse_in_the_open() == []
    assert "ends on" in refuse_in_the_open(now=now + timedelta(days=380))[0]
    with pytest.raises(InTheOpen, match="ended on"):
        refuse_in_the_open(now=now + timedelta(days=400))
    settings.TLS_KEY = ""
    with pytest.raises(InTheOpen, match="both"):
        refuse_in_the_open()


@pytest.mark.parametrize(
    ("host", "path", "place"),
    [
        ("moei.lan:8080", "/cases/", "https://moei.lan:8443/cases/"),
        ("localhost", "/", "https://localhost:8443/"),
        ("evil.example", "/cases/", "https://moei.lan:8443/cases/"),
        ("moei.lan", "//evil.example/", "https://moei.lan:8443/evil.example/"),
        ("moei.lan", "/a\r\nSet-Cookie: x", "https://moei.lan:8443/a%0D%0ASet-Cookie%3A%20x"),
    ],
)
def test_the_redirect_leads_to_the_same_page_and_to_no_other_host(monkeypatch, host, path, place):
    monkeypatch.setenv("MOEI_REDIRECT_HOSTS", "moei.lan localhost")
    monkeypatch.setenv("MOEI_REDIRECT_TO", "8443")
    answers: list[tuple[str, list[tuple[str, str]]]] = []
    asked = {"HTTP_HOST": host, "PATH_INFO": path, "QUERY_STRING": "q=name"}
    application(asked, lambda status, headers: answers.append((status, headers)))
    assert answers[0][0].startswith("308")
    assert dict(answers[0][1])["Location"] == place


def test_behind_another_server_forms_are_taken_as_sent_over_https():
    """Run apart, because settings are read once: with MOEI_HTTPS=1 a form's origin is https, as the browser says."""
    script = (
        "import django; django.setup()\n"
        "from django.test import Client\n"
        "c = Client(enforce_csrf_checks=True)\n"
        "h = {'HTTP_X_FORWARDED_PROTO': 'https', 'HTTP_HOST': 'moei.lan', 'HTTP_ORIGIN': 'https://moei.lan'}\n"
        "page = c.get('/language/', **h)\n"
        "from django.middleware.csrf import _get_new_csrf_string as new\n"
        "c.cookies['csrftoken'] = token = new()\n"
        "print(c.post('/language/', {'language': 'th', 'csrfmiddlewaretoken': token}, **h).status_code)\n"
    )
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("MOEI_")},
        "DJANGO_SETTINGS_MODULE": "moei.web.settings",
        "MOEI_DEMO": "1",
        "MOEI_HTTPS": "1",
        "MOEI_HOSTS": "moei.lan",
        "MOEI_DATA_DIR": "/nonexistent/data",
        "MOEI_KEY_FILE": os.devnull,
    }
    ran = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, timeout=60
    )
    assert ran.stdout.strip() == "302", ran.stderr


@pytest.mark.slow
def test_a_server_with_a_certificate_speaks_tls_alone_and_leads_there(issued, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as two:
        port, plain = one.getsockname()[1], two.getsockname()[1]
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("MOEI_")},
        "DJANGO_SETTINGS_MODULE": "moei.web.settings",
        "MOEI_DATA_DIR": str(tmp_path / "instance"),
        "MOEI_KEY_FILE": str(tmp_path / "moei.key"),
        "MOEI_DEMO": "1",
        "MOEI_PORT": str(port),
        "MOEI_REDIRECT_PORT": str(plain),
        "MOEI_TLS_CERT": str(issued / "moei.lan.pem"),
        "MOEI_TLS_KEY": str(issued / "moei.lan.key"),
        "MOEI_HOSTS": "moei.lan",
    }
    (tmp_path / "instance").mkdir()
    shutil.copy(template(), tmp_path / "instance" / "moei.sqlite3")  # migrated, so that it is served at once
    server = subprocess.Popen([sys.executable, "-m", "moei.cli", "serve"], env=environment)
    try:
        trusting = ssl.create_default_context(cafile=tmp_path / "certs" / "ca.pem")
        page = _ask(http.client.HTTPSConnection("127.0.0.1", port, context=trusting, timeout=5))
        assert page.status == 200
        assert "max-age=31536000" in page.headers["Strict-Transport-Security"]
        assert all("Secure" in cookie for cookie in page.headers.get_all("Set-Cookie"))

        led = _ask(http.client.HTTPConnection("127.0.0.1", plain, timeout=5))
        assert led.status == 308
        assert led.headers["Location"] == f"https://moei.lan:{port}/account/login/"

        old = ssl.create_default_context(cafile=tmp_path / "certs" / "ca.pem")
        old.maximum_version = ssl.TLSVersion.TLSv1_2
        with pytest.raises(ssl.SSLError):
            http.client.HTTPSConnection("127.0.0.1", port, context=old, timeout=5).connect()
        with pytest.raises((http.client.HTTPException, OSError)):
            in_the_open = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            in_the_open.request("GET", "/account/login/")
            in_the_open.getresponse()
    finally:
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(timeout=40)
        except subprocess.TimeoutExpired:
            server.kill()
            raise
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", plain), timeout=2)


def _ask(connection: http.client.HTTPConnection) -> http.client.HTTPResponse:
    for _attempt in range(120):
        try:
            connection.request("GET", "/account/login/", headers={"Host": "moei.lan"})
            return connection.getresponse()
        except OSError:
            connection.close()
            time.sleep(0.5)
    raise AssertionError("the server did not answer within a minute")
