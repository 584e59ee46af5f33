"""Register a person at the crossing: what they and their papers say, needs, the wristband; applied once.

Registration rests on law and on the person's vital interest; no consent is asked here (P02).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError
from django.utils.formats import date_format
from django.utils.translation import gettext

from moei.access.acting import Acting, Invalid, Refused
from moei.access.decide import require
from moei.access.journalled import changed, was_listed
from moei.access.limits import ask_before_lookup
from moei.casefile.actions.apply_once import committed, refuse_other_content
from moei.casefile.actions.needs import record_needs
from moei.casefile.actions.record_event import TOLERANCE, Happening, lock_case, record_events
from moei.casefile.actions.wristband import issue_wristband
from moei.casefile.actions.write_people import open_people, redescribe
from moei.casefile.folding import state_of
from moei.casefile.models import (
    Case,
    CaseEvent,
    DeviceOperation,
    IdentityDocument,
    Need,
    Person,
    PersonLanguage,
    RecordLink,
    SourceRecord,
    Wristband,
)
from moei.casefile.searching import index_people, tokens_of
from moei.casefile.selectors.cases import visible_cases
from moei.desks.arrivals.actions.enter_sheet import enter_sheet
from moei.desks.arrivals.mrz_check import check_mrz
from moei.desks.arrivals.registration import Registration, child
from moei.engines.identity import clean_document_number
from moei.engines.identity.digits import tidy
from moei.engines.protocol import EventKind
from moei.journal.ids import new_id
from moei.journal.record import together

KIND = "registration"


@dataclass(frozen=True)
class Registered:
    """The case file and its wristband. `again` is True when this very operation had been applied before."""

    case: Case
    wristband: Wristband
    again: bool = False


@dataclass
class _Asked:
    """What a registration asked of the other case files: a document's number, and whose file answered."""

    number: str = ""
    found: list[UUID] = field(default_factory=list)


def register_person(
    acting: Acting, registration: Registration, case: Case | None = None, *, operation: UUID
) -> Registered:
    """Register somebody who is expected (`case`), or who is on no list (None: a new case file is opened).

    `operation` is made by the form: the same one a second time (a double click, a repeated sending) changes
    nothing and gives the same answer. Raises `Invalid` when the person is registered already, naming who did it
    and when; when a time lies before the handover or in the future; when check digits of a zone do not fit or
    another person shows the same document, until the officer has compared them.

    Whether another file has the document is a look-up (P12): it needs a reason and a rate that is not used up, and
    nothing else may be wrong. A registration that is saved is the trace of it; one that is refused leaves an entry of
    its own, which its being taken back does not undo.
    """
    require(acting, "person.register")
    if case is not None:
        require(acting, "person.register", case)
    asked = _Asked()
    try:
        with together():
            return _once(acting, operation, registration, case) or _register(
                acting, registration, case, operation, asked
            )
    except Refused:
        _keep(acting, asked)
        raise
    except (IntegrityError, Invalid) as refused:
        # The first of a double click may have been saved while the second waited for it.
        done = _once(acting, operation, registration, case)
        if done is None:
            _keep(acting, asked)
        if done is None and isinstance(refused, Invalid):
            raise
        if done is None and DeviceOperation.objects.filter(client_id=operation).exists():
            raise Invalid("This form was sent before by somebody else. Open a new form.") from None
        if done is None:
            raise
        return done


def _keep(acting: Acting, asked: _Asked) -> None:
    """Write down what was looked up without anybody being registered; raises `Slowed` in place of the answer."""
    if asked.number:
        was_listed(acting, "arrivals:register", asked.found, words=asked.number)


def _once(acting: Acting, operation: UUID, given: Registration, chosen: Case | None) -> Registered | None:
    row = DeviceOperation.objects.filter(client_id=operation, kind=KIND, staff=acting.staff).first()
    if row is None or row.result is None:
        return None
    case = Case.objects_unchecked.select_related("person").get(pk=row.result)
    refuse_other_content(acting, row, KIND, case.person_id, _content(given, chosen))
    return Registered(case, Wristband.objects.filter(case=case).order_by("-issued_at")[0], again=True)


def _content(given: Registration, chosen: Case | None) -> list[object]:
    return [str(chosen.id) if chosen else "", asdict(given) | {"needs": sorted(given.needs)}]


def _register(
    acting: Acting, given: Registration, chosen: Case | None, operation: UUID, asked: _Asked
) -> Registered:
    moment = given.happened_at or acting.now
    if chosen is not None:
        _refuse_unless_ready(acting, chosen)
    standing = standing_events(chosen) if chosen is not None else {}
    _check_moment(acting, moment, standing)
    DeviceOperation.objects.create(
        client_id=operation,
        kind=KIND,
        staff=acting.staff,
        received_at=acting.now,
        device_clock=given.happened_at,
    )
    _check(acting, given, moment)
    shared = _check_shared(acting, given, chosen, asked)
    if shared:
        raise Invalid(shared)
    record = _record(acting, given, moment)
    case = _link(acting, record, chosen) if chosen is not None else _open(acting, record)
    require(acting, "person.register", case)
    # The journal's head is ours from the entry above until all is saved: who was registered meanwhile, at another
    # table, is seen now.
    shared = _check_shared(acting, given, case, asked)
    if shared:
        raise Invalid(shared)
    day = acting.release.site.day_of(moment)
    is_child = _take_over(acting, given, case, day)
    _record_events(acting, given, case, standing, moment, is_child, operation)
    needs = set(given.needs) | ({Need.Code.AGE_UNSURE.value} if is_child else set())
    record_needs(acting, case, needs)
    band = issue_wristband(acting, case)
    if given.sheet:
        enter_sheet(acting, case, given.sheet)
    DeviceOperation.objects.filter(client_id=operation).update(
        result=case.id, content=committed(case.person_id, _content(given, chosen))
    )
    case.refresh_from_db()
    return Registered(case, band)


def _refuse_unless_ready(acting: Acting, case: Case) -> None:
    """Lock the case, so that of two officers the second sees what the first did."""
    locked = lock_case(case)
    if locked.hidden:
        raise Invalid(
            "This case file was joined with another or its list was undone. Search for the person again."
        )
    allowed = state_of(locked, now=acting.now).may("registered")
    if allowed.ok:
        return
    registered = standing_events(locked).get(EventKind.REGISTERED)
    raise Invalid(already_words(registered, acting) if registered else str(allowed.reason))


def standing_events(case: Case) -> dict[str, CaseEvent]:
    """The first event of each kind that was not voided."""
    rows = list(CaseEvent.objects.filter(case=case).select_related("recorded_by").order_by("happened_at"))
    voided = {row.data.get("event") for row in rows if row.kind == EventKind.VOIDED}
    found: dict[str, CaseEvent] = {}
    for row in rows:
        if str(row.id) not in voided:
            found.setdefault(row.kind, row)
    return found


def already_words(event: CaseEvent, acting: Acting) -> str:
    at = event.recorded_at.astimezone(acting.release.site.zone)
    words = gettext(
        "This person was registered already by %(who)s at %(time)s on %(day)s. Nothing was saved a second time."
    )
    return words % {"who": event.recorded_by, "time": f"{at:%H:%M}", "day": date_format(at, "j M Y")}


def _check(acting: Acting, given: Registration, moment: datetime) -> None:
    errors: dict[str, str] = {}
    zone = acting.release.site.zone
    if not (tidy(given.name) or tidy(given.name_native)):
        errors["name"] = "Write the name as the person gives it. If they give none, write “unknown”."
    if (given.birth_from is None) != (given.birth_to is None):
        errors["birth_date"] = "Give both the earliest and the latest possible birth date, or neither."
    if given.birth_from and given.birth_to and given.birth_from > given.birth_to:
        errors["birth_date"] = "The earliest birth date is after the latest one."
    if given.birth_from and given.birth_from > moment.astimezone(zone).date():
        errors["birth_date"] = "This date of birth is in the future. Years of the Buddhist era are 543 more."
    errors |= _check_zone(given, moment.astimezone(zone).date())
    if errors:
        raise Invalid(errors)


def _check_moment(acting: Acting, moment: datetime, standing: Mapping[str, CaseEvent]) -> None:
    """Before anything is computed from it: not before the handover, not in the future."""
    handover = standing.get(EventKind.HANDED_OVER)
    handed_over = handover.happened_at if handover else acting.release.began_at
    if moment < handed_over:
        at = handed_over.astimezone(acting.release.site.zone)
        raise Invalid(
            {
                "happened_at": "This time is before the handover at %(time)s on %(day)s. "
                "Check the date and time, and the clock of this device."
            },
            time=f"{at:%H:%M}",
            day=date_format(at, "j M Y"),
        )
    if moment > acting.now + TOLERANCE:
        raise Invalid(
            {"happened_at": "This time is in the future. Check the date and the clock of this device."}
        )


def _check_zone(given: Registration, today: date) -> dict[str, str]:
    if not given.mrz.strip():
        return {}
    checked = check_mrz(given.mrz, today=today)
    if checked.mrz is None:
        return {"mrz": checked.refusal}
    if not checked.valid and not given.mrz_compared:
        words = gettext(
            "Check digits do not fit: %(fields)s. Compare the zone with the document. "
            "If the document really says so, tick that you compared it."
        )
        return {"mrz": words % {"fields": ", ".join(checked.wrong)}}
    return {}


def _check_shared(acting: Acting, given: Registration, chosen: Case | None, asked: _Asked) -> dict[str, str]:
    """Asked only when nothing else is wrong: a form that cannot be saved looks nobody up."""
    number = clean_document_number(given.document_number)
    if not number or given.shared_document:
        return {}
    if not asked.number:
        ask_before_lookup(acting)
    asked.number = number
    others = IdentityDocument.objects.filter(
        number=number,
        person__release=acting.release,
        person__merged_into__isnull=True,
        person__case__hidden=False,
    ).select_related("person__case")
    others = others.exclude(person_id=chosen.person_id) if chosen else others
    other = others.first()
    if other is None:
        return {}
    asked.found = [other.person.case.id]
    seen = visible_cases(acting.staff, acting.release.id, now=acting.now)
    if not seen.filter(pk=other.person.case.pk).exists():
        # That there is one must be said, or one person gets two files; which one it is, is not for this table.
        return {
            "document_number": gettext(
                "A case file that you may not open has a document of this number. Ask your supervisor who it is. "
                "If two people show one document, tick that you saw this."
            )
        }
    words = gettext(
        "Another case file (%(number)s) has a document of this number. If that is this person, choose that case file. "
        "If two people show one document, tick that you saw this."
    )
    return {"document_number": words % {"number": other.person.case.number}}


def _record(acting: Acting, given: Registration, moment: datetime) -> SourceRecord:
    known = given.birth_from is not None and given.birth_from == given.birth_to
    return SourceRecord.objects.create(
        release=acting.release,
        origin=SourceRecord.Origin.REGISTRATION,
        kind=KIND,
        list_name=KIND,
        name=tidy(given.name)[:200],
        name_native=tidy(given.name_native)[:200],
        sex=given.sex,
        birth_date=given.birth_from if known else None,
        birth_from=given.birth_from,
        birth_to=given.birth_to,
        nationality=given.nationality,
        document_number=clean_document_number(given.document_number)[:40],
        document_kind=given.document_kind if given.document_number else "",
        phone=tidy(given.phone)[:30],
        note=f"paper sheet: {given.sheet}" if given.sheet else "",
        happened_at=moment,
        recorded_at=acting.now,
    )


def _link(acting: Acting, record: SourceRecord, case: Case) -> Case:
    RecordLink.objects.create(
        record=record,
        person_id=case.person_id,
        how=RecordLink.How.STAFF,
        evidence=["chosen by the officer who registered the person"],
        linked_at=acting.now,
        linked_by=acting.staff,
    )
    changed(acting, "record.linked", case=case.id, subject=case.person_id, data={"record": str(record.id)})
    redescribe(acting, [case.person_id])
    return case


def _open(acting: Acting, record: SourceRecord) -> Case:
    person_id = new_id()
    open_people(acting, {person_id: [record.id]}, {record.id: record}, how=RecordLink.How.STAFF)
    return Case.objects_unchecked.select_related("person").get(person_id=person_id)


def _take_over(acting: Acting, given: Registration, case: Case, day: date) -> bool | str:
    """What a description of records does not hold: doubt about age, languages, the document that was seen."""
    person = Person.objects.get(pk=case.person_id)
    unsure = given.age_unsure or Need.Code.AGE_UNSURE in given.needs
    is_child = child(person.birth_from, person.birth_to, unsure=unsure, on=day)
    changes: dict[str, tuple[object, object]] = {}
    if person.age_unsure != unsure:
        changes["age_unsure"] = (person.age_unsure, unsure)
        person.age_unsure = unsure
        person.save(update_fields=["age_unsure"])
    for code, level in given.languages:
        PersonLanguage.objects.update_or_create(person=person, code=code, defaults={"level": level})
    if given.languages:
        changes["languages"] = (None, [list(pair) for pair in given.languages])
    number = clean_document_number(given.document_number)[:40]
    if number:
        checked = check_mrz(given.mrz, today=day) if given.mrz.strip() else None
        IdentityDocument.objects.update_or_create(
            person=person,
            kind=given.document_kind or "passport",
            number=number,
            defaults={
                "issuer": given.document_issuer,
                "expires_on": given.document_expires,
                "seen": given.document_seen,
                "mrz_valid": checked.valid if checked else None,
            },
        )
        changes["document"] = (None, number)
        index_people(tokens_of(person.id, [], [number]))
    if changes:
        changed(acting, "identity.registered", case=case.id, subject=person.id, changes=changes)
    return is_child


def _record_events(
    acting: Acting,
    given: Registration,
    case: Case,
    standing: Mapping[str, CaseEvent],
    moment: datetime,
    is_child: bool | str,
    operation: UUID,
) -> None:
    happenings = []
    if EventKind.HANDED_OVER not in standing and given.came_with_handover:
        # On no handover list, but here: the person's time must not run later than that of the others.
        happenings.append(Happening(case, EventKind.HANDED_OVER, moment, {"from": KIND}, given.precision))
    if EventKind.ARRIVED not in standing:
        happenings.append(Happening(case, EventKind.ARRIVED, moment, {}, given.precision))
    happenings.append(
        Happening(case, EventKind.REGISTERED, moment, {"child": is_child}, given.precision, operation)
    )
    record_events(acting, happenings)
