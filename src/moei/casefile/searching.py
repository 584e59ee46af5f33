"""The table that searches look in: romanised parts of names, and keys."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from uuid import UUID

from moei.casefile.models import NameToken
from moei.engines.identity.names import name_tokens, skeleton

TOKEN_LENGTH = 60
MOST_PARTS = 5
"""So many parts of one name are put together in pairs."""


def tokens_of(person_id: UUID, names: Iterable[str], keys: Iterable[str]) -> list[NameToken]:
    """Rows for one person. Names in any script become Latin tokens; keys are numbers without their punctuation."""
    parts = [name_tokens(name) for name in names]
    words = {word for name in parts for word in name}
    tokens = {
        NameToken.Kind.NAME: words,
        NameToken.Kind.BONE: {skeleton(word) for word in words},
        NameToken.Kind.PAIR: {pair_key(*two) for name in parts for two in combinations(name[:MOST_PARTS], 2)},
        NameToken.Kind.KEY: {key_of(key) for key in keys if key_of(key)},
    }
    return [
        NameToken(person_id=person_id, kind=kind, token=token)
        for kind, found in tokens.items()
        for token in sorted({token[:TOKEN_LENGTH] for token in found})
    ]


def pair_key(one: str, other: str) -> str:
    """Two parts of a name by sound, in whatever order: one key for what each of them alone shares with thousands."""
    return " ".join(sorted((skeleton(one), skeleton(other))))[:TOKEN_LENGTH]


def key_of(text: str) -> str:
    """A number as it is looked up: letters and digits only, upper case."""
    return "".join(character for character in text.upper() if character.isalnum())


def index_people(rows: Iterable[NameToken]) -> None:
    """Add tokens; a token that stands there already stays."""
    NameToken.objects.bulk_create(list(rows), batch_size=500, ignore_conflicts=True)
