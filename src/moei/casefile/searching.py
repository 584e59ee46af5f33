"""The table that searches look in: romanised parts of names, and keys."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from moei.casefile.models import NameToken
from moei.engines.identity.names import name_tokens

TOKEN_LENGTH = 60


def tokens_of(person_id: UUID, names: Iterable[str], keys: Iterable[str]) -> list[NameToken]:
    """Rows for one person. Names in any script become Latin tokens; keys are numbers without their punctuation."""
    words = {word[:TOKEN_LENGTH] for name in names for word in name_tokens(name) if word}
    numbers = {key_of(key)[:TOKEN_LENGTH] for key in keys if key_of(key)}
    return [
        NameToken(person_id=person_id, kind=NameToken.Kind.NAME, token=word) for word in sorted(words)
    ] + [NameToken(person_id=person_id, kind=NameToken.Kind.KEY, token=number) for number in sorted(numbers)]


def key_of(text: str) -> str:
    """A number as it is looked up: letters and digits only, upper case."""
    return "".join(character for character in text.upper() if character.isalnum())


def index_people(rows: Iterable[NameToken]) -> None:
    """Add tokens; a token that stands there already stays."""
    NameToken.objects.bulk_create(list(rows), batch_size=500, ignore_conflicts=True)
