"""From nothing to a passkey over TLS: a fresh clone, its own setup, a private authority, and Chromium that trusts it.

Minutes long: `make deployment-test`. It needs certutil (Debian's libnss3-tools) and the package index or its cache.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Error, Page, expect, sync_playwright

from tests.browser.chromium import ARGS, CHROMIUM

ROOT = Path(__file__).resolve().parents[1]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        os.environ.get("MOEI_DEPLOYMENT_TEST") != "1", reason="minutes long: make deployment-test"
    ),
]


@dataclass(frozen=True)
class Server:
    host: str
    port: int
    plain_port: int
    administrator: str
    password: str
    authority: Path

    @property
    def url(self) -> str:
        return f"https://{self.host}:{self.port}"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Follows docs/how-to: clone, setup, certificates, init, serve. Nothing of this checkout's environment is used."""
    assert shutil.which("certutil"), "apt-get install libnss3-tools"
    fresh = tmp_path_factory.mktemp("machine")
    host = socket.getfqdn() if "." in socket.getfqdn() else socket.gethostname()
    addresses = {str(found[4][0]) for found in socket.getaddrinfo(host, None, socket.AF_INET)}
    with socket.create_server(("", 0)) as one, socket.create_server(("", 0)) as two:
        port, plain = one.getsockname()[1], two.getsockname()[1]
    environment = {
        **{
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("MOEI_", "DJANGO_", "PYTHON"))
        },
        "HOME": str(fresh),
        "UV_CACHE_DIR": os.environ.get("UV_CACHE_DIR", str(Path.home() / ".cache" / "uv")),
        "MOEI_DATA_DIR": str(fresh / "data"),
        "MOEI_KEY_FILE": str(fresh / "keys" / "moei.key"),
        "MOEI_CERTS_DIR": str(fresh / "safe"),
        "MOEI_BIND": "0.0.0.0",
        "MOEI_PORT": str(port),
        "MOEI_REDIRECT_PORT": str(plain),
    }
    checkout = fresh / "moei"

    def run(*command: str) -> str:
        done = subprocess.run(
            command, cwd=checkout, env=environment, capture_output=True, text=True, timeout=1200
        )
        assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
        return done.stdout + done.stderr

    subprocess.run(["git", "clone", "-q", str(ROOT), str(checkout)], check=True)
    run("scripts/setup.sh", "run")
    moei = str(checkout / ".venv" / "bin" / "moei")

    run(moei, "certs", "init", host, *(f"{address}/32" for address in addresses))
    for line in run(moei, "certs", "issue", host, *addresses, "--to", str(fresh / "tls")).splitlines():
        if found := re.fullmatch(r'(MOEI_\w+)="?([^"]+)"?', line):
            environment[found[1]] = found[2]
    run(moei, "certs", "trust", "--to", str(fresh / "stick"))

    asked = ["--agency", "Holder", "--site", "Bridge", "--release", "training"]
    if "--second-agency" in run(moei, "init", "--help"):
        asked += ["--second-agency", "Oversight"]
    said = run(moei, "init", *asked)
    found = re.search(r": (\S+)\nPassword \(shown only now\): (\S+)", said)
    assert found, said

    running = subprocess.Popen([moei, "serve"], cwd=checkout, env=environment)
    try:
        _wait_for(port, running)
        yield Server(host, port, plain, found[1], found[2], fresh / "stick" / "moei-authority.crt")
    finally:
        running.send_signal(signal.SIGTERM)
        running.wait(timeout=60)


@pytest.fixture
def browser_of(tmp_path: Path) -> Iterator[object]:
    """`browser_of(trusting=authority)`: a page of a new Chromium, with a home of its own and what it trusts there."""
    with sync_playwright() as playwright:
        opened = []

        def of(trusting: Path | None = None) -> Page:
            home = tmp_path / f"home{len(opened)}"
            store = home / ".pki" / "nssdb"
            store.mkdir(parents=True)
            database = ("certutil", "-d", f"sql:{store}")
            subprocess.run([*database, "-N", "--empty-password"], check=True)
            if trusting:
                # As `moei certs trust` says.
                subprocess.run([*database, "-A", "-t", "C,,", "-n", "Moei", "-i", str(trusting)], check=True)
            browser = playwright.chromium.launch(
                executable_path=CHROMIUM, args=ARGS, env={**os.environ, "HOME": str(home)}
            )
            opened.append(browser)
            return browser.new_page()

        yield of
        for browser in opened:
            browser.close()


def test_a_browser_that_does_not_trust_the_authority_refuses(server, browser_of):
    with pytest.raises(Error, match="ERR_CERT_AUTHORITY_INVALID"):
        browser_of().goto(server.url)


def test_the_first_administrator_signs_in_with_a_passkey_at_the_hosts_own_name(server, browser_of):
    page: Page = browser_of(trusting=server.authority)
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )

    page.goto(f"http://{server.host}:{server.plain_port}/")
    assert page.url.startswith(f"{server.url}/"), "http leads to https"
    page.get_by_label("Username").fill(server.administrator)
    page.get_by_label("Password", exact=True).fill(server.password)
    page.get_by_role("button", name="Sign in", exact=True).click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Change your password")
    own = f"her own {server.password}"
    page.get_by_label("Your password now").fill(server.password)
    page.get_by_label("New password", exact=True).fill(own)
    page.get_by_label("New password, once more").fill(own)
    page.get_by_role("button", name="Change the password").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Set up your second step")
    page.get_by_role("button", name="Use a passkey or security key").click()
    if "reauthenticate" in page.url:
        page.get_by_label("Password", exact=True).fill(own)
        page.locator("main button[type=submit]").first.click()
    page.get_by_label("Name of the key").fill("Tablet")
    page.get_by_label("Sign in with this key alone, without a password").check()
    page.get_by_role("button", name="Add the key").click()
    page.wait_for_url(lambda url: "/webauthn/add" not in url)

    page.goto(server.url)
    cookies = page.context.cookies()
    assert cookies and all(cookie["secure"] for cookie in cookies)
    page.get_by_role("button", name="Sign out").click()
    page.goto(server.url)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("navigation").get_by_role("link", name="Staff")).to_be_visible()

    answer = page.reload()
    assert answer is not None
    assert "max-age=31536000" in answer.headers["strict-transport-security"]


def _wait_for(port: int, running: subprocess.Popen[bytes]) -> None:
    for _attempt in range(240):
        assert running.poll() is None, "the server stopped: see above"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.5)
    raise AssertionError("the server did not answer within two minutes")
