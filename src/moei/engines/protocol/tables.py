"""Read one table of a protocol's TOML: each value with its source, each mistake with its place."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, TypeVar

from moei.engines.protocol.model import Labels, Length, ProtocolError, Sourced, Unit

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)
_MISSING = object()
_PROVENANCE = ("source", "verified", "note")


def text(raw: object) -> str:
    """A text that is not empty; ValueError otherwise."""
    if not isinstance(raw, str) or not raw.strip():
        raise ValueError("is not a text")
    return raw


def flag(raw: object) -> bool:
    """true or false; ValueError otherwise."""
    if not isinstance(raw, bool):
        raise ValueError("is neither true nor false")
    return raw


def whole(raw: object) -> int:
    """A whole number of at least 1; ValueError otherwise."""
    if not isinstance(raw, int) or isinstance(raw, bool) or raw < 1:
        raise ValueError("is not a whole number of at least 1")
    return raw


def codes(raw: object) -> tuple[str, ...]:
    """A list of codes, each once; ValueError otherwise."""
    if not isinstance(raw, list) or not all(isinstance(code, str) and code for code in raw):
        raise ValueError("is not a list of codes")
    if len(set(raw)) != len(raw):
        raise ValueError("names a code twice")
    return tuple(raw)


def length(raw: object) -> Length:
    """`{ amount = 24, unit = "hours" }`; ValueError otherwise."""
    if not isinstance(raw, dict) or set(raw) != {"amount", "unit"}:
        raise ValueError('is not of the form { amount = 24, unit = "hours" }')
    return Length(whole(raw["amount"]), member(Unit)(raw["unit"]))


def labels(raw: object) -> Labels:
    """Language code -> text, with at least `en`; ValueError otherwise."""
    if not isinstance(raw, dict) or "en" not in raw:
        raise ValueError("has no English text (en)")
    return {text(code): text(words) for code, words in raw.items()}


def member(kind: type[E]) -> Callable[[object], E]:
    """A reader for one of the values of `kind`."""

    def read(raw: object) -> E:
        try:
            return kind(str(raw))
        except ValueError:
            raise ValueError(f"is {raw!r}, not one of {', '.join(kind)}") from None

    return read


class Table:
    """One table of the file. `source`, `verified` and `note` of the table hold for each of its values, unless
    the value is an inline table of its own: `{ value = 3, source = "16", note = "..." }`."""

    def __init__(self, file: str, path: str, raw: object, sources: Mapping[str, str]) -> None:
        self.file, self.path, self.sources = file, path, sources
        if not isinstance(raw, dict):
            raise ProtocolError(file, path, "is not a table", f"Write it as [{path}].")
        self.raw: dict[str, Any] = raw
        self.used: set[str] = set(_PROVENANCE)

    def fail(self, key: str, problem: str, remedy: str) -> ProtocolError:
        """The error for a key of this table."""
        return ProtocolError(self.file, f"{self.path}.{key}" if self.path else key, problem, remedy)

    def plain(self, key: str, read: Callable[[object], T], default: object = _MISSING) -> T:
        """A value that needs no source: a code, a label."""
        self.used.add(key)
        raw = self.raw.get(key, default)
        if raw is _MISSING:
            raise self.fail(key, "is missing", "Add it.")
        try:
            return read(raw)
        except ValueError as problem:
            raise self.fail(key, str(problem), "Correct the value.") from None

    def sourced(self, key: str, read: Callable[[object], T], default: object = _MISSING) -> Sourced[T]:
        """A value with its source; ProtocolError when it, or its source, is missing or cannot be read."""
        self.used.add(key)
        own = self.raw.get(key)
        if isinstance(own, dict) and "value" in own:
            inner = Table(self.file, f"{self.path}.{key}", own, self.sources)
            provenance = {**{name: self.raw[name] for name in _PROVENANCE if name in self.raw}, **own}
            result = self._with_source(key, inner.plain("value", read), provenance)
            inner.done()
            return result
        return self._with_source(key, self.plain(key, read, default), self.raw)

    def _with_source(self, key: str, value: T, provenance: Mapping[str, Any]) -> Sourced[T]:
        verified = provenance.get("verified", False)
        note = provenance.get("note", "")
        if not isinstance(verified, bool) or not isinstance(note, str):
            raise self.fail(
                key, "has a `verified` or `note` of the wrong type", "Use true or false, and a text."
            )
        if verified and not note:
            raise self.fail(
                key, "is said to be verified, not by whom", "Say in `note` who verified it, where and when."
            )
        named = provenance.get("source")
        if not isinstance(named, str) or not named:
            raise self.fail(key, "has no source", "Add `source` with keys of [sources], or `own`.")
        citations = []
        for source in (part.strip() for part in named.split(",")):
            if source not in self.sources:
                raise self.fail(
                    key, f"names the source {source!r}, which is not in [sources]", "Add it there."
                )
            citations.append(f"[{source}] {self.sources[source]}")
        return Sourced(value, "; ".join(citations), verified, note)

    def table(self, key: str) -> "Table":
        """The table under that key."""
        self.used.add(key)
        if key not in self.raw:
            raise self.fail(key, "is missing", f"Add a table [{self.path + '.' if self.path else ''}{key}].")
        return Table(self.file, f"{self.path}.{key}" if self.path else key, self.raw[key], self.sources)

    def tables(self, key: str) -> list["Table"]:
        """The list of tables under that key, each named by its `code`."""
        self.used.add(key)
        entries = self.raw.get(key, [])
        if not isinstance(entries, list) or not entries:
            raise self.fail(key, "is missing or empty", f"Add at least one [[{key}]].")
        found = []
        for place, raw in enumerate(entries):
            name = raw.get("code", place) if isinstance(raw, dict) else place
            found.append(Table(self.file, f"{key}.{name}", raw, self.sources))
        names = [table.path for table in found]
        for name in names:
            if names.count(name) > 1:
                raise self.fail(name, "is there twice", "Give each entry a code of its own.")
        return found

    def children(self, key: str) -> dict[str, "Table"]:
        """The tables under a table, by name."""
        parent = self.table(key)
        return {name: parent.table(name) for name in parent.raw}

    def done(self) -> None:
        """Raises ProtocolError for a key nobody reads: most often a misspelling."""
        for key in self.raw:
            if key not in self.used:
                raise self.fail(key, "is not known", "Remove it or correct its spelling.")
