"""The table that searches look in: romanised parts of names, and keys."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from moei.casefile.models import NameToken
from moei.engines.identity.names import name_tokens, skeleton

TOKEN_LENGTH = 60


def tokens_of(person_id: UUID, names: Iterable[str], keys: Iterable[str]) -> list[NameToken]:
    """Rows for one person. Names in any script become Latin tokens; keys are numbers without their punctuation."""
    words = {word for name in names for word in name_tokens(name) if word}
    tokens = {
        NameToken.Kind.NAME: words,
        NameToken.Kind.BONE: {skeleton(word) for word in words},
        NameToken.Kind.KEY: {key_of(key) for key in keys if key_of(key)},
    }
    return [
        NameToken(person_id=person_id, kind=kind, token=token)
        for kind, found in tokens.items()
        for token in sorted({token[:TOKEN_LENGTH] for token in found})
    ]


def key_of(text: str) -> str:
    """A number as it is looked up: letters and digits only, upper case."""
    return "".join(character for character in text.upper() if character.isalnum())


def index_people(rows: Iterable[NameToken]) -> None:
    """Add tokens; a token that stands there already stays."""
    NameToken.objects.bulk_create(list(rows), batch_size=500, ignore_conflicts=True)
