"""The queue of pairs: one question at a time, its two records side by side, its evidence in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext

from moei.access.acting import Acting
from moei.casefile.models import Case, Judgement, RecordLink, SourceRecord
from moei.casefile.selectors.cases import visible_cases
from moei.desks.arrivals.models import ReviewPair, ReviewWarning
from moei.desks.arrivals.waterfall import Waterfall, waterfall
from moei.engines.identity.names import name_similarity

State = ReviewPair.State
WARNINGS_SHOWN = 20
ALIKE = 0.85  # similarity from which names are called alike
UNDO_AT_HAND = timedelta(minutes=10)  # how long the page of questions offers to take the last answer back


@dataclass(frozen=True)
class Line:
    """One field of the comparison. `verdict` is "same", "alike" (names), "fits" (births that are not known to
    the day), "differs", or "" where one side says nothing."""

    label: str
    left: str
    right: str
    verdict: str
    code: str = ""


@dataclass(frozen=True)
class Question:
    """A pair to judge, with the case files that its records belong to now."""

    pair: ReviewPair
    left_case: Case | None
    right_case: Case | None
    lines: list[Line]
    evidence: Waterfall | None


@dataclass(frozen=True)
class Queue:
    open: int
    later: int
    done: int

    @property
    def total(self) -> int:
        return self.open + self.later + self.done


def queue(acting: Acting) -> Queue:
    """How many questions stand open, are put off, and were answered since the first matching."""
    states = list(visible_pairs(acting).values_list("state", flat=True))
    return Queue(states.count(State.OPEN), states.count(State.LATER), states.count(State.DONE))


def visible_pairs(acting: Acting) -> QuerySet[ReviewPair]:
    """Pairs of which the acting member of staff may open both case files."""
    seen = _seen(acting)
    return ReviewPair.objects.filter(
        Exists(seen.filter(record_id=OuterRef("left_id"))),
        Exists(seen.filter(record_id=OuterRef("right_id"))),
        release=acting.release,
    )


def _seen(acting: Acting, *, joined: bool = False) -> QuerySet[RecordLink]:
    """Links of records to people whose case files they may open; with `joined`, also to those joined into such a file."""
    cases = visible_cases(acting.staff, acting.release.id, now=acting.now)
    people = cases.values("person_id")
    theirs = (
        Q(person_id__in=people) | Q(person__merged_into__in=people) if joined else Q(person_id__in=people)
    )
    return RecordLink.objects.filter(theirs, ended_at__isnull=True)


def next_question(acting: Acting) -> Question | None:
    """The most useful open pair; those that were put off come when no other is left."""
    pairs = visible_pairs(acting).exclude(state=State.DONE).select_related("left", "right")
    # "open" sorts after "later".
    pair = pairs.order_by(F("state").desc(), "rank", "id").first()
    return question(acting, pair) if pair else None


def question(acting: Acting, pair: ReviewPair) -> Question:
    links = RecordLink.objects.filter(record_id__in=[pair.left_id, pair.right_id], ended_at__isnull=True)
    people: dict[UUID, UUID] = dict(links.values_list("record_id", "person_id"))
    cases = {
        case.person_id: case
        for case in visible_cases(acting.staff, acting.release.id, now=acting.now).filter(
            person_id__in=people.values()
        )
    }
    return Question(
        pair,
        cases.get(people.get(pair.left_id)),  # type: ignore[arg-type]
        cases.get(people.get(pair.right_id)),  # type: ignore[arg-type]
        compared(pair.left, pair.right),
        waterfall(pair.evidence, pair.score),
    )


def compared(left: SourceRecord, right: SourceRecord) -> list[Line]:
    """Field by field; what neither says is left out."""
    name = _same(left.name, right.name)
    if name == "differs" and name_similarity(left.name, right.name) >= ALIKE:
        name = "alike"
    born_verdict = _same(born(left), born(right))
    if born_verdict == "differs" and _overlap(left, right):
        born_verdict = "fits"
    rows = [
        Line(gettext("Name"), left.name, right.name, name),
        Line(
            gettext("In own script"),
            left.name_native,
            right.name_native,
            _same(left.name_native, right.name_native),
        ),
        Line(gettext("Sex"), left.sex, right.sex, _same(left.sex, right.sex)),
        Line(gettext("Born"), born(left), born(right), born_verdict),
        Line(
            gettext("Nationality"),
            left.nationality,
            right.nationality,
            _same(left.nationality, right.nationality),
            "country",
        ),
        Line(
            gettext("Document"),
            left.document_number,
            right.document_number,
            _same(left.document_number, right.document_number),
        ),
        Line(gettext("Telephone"), left.phone, right.phone, _same(left.phone, right.phone)),
        Line(gettext("Note"), left.note, right.note, ""),
    ]
    return [line for line in rows if line.left or line.right]


def _same(left: str, right: str) -> str:
    if not left or not right:
        return ""
    return "same" if left.casefold() == right.casefold() else "differs"


def _overlap(left: SourceRecord, right: SourceRecord) -> bool:
    if not (left.birth_from and left.birth_to and right.birth_from and right.birth_to):
        return False
    return left.birth_from <= right.birth_to and right.birth_from <= left.birth_to


def born(record: SourceRecord) -> str:
    """A birth date as it is known, in ISO form."""
    if record.birth_date:
        return record.birth_date.isoformat()
    if record.birth_from and record.birth_to:
        if (record.birth_from.month, record.birth_from.day, record.birth_to.month, record.birth_to.day) == (
            1,
            1,
            12,
            31,
        ):
            years = {record.birth_from.year, record.birth_to.year}
            return "–".join(str(year) for year in sorted(years))
        return f"{record.birth_from.isoformat()} – {record.birth_to.isoformat()}"
    return ""


def decisions(acting: Acting) -> QuerySet[Judgement]:
    """What people decided about records whose case files the acting member of staff may open, the newest first."""
    return (
        Judgement.objects.filter(
            Exists(_seen(acting, joined=True).filter(record_id=OuterRef("left_id"))),
            Exists(_seen(acting, joined=True).filter(record_id=OuterRef("right_id"))),
            left__release=acting.release,
            ended_at__isnull=True,
        )
        .exclude(verdict=Judgement.Verdict.LATER)
        .select_related("left", "right", "judged_by")
        .order_by("-judged_at")
    )


def last_answer(acting: Acting) -> Judgement | None:
    """What they decided a moment ago, while it stands: a key is pressed sooner than it is meant."""
    mine = decisions(acting).filter(judged_by=acting.staff, judged_at__gt=acting.now - UNDO_AT_HAND)
    return mine.first()


def warnings(acting: Acting) -> list[tuple[ReviewWarning, list[Case]]]:
    """Warnings of the last matching with the case files they are about, in three queries.

    Their words name people: shown are those only of which every case file is theirs to open.
    """
    rows = list(ReviewWarning.objects.filter(release=acting.release).order_by("code", "id")[:WARNINGS_SHOWN])
    records = [record for row in rows for record in row.records]
    links = RecordLink.objects.filter(record_id__in=records, ended_at__isnull=True)
    standing = links.annotate(who=Coalesce(F("person__merged_into_id"), F("person_id")))
    people = {str(record): person for record, person in standing.values_list("record_id", "who")}
    cases = {
        case.person_id: case
        for case in visible_cases(acting.staff, acting.release.id, now=acting.now).filter(
            Q(person_id__in=set(people.values()))
        )
    }
    found = []
    for row in rows:
        persons = dict.fromkeys(people[record] for record in row.records if record in people)
        shown = [cases[person] for person in persons if person in cases]
        if len(shown) == len(persons):
            found.append((row, shown))
    return found
