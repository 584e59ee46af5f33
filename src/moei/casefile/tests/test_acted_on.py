"""A file on which somebody acted is never emptied by matching, whatever it was that they did."""

from __future__ import annotations

from datetime import timedelta

import pytest

from moei.casefile.acted_on import everybody_acted_on, people_acted_on
from moei.casefile.actions.assign_case import assign_case
from moei.casefile.actions.attachments import add_attachment
from moei.casefile.actions.consent import record_consent, record_disclosure
from moei.casefile.actions.correct_identity import correct_identity
from moei.casefile.actions.family import join_family
from moei.casefile.actions.load_wordings import current_wording, load_wordings
from moei.casefile.actions.merge_people import merge_people, unmerge_people
from moei.casefile.actions.needs import record_needs
from moei.casefile.actions.record_event import Happening, record_events
from moei.casefile.actions.resolve_people import resolve_people
from moei.casefile.actions.wristband import issue_wristband
from moei.casefile.models import Attachment, Case, Judgement, Purpose, RecordLink, SourceRecord
from moei.engines.protocol import EventKind

pytestmark = pytest.mark.django_db
PAPER = {"nationality": "ETH", "document_number": "C51258238"}


@pytest.fixture
def deeds(acting, anong, kanya, add_case, now, settings, tmp_path):
    """What somebody may do to a case, by name."""
    settings.ATTACHMENTS_DIR = tmp_path
    load_wordings(now=now)
    who = acting(anong)

    def refuse(case: Case) -> None:
        assign_case(who, case, kanya)
        record_consent(
            acting(kanya), case, Purpose.MEDIA, given=False, wording=current_wording(Purpose.MEDIA, "en")
        )

    def taken_apart(case: Case) -> None:
        other = add_case("Somebody Else")
        unmerge_people(who, merge_people(who, other, case, reason="same scar"), reason="two scars")

    def judged(case: Case) -> None:
        left = RecordLink.objects.get(person=case.person_id, ended_at__isnull=True).record
        right = RecordLink.objects.get(person=add_case("Somebody Else").person_id).record
        Judgement.objects.create(left=left, right=right, verdict="different", judged_at=now, judged_by=anong)

    return {
        "needs": lambda case: record_needs(who, case, ["medical"]),
        "consent": refuse,
        "disclosure": lambda case: record_disclosure(
            who, case, what="a list", to_whom="the army", basis="none", outside=True
        ),
        "attachment": lambda case: add_attachment(who, case, Attachment.Kind.DOCUMENT, "a.pdf", b"%PDF-1.4"),
        "assignment": lambda case: assign_case(who, case, kanya),
        "correction": lambda case: correct_identity(who, case, {"name": "Henok D."}),
        "family": lambda case: join_family(who, case, add_case("Somebody Else")),
        "wristband": lambda case: issue_wristband(who, case),
        "taken apart": taken_apart,
        "judgement": judged,
        "event": lambda case: record_events(who, [Happening(case, EventKind.ARRIVED, now)]),
    }


DEEDS = (
    "needs",
    "consent",
    "disclosure",
    "attachment",
    "assignment",
    "correction",
    "family",
    "wristband",
    "taken apart",
    "judgement",
    "event",
)
LISTS = ("transferring", "handover", "embassy")


def records_of(case: Case) -> int:
    return RecordLink.objects.filter(person=case.person_id, ended_at__isnull=True).count()


@pytest.mark.parametrize("deed", DEEDS)
def test_matching_leaves_the_last_record_where_somebody_acted(
    deed, deeds, anong, acting, add_case, now, release
):
    case, larger, third = (add_case("HENOK DESTA", kind=kind, **PAPER) for kind in LISTS)
    RecordLink.objects.filter(person=third.person_id).update(person=larger.person_id)
    assert people_acted_on([case.person_id, larger.person_id]) == set()
    deeds[deed](case)
    assert people_acted_on([case.person_id, larger.person_id]) == {case.person_id}
    assert case.person_id in everybody_acted_on(release) and larger.person_id not in everybody_acted_on(
        release
    )
    resolve_people(acting(anong, later=timedelta(hours=1)))
    case.refresh_from_db()
    assert (records_of(case), case.hidden) == (3, False)


def test_matching_still_moves_what_nobody_touched(anong, acting, add_case):
    case, larger, third = (add_case("HENOK DESTA", kind=kind, **PAPER) for kind in LISTS)
    RecordLink.objects.filter(person=third.person_id).update(person=larger.person_id)
    resolve_people(acting(anong))
    case.refresh_from_db()
    assert (records_of(case), records_of(larger), case.hidden) == (0, 3, True)


def test_a_list_taken_out_before_somebody_acted_empties_no_file_on_which_they_did(
    anong, acting, add_case, now
):
    acted, untouched = add_case("HENOK DESTA"), add_case("MARIA SANTOS")
    SourceRecord.objects.update(voided_at=now)
    record_needs(acting(anong), acted, ["medical"])
    resolve_people(acting(anong, later=timedelta(hours=1)))
    hidden = dict(Case.objects_unchecked.values_list("id", "hidden"))
    assert hidden == {acted.id: False, untouched.id: True}
