"""Lists of cases, and one case file, for whoever acts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from moei.access.acting import Acting
from moei.access.decide import sections_of
from moei.access.journalled import was_read
from moei.access.models import Staff
from moei.access.policy import ACTIONS, Section
from moei.casefile.folding import as_event, fold_case, joined_into
from moei.casefile.models import Case, CaseEvent, NameToken
from moei.casefile.searching import key_of
from moei.engines.identity.names import name_tokens
from moei.engines.protocol import CaseState

PAGE = 50


def visible_cases(
    staff: Staff, release_id: UUID, *, now: datetime, section: Section = Section.IDENTITY
) -> QuerySet[Case]:
    """Cases of a release of which `staff` may read `section`, without those that were merged away or emptied."""
    visible = Case.objects.visible_to(staff, now=now, section=section)
    return visible.filter(release_id=release_id, hidden=False)


def search(acting: Acting, text: str, *, cases: QuerySet[Case] | None = None) -> QuerySet[Case]:
    """Cases in which every word begins a name, or is a number of a document, a phone or a case.

    Words in any script are compared after romanising. The search is journalled with the number of words, not the words.
    """
    found = visible_cases(acting.staff, acting.release.id, now=acting.now) if cases is None else cases
    words = text.split()
    for word in words:
        condition = Q(number=word) if "-" in word else Q(pk__in=[])
        tokens = Q(kind=NameToken.Kind.KEY, token=key_of(word))
        # The letters of a number are no name: "P9988776A" must not find everybody whose name begins with P.
        for token in name_tokens(word) if not any(letter.isdigit() for letter in word) else ():
            tokens |= Q(kind=NameToken.Kind.NAME, token__startswith=token)
        people = NameToken.objects.filter(tokens).values("person_id")
        found = found.filter(condition | Q(person_id__in=people))
    was_read(acting, "people.searched", data={"words": len(words)})
    return found


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
        "case.opened_for_reading",
        case=case.id,
        subject=case.person_id,
        data={"sections": sorted(sections)},
    )
    return CaseFile(case, sections, state, events, frozenset(people))
