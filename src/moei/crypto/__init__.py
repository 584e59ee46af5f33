"""All of Moei's cryptography: nothing else imports `cryptography`, `argon2`, `pyrage`, `hashlib`, `hmac` or `secrets`.

The linter of imports holds that (pyproject.toml, which also says what is excepted and why).

* `keyring`: the keys that live outside the database and outside the data directory;
* `database_key`, `passphrase`: the key of the encrypted database, from the key file or by Argon2id;
* `unlocked`: what a passphrase gave, in memory, for the database and for a key file that is sealed;
* `envelope`: files for somebody else, by age;
* `sealing`: AES-256-GCM with the key's id in the message and a bound context;
* `streams`: large files, sealed piece by piece under a key of their own;
* `signing`: Ed25519 signatures of the journal's head, verified by others;
* `commitments`: keyed commitments to field values, the hash that chains the journal, digests of texts and files;
* `tokens`: random tokens and codes, keyed digests, texts that this instance signs for itself.
"""

from moei.crypto.commitments import Digest, chain_hash, commitment, file_digest, stream_digest, text_digest
from moei.crypto.errors import KeyringError
from moei.crypto.keyring import Keyring
from moei.crypto.sealing import SealError, new_key, open_sealed, seal, sealed_with
from moei.crypto.signing import (
    SigningKey,
    SigningKeyError,
    public_key_id,
    public_key_text,
    read_public_key,
    signed_by,
)
from moei.crypto.streams import OpeningReader, SealingWriter
from moei.crypto.tokens import (
    digest_token,
    draw,
    keyed_digest,
    new_code,
    new_token,
    same,
    signed,
    signed_text,
)

__all__ = [
    "Digest",
    "Keyring",
    "KeyringError",
    "OpeningReader",
    "SealError",
    "SealingWriter",
    "SigningKey",
    "SigningKeyError",
    "chain_hash",
    "commitment",
    "digest_token",
    "draw",
    "file_digest",
    "keyed_digest",
    "new_code",
    "new_key",
    "new_token",
    "open_sealed",
    "public_key_id",
    "public_key_text",
    "read_public_key",
    "same",
    "seal",
    "sealed_with",
    "signed",
    "signed_by",
    "signed_text",
    "stream_digest",
    "text_digest",
]
