"""Who is acting, and when. Every action takes one; nothing reads the machine's clock by itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from uuid import UUID

from django.utils.translation import gettext

from moei.access.models import Release, Staff


def _translated(words: str) -> str:
    """In the language of whoever acts; words that no catalogue holds, as words with a number in them, stay."""
    return gettext(words) if words else words


class Refused(Exception):
    """The policy does not allow it. Words are for the person at the desk and hold no case data.

    Actions raise in plain English; `scripts/messages.py` collects the words for the catalogues.
    """

    def __init__(self, words: str) -> None:
        super().__init__(_translated(words))


class Invalid(Exception):
    """The input cannot be used as it is. `errors` maps a field ("" for the whole) to words that say what to do.

    Actions raise in plain English; `scripts/messages.py` collects the words for the catalogues.
    """

    def __init__(self, errors: dict[str, str] | str, **values: object) -> None:
        """`values` fill `%(name)s` in the words after they were translated."""
        given = {"": errors} if isinstance(errors, str) else errors
        self.errors = {field: _translated(words) for field, words in given.items()}
        if values:
            self.errors = {field: words % values for field, words in self.errors.items()}
        super().__init__("; ".join(self.errors.values()))


@dataclass(frozen=True)
class Acting:
    """A member of staff at a moment in one release. `now` is when it is recorded (UTC-aware)."""

    staff: Staff
    release: Release
    now: datetime
    # Why they look people up, as they said in this session (`LookupReason.Code`); nobody searches without (P12).
    looking: str = ""
    # Cases of which the journal says already that they were read by this acting: one entry for each request.
    read: set[UUID] = field(default_factory=set, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.now.tzinfo is None:
            raise ValueError("Acting.now must be aware")

    @property
    def today(self) -> date:
        """The day at the release's site."""
        return self.release.site.day_of(self.now)

    @classmethod
    def at_once(cls, staff: Staff, release: Release) -> Acting:
        return cls(staff, release, datetime.now(UTC))
