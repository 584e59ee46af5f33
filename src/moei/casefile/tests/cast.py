"""The cast of every test: fixtures named after the people, and the release they work in.

Anong (provincial social worker), Prasert (police), Mali (labour inspector), Kanya (NGO caseworker), Selam (Amharic
interpreter), Tesfa (embassy of Ethiopia), Dao (shelter), Niran (investigator), Vera (statistics), Somsak (auditor),
Admin (administrator), and Mallory, who belongs nowhere.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from moei.access.acting import Acting
from moei.access.actions.approve import approve, collect
from moei.access.actions.propose import propose
from moei.access.agreed_policy import accept_policy
from moei.access.cast import CAST, create_agencies, create_member
from moei.access.models import Agency, Proposal, Release, RoleGrant, Site, Staff
from moei.access.web import LOOKING
from moei.casefile.actions.write_people import open_people
from moei.casefile.list_events import bring_list_events
from moei.casefile.models import Case, SourceRecord
from moei.desks.arrivals.actions.commit_import import commit_import
from moei.desks.arrivals.actions.upload_list import upload_list
from moei.desks.arrivals.models import ListImport
from moei.desks.arrivals.tests.workbooks import FAMILY, REPORTS, workbook
from moei.journal.ids import new_id
from moei.leaving.models import Kind, Why
from moei.leaving.web import GIVEN

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
BEGAN = NOW - timedelta(hours=6)


@pytest.fixture(autouse=True)
def _no_second_factor(settings) -> None:
    """The cast signs in by password alone, as in the demo; tests of signing in demand the second factor again."""
    settings.MFA_REQUIRED = False


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def site(db) -> Site:
    return Site.objects.create(name="Ban Chong Khaep crossing")


@pytest.fixture
def release(site) -> Release:
    accept_policy(now=BEGAN)
    return Release.objects.create(
        code="test-release", name="Test release (invented people)", began_at=BEGAN, site=site, invented=True
    )


@pytest.fixture
def agencies(db) -> dict[str, Agency]:
    return create_agencies()


@pytest.fixture
def cast(release, agencies) -> dict[str, Staff]:
    """Everyone, with the roles of the policy table."""
    return {member.username: create_member(member, release, agencies, now=BEGAN) for member in CAST}


def _fixture(username: str):
    @pytest.fixture(name=username)
    def member(cast) -> Staff:
        return cast[username]

    return member


anong, prasert, mali, kanya, selam = map(_fixture, ("anong", "prasert", "mali", "kanya", "selam"))
tesfa, dao, niran, vera, somsak = map(_fixture, ("tesfa", "dao", "niran", "vera", "somsak"))
admin, mallory, lawan = map(_fixture, ("admin", "mallory", "lawan"))


@pytest.fixture
def acting(release):
    """`acting(anong)` or `acting(anong, later=timedelta(hours=2))`."""

    def act(
        staff: Staff,
        *,
        at: datetime | None = None,
        later: timedelta = timedelta(0),
        looking: str = "my_cases",
    ) -> Acting:
        return Acting(staff, release, (at or NOW) + later, looking)

    return act


@pytest.fixture
def agree(acting, admin, somsak):
    """`agree("role", kanya, role="caseworker")`: proposed by Admin, approved by Somsak of another agency."""

    def make(kind: str, staff: Staff | None = None, *, at: datetime | None = None, **what) -> Proposal:
        made = propose(
            acting(admin, at=at), Proposal.Kind(kind), staff=staff, what=what, reason="as the work needs"
        )
        return approve(acting(somsak, at=at), made)

    return make


@pytest.fixture
def give_role(agree):
    """`give_role(kanya, "panel_police", site=far)`: the role, as two agencies agreed on it."""

    def give(
        staff: Staff,
        role: str,
        *,
        site: Site | None = None,
        all_releases: bool = False,
        at: datetime | None = None,
    ) -> RoleGrant:
        agree("role", staff, at=at, role=role, site=str(site.pk) if site else "", all_releases=all_releases)
        staff.__dict__.pop("_grants", None)
        return RoleGrant.objects.filter(staff=staff, role=role, ended_at__isnull=True).latest("id")

    return give


@pytest.fixture
def add_account(agree, acting, admin):
    """`staff, password = add_account("somchai", "Somchai", agency=agencies["ATPD"])`, as two agencies agreed on it."""

    def add(
        username: str, name: str, *, agency: Agency, is_service: bool = False, at: datetime | None = None
    ) -> tuple[Staff, str]:
        made = agree(
            "account",
            at=at,
            username=username,
            name=name,
            agency=str(agency.pk),
            profession="",
            languages=[],
            is_service=is_service,
        )
        password = "" if is_service else collect(acting(admin, at=at), made)
        return Staff.objects.get(pk=made.staff_id), password

    return add


@pytest.fixture
def add_token(agree, acting, admin):
    """`token = add_token(service, days=30)`, as two agencies agreed on it."""

    def add(service: Staff, *, days: int = 30, at: datetime | None = None) -> str:
        return collect(
            acting(admin, at=at), agree("token", service, at=at, label="their database", days=days)
        )

    return add


@pytest.fixture
def families(acting, anong) -> ListImport:
    """A list of families that was taken in: Real Sister, and four rows that are numbered but hold nobody."""
    data = workbook(FAMILY, title=REPORTS)
    imp = upload_list(acting(anong), "families.xlsx", data, "Safe Return", "family")
    return commit_import(acting(anong), imp, BEGAN).list_import


@pytest.fixture
def add_case(release, anong):
    """`add_case("Khamla Vongphachanh", nationality="LAO")`: a person from the handover list, with a case file."""

    def add(name: str, *, kind: str = "handover", site: Site | None = None, **values) -> Case:
        acting = Acting(anong, release, BEGAN + timedelta(minutes=5))
        record = SourceRecord.objects.create(
            release=release,
            origin=SourceRecord.Origin.LIST,
            kind=kind,
            list_name="test list",
            row=SourceRecord.objects.count() + 1,
            name=name,
            happened_at=BEGAN,
            recorded_at=acting.now,
            **values,
        )
        person_id = new_id()
        open_people(acting, {person_id: [record.id]}, {record.id: record})
        bring_list_events(acting, [person_id])
        case = Case.objects_unchecked.get(person_id=person_id)
        if site is not None:
            case.site = site
            case.save(update_fields=["site"])
        return case

    return add


def say_why(client) -> None:
    """As if this signed-in client had said why it takes files, for every kind of file."""
    session = client.session
    session[GIVEN] = {kind.value: {"why": Why.CARE.value, "note": ""} for kind in Kind}
    session.save()


@pytest.fixture
def sign_in(client):
    """`page = sign_in(anong)`: a client that is signed in, and has said why it takes files (`said_why`) and looks
    people up (`looking`).
    """

    def enter(staff: Staff, *, said_why: bool = True, looking: str = "my_cases"):
        client.force_login(staff)
        if said_why:
            say_why(client)
        session = client.session
        session[LOOKING] = looking
        session.save()
        return client

    return enter
