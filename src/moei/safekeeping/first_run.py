"""How the database of a new instance is encrypted: decided before Django is set up, because settings name the engine."""

from __future__ import annotations

import os

from moei import paths
from moei.crypto import KeyringError
from moei.crypto.database_key import seal_key_file, stretching_file, write_stretching
from moei.crypto.keyring import is_sealed
from moei.crypto.passphrase import Stretching, new_passphrase
from moei.crypto.unlocked import remember
from moei.safekeeping.places import database_file, misplaced


def choose_encryption(*, by_passphrase: bool) -> None:
    """Encrypt a new SQLite database, unless `MOEI_ENCRYPTED=0` says otherwise; leave one that is there as it is.

    With a passphrase, the key file is sealed under it too.
    Raises `KeyringError` when the key file would lie in the data directory or is sealed already, or for a passphrase
    that will not do.
    """
    if misplaced(paths.key_file(), paths.data_dir()):
        raise KeyringError(
            f"The key file {paths.key_file()} would lie in the data directory {paths.data_dir()}: whoever takes the one "
            "has the other. Set MOEI_KEY_FILE to another place, best on another disk."
        )
    database = database_file()
    if os.environ.get("MOEI_DATABASE_URL") or database.exists():
        return
    os.environ.setdefault("MOEI_ENCRYPTED", "1")
    if stretching_file(database).exists():
        return
    if by_passphrase:
        how = Stretching()
        secret = how.secret(new_passphrase())
        seal_key_file(paths.key_file(), (how, secret))
        write_stretching(database, [how])
        remember(how, secret)
    elif paths.key_file().exists() and is_sealed(paths.key_file()):
        raise KeyringError(
            f"The key file {paths.key_file()} is sealed under a passphrase. Add --passphrase, or set MOEI_KEY_FILE to "
            "another place."
        )
