"""What the attackers want: a release in which they have no part, with everything in it that has an id."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from django.test import Client
from tests.of_every_desk import in_a_place, way_home

from moei.access.acting import Acting
from moei.access.actions.break_glass import break_glass
from moei.access.cast import Member, create_member
from moei.access.models import Agency, Release, Site, Staff
from moei.access.web import LOOKING
from moei.casefile.actions.attachments import add_attachment
from moei.casefile.actions.belongings import Thing, take_property
from moei.casefile.actions.complain import complain
from moei.casefile.actions.consent import record_consent
from moei.casefile.actions.filmed import record_filming
from moei.casefile.actions.load_wordings import current_wording, load_wordings
from moei.casefile.actions.merge_people import merge_people
from moei.casefile.actions.record_event import Happening, record_events
from moei.casefile.actions.rights import record_request, record_wish
from moei.casefile.models import (
    Attachment,
    Case,
    Consent,
    Filming,
    Need,
    PropertyItem,
    ProtectionConcern,
    Purpose,
    Request,
    SourceRecord,
    TravelDocument,
    Wish,
)
from moei.desks.arrivals.actions.commit_import import commit_import
from moei.desks.arrivals.actions.judge_pair import judge_pair
from moei.desks.arrivals.actions.register_person import register_person
from moei.desks.arrivals.actions.upload_list import upload_list
from moei.desks.arrivals.models import ReviewPair
from moei.desks.arrivals.registration import Registration
from moei.desks.arrivals.tests.workbooks import PEOPLE, TRANSFER, workbook
from moei.desks.care.actions.plan_support import make_plan, set_goal
from moei.desks.care.models import Referral, Service
from moei.desks.embassies.models import AgreedState, Batch, ServedState, VerificationRequest
from moei.desks.evidence.tests.rows import evidence_of
from moei.desks.investigations.tests.rows import rows_of_the_desk
from moei.engines.protocol import EventKind
from moei.journal.ids import new_id
from moei.overview.actions.publish_bulletin import publish_bulletin
from moei.overview.models import Statistics

SECRET = "Seblewengel Worku"  # who is looked for
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 64


@dataclass
class Other:
    """Another release at another crossing. `ids` are by the names that addresses give them."""

    release: Release
    worker: Staff
    case: Case
    ids: dict[str, UUID] = field(default_factory=dict)

    def acting(self) -> Acting:
        return Acting(self.worker, self.release, self.release.began_at + timedelta(hours=6))


def client_of(staff: Staff, **options: bool) -> Client:
    """Signed in, as after typing a password just now."""
    if not staff.has_usable_password():
        staff.set_password("an invented pass phrase")
        staff.save(update_fields=["password"])
    client = Client(**options)
    client.force_login(staff)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": datetime.now(UTC).timestamp()}]
    session["account_authentication_methods_user"] = str(staff.pk)
    session[LOOKING] = "my_cases"
    session.save()
    return client


@pytest.fixture
def other(release, agencies, cast, now, settings, tmp_path) -> Other:
    settings.ATTACHMENTS_DIR = tmp_path / "attachments"
    settings.BULLETINS_DIR = tmp_path / "bulletins"
    site = Site.objects.create(name="Another crossing, far away")
    elsewhere = Release.objects.create(
        code="other-release",
        name="Another release (invented people)",
        began_at=release.began_at,
        site=site,
        invented=True,
    )
    member = Member("ranee", "Ranee (invented)", "MSDHS Tak", "social_development", ("social_worker",))
    worker = create_member(member, elsewhere, agencies, now=release.began_at)
    speaker = create_member(
        Member("hiwot", "Hiwot (invented)", "Safe Return", "interpreter", ("interpreter",), ("am", "en")),
        elsewhere,
        agencies,
        now=release.began_at,
    )
    counts = create_member(
        Member("petra", "Petra (invented)", "Statistics", "", ("statistician",)),
        elsewhere,
        agencies,
        now=release.began_at,
    )
    load_wordings(now=now)
    built = Other(elsewhere, worker, None)  # type: ignore[arg-type]
    acting = built.acting()
    transfer = upload_list(acting, "transfer.xlsx", workbook(title=TRANSFER), "Bridge (invented)")
    commit_import(acting, transfer, elsewhere.began_at)
    staged = upload_list(acting, "staged.xlsx", workbook(PEOPLE[:2], title="Missing"), "Families")
    one, two, three, *_rest = SourceRecord.objects.filter(source=transfer.id).order_by("row")
    pair = ReviewPair.objects.create(release=elsewhere, left=one, right=two, rank=1, score=0.5)
    judged = judge_pair(acting, one, three, "later", "not sure yet")

    def registered(name: str) -> Case:
        born = date(1998, 3, 14)
        given = Registration(name=name, birth_from=born, birth_to=born, nationality="ETH")
        return register_person(acting, given, operation=new_id()).case

    case, joined = registered(SECRET), registered("Somebody Joined")
    merge = merge_people(acting, case, joined, reason="the same scar")
    consent = record_consent(
        acting,
        case,
        Purpose.FAMILY,
        given=True,
        wording=current_wording(Purpose.FAMILY, "am"),
        recipient=None,
        translated_by=speaker,
    )
    attachment = add_attachment(acting, case, Attachment.Kind.PHOTO, "face.png", PNG)
    (event,) = record_events(acting, [Happening(case, EventKind.ARRIVED, acting.now)])
    bulletin = publish_bulletin(Acting(counts, elsewhere, acting.now))
    statistics = Statistics.objects.create(
        release=elsewhere,
        as_of=bulletin.as_of,
        counted_at=acting.now,
        counted_by=counts,
        published=bulletin.published,
        shown=bulletin.shown,
    )
    opened = break_glass(acting, case.id, "to have something to review")
    thing = Thing(
        PropertyItem.Kind.PHONE,
        "A telephone (invented)",
        taken_by="An officer (invented)",
        taken_at=acting.now,
        basis="the person's own wish",
        held_at="the office of the crossing",
    )
    filming = record_filming(
        acting,
        case,
        where="at the river",
        when="",
        by_whom="",
        wanted=Filming.Wanted.UNDECIDED,
        followed_by=worker,
        due_on=acting.today + timedelta(days=7),
    )
    built.case = Case.objects_unchecked.get(pk=case.pk)
    officer = create_member(
        Member("waree", "Waree (invented)", "Way Home", "", ("returns_officer",)),
        elsewhere,
        agencies,
        now=release.began_at,
    )
    _journey, seat, follow_up = way_home(Acting(officer, elsewhere, acting.now), built.case)
    built.ids = {
        "journey_id": seat.journey_id,
        "seat_id": seat.pk,
        "follow_up_id": follow_up.pk,
        "case_id": case.pk,
        "merge_id": merge.pk,
        "consent_id": consent.pk,
        "attachment_id": attachment.pk,
        "event_id": event.pk,
        "import_id": staged.pk,
        "old_id": transfer.pk,
        "pair_id": pair.pk,
        "judgement_id": judged.judgement.pk,
        "bulletin_id": bulletin.pk,
        "statistics_id": statistics.pk,
        "extension": "csv",
        "opened_id": opened.pk,
        "wish_id": record_wish(acting, case, Wish.Kind.NO_PAPERS).pk,
        "request_id": record_request(acting, case, Request.Kind.SEE, "I want to see it.").pk,
        "complaint_id": complain(acting, case, "It took long.", body_outside="An ombudsman (invented)").pk,
        "item_id": take_property(acting, case, thing).pk,
        "filming_id": filming.pk,
    }
    built.ids |= evidence_of(acting)
    built.ids |= rows_of_the_desk(elsewhere, agencies["DSI"], cast["niran"], now)
    built.ids |= _in_care(acting, built.case, agencies["Baan Dao"])
    built.ids |= _at_missions(acting, built.case, consent, agencies["Embassy of Ethiopia"])
    built.ids |= in_a_place(acting, built.case)
    return built


def _in_care(acting: Acting, case: Case, shelter: Agency) -> dict[str, UUID]:
    """Something they need, and a referral to a shelter of the cast, in the release that is not its own.

    Services and organisations belong to the whole instance: in place of one stands an id that nobody ever gave out.
    """
    given = {"added_at": acting.now, "added_by": acting.staff}
    meals = Service.objects.create(
        agency=shelter, name="Meals in another release", kind=Service.Kind.BASICS, **given
    )
    referral = Referral.objects.create(
        case=case,
        service=meals,
        recipient=shelter,
        sections=["identity", "needs"],
        urgency=1,
        reason=Referral.Reason.OTHER,
        offered_at=acting.now,
        offered_by=acting.staff,
    )
    plan = make_plan(acting, case, "Legal", objectives="To see a judge.", review_on=acting.today)
    return {
        "service_id": new_id(),
        "agency_id": new_id(),
        "referral_id": referral.pk,
        "plan_id": plan.pk,
        "goal_id": set_goal(acting, plan, "Find a lawyer").pk,
        "need_id": Need.objects.create(person=case.person, code="food", urgency=1, noted_at=acting.now).pk,
    }


def _at_missions(acting: Acting, case: Case, consent: Consent, mission: Agency) -> dict[str, UUID]:
    """What a mission was asked about them; the embassy of the cast is asked, in the release that is not its own.

    Missions belong to the whole instance, as agencies do: in place of one stands an id that nobody ever gave out.
    """
    about = {"case": case, "mission": mission}
    at = acting.now
    batch = Batch.objects.create(
        release=acting.release, mission=mission, state="ETH", sent_at=at, sent_by=acting.staff
    )
    return {
        "mission_id": new_id(),
        "served_id": ServedState.objects.create(
            mission=mission, state="SOM", added_at=at, added_by=acting.staff
        ).pk,
        "batch_id": batch.pk,
        "verification_id": VerificationRequest.objects.create(
            **about, batch=batch, state="ETH", asked_at=at
        ).pk,
        "paper_id": TravelDocument.objects.create(
            **about, kind="passport", asked_at=at, recorded_by=acting.staff
        ).pk,
        "concern_id": ProtectionConcern.objects.create(
            case=case, kind="fear", state="ERI", told_at=at, recorded_by=acting.staff
        ).pk,
        "agreed_id": AgreedState.objects.create(
            **about, consent=consent, state="SOM", agreed_at=at, recorded_by=acting.staff
        ).pk,
    }
