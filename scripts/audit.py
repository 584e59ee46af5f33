"""`make audit`: what Moei is built of, what is known to be weak in it, and under which licences.

Exit 0: nothing found. 1: a known weakness, or a licence that must not be there. 3: a service could not be asked, which is
not the same as nothing found.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "dist"

FOUND, NOT_ASKED = 1, 3

# Packages that name no licence in their metadata; read in their licence file, which must still begin so.
READ_BY_PEOPLE = {
    "axe-playwright-python": ("MIT", "MIT License"),
    "pyrage": ("MIT", "The MIT License"),
    "pyxform": ("BSD-2-Clause", "Copyright (c) 2015, XLSForm"),
    "sqlcipher3": ("Zlib", "Copyright (c) 2004-2007 Gerhard"),
}


@dataclass(frozen=True)
class Licences:
    """What one package may be used under: alternatives, of which we choose one."""

    package: str
    alternatives: tuple[str, ...]

    @property
    def verdict(self) -> str:
        """`fine`, `lesser` (LGPL: allowed and listed), `refused` (GPL or AGPL alone) or `unknown`."""
        kinds = {_kind(licence) for licence in self.alternatives}
        return next((kind for kind in ("fine", "lesser", "refused") if kind in kinds), "unknown")


def _kind(licence: str) -> str:
    text = licence.upper()
    # Everything joined by AND must be fine.
    if " AND " in text:
        kinds = [_kind(part) for part in text.split(" AND ")]
        return next((kind for kind in ("refused", "unknown", "lesser") if kind in kinds), "fine")
    if "LGPL" in text or "LESSER GENERAL" in text:
        return "lesser"
    if re.search(r"\bA?GPL|GENERAL PUBLIC LICENSE|AFFERO|SSPL|BUSL|COMMONS CLAUSE", text):
        return "refused"
    return "fine" if text.strip() and text.strip() != "UNKNOWN" else "unknown"


def licences_of(found: Distribution) -> Licences:
    name = _canonical(found.metadata["Name"])
    stated = found.metadata.get("License-Expression")
    if stated:
        return Licences(name, tuple(re.split(r"\s+OR\s+", stated.strip("() "))))
    classifiers = [
        line for line in found.metadata.get_all("Classifier") or [] if line.startswith("License ::")
    ]
    if classifiers:
        return Licences(name, tuple(line.split(" :: ")[-1] for line in classifiers))
    text = (found.metadata.get("License") or "").strip()
    if text:
        return Licences(name, (text.splitlines()[0],))
    if name in READ_BY_PEOPLE:
        licence, begins = READ_BY_PEOPLE[name]
        files = [file for file in found.files or [] if file.name.upper().startswith("LICEN")]
        if any(Path(str(file.locate())).read_text(errors="replace").startswith(begins) for file in files):
            return Licences(name, (licence,))
    return Licences(name, ())


def locked(*groups: str) -> list[Requirement]:
    """Every package of uv.lock that is needed here, with `groups` of uv's options."""
    said = _uv(
        "export", "--frozen", "--no-hashes", "--no-header", "--no-annotate", "--no-emit-project", *groups
    )
    wanted = [
        Requirement(line) for line in said.stdout.splitlines() if line and not line.startswith(("-", " "))
    ]
    return [one for one in wanted if one.marker is None or one.marker.evaluate()]


def installed(wanted: Iterable[Requirement]) -> tuple[list[Distribution], list[str]]:
    found, missing = [], []
    for one in wanted:
        try:
            found.append(distribution(one.name))
        except PackageNotFoundError:
            missing.append(_canonical(one.name))
    return found, missing


def licences_of_pages() -> list[Licences]:
    """Those of the packages that styles and scripts of the pages are built with."""
    packages = json.loads((ROOT / "frontend" / "package-lock.json").read_text())["packages"]
    return [
        Licences(path.removeprefix("node_modules/"), tuple(str(about.get("license", "")).split(" OR ")))
        for path, about in packages.items()
        if path
    ]


def check_licences() -> int:
    found, missing = installed(locked("--all-groups", "--extra", "postgres"))
    every = [*map(licences_of, found), *licences_of_pages()]
    verdicts: dict[str, list[Licences]] = {}
    for one in every:
        verdicts.setdefault(one.verdict, []).append(one)
    print(f"Licences: {len(every)} packages, {len(verdicts.get('fine', []))} permissive or file-wise.")
    for one in verdicts.get("lesser", []):
        print(f"  LGPL, used as a library: {one.package} ({', '.join(one.alternatives)})")
    bad = [*verdicts.get("refused", []), *verdicts.get("unknown", [])]
    for one in bad:
        print(f"  NOT ALLOWED: {one.package} ({', '.join(one.alternatives) or 'names no licence'})")
    for name in missing:
        print(f"  NOT INSTALLED, so its licence was not read: {name}")
    return FOUND if bad or missing else 0


def write_bills() -> int:
    """CycloneDX 1.5: what runs (Python), and what the pages are built with (npm)."""
    OUT.mkdir(exist_ok=True)
    python = _uv(
        *("export", "--format", "cyclonedx1.5", "--preview-features", "sbom-export"),
        *("--frozen", "--no-dev", "--extra", "postgres"),
    )
    code = _write_bill(OUT / "sbom-python.json", python)
    if shutil.which("npm") is None:
        print("Bill of materials of the pages: NOT MADE, because npm is not installed.")
        return max(code, NOT_ASKED)
    pages = _run(("npm", "sbom", "--sbom-format", "cyclonedx", "--package-lock-only"), cwd=ROOT / "frontend")
    return max(code, _write_bill(OUT / "sbom-pages.json", pages))


def _write_bill(path: Path, made: subprocess.CompletedProcess[str]) -> int:
    if made.returncode != 0:
        print(f"Bill of materials {path.name}: NOT MADE.\n{made.stderr.strip()}")
        return FOUND
    components = json.loads(made.stdout)["components"]
    path.write_text(made.stdout)
    print(f"Bill of materials: {path.relative_to(ROOT)}, {len(components)} components.")
    return 0


def ask_for_weaknesses() -> int:
    """Of Python packages the OSV database, of npm packages the registry's advisories."""
    # Extras and groups are all asked about unless they are taken out.
    python = _uv("audit", "--frozen", "--preview-features", "audit-command")
    code = _told("Python packages (osv.dev)", python, not_asked="error:" in python.stderr)
    if shutil.which("npm") is None:
        print("Known weaknesses of npm packages: NOT ASKED, because npm is not installed.")
        return max(code, NOT_ASKED)
    pages = _run(("npm", "audit", "--package-lock-only", "--json"), cwd=ROOT / "frontend")
    try:
        answered = "vulnerabilities" in json.loads(pages.stdout)
    except ValueError:
        answered = False
    codes = (code, _told("npm packages (the registry)", pages, not_asked=not answered))
    return FOUND if FOUND in codes else max(codes)


def _told(whose: str, asked: subprocess.CompletedProcess[str], *, not_asked: bool) -> int:
    if not_asked:
        why = [line for line in asked.stderr.splitlines() if "warn" not in line.lower()]
        print(
            f"Known weaknesses of {whose}: NOT ASKED. This is no all-clear.\n  {' '.join(why)[-300:].strip()}"
        )
        return NOT_ASKED
    if asked.returncode != 0:
        print(f"Known weaknesses of {whose}:\n{asked.stdout}{asked.stderr}")
        return FOUND
    print(f"Known weaknesses of {whose}: none.")
    return 0


def _uv(*arguments: str) -> subprocess.CompletedProcess[str]:
    own = ROOT / ".tools" / "bin" / "uv"
    return _run((str(own) if own.exists() else "uv", *arguments))


def _run(command: Sequence[str], cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=300)
    except FileNotFoundError:
        sys.exit(f"{command[0]} is not installed: make setup")


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def main() -> int:
    codes = [write_bills(), check_licences(), ask_for_weaknesses()]
    if FOUND in codes:
        print("Found something: see above.")
        return FOUND
    if NOT_ASKED in codes:
        print("Not everything could be asked: see above. Run it again with a network.")
        return NOT_ASKED
    print("Nothing found.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
