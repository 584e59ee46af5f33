"""People with everything that a file can hold, and a day on which the rules say that it must go. All are invented."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest

from moei.access.actions.break_glass import break_glass
from moei.access.cast import Member, create_member
from moei.access.models import Staff
from moei.casefile.actions.assign_case import assign_case
from moei.casefile.actions.attachments import add_attachment
from moei.casefile.actions.consent import record_consent, record_disclosure
from moei.casefile.actions.correct_identity import correct_identity
from moei.casefile.actions.load_wordings import current_wording, load_wordings
from moei.casefile.actions.record_event import Happening, record_events
from moei.casefile.models import Attachment, Case, Person, Purpose
from moei.desks.arrivals.actions.commit_import import commit_import
from moei.desks.arrivals.actions.register_person import register_person
from moei.desks.arrivals.actions.upload_list import upload_list
from moei.desks.arrivals.registration import Registration
from moei.desks.arrivals.tests.workbooks import TRANSFER, workbook
from moei.desks.screening.actions.record_screening import record_screening
from moei.desks.screening.actions.save_answers import save_answers
from moei.desks.screening.actions.start_interview import start_interview
from moei.engines.protocol import EventKind
from moei.retention.actions.carry_out_run import carry_out_run
from moei.retention.actions.propose_run import approve_run, propose_run

# Words by which somebody who finds them knows of whom they speak.
TELLING = ("Mulugeta", "Yared", "MULUGETA", "ሙሉጌታ", "ያሬድ", "EP1234567", "Muluneh", "+251911234567")
YEAR = timedelta(days=365)


@pytest.fixture
def dej(release, agencies, now) -> Staff:
    """The director of the operation."""
    return create_member(
        Member("dej", "Dej (director)", "MSDHS Tak", "", ("director",)), release, agencies, now=now
    )


@dataclass
class People:
    """Five people of two lists; `mulugeta` has a file with everything in it."""

    mulugeta: Case
    others: list[Case] = field(default_factory=list)


@pytest.fixture
def folder(settings, tmp_path):
    """Sealed files of this test alone."""
    settings.DATA_DIR = tmp_path / "data"
    settings.ATTACHMENTS_DIR = settings.DATA_DIR / "attachments"
    settings.DATA_DIR.mkdir()
    return settings.DATA_DIR


@pytest.fixture
def people(request, folder, acting, anong, kanya, selam, now) -> People:
    who = acting(anong)
    load_wordings(now=now)
    filename = getattr(request, "param", "received.xlsx")
    handed_over = upload_list(who, filename, workbook(), "Border police")
    commit_import(who, handed_over)
    transfer = upload_list(who, "transfer.xlsx", workbook(title=TRANSFER), "Border force")
    commit_import(who, transfer)
    by_name = {person.name: person for person in Person.objects.select_related("case")}
    found = next(person for name, person in by_name.items() if "MULUGETA" in name.upper()).case
    given = Registration(
        name="Mulugeta Yared",
        name_native="ሙሉጌታ ያሬድ",
        sex="M",
        nationality="ETH",
        birth_from=date(1998, 3, 14),
        birth_to=date(1998, 3, 14),
        languages=(("am", "native"),),
        needs=frozenset({"injured"}),
        document_kind="passport",
        document_number="EP 1234567",
        document_issuer="ETH",
        document_seen=True,
    )
    case = register_person(who, given, found, operation=uuid4()).case
    correct_identity(who, case, {"name": "Muluneh Yared"})
    correct_identity(who, case, {"name": "Mulugeta Yared"})
    assign_case(who, case, kanya)
    for purpose in (Purpose.MEDIA, Purpose.FAMILY):
        wording = current_wording(purpose, "am")
        record_consent(acting(kanya), case, purpose, given=True, wording=wording, translated_by=selam)
    record_disclosure(
        who, case, what="the name Mulugeta Yared", to_whom="the army", basis="none", outside=True
    )
    add_attachment(who, case, Attachment.Kind.DOCUMENT, "passport EP1234567.pdf", b"%PDF-1.4 Mulugeta Yared")
    record_screening(who, case, note="Mulugeta asks for his brother, telephone +251911234567.")
    interview = start_interview(who, case, language="am", interpreter=selam, no_tie=True)
    save_answers(who, interview, {"own_words": "My name is ሙሉጌታ ያሬድ. I was taken over a river."})
    break_glass(acting(kanya), case.id, "Mulugeta Yared fainted, the hospital asks for his blood group")
    others = Case.objects_unchecked.exclude(pk=case.pk).filter(hidden=False)
    return People(case, list(others.select_related("person").order_by("number")))


@pytest.fixture
def close(acting, anong):
    def close(case: Case, *, at: datetime | None = None) -> None:
        who = acting(anong, at=at)
        record_events(who, [Happening(case, EventKind.CLOSED, who.now)])

    return close


@pytest.fixture
def erase(acting, dej, somsak):
    """Erase what is due at a time, as two agencies do it: proposed, approved, waited for, carried out."""

    def erase(later: timedelta):
        run = propose_run(acting(dej, later=later))
        run = approve_run(acting(somsak, later=later), run.pk)
        return carry_out_run(run.pk, now=run.starts_at)

    return erase
