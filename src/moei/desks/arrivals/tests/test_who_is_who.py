"""People decide who is who; what they decide is remembered, and can be taken back."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from moei.access.acting import Invalid, Refused
from moei.access.models import Site
from moei.casefile.models import Case, CaseEvent, Judgement, PersonMerge, RecordLink, SourceRecord
from moei.desks.arrivals.actions.judge_pair import judge_pair, unjudge_pair
from moei.desks.arrivals.actions.match_people import match_people
from moei.desks.arrivals.actions.register_person import register_person
from moei.desks.arrivals.models import ReviewPair
from moei.desks.arrivals.registration import Registration
from moei.desks.arrivals.selectors.review import decisions, last_answer, next_question, queue
from moei.journal.models import Entry

pytestmark = pytest.mark.django_db

BORN = {"birth_date": date(1998, 3, 14), "birth_from": date(1998, 3, 14), "birth_to": date(1998, 3, 14)}


@pytest.fixture
def two(add_case):
    """One person as the program cannot know it: two lists, two spellings, two case files."""
    left = add_case("MULUGETA YARED", nationality="ETH", **BORN)
    right = add_case("KHAMLA VONGPHACHANH", kind="transferring", nationality="LAO")
    return left, right


def records_of(*cases: Case) -> list[SourceRecord]:
    return [
        SourceRecord.objects.get(links__person_id=case.person_id, links__ended_at__isnull=True)
        for case in cases
    ]


def person_of(record: SourceRecord) -> object:
    return RecordLink.objects.get(record=record, ended_at__isnull=True).person_id


def register(acting, case):
    given = Registration(name=case.person.name, birth_from=date(1998, 3, 14), birth_to=date(1998, 3, 14))
    return register_person(acting, given, case, operation=uuid4())


def test_same_joins_two_case_files_and_hides_the_empty_one(two, anong, acting):
    left, right = records_of(*two)
    done = judge_pair(acting(anong), left, right, "same", "She told us both names")
    assert (done.moved, done.merged) == (1, False)
    assert person_of(left) == person_of(right)
    assert Case.objects_unchecked.filter(hidden=False).count() == 1


def test_same_is_remembered_by_the_next_matching(two, anong, acting):
    left, right = records_of(*two)
    judge_pair(acting(anong), left, right, "same")
    match_people(acting(anong))
    assert person_of(left) == person_of(right)


def test_the_case_file_somebody_worked_on_is_the_one_that_stays(two, anong, acting):
    left, right = records_of(*two)
    register(acting(anong), two[1])
    judge_pair(acting(anong), left, right, "same")
    assert person_of(left) == two[1].person_id


def test_two_case_files_that_were_worked_on_are_merged_and_lose_nothing(two, anong, acting):
    left, right = records_of(*two)
    for case in two:
        register(acting(anong), case)
    done = judge_pair(acting(anong), left, right, "same", "One woman, registered twice")
    assert done.merged
    assert PersonMerge.objects.get().undone_at is None
    assert {person_of(left), person_of(right)} == {two[0].person_id, two[1].person_id}
    assert Case.objects_unchecked.filter(hidden=True).count() == 1


def test_different_takes_an_automatic_link_apart_and_is_remembered(add_case, anong, acting, release):
    case = add_case("MULUGETA YARED", nationality="ETH", document_number="EP1234567", **BORN)
    other = SourceRecord.objects.create(
        release=release, origin="list", kind="transferring", list_name="other", row=1, name="MULUGETA YARED",
        nationality="ETH", document_number="EP1234567", happened_at=release.began_at, recorded_at=release.began_at,
        **BORN,
    )  # fmt: skip
    match_people(acting(anong))
    [record] = [r for r in SourceRecord.objects.all() if r.pk != other.pk]
    assert person_of(record) == person_of(other)
    judge_pair(acting(anong), record, other, "different", "Two brothers with one passport")
    assert person_of(record) != person_of(other)
    match_people(acting(anong))
    assert person_of(record) != person_of(other)
    assert Case.objects_unchecked.filter(hidden=False).count() == 2
    assert case.pk


def test_different_also_splits_a_registered_person_and_the_registration_stays(
    add_case, anong, acting, release
):
    case = add_case("MULUGETA YARED", nationality="ETH", document_number="EP1234567", **BORN)
    [record] = records_of(case)
    other = SourceRecord.objects.create(
        release=release, origin="list", kind="transferring", list_name="other", row=1, name="MULUGETA YARED",
        nationality="ETH", document_number="EP1234567", happened_at=release.began_at, recorded_at=release.began_at,
        **BORN,
    )  # fmt: skip
    match_people(acting(anong))
    register(acting(anong), case)
    registration = SourceRecord.objects.get(origin="registration")
    judge_pair(acting(anong), other, record, "different")
    assert person_of(registration) == case.person_id
    assert person_of(record) != person_of(other)


def test_later_moves_nothing_and_comes_back_at_the_end(two, anong, acting, release):
    left, right = records_of(*two)
    ReviewPair.objects.create(release=release, left=left, right=right, rank=0, score=0.5)
    judge_pair(acting(anong), left, right, "later")
    assert person_of(left) != person_of(right)
    counted = queue(acting(anong))
    assert (counted.open, counted.later) == (0, 1)
    assert next_question(acting(anong)).pair.left_id == left.pk


def test_a_decision_against_an_earlier_one_is_refused_until_that_is_taken_back(add_case, anong, acting):
    one, two, three = (add_case(name) for name in ("A A", "B B", "C C"))
    a, b, c = records_of(one, two, three)
    judge_pair(acting(anong), a, b, "different")
    judge_pair(acting(anong), b, c, "same")
    with pytest.raises(Invalid, match="Anong Srisuk decided"):
        judge_pair(acting(anong), c, a, "same")
    assert person_of(a) != person_of(c)


def test_deciding_again_replaces_the_decision(two, anong, acting):
    left, right = records_of(*two)
    judge_pair(acting(anong), left, right, "same")
    judge_pair(acting(anong), right, left, "different")
    assert Judgement.objects.get(ended_at__isnull=True).verdict == "different"
    assert person_of(left) != person_of(right)


def test_a_decision_can_be_taken_back(two, anong, acting):
    left, right = records_of(*two)
    judged = judge_pair(acting(anong), left, right, "same").judgement
    unjudge_pair(acting(anong), judged)
    assert person_of(left) != person_of(right)
    assert not Judgement.objects.filter(ended_at__isnull=True).exists()


def test_who_may_not_decide(two, prasert, acting):
    left, right = records_of(*two)
    with pytest.raises(Refused):
        judge_pair(acting(prasert), left, right, "same")


def test_a_case_at_another_site_is_not_joined(two, anong, acting, db):
    two[1].site = Site.objects.create(name="Another crossing")
    two[1].save(update_fields=["site"])
    left, right = records_of(*two)
    with pytest.raises(Refused):
        judge_pair(acting(anong), left, right, "same")


def test_the_page_asks_one_question_and_goes_on_after_the_answer(two, anong, sign_in, release):
    left, right = records_of(*two)
    words = [
        {"field": "name", "words": "names sound alike", "left": "Yared", "right": "Yarid", "weight": 2.0}
    ]
    pair = ReviewPair.objects.create(
        release=release, left=left, right=right, rank=0, score=0.5, evidence=words
    )
    page = sign_in(anong)
    content = page.get(reverse("arrivals:review")).content.decode()
    assert "Names sound alike: <bdi>Yared</bdi> and <bdi>Yarid</bdi>" in content
    assert "speaks for it" in content
    assert "0 of 1" in content
    assert "MULUGETA YARED" in content
    assert "KHAMLA VONGPHACHANH" in content
    response = page.post(reverse("arrivals:judge", args=[pair.pk]), {"verdict": "same"}, follow=True)
    content = response.content.decode()
    assert "No pair waits for you" in content
    assert "1 of 1" in content


def test_the_last_answer_can_be_taken_back_from_the_next_question(two, anong, kanya, sign_in, release):
    left, right = records_of(*two)
    pair = ReviewPair.objects.create(release=release, left=left, right=right, rank=0, score=0.5)
    page = sign_in(anong)
    assert "Your last answer" not in page.get(reverse("arrivals:review")).content.decode()
    content = page.post(reverse("arrivals:judge", args=[pair.pk]), {"verdict": "same"}, follow=True)
    back = reverse("arrivals:take_back", args=[Judgement.objects.get().pk])
    assert "Your last answer" in content.content.decode()
    assert back in content.content.decode()
    answer = page.post(back, {"from": "review"})
    assert answer.url == reverse("arrivals:review")
    assert person_of(left) != person_of(right)


def test_the_answer_of_somebody_else_or_of_long_ago_is_not_offered(two, anong, acting):
    left, right = records_of(*two)
    judge_pair(acting(anong), left, right, "different")
    assert last_answer(acting(anong)) is not None
    assert last_answer(acting(anong, later=timedelta(minutes=11))) is None


def test_taking_back_the_decision_that_joined_two_files_takes_them_apart_with_all_that_is_theirs(
    two, anong, acting
):
    for case in two:
        register(acting(anong), case)
    left, right = records_of_lists(*two)
    before = everything(*two)
    judged = judge_pair(acting(anong), left, right, "same", "the same scar").judgement
    assert Case.objects_unchecked.filter(hidden=True).count() == 1
    assert unjudge_pair(acting(anong), judged, resolve=False)
    assert everything(*two) == before
    merge = PersonMerge.objects.get()
    assert (merge.undone_by, merge.undone_reason) == (anong, "The decision that joined them was taken back.")


def test_files_that_another_decision_also_calls_the_same_stay_joined(two, anong, acting):
    for case in two:
        register(acting(anong), case)
    left, right = records_of_lists(*two)
    judged = judge_pair(acting(anong), left, right, "same", "the same scar").judgement
    first, second = SourceRecord.objects.filter(origin="registration")
    judge_pair(acting(anong), first, second, "same", "the same tattoo")
    assert not unjudge_pair(acting(anong), judged, resolve=False)
    assert PersonMerge.objects.get().undone_at is None


def test_the_journal_says_who_joined_and_took_apart_and_the_merge_says_why(two, anong, acting):
    for case in two:
        register(acting(anong), case)
    left, right = records_of_lists(*two)
    judged = judge_pair(acting(anong), left, right, "same", "the same scar").judgement
    unjudge_pair(acting(anong), judged, resolve=False)
    entries = Entry.objects.filter(
        action__in=["pair.judged", "person.merged", "pair.unjudged", "person.unmerged"]
    )
    assert set(entries.values_list("actor", flat=True)) == {anong.pk}
    told = [(entry.action, entry.case) for entry in entries.order_by("seq")]
    assert {case for action, case in told if action == "person.merged"} == {case.id for case in two}
    assert {case for action, case in told if action == "person.unmerged"} == {case.id for case in two}
    assert all("reason" in entry.fields for entry in entries if entry.action == "person.merged")
    assert judged.reason == PersonMerge.objects.get().reason == "the same scar"


def everything(*cases: Case) -> list[object]:
    """What is each file's own: its records, events, names and whether it is shown."""
    found: list[object] = []
    for case in cases:
        case.refresh_from_db()
        person = case.person
        found += [
            (case.hidden, case.stage, case.arrived_at, person.name, person.merged_into_id),
            sorted(
                RecordLink.objects.filter(person=person, ended_at=None).values_list("record_id", flat=True)
            ),
            list(CaseEvent.objects.filter(case=case).order_by("id").values_list("id", "kind")),
            sorted(person.names.values_list("text", flat=True)),
        ]
    return found


def test_decisions_about_people_at_another_site_are_neither_shown_nor_taken_back(two, anong, acting, sign_in):
    left, right = records_of(*two)
    judgement = judge_pair(acting(anong), left, right, "different").judgement
    address = reverse("arrivals:decisions")
    assert "KHAMLA VONGPHACHANH" in sign_in(anong).get(address).content.decode()
    Case.objects_unchecked.filter(pk=two[1].pk).update(site=Site.objects.create(name="Another crossing"))
    assert "KHAMLA VONGPHACHANH" not in sign_in(anong).get(address).content.decode()
    with pytest.raises(Refused):
        unjudge_pair(acting(anong), judgement)
    judgement.refresh_from_db()
    assert judgement.ended_at is None


def test_a_decision_that_joined_two_files_stays_among_the_decisions(two, anong, acting):
    for case in two:
        register(acting(anong), case)
    left, right = records_of_lists(*two)
    done = judge_pair(acting(anong), left, right, "same", "the same scar")
    assert done.merged
    assert list(decisions(acting(anong))) == [done.judgement]


def records_of_lists(*cases: Case) -> list[SourceRecord]:
    links = RecordLink.objects.filter(ended_at__isnull=True, record__origin="list")
    return [links.get(person_id=case.person_id).record for case in cases]
