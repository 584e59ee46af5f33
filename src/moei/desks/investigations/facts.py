"""What is handed over, as whoever gives it writes it down, and the rows that are made of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from moei.access.acting import Invalid
from moei.casefile.case_numbers import names_a_case
from moei.desks.investigations.models import Fact, NamePart, Statement, Tie
from moei.desks.investigations.words import (
    BETWEEN,
    FROM_ITSELF,
    KINDS,
    SUMS,
    TIES,
    Handling,
    Information,
    Source,
    What,
)
from moei.engines.identity.countries import is_code
from moei.engines.identity.names import name_tokens, skeleton
from moei.engines.networks import NAMED, Kind, identify

MOST_FACTS = 60
MOST_TEXT = 20_000


@dataclass(frozen=True)
class Said:
    """One fact. `of` and `to` are places in the list of facts (from 0): what it is said of, and for legs, debts and
    payments between which two. `country`: ISO 3166 alpha-3. `where`: the service of a handle, the bank of an account,
    the province of a plate. `on`: any day; its week is kept. Grades and handling are the statement's unless given.
    """

    what: What
    text: str = ""
    of: int | None = None
    to: int | None = None
    country: str = ""
    where: str = ""
    amount: Decimal | None = None
    currency: str = ""
    on: date | None = None
    place: str = ""
    source_grade: str = ""
    information_grade: str = ""
    handling: str = ""


@dataclass(frozen=True)
class Draft:
    """A statement before it is handed over. `heard_on`: the day of the talk. `cleared`: words that look like the name of
    somebody who was freed, of which the giver says that they are not. Numbers are not cleared."""

    heard_on: date
    text: str = ""
    facts: Sequence[Said] = ()
    source_grade: str = Source.F
    information_grade: str = Information.SIX
    handling: str = Handling.H1
    cleared: frozenset[str] = field(default_factory=frozenset)

    def texts(self) -> list[str]:
        return [self.text, *(said.place for said in self.facts)]

    def names(self) -> list[str]:
        return [f"{said.text} {said.where}" for said in self.facts]


def check_draft(draft: Draft) -> list[str]:
    """Raises `Invalid` with a message for each fact that cannot be used: field `facts-N`. Else the identifiers' keys,
    "" where there is none."""
    errors: dict[str, str] = {}
    if not draft.text.strip() and not draft.facts:
        errors["text"] = "Write down what the person told, or at least one fact."
    if len(draft.text) > MOST_TEXT:
        errors["text"] = "This is too long for one statement. Keep to what matters for an investigation."
    if len(draft.facts) > MOST_FACTS:
        errors[""] = "These are too many facts for one statement. Give a second one."
    for name, value, among in (
        ("source_grade", draft.source_grade, Source.values),
        ("information_grade", draft.information_grade, Information.values),
        ("handling", draft.handling, Handling.values),
    ):
        if value not in among:
            errors[name] = "Choose one of the grades."
    for field_name in _fields_with_a_case(draft):
        errors[field_name] = (
            "This holds what reads like a case number. A statement never names a case; a telephone or an account has a "
            "row of its own among the facts."
        )
    keys = []
    for place, said in enumerate(draft.facts):
        key, problem = _checked(said, place, draft.facts)
        keys.append(key)
        if problem:
            errors[f"facts-{place}"] = problem
    if errors:
        raise Invalid(errors)
    return keys


def _fields_with_a_case(draft: Draft) -> Iterator[str]:
    """Of what has an identifier, the identifier itself may have nine digits: that one is looked up (`naming`)."""
    if names_a_case(draft.text):
        yield "text"
    for place, said in enumerate(draft.facts):
        texts = [said.where, said.place, said.currency]
        if KINDS.get(said.what) in {None, *NAMED}:
            texts.append(said.text)
        if any(map(names_a_case, texts)):
            yield f"facts-{place}"


def _checked(said: Said, place: int, facts: Sequence[Said]) -> tuple[str, str]:
    """The key of the identifier, and what is wrong in words."""
    if said.what not in What.values:
        return "", "Choose what this fact is about."
    for other in (said.of, said.to):
        if other is not None and (not 0 <= other < len(facts) or other == place):
            return "", "This fact points to one that is not in the list."
        if other is not None and facts[other].what not in KINDS:
            return (
                "",
                "A fact is said of a person, a place, a company, an advert or a number, not of a sum or a leg.",
            )
    if said.to is not None and said.what not in BETWEEN:
        return "", "Only a leg of the route, a debt or a payment lies between two others."
    if said.country and not is_code(said.country):
        return "", "Give the country by its three letters."
    if len(said.text) > 200 or len(said.place) > 120 or len(said.where) > 60 or len(said.currency) > 8:
        return "", "This is too long. Put the rest into the text."
    for value, among in (
        (said.source_grade, Source.values),
        (said.information_grade, Information.values),
        (said.handling, Handling.values),
    ):
        if value and value not in among:
            return "", "Choose one of the grades."
    if said.what in SUMS and (said.amount is None or not said.currency.strip()):
        return "", "Say how much, and in which currency."
    if said.amount is not None and not 0 <= said.amount < 10**12:
        return "", "This amount cannot be."
    if said.what == What.LEG and (said.of is None or said.to is None):
        return "", "A leg leads from one place of the list to another: name both."
    kind = KINDS.get(said.what)
    if kind is None:
        return "", ""
    if not said.text.strip():
        return "", "Write down the name or the number."
    if kind in NAMED:
        return "", "" if name_tokens(said.text) else "Write down a name, in any script."
    try:
        return identify(kind, said.text, country=said.country, where=said.where).key, ""
    except ValueError as wrong:
        return "", f"{str(wrong)[0].upper()}{str(wrong)[1:]}."


def write_facts(statement: Statement, draft: Draft, keys: Sequence[str]) -> list[Fact]:
    """Rows for what was checked; the parts of names for finding, the ties. A fixed number of queries."""
    facts = [
        _fact(statement, said, key, place)
        for place, (said, key) in enumerate(zip(draft.facts, keys, strict=True))
    ]
    Fact.objects.bulk_create(facts)
    NamePart.objects.bulk_create(part for fact in facts for part in parts_of(fact))
    Tie.objects.bulk_create(_ties(facts, draft.facts, str(statement.pk)))
    return facts


def _fact(statement: Statement, said: Said, key: str, place: int) -> Fact:
    kind = KINDS.get(said.what)
    # A handle of WhatsApp is its telephone number.
    kind = Kind(key.partition(":")[0]) if key else kind
    fact = Fact(
        statement=statement,
        release_id=statement.release_id,
        agency_id=statement.agency_id,
        visible_from=statement.visible_from,
        said=str(statement.pk),
        voice=statement.teller.code,
        position=place,
        what=said.what,
        kind=kind or "",
        text=said.text.strip(),
        country=said.country,
        where=said.where.strip(),
        key=key,
        amount=said.amount,
        currency=said.currency.strip().upper(),
        on=said.on - timedelta(days=said.on.weekday()) if said.on else None,
        place=said.place.strip(),
        source_grade=said.source_grade or statement.source_grade,
        information_grade=said.information_grade or statement.information_grade,
        handling=said.handling or statement.handling,
    )
    fact.entity = own_entity(fact)
    return fact


def own_entity(fact: Fact) -> str:
    """The entity of a fact with which nothing was judged to be the same, as `engines.networks` names it."""
    if not fact.kind:
        return ""
    return fact.key or f"{fact.kind}:~{fact.pk}"


def parts_of(fact: Fact) -> Iterable[NamePart]:
    """Names meet by the sound of their parts, and when one is written without blanks."""
    if fact.kind not in NAMED:
        return []
    tokens = name_tokens(fact.text)
    bones = {skeleton(part)[:40] for part in (*tokens, "".join(tokens)) if part}
    return [NamePart(fact=fact, bones=one) for one in sorted(bones)]


def _ties(facts: Sequence[Fact], said: Sequence[Said], where: str) -> Iterable[Tie]:
    for fact, one in zip(facts, said, strict=True):
        of = facts[one.of] if one.of is not None else None
        to = facts[one.to] if one.to is not None else None
        if one.what in BETWEEN and of and to:
            yield Tie(one=of, other=to, role=BETWEEN[one.what], said=where)
        elif of and one.what in TIES:
            ends = (fact, of) if one.what in FROM_ITSELF else (of, fact)
            yield Tie(one=ends[0], other=ends[1], role=TIES[one.what], said=where)
