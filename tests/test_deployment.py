"""From nothing to a passkey over TLS, by the commands of the guide, as a laptop and as a server with PostgreSQL.

A fresh clone, its own setup, a private authority, and Chromium that trusts it.

Minutes long: `make deployment-test`. It needs certutil (Debian's libnss3-tools) and the package index or its cache.
"""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Error, Page, expect, sync_playwright
from scripts.run_tests import postgresql

from tests.browser.chromium import ARGS, CHROMIUM

ROOT = Path(__file__).resolve().parents[1]
PAGES = ROOT / "docs" / "how-to"
# The name in the guide; the browsers of this test are told that it is this machine.
HOST = "bridge.moei.lan"
HERE = f"--host-resolver-rules=MAP {HOST} 127.0.0.1"
# Places of the guide; each lies in a folder of the test instead.
PLACES = re.compile(r"(?<![\w.])/(?:opt/moei|var/lib/moei|etc/moei|media/\w+)")
# What only root of a machine of its own types.
OF_ROOT = re.compile(
    r"useradd |apt-get |runuser -u postgres -- createuser |systemctl |journalctl |cp deploy/moei\.service "
)
# What `moei init` asks for.
ANSWERS = "Holder\nOversight\nBridge\ntraining\n"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        os.environ.get("MOEI_DEPLOYMENT_TEST") != "1", reason="minutes long: make deployment-test"
    ),
]


@dataclass(frozen=True)
class Machine:
    """A folder that stands for the whole of a fresh machine, with the repository where the guide clones it."""

    root: Path
    environment: dict[str, str]

    @property
    def checkout(self) -> Path:
        return self.root / "opt" / "moei"

    def here(self, text: str) -> str:
        return PLACES.sub(lambda place: f"{self.root}{place[0]}", text)

    def typed(self, commands: list[str], *, at: Path, **more: str) -> str:
        """What the commands said, typed one after the other into one shell."""
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", self.here("\n".join(commands))],
            cwd=at,
            env={**self.environment, **more},
            input=ANSWERS,
            capture_output=True,
            text=True,
            timeout=1200,
        )
        assert done.returncode == 0, "\n".join([*commands, done.stdout, done.stderr])
        return done.stdout + done.stderr


@dataclass(frozen=True)
class Server:
    port: int
    plain_port: int
    administrator: str
    password: str
    authority: Path

    @property
    def url(self) -> str:
        return f"https://{HOST}:{self.port}"


def blocks(page: str, kind: str = "console") -> list[list[str]]:
    """The lines of each block of a page, as they are typed there or written into a file."""
    fenced = re.findall(r"^```(\w*)\n(.*?)^```$", (PAGES / page).read_text(), re.MULTILINE | re.DOTALL)
    found = [text for named, text in fenced if named == kind]
    assert found, page
    return [[line.removeprefix("$ ").removeprefix("# ") for line in block.splitlines()] for block in found]


def settings(lines: list[str]) -> dict[str, str]:
    """Lines `NAME=value` as systemd reads them."""
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {name: "".join(shlex.split(value)) for name, _equals, value in pairs}


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    """Cloned and set up as on the page of the server. Nothing of this checkout's environment is used."""
    assert shutil.which("certutil"), "apt-get install libnss3-tools"
    root = tmp_path_factory.mktemp("machine")
    for place in ("opt", "etc", "var/lib", "home", "media/keys", "media/safe", "media/stick"):
        (root / place).mkdir(parents=True)
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("MOEI_", "DJANGO_", "PYTHON", "VIRTUAL_ENV"))
    }
    cache = os.environ.get("UV_CACHE_DIR", str(Path.home() / ".cache" / "uv"))
    made = Machine(root, {**kept, "HOME": str(root / "home"), "UV_CACHE_DIR": cache})
    # Everything belongs to whoever runs the test.
    mine = [
        re.sub(r" -o \w+ -g \w+", "", command).replace("REPOSITORY", str(ROOT))
        for command in blocks("deploy-a-server.md")[0]
        if not OF_ROOT.match(command)
    ]
    made.typed(mine, at=root)
    (root / "media/safe/passphrase").write_text("an invented passphrase of the authority\n")
    program = {"PATH": f"{made.checkout}/.venv/bin:{kept['PATH']}"}
    made.typed(blocks("certificates.md")[0], at=root, **program)
    for file in (root / "media/stick").glob(f"{HOST}.*"):
        shutil.copy(file, root / "etc/moei/tls")
        (root / "etc/moei/tls" / file.name).chmod(0o600)
    return made


@pytest.fixture(scope="module", params=["laptop", "server"])
def server(request: pytest.FixtureRequest, machine: Machine) -> Iterator[Server]:
    """The laptop with tablets beside it, on SQLCipher; the server with its unit and its PostgreSQL."""
    with socket.create_server(("", 0)) as one, socket.create_server(("", 0)) as two:
        port, plain = one.getsockname()[1], two.getsockname()[1]
    with contextlib.ExitStack() as stack:
        if request.param == "laptop":
            [commands] = blocks("deploy-a-laptop.md")
            said = machine.typed(commands[:-1], at=machine.checkout)
            environment = settings(blocks("certificates.md", kind="")[0])
            serve = "\n".join([command for command in commands if command.startswith("export ")])
            serve += f"\nexec {commands[-1]}"
        else:
            database = stack.enter_context(postgresql())
            said, environment, serve = _as_a_server(machine, database)
        environment |= {"MOEI_PORT": str(port), "MOEI_REDIRECT_PORT": str(plain)}
        environment = {name: machine.here(value) for name, value in environment.items()}
        found = re.search(r": (\S+)\nPassword \(shown only now\): (\S+)", said)
        assert found, said
        running = subprocess.Popen(
            ["bash", "-c", machine.here(serve)],
            cwd=machine.checkout,
            env={**machine.environment, **environment},
        )
        try:
            _wait_for(port, running)
            authority = machine.root / "media/stick/moei-authority.crt"
            yield Server(port, plain, found[1], found[2], authority)
        finally:
            running.send_signal(signal.SIGTERM)
            running.wait(timeout=60)


def _as_a_server(machine: Machine, database: str) -> tuple[str, dict[str, str], str]:
    """What `moei init` said, the settings of `moei.env`, and what the unit starts."""
    _setup, of_postgresql, of_the_instance = blocks("deploy-a-server.md")
    at = urlsplit(database)
    there = {"PGHOST": str(at.hostname), "PGPORT": str(at.port), "PGUSER": str(at.username)}
    mine = [command for command in of_postgresql if not OF_ROOT.match(command)]
    machine.typed(
        [command.removeprefix("runuser -u postgres -- ") for command in mine], at=machine.root, **there
    )
    file = machine.root / "etc/moei/moei.env"
    written = machine.here(file.read_text())
    for line, instead in (
        ("postgresql:///moei?host=/run/postgresql", at._replace(path="/moei").geturl()),
        # This machine's own disk cannot be seen to be encrypted.
        ("MOEI_POSTGRES_VOLUME=encrypted\n", "MOEI_POSTGRES_VOLUME=encrypted-below\n"),
    ):
        assert line in written
        written = written.replace(line, instead)
    file.write_text(written)
    mine = [command for command in of_the_instance if not OF_ROOT.match(command)]
    said = machine.typed(
        [command.removeprefix("runuser -u moei -- ") for command in mine], at=machine.checkout
    )
    unit = (ROOT / "deploy" / "moei.service").read_text()
    [start] = re.findall(r"^ExecStart=(.*)$", unit, re.MULTILINE)
    return said, settings(written.splitlines()), f"exec {start}"


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
                executable_path=CHROMIUM, args=[*ARGS, HERE], env={**os.environ, "HOME": str(home)}
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

    page.goto(f"http://{HOST}:{server.plain_port}/")
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
