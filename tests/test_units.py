"""The units of systemd that the guide has copied: systemd itself reads them, where there is one."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

DEPLOY = Path(__file__).resolve().parents[1] / "deploy"
PROGRAM = "/opt/moei/.venv/bin/moei"

pytestmark = pytest.mark.skipif(
    not shutil.which("systemd-analyze"), reason="there is no systemd-analyze on this machine"
)


@pytest.fixture
def units(tmp_path: Path) -> list[Path]:
    """Copies that name a program and a user of this machine."""
    copies = []
    for unit in sorted([*DEPLOY.glob("*.service"), *DEPLOY.glob("*.timer")]):
        text = unit.read_text()
        if unit.suffix == ".service":
            assert f"ExecStart={PROGRAM} " in text and "User=moei\nGroup=moei\n" in text
            text = text.replace(PROGRAM, "/bin/true").replace("=moei\n", "=root\n")
        copies.append(tmp_path / unit.name)
        copies[-1].write_text(text)
    return copies


def complaints(units: list[Path]) -> str:
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *map(str, units)], capture_output=True, text=True
    )
    # What it says of the machine's own units is not about ours.
    ours = [line for line in (done.stdout + done.stderr).splitlines() if "moei" in line]
    return "\n".join(ours)


def test_systemd_understands_every_line_of_the_units(units):
    assert {unit.name for unit in units} == {"moei.service", "moei-verify.service", "moei-verify.timer"}
    assert complaints(units) == ""


def test_a_word_that_systemd_does_not_know_would_be_found(units):
    [service] = [unit for unit in units if unit.name == "moei.service"]
    service.write_text(service.read_text().replace("ProtectClock=", "ProtectClok="))
    assert "ProtectClok" in complaints(units)
