"""Where this instance keeps its things: data in one directory, keys in another (P17)."""

from __future__ import annotations

import os
from pathlib import Path

from moei.crypto import new_token, text_digest


def data_dir() -> Path:
    """`MOEI_DATA_DIR`, or `moei` under the user's data home. Never inside the source tree."""
    given = os.environ.get("MOEI_DATA_DIR")
    if given:
        return Path(given).expanduser().resolve()
    home = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    return Path(home).expanduser().resolve() / "moei"


def config_dir() -> Path:
    home = os.environ.get("XDG_CONFIG_HOME") or "~/.config"
    return Path(home).expanduser().resolve() / "moei"


def key_file() -> Path:
    """`MOEI_KEY_FILE`, or a file of its own for each data directory, outside it."""
    given = os.environ.get("MOEI_KEY_FILE")
    if given:
        return Path(given).expanduser().resolve()
    return config_dir() / f"{_short(data_dir())}.key"


def signing_key_file() -> Path:
    """`MOEI_SIGNING_KEY_FILE`, or a file beside the key file: it signs the journal's head, and opens nothing."""
    given = os.environ.get("MOEI_SIGNING_KEY_FILE")
    return Path(given).expanduser().resolve() if given else key_file().with_suffix(".signing")


def certs_dir() -> Path:
    """`MOEI_CERTS_DIR`: the private certificate authority and what it issued, never in the data directory."""
    given = os.environ.get("MOEI_CERTS_DIR")
    return Path(given).expanduser().resolve() if given else config_dir() / "certs"


def web_secret() -> str:
    """Django's secret key: made once, kept beside the key file, not in the data directory."""
    path = key_file().with_suffix(".web")
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(new_token(48))
    return path.read_text()


def secret_in(file: str) -> str:
    """The first line of a file that holds a password, or nothing when no file is named."""
    return Path(file).expanduser().read_text().partition("\n")[0] if file else ""


def _short(path: Path) -> str:
    return text_digest(str(path))[:16]
