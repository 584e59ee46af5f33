"""What the page of one case shows, section by section. Nothing is fetched that the policy does not open."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext

from moei.access.acting import Acting
from moei.access.decide import grants_of, may
from moei.access.models import BreakGlass, CaseGrant, RoleGrant, Staff
from moei.access.policy import ROLES, Cases, Section
from moei.casefile.actions.record_event import may_be_voided
from moei.casefile.folding import protocol
from moei.casefile.keeping_apart import KEPT_AGENCIES, KEPT_FROM_DECIDERS
from moei.casefile.models import (
    Attachment,
    Case,
    CaseEvent,
    Consent,
    Disclosure,
    IdentityDocument,
    Need,
    Person,
    PersonMerge,
    PersonName,
    RecordLink,
)
from moei.casefile.selectors.cases import CaseFile
from moei.casefile.selectors.needs import needs_of
from moei.casefile.words import event_label, label, source_label
from moei.engines.protocol import ClockKind, ClockStatus, EventKind

# What happened in the panel is part of the determination, not of the procedure that more people see.
_PANEL = frozenset({EventKind.DETERMINATION_SIGNED, EventKind.DETERMINATION_MADE})


@dataclass(frozen=True)
class Identity:
    person: Person
    child: bool
    age: tuple[int, int] | None
    names: tuple[PersonName, ...]
    nationalities: tuple[str, ...]
    languages: tuple[tuple[str, str], ...]
    documents: tuple[IdentityDocument, ...]
    family: tuple[Person, ...]


@dataclass(frozen=True)
class ClockLine:
    """A clock as the page says it; the attributes are those that the clock component reads."""

    label: str
    kind: ClockKind
    status: ClockStatus
    started_at: datetime | None
    due_at: datetime | None
    stopped_at: datetime | None
    remaining: timedelta | None
    verified: bool
    source: str
    note: str


@dataclass(frozen=True)
class Moment:
    """An event in the timeline."""

    event: CaseEvent
    label: str
    voided: bool
    may_void: bool


@dataclass(frozen=True)
class Origin:
    """A source record, and why it is taken to be about this person."""

    link: RecordLink
    label: str
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class Mention:
    """That a kind of source named the person, and when: nothing of which list, which row, or what was compared."""

    label: str
    at: datetime


@dataclass(frozen=True)
class Reach:
    """Who reaches this case, and how."""

    who: str
    how: str
    since: datetime
    staff_id: UUID | None = None
    basis: str = ""
    rests_on: str = ""  # the number of the joined file that was opened; this one is not


def identity(acting: Acting, file: CaseFile) -> Identity:
    person = file.case.person
    people = file.people
    on = acting.today
    return Identity(
        person=person,
        child=person.is_child(on),
        age=person.age_range(on),
        names=tuple(
            PersonName.objects.filter(person__in=people).exclude(text__in=[person.name, person.name_native])
        ),
        nationalities=tuple(person.nationalities.order_by("code").values_list("code", flat=True)),
        languages=tuple(
            (language.code, str(language.get_level_display()))
            for language in person.languages.order_by("level")
        ),
        documents=tuple(IdentityDocument.objects.filter(person__in=people).order_by("-seen", "number")),
        family=_family(people),
    )


def _family(people: Collection[UUID]) -> tuple[Person, ...]:
    """Who belongs together with this person, by any of their files; somebody with two files is one."""
    families = Person.objects.filter(pk__in=people, family__isnull=False).values("family_id")
    members = (
        Person.objects.filter(family__in=families).exclude(pk__in=people).exclude(merged_into__in=people)
    )
    return tuple({member.merged_into_id or member.pk: member for member in members}.values())


def needs(file: CaseFile) -> list[Need]:
    person = file.case.person_id
    return needs_of([person])[person]


def phones(file: CaseFile) -> list[str]:
    """Numbers that lists gave; who answers there is not known."""
    links = RecordLink.objects.filter(person__in=file.people, ended_at__isnull=True)
    return sorted(set(links.exclude(record__phone="").values_list("record__phone", flat=True)))


def clocks(file: CaseFile) -> list[ClockLine]:
    """All clocks that have begun, with where the protocol has their length from."""
    lines = []
    for state in file.state.clocks:
        clock = protocol(file.case.protocol).clock(state.code)
        if clock is None or state.status is ClockStatus.NOT_STARTED:
            continue
        lines.append(
            ClockLine(
                label=label(clock.labels),
                kind=state.kind,
                status=state.status,
                started_at=state.started_at,
                due_at=state.due_at,
                stopped_at=state.stopped_at,
                remaining=state.remaining,
                verified=clock.length.verified and clock.start.verified,
                source=clock.length.source,
                note=" ".join(filter(None, (clock.length.note, clock.start.note))),
            )
        )
    return lines


def timeline(file: CaseFile) -> list[Moment]:
    """Oldest first. Without the determination section, the panel's doings are left out."""
    voided = {str(event.data.get("event")) for event in file.events if event.kind == EventKind.VOIDED}
    hidden = frozenset() if file.shows(Section.DETERMINATION) else _PANEL
    return [
        Moment(
            event=event,
            label=event_label(event.kind),
            voided=str(event.id) in voided,
            may_void=str(event.id) not in voided and may_be_voided(event, file.allows),
        )
        for event in file.events
        if event.kind != EventKind.VOIDED and event.kind not in hidden
    ]


def origins(file: CaseFile) -> list[Origin]:
    """The records this file came from, with the evidence in words."""
    links = (
        RecordLink.objects.filter(person__in=file.people, ended_at__isnull=True)
        .select_related("record", "linked_by")
        .order_by("record__happened_at", "record__kind", "record__row")
    )
    return [Origin(link, source_label(link.record.kind), tuple(map(str, link.evidence))) for link in links]


def sees_matches(acting: Acting) -> bool:
    """Whether they work on lists or decide who is who. To anybody else, who may have sent one of the lists, nothing
    tells which lists name a person and why records were linked (P12)."""
    return any(may(acting.staff, action, acting.release.id) for action in ("lists.read", "review.judge"))


def mentions(file: CaseFile) -> list[Mention]:
    """The kinds of sources that named the person, each once for each time, the oldest first."""
    links = RecordLink.objects.filter(person__in=file.people, ended_at__isnull=True)
    found = links.order_by("record__happened_at", "record__kind").values_list(
        "record__kind", "record__happened_at"
    )
    return [Mention(source_label(kind), at) for kind, at in found.distinct()]


def joined(file: CaseFile) -> list[PersonMerge]:
    """Files that were joined into this one."""
    merges = PersonMerge.objects.filter(kept=file.case.person_id, undone_at__isnull=True)
    return list(merges.select_related("merged__case", "merged_by").order_by("merged_at"))


def outcome(file: CaseFile) -> str:
    """The determination in the protocol's words; empty while there is none."""
    made = protocol(file.case.protocol).outcome(file.state.panel.made or "")
    return label(made.labels) if made else ""


def missing_seats(file: CaseFile) -> list[str]:
    """Professions whose signature is still missing."""
    named = {p.code: label(p.labels) for p in protocol(file.case.protocol).professions}
    return [named.get(code, code) for code in file.state.panel.missing]


def consents(file: CaseFile) -> list[Consent]:
    """Answers, newest first; those that P03 keeps from whoever decides are left out for them."""
    found = Consent.objects.filter(case__person__in=file.people).order_by("-asked_at")
    found = found.select_related("case", "recipient", "asked_by", "translated_by")
    if file.allows("determination.sign"):
        found = found.exclude(purpose__in=KEPT_FROM_DECIDERS)
    return list(found)


def disclosures(file: CaseFile) -> list[Disclosure]:
    found = Disclosure.objects.filter(case__person__in=file.people).order_by("-happened_at")
    found = found.select_related("case", "recorded_by")
    if file.allows("determination.sign"):
        found = found.exclude(basis__in=[f"consent ({purpose})" for purpose in KEPT_FROM_DECIDERS])
    return list(found)


def attachments(file: CaseFile) -> list[Attachment]:
    found = Attachment.objects.filter(case__person__in=file.people, voided_at__isnull=True)
    return list(found.select_related("case", "added_by").order_by("added_at", "id"))


def reaches(acting: Acting, file: CaseFile) -> list[Reach]:
    """Who has access: by a role at the site or in the release, by name, by consent, in an emergency.

    What opened a file that was joined into this one rests: it is named with that file's number, and opens nothing.
    """
    case = file.case
    numbers = {case.id: case.number}
    if len(file.people) > 1:
        files = Case.objects_unchecked.filter(person__in=file.people)
        numbers = dict(files.values_list("id", "number"))
    by_role = [
        Reach(
            f"{grant.staff} ({grant.staff.agency or '–'})",
            gettext(ROLES[grant.role].label),
            grant.granted_at,
        )
        for grant in _wide_grants(case)
    ]
    stands = Q(ended_at__isnull=True) | Q(basis=CaseGrant.Basis.REFERRAL, ended_at__gt=acting.now)
    named = CaseGrant.objects.filter(stands, case_id__in=numbers)
    named = named.select_related("staff", "agency")
    if file.allows("determination.sign"):
        named = named.filter(Q(agency__isnull=True) | ~Q(agency__kind__in=KEPT_AGENCIES))
    by_name = [
        Reach(
            str(grant.staff or grant.agency),
            str(grant.get_basis_display()),
            grant.granted_at,
            grant.staff_id,
            grant.basis,
            numbers[grant.case_id] if grant.case_id != case.id else "",
        )
        for grant in named.order_by("granted_at")
    ]
    emergencies = BreakGlass.objects.filter(case_id=case.id, ends_at__gt=acting.now, closed_at__isnull=True)
    return [
        *by_role,
        *by_name,
        *(
            Reach(str(row.staff), gettext("in an emergency, for three hours"), row.opened_at)
            for row in emergencies.select_related("staff")
        ),
    ]


def _wide_grants(case: Case) -> list[RoleGrant]:
    """Roles that reach this case without being opened to it singly."""
    wide = [role.code for role in ROLES.values() if role.cases in (Cases.SITE, Cases.RELEASE)]
    grants = RoleGrant.objects.filter(role__in=wide, ended_at__isnull=True, staff__is_active=True).filter(
        Q(release_id=case.release_id) | Q(release__isnull=True)
    )
    return [
        grant
        for grant in grants.select_related("staff__agency").order_by("staff__name")
        if ROLES[grant.role].cases is Cases.RELEASE or grant.site_id == case.site_id
    ]


def assignable(acting: Acting, cases: Cases) -> list[Staff]:
    """Active staff whose role works on single cases in this way, in the acting release."""
    codes = [role.code for role in ROLES.values() if role.cases is cases]
    grants = RoleGrant.objects.filter(role__in=codes, ended_at__isnull=True, staff__is_active=True).filter(
        Q(release=acting.release) | Q(release__isnull=True)
    )
    return list(
        Staff.objects.filter(pk__in=grants.values("staff_id")).select_related("agency").order_by("name")
    )


def reaches_cases(acting: Acting) -> bool:
    """Whether any role of theirs reaches cases at all."""
    return any(role.cases is not Cases.NONE for role, _grant in grants_of(acting.staff))
