"""Lists of cases, and one case file, for whoever acts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from moei.access.acting import Acting
from moei.access.decide import require, sections_of, visible_to
from moei.access.journalled import was_read
from moei.access.limits import ask_why_first
from moei.access.models import Staff
from moei.access.policy import ACTIONS, Section
from moei.casefile.folding import as_event, fold_case, joined_into
from moei.casefile.models import Case, CaseEvent, IdentityDocument, NameToken
from moei.casefile.searching import key_of
from moei.engines.identity import clean_document_number
from moei.engines.identity.names import name_tokens
from moei.engines.protocol import CaseState

PAGE = 50
OPENED = "case.opened_for_reading"


def visible_cases(
    staff: Staff, release_id: UUID, *, now: datetime, section: Section = Section.IDENTITY
) -> QuerySet[Case]:
    """Cases of a release of which `staff` may read `section`, without those that were merged away or emptied."""
    visible = Case.objects.visible_to(staff, now=now, section=section)
    return visible.filter(release_id=release_id, hidden=False)


def search(acting: Acting, text: str, *, cases: QuerySet[Case] | None = None) -> QuerySet[Case]:
    """Cases in which every word begins a name, or is a number of a document, a phone or a case. Needs the duty,
    and a reason that was said in this session.

    Words in any script are compared after romanising. A phone finds only cases whose contact they may read: searching
    must not tell what opening the case would not (P12). Whoever shows what was found writes `was_listed` with the
    words and whom the answer tells of (`told_of`), also when nobody was found (P11).
    """
    require(acting, "people.search")
    ask_why_first(acting)
    found = visible_cases(acting.staff, acting.release.id, now=acting.now) if cases is None else cases
    for word in text.split():
        found = found.filter(_fits(acting, word))
    return found


def told_of(found: QuerySet[Case], shown: Iterable[UUID]) -> list[UUID]:
    """Whose cases an answer to a search tells of, for `was_listed`: those it shows, and the first `PAGE` that it counts.

    A count of few is as good as a name, on whatever page it stands (P12); one of more than a page tells of nobody.
    """
    return list(dict.fromkeys([*shown, *found.values_list("pk", flat=True)[:PAGE]]))


def _fits(acting: Acting, word: str) -> Q:
    """What a case must be to fit one word; names and numbers of a file that was joined in count for who stands for it."""
    if not any(letter.isdigit() for letter in word):
        # A word that cannot be romanised fits nobody. One with digits is no name: "P9988776A" must not find everybody
        # whose name begins with P.
        begins = Q(pk__in=[])
        for token in name_tokens(word):
            begins |= Q(token__begins=token)
        return Q(person_id__in=_stands_for(NameToken.objects.filter(begins, kind=NameToken.Kind.NAME)))
    documents = IdentityDocument.objects.filter(number=clean_document_number(word))
    keys = NameToken.objects.filter(kind=NameToken.Kind.KEY, token=key_of(word))
    contact = visible_to(acting.staff, now=acting.now, section=Section.CONTACT)
    # A number is borne by few: who they are is asked first, by an index. Inside an "or" the database would read all.
    fits = Q(person_id__in=list(_stands_for(documents))) | (
        Q(person_id__in=list(_stands_for(keys))) & contact
    )
    if "-" in word:
        numbered = Case.objects.within_program("a number is looked up among the cases that are theirs")
        fits |= Q(person_id__in=list(_stands_for(numbered.filter(number=word))))
    return fits


def _stands_for(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Of rows about persons: those persons, or into whom they were joined."""
    found: QuerySet[Any] = rows.annotate(who=Coalesce(F("person__merged_into_id"), F("person_id")))
    return found.values_list("who", flat=True)


@dataclass(frozen=True)
class CaseFile:
    """An opened case: what may be shown of it, and its folded state."""

    case: Case
    sections: dict[Section, str]
    state: CaseState
    events: list[CaseEvent]
    people: frozenset[UUID]  # the person, and all who were joined into them

    def shows(self, section: Section) -> bool:
        return section in self.sections

    def allows(self, action: str) -> bool:
        """Whether the policy lets whoever opened this do `action` in it."""
        section, needed = ACTIONS[action]
        return len(self.sections.get(section, "")) >= len(needed)


def open_case(acting: Acting, case: Case) -> CaseFile:
    """Open a case that `visible_cases` gave; the opening is journalled (P11)."""
    sections = sections_of(acting.staff, case, now=acting.now)
    people = joined_into([case.person_id])[case.person_id]
    happened = CaseEvent.objects.filter(case__person_id__in=people).select_related("recorded_by")
    events = list(happened.order_by("happened_at", "recorded_at"))
    state = fold_case(case, [as_event(row) for row in events], now=acting.now)
    was_read(
        acting,
        OPENED,
        case=case.id,
        subject=case.person_id,
        data={"sections": sorted(sections)},
    )
    return CaseFile(case, sections, state, events, frozenset(people))
