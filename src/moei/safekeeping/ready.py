"""What must hold before real people's data is served: an encrypted database, keys elsewhere (P17).

Each refusal is a sentence that says what is wrong, and one that says how to mend it.
"""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection

from moei.crypto import Keyring, KeyringError
from moei.crypto.database_key import stretching_file
from moei.crypto.keyring import is_sealed
from moei.crypto.passphrase import passphrase_file
from moei.safekeeping.memory import swap_in_plain
from moei.safekeeping.places import misplaced
from moei.safekeeping.plain_copies import leftovers
from moei.safekeeping.sqlcipher.keyed import is_plain
from moei.safekeeping.unfinished import unfinished_in
from moei.safekeeping.volumes import looks_encrypted

DECLARED = "encrypted"
DECLARED_BELOW = "encrypted-below"


def refusals() -> list[str]:
    """Why this instance must not be served; empty where it may. A demo needs nothing, unless real people are in it."""
    unfinished = _restoring()
    if unfinished:
        return unfinished  # looking for a database would make an empty one there
    if settings.DEMO:
        return _real_people_in_a_demo()
    return [*_debugging(), *_keys(), *(_postgresql() if connection.vendor == "postgresql" else _file())]


def warnings() -> list[str]:
    """What is served all the same, and said at each start."""
    if settings.DEMO or DECLARED_BELOW in (settings.DATA_VOLUME, settings.POSTGRES_VOLUME):
        return []
    return [*_key_beside_the_data(), *_swap()]


def _swap() -> list[str]:
    places = swap_in_plain()
    if not places:
        return []
    return [
        f"Swap lies in plain on {', '.join(places)}: names and keys in memory may stay on that disk. Turn it off "
        "(swapoff -a, and its line in /etc/fstab), or put it on an encrypted device or on zram. If the disk or the "
        f"machine's host encrypts it, where it cannot be seen from here, say that: MOEI_DATA_VOLUME={DECLARED_BELOW}"
    ]


def _key_beside_the_data() -> list[str]:
    """The key in plain on the disk that it is to protect."""
    key_file, data_dir = Path(settings.MOEI_KEY_FILE), Path(settings.DATA_DIR)
    if not (key_file.exists() and data_dir.exists()) or key_file.stat().st_dev != data_dir.stat().st_dev:
        return []
    if _sealed(key_file) or looks_encrypted(data_dir):
        return []
    reads, instead = "opens every attached file", ""
    if connection.vendor != "postgresql":
        if stretching_file(Path(str(connection.settings_dict["NAME"]))).exists():
            instead = "seal it under the passphrase of the database (moei keys rotate), "
        else:
            reads, instead = (
                "reads every name",
                "let a passphrase open the database (moei init --passphrase), ",
            )
    return [
        f"The key file {key_file} lies in plain on the same disk as the data {data_dir}: whoever takes it {reads}. "
        f"Put the key file on another disk and set MOEI_KEY_FILE to it, {instead}or encrypt the disk (LUKS). If the disk "
        "or the machine's host encrypts it, where it cannot be seen from here, say that: "
        f"MOEI_DATA_VOLUME={DECLARED_BELOW}"
    ]


def _sealed(key_file: Path) -> bool:
    try:
        return is_sealed(key_file)
    except KeyringError:
        return False  # `refusals` say in words what is wrong


def _debugging() -> list[str]:
    """A page about a fault would show what the program had in hand; and every query is kept in memory."""
    if not settings.DEBUG:
        return []
    return [
        "MOEI_DEBUG=1 is set: whoever meets a fault would be shown what the program had in hand, names included. "
        "Unset MOEI_DEBUG. Only a demo of invented people may have it."
    ]


def _restoring() -> list[str]:
    """A restore that was stopped: people and files may be missing, and what was taken back since is not ended."""
    data_dir = Path(settings.DATA_DIR)
    if unfinished_in(data_dir) is None:
        return []
    return [
        f"Restoring a backup into {data_dir} was cut off, or still goes on: this instance is not whole. If nothing else "
        "lies there, type the same moei restore again (with PostgreSQL, into a database made anew)."
    ]


def _keys() -> list[str]:
    key_file, data_dir = Path(settings.MOEI_KEY_FILE), Path(settings.DATA_DIR)
    found = []
    if misplaced(key_file, data_dir):
        found.append(
            f"The key file {key_file} lies in the data directory {data_dir}: whoever takes the one has the other. "
            "Move it to another place, best to another disk, and set MOEI_KEY_FILE to it."
        )
    signing = Path(settings.MOEI_SIGNING_KEY_FILE)
    if misplaced(signing, data_dir):
        found.append(
            f"The signing key {signing} lies in the data directory {data_dir}: whoever takes that signs in your name. "
            "Move it to another place, and set MOEI_SIGNING_KEY_FILE to it."
        )
    secret = passphrase_file()
    if secret is not None and misplaced(secret, data_dir):
        found.append(
            f"The passphrase {secret} lies in the data directory {data_dir}. "
            "Move it to another place, and set MOEI_PASSPHRASE_FILE to it."
        )
    found += [words for path in (key_file, signing) for words in _open_to_others(path)]
    if not key_file.exists():
        found.append(
            f"The key file {key_file} is missing. Restore it from a copy (moei keys import), "
            "or make a new instance (moei init)."
        )
        return found
    try:
        Keyring.load(key_file)
    except KeyringError as error:
        found.append(str(error))
    return found


def _open_to_others(path: Path) -> list[str]:
    mode = path.stat().st_mode & 0o777 if path.exists() else 0
    if not mode & 0o077:
        return []
    return [f"Others may read or change the key file {path} (mode {mode:04o}). Type: chmod 600 {path}"]


def _file() -> list[str]:
    """SQLite: the file itself is looked at, not only the settings."""
    path = Path(str(connection.settings_dict["NAME"]))
    left = leftovers(path)
    if connection.settings_dict["ENGINE"] != "moei.safekeeping.sqlcipher" or is_plain(path):
        return [
            f"The database {path} is not encrypted: whoever takes this disk reads every name. "
            "Type: moei keys encrypt-database"
        ]
    if left:
        return [
            f"Encrypting was cut off, and left copies of names in plain: {', '.join(map(str, left))}. "
            "To overwrite and remove them, type again: moei keys encrypt-database"
        ]
    try:
        connection.ensure_connection()
    except (KeyringError, DatabaseError) as error:
        return [str(error)]
    return []


def _postgresql() -> list[str]:
    """The volume is declared encrypted; where the volume can be seen from here, it must look so."""
    declared = settings.POSTGRES_VOLUME
    if declared not in (DECLARED, DECLARED_BELOW):
        return [
            "Nobody has declared that the volume of this PostgreSQL is encrypted. Put its data directory on an "
            f"encrypted volume (LUKS), then set MOEI_POSTGRES_VOLUME={DECLARED}."
        ]
    try:
        place = _data_directory()
    except DatabaseError as error:
        return [f"The database does not answer ({str(error).strip()}). Start it, or mend MOEI_DATABASE_URL."]
    if declared == DECLARED and place is not None and looks_encrypted(place) is False:
        return [
            f"MOEI_POSTGRES_VOLUME says that the volume is encrypted, but {place} lies on a device that is not. Move it "
            "to an encrypted volume (LUKS). If the disk itself or the machine's host encrypts, where it cannot be seen "
            f"from here, say that: MOEI_POSTGRES_VOLUME={DECLARED_BELOW}"
        ]
    return []


def _data_directory() -> Path | None:
    """Where a PostgreSQL on this machine keeps its files; None when it is elsewhere or does not tell."""
    host = str(connection.settings_dict["HOST"])
    if host not in ("", "localhost", "127.0.0.1", "::1") and not host.startswith("/"):
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT setting FROM pg_settings WHERE name = 'data_directory'")
        row = cursor.fetchone()
    if row is None:
        return None  # only a privileged role is told
    try:
        Path(row[0]).stat()
    except OSError:
        return None  # a container's, which answers here but keeps its files elsewhere
    return Path(row[0])


def _real_people_in_a_demo() -> list[str]:
    if "access_release" not in connection.introspection.table_names():
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM access_release WHERE NOT invented")
        (real,) = cursor.fetchone()
    if not real:
        return []
    return [
        "MOEI_DEMO=1 is set, but this instance holds a release of real people. Demo means weaker rules: "
        "unset MOEI_DEMO, or name another data directory."
    ]
