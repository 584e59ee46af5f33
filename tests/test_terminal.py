"""What commands print is what is compared by eye: fingerprints, paths, names."""

from pathlib import Path

from typer.testing import CliRunner

import moei
from moei.cli import app
from moei.crypto.certificates import Authority


def test_a_fingerprint_is_printed_as_it_is(tmp_path, monkeypatch):
    monkeypatch.setenv("MOEI_CERTS_DIR", str(tmp_path))
    # Between colons, CD and many other pairs name a picture to the library that prints.
    monkeypatch.setattr(Authority, "fingerprint", property(lambda _self: "DC:CD:7A:TM:B7"))
    said = CliRunner().invoke(app, ["certs", "init", "moei.lan"])
    assert "SHA-256: DC:CD:7A:TM:B7" in said.stderr


def test_every_command_prints_through_the_one_terminal():
    modules = [path for path in Path(moei.__path__[0]).rglob("*.py") if path.name != "terminal.py"]
    assert len(modules) > 100
    assert not [path for path in modules if "Console(" in path.read_text()]
