"""P12: registering asks whether another file has a passport. Whoever asks only that leaves as much as a search leaves."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from moei.access import limits
from moei.access.acting import Invalid
from moei.access.limits import ReasonNeeded, Slowed
from moei.access.models import ApiToken, Notice, Site, Tally
from moei.casefile.models import Case, IdentityDocument, SourceRecord
from moei.crypto import digest_token
from moei.desks.arrivals.actions.add_canary import add_canary
from moei.desks.arrivals.actions.register_person import register_person
from moei.desks.arrivals.registration import Registration
from moei.journal.models import Entry
from moei.journal.verify import verify

pytestmark = pytest.mark.django_db
BORN = {"birth_from": date(1998, 3, 14), "birth_to": date(1998, 3, 14)}
KNOWN, UNKNOWN = "EP1234567", "EP7654321"


@pytest.fixture
def hidden_one(add_case) -> Case:
    """Somebody at another crossing, whose file Anong may not open."""
    case = add_case("Somebody There", site=Site.objects.create(name="Another crossing"))
    IdentityDocument.objects.create(person=case.person, kind="passport", number=KNOWN)
    return case


@pytest.fixture
def ask(acting, anong):
    """`ask(number)`: Anong registers an invented person who shows this passport; other words by `given`."""

    def register(number: str, *, looking: str = "registering", later=timedelta(0), **given):
        given = {"name": "Nobody At All", "document_number": number, **BORN, **given}
        who = acting(anong, looking=looking, later=later)
        return register_person(who, Registration(**given), None, operation=uuid4())

    return register


def searches() -> list[Entry]:
    return list(Entry.objects.filter(action="people.searched").order_by("seq"))


def lookups() -> int:
    return sum(Tally.objects.filter(kind="lookups").values_list("n", flat=True))


def registered() -> int:
    return SourceRecord.objects.filter(origin="registration").count()


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"birth_to": date(1990, 1, 1)},
        {"mrz": "P<ETHNOBODY"},
        {"birth_to": None},
    ],
)
def test_p12_a_form_that_cannot_be_saved_is_not_told_whose_passport_it_is(hidden_one, ask, wrong):
    answers = []
    for number in (KNOWN, UNKNOWN):
        with pytest.raises(Invalid) as refused:
            ask(number, **wrong)
        answers.append(refused.value.errors)
    assert answers[0] == answers[1]
    assert "document_number" not in answers[0]


def test_p12_a_refused_registration_that_told_of_a_passport_leaves_an_entry_and_counts(
    hidden_one, ask, anong
):
    with pytest.raises(Invalid, match="may not open"):
        ask(KNOWN)
    assert registered() == 0
    [entry] = searches()
    assert (entry.actor, entry.kind) == (anong.id, Entry.Kind.READ)
    assert entry.data["reason"] == "registering" and entry.data["cases"] == [str(hidden_one.id)]
    assert entry.fields["words"][1] and KNOWN not in str(entry.data) + str(entry.fields)
    assert lookups() == 1
    assert verify().intact


def test_p12_that_nobody_has_a_passport_is_written_down_too_when_nobody_is_registered(ask):
    """A sheet that was never printed refuses the registration after the passport was looked up."""
    with pytest.raises(Invalid) as refused:
        ask(UNKNOWN, sheet="P9-01")
    assert set(refused.value.errors) == {"sheet"}
    [entry] = searches()
    assert "cases" not in entry.data and lookups() == 1 and registered() == 0


def test_p12_a_passport_is_not_looked_up_without_a_reason(hidden_one, ask, sign_in, anong, client, now):
    for number in (KNOWN, UNKNOWN):
        with pytest.raises(ReasonNeeded):
            ask(number, looking="")
    page = sign_in(anong, looking="")
    form = {
        "operation": str(uuid4()), "name": "Nobody At All", "born": "14.03.1998", "not_listed": "on",
        "document_kind": "passport", "document_number": KNOWN,
    }  # fmt: skip
    answer = page.post(reverse("arrivals:register"), form)
    assert answer.status_code == 302 and reverse("web:say_why") in answer.headers["Location"]
    ApiToken.objects.create(
        agency=anong.agency, staff=anong, label="t", digest=digest_token("tok"), created_at=now,
        expires_at=now + timedelta(days=3000),
    )  # fmt: skip
    for number in (KNOWN, UNKNOWN):
        about = {"operation": str(uuid4()), "name": "A", "document_number": number}
        answer = client.post(
            "/api/registrations",
            about,
            headers={"Authorization": "Bearer tok"},
            content_type="application/json",
        )
        assert answer.status_code == 422 and "X-Moei-Reason" in answer.content.decode()
    assert registered() == 0 and searches() == []


def test_p12_a_passport_of_an_invented_person_raises_the_alarm(acting, somsak, families, ask):
    canary = add_canary(acting(somsak), "Makeda Wolde", "ETH")
    IdentityDocument.objects.create(person=canary.person, kind="passport", number=KNOWN)
    with pytest.raises(Invalid):
        ask(KNOWN)
    [notice] = Notice.objects.filter(kind="canary")
    assert (notice.case_id, notice.action) == (canary.id, "people.searched")


def test_p12_passports_are_tried_no_faster_than_anybody_is_looked_up(hidden_one, ask, monkeypatch):
    """Above the rate the answer is one, whether a file has the passport or none."""
    monkeypatch.setattr(limits, "LOOKUPS_IN_FIVE_MINUTES", 3)
    for _try in range(3):
        with pytest.raises(Invalid):
            ask(KNOWN)
    for number in (KNOWN, UNKNOWN):
        with pytest.raises(Slowed):
            ask(number)
    assert len(searches()) == lookups() == 3 and registered() == 0
    assert ask(UNKNOWN, later=timedelta(minutes=11)).case.stage == "registered"


def test_an_honest_registration_with_a_passport_is_no_look_up_and_a_double_click_neither(acting, anong):
    operation = uuid4()
    given = Registration(name="Mulugeta Yared", document_number=KNOWN, **BORN)
    first, again = (register_person(acting(anong), given, None, operation=operation) for _click in range(2))
    assert (first.again, again.again) == (False, True)
    assert searches() == [] and lookups() == 0 and registered() == 1


def test_after_the_answer_the_same_form_goes_through_once_the_officer_has_compared(hidden_one, ask):
    with pytest.raises(Invalid):
        ask(KNOWN)
    assert ask(KNOWN, shared_document=True).case.stage == "registered"
    assert lookups() == 1
