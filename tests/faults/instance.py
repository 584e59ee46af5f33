"""A true instance in true processes: `moei serve` over HTTP, with a data directory of its own that can be broken."""

from __future__ import annotations

import contextlib
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import requests
from tests.browser.world import PASSWORD
from tests.faults.databases import new_database

# How often the power fails: MOEI_FAULT_ROUNDS; `make bench` asks for a hundred.
ROUNDS = int(os.environ.get("MOEI_FAULT_ROUNDS", "3"))
ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass
class Instance:
    """`home` holds the data and the keys, each in a folder of its own; `stored` says which database, as `MOEI_*` do."""

    home: Path
    stored: Mapping[str, str]
    port: int = field(default_factory=lambda: free_port())
    extra: Mapping[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def database(self) -> Path:
        return self.home / "data" / "moei.sqlite3"

    @property
    def environment(self) -> dict[str, str]:
        ours = {
            name: value for name, value in os.environ.items() if not name.startswith(("MOEI_", "PYTEST_"))
        }
        return {
            **ours,
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
            "DJANGO_SETTINGS_MODULE": "moei.web.settings",
            "MOEI_DATA_DIR": str(self.home / "data"),
            "MOEI_KEY_FILE": str(self.home / "keys" / "moei.key"),
            "MOEI_PORT": str(self.port),
            "MOEI_DEMO": "1",
            **self.stored,
            **self.extra,
        }

    @property
    def key_file(self) -> Path:
        return Path(self.environment["MOEI_KEY_FILE"])

    @contextlib.contextmanager
    def copy(self, home: Path) -> Iterator[Instance]:
        """Another instance with the same people; its database is gone afterwards."""
        shutil.copytree(self.home, home)
        with new_database(like=self.stored.get("MOEI_DATABASE_URL", "")) as stored:
            yield Instance(home, stored)

    def twin(self) -> Instance:
        """The same data, for a second server on another port."""
        return replace(self, port=free_port())

    def python(self, code: str, *arguments: str, check: bool = True) -> Any:
        """Runs `code` inside the instance; the last line of its output is read as JSON."""
        start = "import json, sys, django; django.setup()\n"
        done = subprocess.run(
            [sys.executable, "-c", start + code, *arguments],
            env=self.environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=180,
        )
        if check and done.returncode:
            raise AssertionError(done.stderr[-3000:])
        lines = done.stdout.strip().splitlines()
        return json.loads(lines[-1]) if lines else None

    @contextlib.contextmanager
    def asked(self, code: str) -> Iterator[Callable[[], Any]]:
        """As `python`, in one process that may be asked again and again: starting one takes longer than asking it."""
        loop = (
            "import json, sys, django; django.setup()\n"
            "from django.db import connection\n"
            "for _asked in sys.stdin:\n"
            "    exec(sys.argv[1], {'json': json})\n"
            "    connection.close()\n"
            "    sys.stdout.flush()\n"
        )
        with subprocess.Popen(
            [sys.executable, "-c", loop, code],
            env=self.environment,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdin is not None and process.stdout is not None
            pipe, answers = process.stdin, process.stdout

            def ask() -> Any:
                pipe.write("\n")
                pipe.flush()
                return json.loads(answers.readline())

            yield ask

    def moei(self, *command: str, timeout: float = 120) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "moei.cli", *command],
            env=self.environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=timeout,
        )

    def start(self, *prefix: str) -> Server:
        """`moei serve` in a process group of its own, so that a power cut can be played on all of it at once."""
        log = (self.home / "server.log").open("ab")
        process = subprocess.Popen(
            [*prefix, sys.executable, "-m", "moei.cli", "serve"],
            env=self.environment,
            cwd=ROOT,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        return Server(self, process)

    @contextlib.contextmanager
    def served(self, *prefix: str) -> Iterator[Server]:
        server = self.start(*prefix)
        try:
            server.wait()
            yield server
        finally:
            server.stop()


@dataclass
class Server:
    instance: Instance
    process: subprocess.Popen[bytes]

    def wait(self, seconds: float = 90) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            with contextlib.suppress(requests.RequestException):
                if requests.get(f"{self.instance.url}/account/login/", timeout=5).status_code == 200:
                    return
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        log = (self.instance.home / "server.log").read_text(errors="replace")
        raise AssertionError(f"the server did not answer:\n{log[-3000:]}")

    def cut_power(self) -> None:
        """Every process of the server is gone at once, in the middle of whatever it did."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=30)

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(timeout=25)
        self.cut_power()

    def memory(self) -> int:
        """Bytes that the server's processes hold in memory, all together."""
        held = sum(_resident(pid) for pid in self.processes())
        assert held > 0, "nothing was measured"
        return held

    def processes(self) -> list[int]:
        """Those of the server's process group."""
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                with contextlib.suppress(OSError):
                    if os.getpgid(int(entry.name)) == self.process.pid:
                        found.append(int(entry.name))
        return found


def _resident(pid: int) -> int:
    """Its share: a process that has just forked would otherwise count every page twice. The share is root's to read;
    others see all that is resident."""
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except PermissionError:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        pass  # it has just ended
    return 0


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


class Browser(requests.Session):
    """Somebody who signed in on the page, with their password."""

    def __init__(self, instance: Instance, username: str) -> None:
        super().__init__()
        self.base = instance.url
        answer = self.post_form("/account/login/", {"login": username, "password": PASSWORD})
        assert answer.status_code == 302, f"{username} could not sign in: {answer.status_code}"

    def page(self, path: str, **options: Any) -> requests.Response:
        return self.get(self.base + path, timeout=60, **options)

    def post_form(
        self, path: str, data: Mapping[str, Any], *, page: str = "", **options: Any
    ) -> requests.Response:
        """Opens `page` for the token of its form, then sends the form as the page would."""
        if "csrftoken" not in self.cookies or page:
            self.get(self.base + (page or path), timeout=60)
        token = {"csrfmiddlewaretoken": self.cookies.get("csrftoken", "")}
        return self.post(
            self.base + path,
            data={**token, **data},
            headers={"Referer": self.base + path},
            allow_redirects=False,
            timeout=60,
            **options,
        )


def operation_on(html: str) -> str:
    """The id that a form got when it was drawn."""
    found = re.search(r'name="operation" value="([0-9a-f-]{36})"', html)
    assert found is not None
    return found[1]


BUILD = """
from datetime import UTC, datetime, timedelta
from django.core.management import call_command
from pathlib import Path
from moei import paths
paths.data_dir().mkdir(parents=True, exist_ok=True, mode=0o700)
from django.db import connection
from tests.template import fill
fill(connection)
call_command("migrate", verbosity=0)
import random
from tests.browser.world import build
from tests.faults.instance import invented_name
from moei.access.models import ApiToken
from moei.crypto import digest_token
world = build("")
now = datetime.now(UTC)
for username in ("anong", "vera"):
    staff = world.cast[username]
    ApiToken.objects.create(agency=staff.agency, staff=staff, label="test", digest=digest_token(f"token of {username}"),
                            created_at=now, expires_at=now + timedelta(days=60))
chance = random.Random(1)
cases = [str(world.heard(invented_name(chance)).pk) for _n in range(int(sys.argv[1]))]
print(json.dumps(cases))
"""


@contextlib.contextmanager
def built(home: Path, heard: int) -> Iterator[tuple[Instance, list[str]]]:
    """An instance with the cast, and `heard` cases whose panel may sign."""
    (home / "data").mkdir(parents=True)
    with new_database(os.environ.get("MOEI_TEST_TEMPLATE", "")) as stored:
        instance = Instance(home, stored)
        yield instance, instance.python(BUILD, str(heard))


SYLLABLES = (
    "ba",
    "de",
    "ki",
    "lo",
    "mu",
    "na",
    "pe",
    "ri",
    "so",
    "tu",
    "wa",
    "ze",
    "cha",
    "gho",
    "fi",
    "hye",
    "kwe",
    "dra",
)


def invented_name(chance: random.Random) -> str:
    """Nobody's name, and like no other: the program must not take two of them for one person."""
    return " ".join("".join(chance.choices(SYLLABLES, k=4)).title() for _word in range(2))


def bearer(username: str) -> dict[str, str]:
    return {"Authorization": f"Bearer token of {username}"}
