"""Two files become one: what the person answered, what was told of them and what was attached is there; no yes grows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from moei.access.acting import Invalid
from moei.access.models import CaseGrant, Site
from moei.casefile.actions.assign_case import assign_case
from moei.casefile.actions.attachments import add_attachment, open_attachment
from moei.casefile.actions.consent import record_consent, record_disclosure, withdraw_all, withdraw_consent
from moei.casefile.actions.family import join_family
from moei.casefile.actions.load_wordings import current_wording, load_wordings
from moei.casefile.actions.merge_people import merge_people, unmerge_people
from moei.casefile.models import Attachment, Consent, Purpose
from moei.casefile.selectors import case_page
from moei.casefile.selectors.cases import open_case, visible_cases

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def two(add_case, acting, anong, kanya, now):
    """Two files of one person; Kanya, who decides nothing, asks in both."""
    load_wordings(now=now)
    cases = [add_case("Henok Desta", nationality="ETH"), add_case("Henok D.", nationality="ETH")]
    for case in cases:
        assign_case(acting(anong), case, kanya)
    return cases


@pytest.fixture
def ask(acting, kanya, selam, agencies):
    """`ask(case, given=True, minute=2)`: the answer about the embassy, at that minute."""

    def record(case, *, given: bool, minute: int) -> Consent:
        return record_consent(
            acting(kanya, later=minute * MINUTE),
            case,
            Purpose.EMBASSY,
            given=given,
            wording=current_wording(Purpose.EMBASSY, "am"),
            recipient=agencies["Embassy of Ethiopia"],
            translated_by=selam,
        )

    return record


@pytest.fixture
def join(acting, anong):
    def merge(kept, merged, *, minute: int = 30):
        return merge_people(acting(anong, later=minute * MINUTE), kept, merged, reason="the same scar")

    return merge


@pytest.fixture
def apart(acting, anong):
    def unmerge(merge, *, minute: int = 60):
        return unmerge_people(acting(anong, later=minute * MINUTE), merge, reason="different scars")

    return unmerge


@pytest.fixture
def embassy_sees(tesfa, release, now):
    return lambda: set(visible_cases(tesfa, release.id, now=now))


def test_p04_a_yes_of_the_joined_file_opens_no_other_file(two, ask, join, apart, embassy_sees):
    kept, merged = two
    ask(merged, given=True, minute=1)
    assert embassy_sees() == {merged}
    merge = join(kept, merged)
    assert embassy_sees() == set()
    apart(merge)
    assert embassy_sees() == {merged}


def test_p04_withdrawing_reaches_the_joined_file_and_stays_so_when_they_are_taken_apart(
    two, ask, join, apart, embassy_sees, acting, kanya
):
    kept, merged = two
    ask(kept, given=True, minute=1)
    second = ask(merged, given=True, minute=2)
    merge = join(kept, merged)
    assert embassy_sees() == {kept}
    withdraw_consent(acting(kanya, later=40 * MINUTE), second)
    assert embassy_sees() == set()
    apart(merge)
    assert embassy_sees() == set()
    assert not any(consent.in_force for consent in Consent.objects.all())


def test_p04_withdrawing_everything_reaches_the_joined_file(
    two, ask, join, apart, embassy_sees, acting, kanya
):
    kept, merged = two
    ask(merged, given=True, minute=1)
    merge = join(kept, merged)
    withdraw_all(acting(kanya, later=40 * MINUTE), kept)
    apart(merge)
    assert embassy_sees() == set()


@pytest.mark.parametrize("how", ["refused", "withdrawn"])
@pytest.mark.parametrize("yes_in", [0, 1])
def test_p04_the_later_no_of_either_file_wins(
    two, ask, join, apart, embassy_sees, acting, kanya, how, yes_in
):
    yes, no = two[yes_in], two[1 - yes_in]
    ask(yes, given=True, minute=2)
    if how == "refused":
        ask(no, given=False, minute=3)
    else:
        withdraw_consent(acting(kanya, later=3 * MINUTE), ask(no, given=True, minute=1))
    merge = join(*two)
    assert embassy_sees() == set()
    assert not Consent.objects.filter(given=True, withdrawn_at=None).exists()
    apart(merge)
    assert embassy_sees() == set()


def test_p04_an_earlier_no_does_not_end_a_later_yes(two, ask, join, embassy_sees):
    kept, merged = two
    ask(merged, given=False, minute=1)
    ask(kept, given=True, minute=2)
    join(kept, merged)
    assert embassy_sees() == {kept}


def test_p04_a_new_answer_in_the_kept_file_takes_the_place_of_both(two, ask, join, apart, embassy_sees):
    kept, merged = two
    ask(merged, given=True, minute=1)
    merge = join(kept, merged)
    ask(kept, given=True, minute=40)
    assert embassy_sees() == {kept}
    ask(kept, given=False, minute=41)
    apart(merge)
    assert embassy_sees() == set()


def test_p04_nothing_is_asked_in_a_file_that_was_joined_into_another(two, ask, join):
    kept, merged = two
    join(kept, merged)
    with pytest.raises(Invalid, match="joined into another"):
        ask(merged, given=True, minute=40)


def test_p01_what_was_told_of_the_joined_file_is_in_the_register_and_said_before_asking(
    two, join, acting, kanya, sign_in, ask, agencies
):
    kept, merged = two
    record_disclosure(acting(kanya), merged, what="a photo", to_whom="the army", basis="none", outside=True)
    embassy = agencies["Embassy of Ethiopia"].name
    record_disclosure(acting(kanya), merged, what="a paper", to_whom=embassy, basis="by hand", outside=True)
    consent = ask(merged, given=True, minute=1)
    join(kept, merged)
    page = sign_in(kanya)
    file = page.get(reverse("cases:file", args=[kept.pk])).content.decode()
    assert "a photo" in file and f"from file {merged.number}" in file
    asking = page.get(
        reverse("cases:ask", args=[kept.pk]), {"purpose": "family", "language": "am"}
    ).content.decode()
    assert "a photo, to the army" in asking
    withdrawn = page.post(reverse("cases:withdraw", args=[kept.pk, consent.pk])).content.decode()
    assert f"a paper, to {embassy}" in withdrawn and "a photo" not in withdrawn
    consent.refresh_from_db()
    assert not consent.in_force


def test_what_was_attached_to_the_joined_file_is_opened_from_the_kept_one(
    two, join, acting, anong, sign_in, settings, tmp_path
):
    settings.ATTACHMENTS_DIR = tmp_path
    kept, merged = two
    attachment = add_attachment(acting(anong), merged, Attachment.Kind.DOCUMENT, "a.pdf", b"%PDF-1.4 paper")
    address = reverse("cases:attachment", args=[kept.pk, attachment.pk])
    page = sign_in(anong)
    assert page.get(address).status_code == 404
    join(kept, merged)
    merged.site = Site.objects.create(name="Another crossing")
    merged.save(update_fields=["site"])  # nobody at the kept file's site has a right there
    shown = page.get(reverse("cases:file", args=[kept.pk])).content.decode()
    assert "a.pdf" in shown and f"from file {merged.number}" in shown
    assert page.get(address).content == b"%PDF-1.4 paper"
    assert open_attachment(acting(anong), attachment) == b"%PDF-1.4 paper"


def test_the_family_of_the_joined_file_is_shown(two, join, acting, anong, add_case):
    kept, merged = two
    sister, brother = add_case("Hana"), add_case("Dawit")
    join_family(acting(anong), merged, sister)
    join_family(acting(anong), kept, brother)
    join(kept, merged)
    who = acting(anong)
    family = case_page.identity(who, open_case(who, kept)).family
    assert {person.name for person in family} == {"Hana", "Dawit"}
    # From the sister's file it is one person, not two.
    kin = case_page.identity(who, open_case(who, sister)).family
    assert [person.pk for person in kin] == [merged.person_id]


def test_who_reached_the_joined_file_is_named_and_does_not_reach_the_kept_one(
    two, join, apart, acting, anong, dao, now, release, sign_in
):
    kept, merged = two
    assign_case(acting(anong), merged, dao)
    merge = join(kept, merged)
    assert not visible_cases(dao, release.id, now=now).exists()
    who = acting(anong)
    resting = {r.who: r.rests_on for r in case_page.reaches(who, open_case(who, kept)) if r.rests_on}
    assert resting[str(dao)] == merged.number
    shown = sign_in(anong).get(reverse("cases:file", args=[kept.pk])).content.decode()
    assert f"opens file {merged.number} only, not this one" in shown
    apart(merge)
    assert visible_cases(dao, release.id, now=now).get() == merged


def queries_of_the_page(page, case) -> int:
    with CaptureQueriesContext(connection) as counted:
        assert page.get(reverse("cases:file", args=[case.pk])).status_code == 200
    return len(counted)


def test_one_joined_file_or_four_take_as_many_queries(
    two, ask, join, add_case, anong, kanya, acting, sign_in
):
    kept, merged = two
    page = sign_in(anong)
    counts = []
    queries_of_the_page(page, kept)  # what is kept between pages is there from now on
    for number, other in enumerate([merged, *(add_case(f"Henok {n}") for n in range(3))]):
        assign_case(acting(anong), other, kanya)
        ask(other, given=True, minute=number)
        record_disclosure(acting(kanya), other, what="a list", to_whom="x", basis="none", outside=True)
        join(kept, other)
        counts.append(queries_of_the_page(page, kept))
    assert len(set(counts)) == 1


def test_grants_of_a_withdrawn_consent_stand_on_no_file(two, ask, join, acting, kanya):
    kept, merged = two
    ask(merged, given=True, minute=1)
    join(kept, merged)
    withdraw_all(acting(kanya, at=datetime.now(UTC)), kept)
    assert not CaseGrant.objects.filter(basis=CaseGrant.Basis.CONSENT, ended_at=None).exists()
