"""P17: what lies in memory gets into no core dump, is read by no other program, and swap in plain is told."""

import os
import resource
import subprocess
import sys
from types import SimpleNamespace

import pytest

from moei.safekeeping import memory, ready, volumes
from moei.safekeeping.memory import keep_to_itself, swap_in_plain

HEAD = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"
SAYS = """
import ctypes, resource
print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0), *resource.getrlimit(resource.RLIMIT_CORE))
"""
linux = pytest.mark.skipif(sys.platform != "linux", reason="about Linux")


def says(*before):
    """What a process of its own tells: whether its memory may be dumped, and how large a core dump may be."""
    ran = subprocess.run(
        [sys.executable, "-c", "\n".join([*before, SAYS])],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    return ran.stdout.split()[-3:]


@linux
def test_p17_a_process_that_serves_leaves_no_core_dump():
    assert says()[0] == "1"
    assert says("from moei.safekeeping.memory import keep_to_itself", "keep_to_itself()") == ["0", "0", "0"]


@linux
def test_p17_every_process_of_the_server_does_so(monkeypatch):
    """`moei serve`, the servers of pages, and the worker."""
    from moei import cli
    from moei.web import server, tls

    done = []
    monkeypatch.setattr(memory, "keep_to_itself", lambda: done.append("first"))
    monkeypatch.setattr(cli, "_refuse_taken_port", lambda: done.append("then"))
    monkeypatch.setattr(cli, "_warn", lambda: None)
    monkeypatch.setattr(cli, "_refuse_damaged", lambda _code: None)
    monkeypatch.setattr(server, "refuse_unsafe", lambda: None)
    monkeypatch.setattr(server, "serve", lambda _say: None)
    monkeypatch.setattr(tls, "refuse_in_the_open", list)
    cli._serve()
    assert done == ["first", "then"]

    quiet = [
        "import django.core.wsgi, moei.web.server",
        "django.core.wsgi.get_wsgi_application = moei.web.server.refuse_unsafe = lambda: None",
        "import moei.web.wsgi",
    ]
    assert says("import django, os", "django.setup()", *quiet) == ["0", "0", "0"]
    worker = [
        "import django.core.management, runpy",
        "django.core.management.execute_from_command_line = print",
        "runpy.run_module('moei.web.worker', run_name='__main__')",
    ]
    assert says(*worker) == ["0", "0", "0"]


@linux
def test_p17_it_goes_on_where_a_sandbox_forbids_it(monkeypatch):
    monkeypatch.setattr(memory.resource, "setrlimit", lambda *_: None)

    def forbidden(_name):
        raise OSError("no")

    monkeypatch.setattr(memory.ctypes, "CDLL", forbidden)
    keep_to_itself()
    monkeypatch.setattr(memory, "sys", SimpleNamespace(platform="darwin"))
    keep_to_itself()
    assert resource.getrlimit(resource.RLIMIT_CORE)


@pytest.fixture
def swaps(tmp_path, monkeypatch):
    """As the kernel names swap; `encrypted` are the devices that lie on dm-crypt."""
    encrypted = {"/dev/dm-1"}
    monkeypatch.setattr(memory, "device_looks_encrypted", lambda device: str(device) in encrypted)
    monkeypatch.setattr(
        memory, "looks_encrypted", lambda file: {"/a file": False, "/safe": True}.get(str(file))
    )

    def found(*lines):
        path = tmp_path / "swaps"
        path.write_text(HEAD + "".join(f"{line}\t8388604\t\t0\t\t-2\n" for line in lines))
        return swap_in_plain(path, tmp_path / "group")

    return found


def test_p17_no_swap_an_encrypted_device_and_zram_need_no_words(swaps, tmp_path):
    assert swaps() == []
    assert swaps("/dev/dm-1\tpartition", "/dev/zram0\tpartition", "/safe\tfile") == []
    assert swap_in_plain(tmp_path / "nowhere") == []


def test_p17_swap_in_plain_is_named(swaps):
    assert swaps("/dev/sda2\tpartition", "/dev/dm-1\tpartition") == ["/dev/sda2"]
    assert swaps("/a\\040file\tfile", "/unseen\tfile") == ["/a file", "/unseen"]


def test_p17_a_device_that_is_gone_counts_as_in_plain(tmp_path):
    (tmp_path / "swaps").write_text(f"{HEAD}{tmp_path}/gone\tpartition\t1\t0\t-2\n")
    assert swap_in_plain(tmp_path / "swaps", tmp_path / "group") == [f"{tmp_path}/gone"]


def test_p17_who_gets_no_swap_needs_no_words(swaps, tmp_path, monkeypatch):
    monkeypatch.setattr(memory, "CGROUPS", tmp_path / "groups")
    (tmp_path / "groups" / "moei").mkdir(parents=True)
    (tmp_path / "group").write_text("0::/moei\n")
    allowed = tmp_path / "groups" / "moei" / "memory.swap.max"
    allowed.write_text("max\n")
    assert swaps("/dev/sda2\tpartition") == ["/dev/sda2"]
    allowed.write_text("0\n")
    assert swaps("/dev/sda2\tpartition") == []


def test_p17_a_device_is_looked_at_itself_and_not_what_it_lies_on(tmp_path):
    device = SimpleNamespace(stat=lambda: SimpleNamespace(st_rdev=os.makedev(253, 1)))
    assert not volumes.device_looks_encrypted(device, tmp_path)
    (tmp_path / "253:1" / "dm").mkdir(parents=True)
    (tmp_path / "253:1" / "dm" / "uuid").write_text("CRYPT-PLAIN-swap\n")
    assert volumes.device_looks_encrypted(device, tmp_path)


@pytest.mark.parametrize("place,warned", [("here", True), ("demo", False), ("declared", False)])
def test_p17_swap_in_plain_is_told_at_each_start(tmp_path, settings, monkeypatch, place, warned):
    settings.MOEI_KEY_FILE = tmp_path / "none"
    settings.DEMO = place == "demo"
    settings.DATA_VOLUME = "encrypted-below" if place == "declared" else ""
    monkeypatch.setattr(ready, "swap_in_plain", lambda: ["/dev/sda2"])
    said = " ".join(ready.warnings())
    assert bool(said) is warned
    if said:
        assert "/dev/sda2" in said and "swapoff" in said
