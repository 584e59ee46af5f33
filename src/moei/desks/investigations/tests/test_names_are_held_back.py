"""A statement that names somebody else who was freed does not reveal them: the giver says it in other words."""

from __future__ import annotations

import pytest

from moei.access.acting import Invalid
from moei.access.limits import ReasonNeeded, Slowed
from moei.access.models import Canary, Notice, Release, Tally
from moei.access.policy import LOOKUPS_IN_FIVE_MINUTES
from moei.casefile.models import Case, NameToken, Person
from moei.casefile.models.case import new_case_number
from moei.desks.investigations.actions.give_statement import NamesSomebody, give_statement
from moei.desks.investigations.facts import Said
from moei.desks.investigations.models import Statement
from moei.desks.investigations.words import What
from moei.journal.ids import new_id
from moei.journal.models import Entry

pytestmark = pytest.mark.django_db


def held(tell, *given, **values) -> set[str]:
    with pytest.raises(NamesSomebody) as found:
        tell(None, *given, **values)
    assert not Statement.objects.exists()
    return set(found.value.held.words)


@pytest.mark.parametrize(
    "text,words",
    [
        ("Bontu was beaten beside me.", {"Bontu"}),
        ("They took Chaltu Dibaba away.", {"Chaltu", "Dibaba"}),
        ("They took Dibaba Chaltu away.", {"Chaltu", "Dibaba"}),
        ("አልማዝ was in my room.", {"አልማዝ"}),
        ("Her name is Desta-Worku.", {"Desta-Worku"}),
    ],
)
def test_names_in_free_text_are_held_back_in_any_order_and_script(tell, text, words):
    assert held(tell, text) & words


def test_the_name_of_whoever_tells_it_is_held_back_too(tell):
    assert held(tell, "I am Almaz and I was sold.") == {"Almaz"}


def test_a_recruiter_may_share_a_first_name_with_somebody_and_not_the_whole_name(tell):
    assert held(tell, "He lied.", Said(What.RECRUITER, "Bontu Gemechu")) == {"Bontu", "Gemechu"}
    assert tell(None, "He lied.", Said(What.RECRUITER, "Bontu"))


def test_words_that_are_no_names_pass(tell):
    assert tell(None, "We worked from six in the morning, and desta means joy.")


def test_numbers_of_cases_documents_and_telephones_are_held_back(tell, crowd, add_case):
    add_case("Someone Else", phone="+251 911 234567", document_number="EP1234567")
    grouped = f"{crowd[1].number[:3]} {crowd[1].number[3:]}".replace("-", "")
    assert held(tell, f"Ask {grouped} about it.") & {grouped}
    assert held(tell, "Her passport is EP1234567.") & {"EP1234567."}
    assert held(tell, "He called.", Said(What.PHONE, "+251 911 234567"))


def test_a_word_that_names_a_boss_passes_when_the_giver_says_so(tell):
    assert held(tell, "Desta beat us; he was the boss.") == {"Desta"}
    assert tell(None, "Desta beat us; he was the boss.", cleared=frozenset({"desta"}))


def test_p13_a_number_of_a_person_is_not_cleared_by_saying_so(tell, add_case):
    add_case("Someone Else", phone="+251 911 234567", document_number="EP1234567")
    text = "Her passport is EP1234567, and he called +251 911 234567"
    cleared = frozenset({"EP1234567", "EP1234567,", "251 911 234567", "911", "234567"})
    assert held(tell, text, cleared=cleared) >= {"EP1234567,", "251 911 234567"}
    phone = Said(What.PHONE, "+251 911 234567")
    assert held(tell, "He called.", phone, cleared=cleared | {"+251 911 234567"})


@pytest.fixture
def elsewhere(now, site, add_case) -> Case:
    """A case of another release."""
    other = Release.objects.create(code="other", name="Other", began_at=now, site=site)
    case = add_case("Zufan Elsewhere")
    Person.objects.filter(pk=case.person_id).update(release=other)
    Case.objects_unchecked.filter(pk=case.pk).update(release=other)
    return case


@pytest.mark.parametrize(
    "write", [str, lambda number: number.replace("-", " "), lambda number: number.replace("-", "")]
)
def test_p13_a_case_number_of_any_release_is_refused(tell, crowd, elsewhere, write):
    """By its check digit alone: whether there is such a case is not told, and cannot be cleared."""
    for number in (write(crowd[1].number), write(elsewhere.number), write(new_case_number())):
        for given in (
            (f"Ask {number} about it.",),
            ("He lied.", Said(What.BOSS, f"boss of {number}")),
            ("He lied.", Said(What.COMPOUND, "Blue Garden", place=f"room of {number}")),
            ("He called.", Said(What.PHONE, "+66 81 234 5678", where=number)),
        ):
            with pytest.raises(Invalid, match="never names a case") as refused:
                tell(None, *given, cleared=frozenset({number}))
            assert not isinstance(refused.value, NamesSomebody)
    assert not Statement.objects.exists()


def test_p13_a_case_number_of_any_release_is_no_account_or_handle(tell, crowd, elsewhere):
    """A number of nine digits may be an account: here it is looked up, and that is journalled."""
    for case in (crowd[1], elsewhere):
        number = case.number.replace("-", "")
        account = Said(What.ACCOUNT, number, country="THA", where="Invented Bank")
        handle = Said(What.HANDLE, f"id_{number}", where="wechat")
        assert number in held(tell, "He was paid.", account, cleared=frozenset({number}))
        assert held(tell, "He wrote.", handle, cleared=frozenset({number})) == {number}
        entry = Entry.objects.filter(action="people.searched").latest("seq")
        assert entry.data["cases"] == [str(case.pk)]


def test_p12_a_cleared_word_that_is_a_name_is_journalled_for_the_auditor(tell, crowd, kanya):
    text = "Desta beat us; he was the boss. We call him Mister."
    assert tell(None, text, cleared=frozenset({"desta", "mister"}))
    entry = Entry.objects.get(action="people.searched")
    assert (entry.actor, entry.data["page"]) == (kanya.pk, "investigations:cleared")
    assert (entry.data["cases"], entry.data["words"]) == ([str(crowd[3].pk)], 1)
    assert "desta" not in f"{entry.data}{entry.fields}".lower()


def test_p12_a_cleared_word_that_is_nobodys_name_is_no_look_up(tell):
    assert tell(None, "Mister beat us.", cleared=frozenset({"mister"}))
    assert not Entry.objects.filter(action="people.searched").exists()


def test_people_of_another_release_are_not_asked_about(tell, now, site):
    other = Release.objects.create(code="other", name="Other", began_at=now, site=site)
    person = Person.objects.create(release=other, name="Zufan Elsewhere")
    NameToken.objects.create(person=person, kind="name", token="zufan")
    assert tell(None, "Zufan was the cook.")


def test_p12_being_told_is_a_look_up_that_is_journalled_counted_and_stopped(
    tell, crowd, kanya, acting, dsi, draft, now
):
    held(tell, "Bontu was there.")
    entry = Entry.objects.get(action="people.searched")
    assert (entry.actor, entry.data["cases"]) == (kanya.pk, [str(crowd[1].pk)])
    assert "Bontu" not in f"{entry.data}{entry.fields}"
    assert Tally.objects.get(staff=kanya, kind=Tally.Kind.LOOKUPS).n == 1
    Tally.objects.filter(staff=kanya, kind=Tally.Kind.LOOKUPS).update(n=LOOKUPS_IN_FIVE_MINUTES)
    for text in ("Bontu was there.", "Nobody was there."):
        with pytest.raises(Slowed):
            give_statement(acting(kanya), crowd[0], dsi, draft(text))
    with pytest.raises(ReasonNeeded):
        give_statement(acting(kanya, looking=""), crowd[0], dsi, draft())


def test_p12_a_canary_raises_the_alarm_there_too(tell, acting, somsak, crowd):
    case = crowd[2]
    Canary.objects.create(
        case_id=case.pk,
        person_id=case.person_id,
        record_id=new_id(),
        made_by=somsak,
        made_at=acting(somsak).now,
    )
    held(tell, "Chaltu was there.")
    assert Notice.objects.filter(kind=Notice.Kind.CANARY).exists()
