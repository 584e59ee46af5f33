"""P15: what was taken is in a register until it is back; "I was filmed" is followed up by somebody."""

from __future__ import annotations

import io
from datetime import timedelta

import pypdf
import pytest
from django.urls import reverse

from moei.access.acting import Invalid, Refused
from moei.casefile.actions.assign_case import assign_case
from moei.casefile.actions.belongings import Thing, new_receipt, return_property, take_property
from moei.casefile.actions.filmed import finish_filming, record_filming
from moei.casefile.actions.rights import record_wish
from moei.casefile.models import Filming, PropertyItem, Wish
from moei.casefile.selectors.rights import open_follow_ups
from moei.journal.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(add_case, acting, anong, kanya, dao):
    case = add_case("Bekele Tadesse", nationality="ETH")
    assign_case(acting(anong), case, kanya)
    assign_case(acting(anong), case, dao)
    return case


def thing(now, **other) -> Thing:
    about = {
        "kind": PropertyItem.Kind.PHONE,
        "words": "black telephone",
        "number": "356938035643809",
        "taken_by": "Sgt 114, border police",
        "taken_at": now - timedelta(hours=2),
        "basis": "search at the crossing",
        "held_at": "safe of the centre",
    }
    return Thing(**{**about, **other})


def url(name, case, *more):
    return reverse(f"cases:{name}", args=[case.pk, *more])


def film(acting, case, who, **other):
    about = {
        "where": "in the yard of the compound",
        "when": "last winter",
        "by_whom": "a man of the company",
        "wanted": Filming.Wanted.TAKE_DOWN,
        "followed_by": who,
        "due_on": acting.today + timedelta(days=7),
    }
    return record_filming(acting, case, **{**about, **other})


@pytest.mark.parametrize("field", ["words", "taken_by", "basis", "held_at"])
def test_p15_nothing_is_taken_without_who_why_and_where(case, acting, kanya, now, field):
    with pytest.raises(Invalid) as refused:
        take_property(acting(kanya), case, thing(now, **{field: " "}))
    assert list(refused.value.errors) == [field] and not PropertyItem.objects.exists()


def test_p15_what_was_taken_has_a_receipt_that_says_nothing_of_the_person(case, acting, kanya, now, sign_in):
    item = take_property(acting(kanya), case, thing(now))
    response = sign_in(kanya).get(url("receipt", case, item.pk))
    text = pypdf.PdfReader(io.BytesIO(response.content)).pages[0].extract_text()
    assert item.receipt in text and "356938035643809" in text and "Sgt 114" in text
    for telling in ("Bekele", case.number, "traffick", "victim"):
        assert telling not in text + response.headers["Content-Disposition"]
    entry = Entry.objects.get(action="property.taken")
    assert entry.case == case.id and entry.happened_at == item.taken_at
    assert "356938035643809" not in str(entry.fields) + str(entry.data)


def test_receipts_are_random():
    assert len({new_receipt() for _ in range(500)}) == 500


def test_p15_what_is_kept_too_long_stands_on_the_case_page_until_it_is_back(
    case, acting, kanya, dao, now, sign_in
):
    item = take_property(acting(kanya), case, thing(now, back_by=now.date() - timedelta(days=1)))
    page = sign_in(kanya)
    assert item.receipt in page.get(url("file", case)).content.decode()
    page.post(url("give_back", case, item.pk), {"to": "the person", "signed": "on"})
    item.refresh_from_db()
    assert (item.returned_to, item.signed, item.returned_by) == ("the person", True, kanya)
    assert item.receipt not in page.get(url("file", case)).content.decode()
    with pytest.raises(Invalid, match="given back already"):
        return_property(acting(dao), item, to="somebody", signed=False)


def test_p15_a_thing_given_back_without_a_signature_says_so(case, acting, kanya, now, sign_in):
    item = take_property(acting(kanya), case, thing(now))
    return_property(acting(kanya), item, to="her brother, whom she named", signed=False)
    assert "without a signature" in sign_in(kanya).get(url("property", case)).content.decode()


def test_p15_a_copy_needs_a_basis_and_who_decides_does_not_see_it(case, acting, anong, kanya, now, sign_in):
    with pytest.raises(Invalid) as refused:
        take_property(acting(kanya), case, thing(now, copied=True))
    assert "copy_basis" in refused.value.errors
    with pytest.raises(Invalid):
        take_property(acting(anong), case, thing(now, copied=True, copy_basis="consent of 3 March"))
    take_property(acting(kanya), case, thing(now, copied=True, copy_basis="consent of 3 March"))
    assert "consent of 3 March" in sign_in(kanya).get(url("property", case)).content.decode()
    page = sign_in(anong)
    for name in ("property", "file", "take_property"):
        text = page.get(url(name, case)).content.decode()
        assert "consent of 3 March" not in text and "What is in it was copied" not in text


def test_p15_nothing_is_taken_in_the_future(case, acting, kanya, now):
    with pytest.raises(Invalid, match="future"):
        take_property(acting(kanya), case, thing(now, taken_at=now + timedelta(days=1)))


def test_p15_the_form_takes_a_thing_by_the_clock_of_the_site(case, kanya, sign_in):
    about = {
        "kind": "passport",
        "words": "blue passport",
        "taken_by": "the manager, told by the person",
        "taken_on": "2025-03-01",
        "taken_at": "09:30",
        "basis": "none",
        "held_at": "not known",
    }
    page = sign_in(kanya)
    assert page.post(url("take_property", case), {**about, "words": ""}).status_code == 422
    page.post(url("take_property", case), about)
    assert PropertyItem.objects.get().taken_at.isoformat() == "2025-03-01T02:30:00+00:00"


def test_p15_who_refused_papers_gets_no_receipt(case, acting, kanya, now, sign_in):
    item = take_property(acting(kanya), case, thing(now))
    record_wish(acting(kanya), case, Wish.Kind.NO_PAPERS)
    assert sign_in(kanya).get(url("receipt", case, item.pk)).status_code == 302


def test_p15_property_of_another_case_is_not_found(case, add_case, acting, anong, kanya, now, sign_in):
    item = take_property(acting(kanya), case, thing(now))
    other = add_case("Somebody Else")
    assert sign_in(anong).get(url("receipt", other, item.pk)).status_code == 404
    assert sign_in(anong).post(url("give_back", other, item.pk), {"to": "me"}).status_code == 404


def test_p15_a_film_is_followed_up_by_somebody_by_a_day(case, acting, anong, kanya, release, sign_in):
    filming = film(acting(kanya), case, anong)
    assert open_follow_ups(release) == 1
    page = sign_in(kanya)
    assert "in the yard of the compound" in page.get(url("rights", case)).content.decode()
    assert page.post(url("filmed_done", case, filming.pk), {"outcome": ""}).status_code == 422
    page.post(url("filmed_done", case, filming.pk), {"outcome": "Taken down on 9 March."})
    assert open_follow_ups(release) == 0
    with pytest.raises(Invalid, match="already"):
        finish_filming(acting(kanya), filming, outcome="Again")
    assert Entry.objects.filter(action="filming.followed_up", case=case.id).count() == 1


def test_p15_nobody_follows_up_to_whom_the_case_is_not_open(case, acting, kanya, niran, dao, now):
    for who in (niran, dao):
        with pytest.raises(Invalid) as refused:
            film(acting(kanya), case, who)
        assert "followed_by" in refused.value.errors
    with pytest.raises(Invalid) as refused:
        film(acting(kanya), case, kanya, due_on=now.date() - timedelta(days=1))
    assert "due_on" in refused.value.errors


def test_p15_the_police_on_the_panel_read_neither_property_nor_films(case, acting, prasert, now, sign_in):
    page = sign_in(prasert)
    assert {page.get(url(name, case)).status_code for name in ("property", "rights")} == {403}
    with pytest.raises(Refused):
        take_property(acting(prasert), case, thing(now))
