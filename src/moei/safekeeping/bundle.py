"""The keys of an instance as another person keeps them: the key file, and the key that signs the journal's head.

Without the first nothing opens; without the second, restored anchors cannot be told from forged ones. The secret of the
web server is not among them: a new one is made, and everybody signs in again.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from moei import paths
from moei.crypto import Keyring, KeyringError, SigningKey, SigningKeyError
from moei.crypto.envelope import EnvelopeError
from moei.crypto.keyring import changing
from moei.safekeeping.places import misplaced

FORMAT = 1


def gather() -> bytes:
    """Both files as they are, the first sealed or in plain; the second only if there is one.

    Raises `KeyringError` for a damaged one."""
    files = {"key": paths.key_file()}
    Keyring.check(files["key"])
    if paths.signing_key_file().exists():
        files["signing"] = paths.signing_key_file()
        _check_signing_key(files["signing"])
    return json.dumps(
        {"moei-keys": FORMAT, **{name: path.read_text() for name, path in files.items()}}
    ).encode()


def put_in_place(bundle: bytes) -> list[Path]:
    """Write what `gather` gave to where this instance looks for it; all of it, or nothing.

    Raises `EnvelopeError` for what is no such bundle or where a file is already, `KeyringError` for a wrong place.
    """
    try:
        raw = json.loads(bundle)
        if raw["moei-keys"] != FORMAT:
            raise ValueError(f"format {raw['moei-keys']}")
        texts = {paths.key_file(): str(raw["key"])}
        if "signing" in raw:
            texts[paths.signing_key_file()] = str(raw["signing"])
    except (ValueError, KeyError, TypeError) as error:
        raise EnvelopeError(f"The file holds no keys as moei keys export writes them ({error}).") from None
    for path in texts:
        if misplaced(path, paths.data_dir()):
            raise KeyringError(
                f"The key file {path} would lie in the data directory. Set MOEI_KEY_FILE to another place."
            )
        if path.exists():
            raise EnvelopeError(f"{path} exists already. Nothing was overwritten.")
    written: list[Path] = []
    with changing(paths.key_file()):
        try:
            for path, text in texts.items():
                path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                write_new(path, text.encode())
                written.append(path)
            Keyring.check(paths.key_file())
            if "signing" in raw:
                _check_signing_key(paths.signing_key_file())
        except BaseException:
            for path in written:
                path.unlink()
            raise
    return written


def write_new(path: Path, data: bytes) -> None:
    """A file that its owner alone may read. Raises `EnvelopeError` when there is one already, or no place for it."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise EnvelopeError(f"{path} cannot be made ({error.strerror}). Nothing was overwritten.") from error
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _check_signing_key(path: Path) -> None:
    try:
        SigningKey.load(path)
    except SigningKeyError as error:
        raise KeyringError(str(error)) from error
