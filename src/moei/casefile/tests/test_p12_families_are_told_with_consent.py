"""A family that asks is told by a caseworker, and only once the person said yes."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from moei.access.acting import Invalid, Refused
from moei.casefile.actions.assign_case import assign_case
from moei.casefile.actions.consent import record_consent, withdraw_consent
from moei.casefile.actions.load_wordings import current_wording, load_wordings
from moei.casefile.actions.merge_people import merge_people
from moei.casefile.actions.tell_family import tell_family
from moei.casefile.models import Disclosure, Purpose
from moei.casefile.selectors.family_asks import to_ask
from moei.journal.models import Entry

pytestmark = pytest.mark.django_db
SAID = {"to_whom": "Her sister", "what": "That she is safe"}


@pytest.fixture
def missed(add_case, acting, anong, kanya, now):
    """A person who is here, and whose family reported her; Kanya is her caseworker."""
    load_wordings(now=now)
    here, report = add_case("Tigist Alemu"), add_case("TEGIST ALEMU", kind="family")
    merge_people(acting(anong), here, report, reason="the same scar")
    assign_case(acting(anong), here, kanya)
    here.refresh_from_db()
    return here


def ask(acting_one, case, interpreter, *, given: bool):
    return record_consent(
        acting_one,
        case,
        Purpose.FAMILY,
        given=given,
        wording=current_wording(Purpose.FAMILY, "am"),
        translated_by=interpreter,
    )


def test_p12_the_caseworker_has_the_task_to_ask(missed, acting, kanya, sign_in):
    assert to_ask(acting(kanya)).cases == [missed]
    page = sign_in(kanya)
    assert (
        "Ask the person whether the family may be told"
        in page.get(reverse("cases:file", args=[missed.pk])).content.decode()
    )
    content = page.get(reverse("cases:list")).content.decode()
    assert "A family asks for 1 person" in content
    assert missed.number in content


def test_p12_who_did_not_arrive_or_is_missed_by_nobody_is_no_task(add_case, acting, anong):
    add_case("Only Reported", kind="family")
    add_case("Only Here")
    assert to_ask(acting(anong)).total == 0


def test_p12_the_task_ends_with_the_answer_whatever_it_is(missed, acting, kanya, selam):
    ask(acting(kanya), missed, selam, given=False)
    assert to_ask(acting(kanya)).total == 0


@pytest.mark.parametrize("who", ["prasert", "mali", "tesfa", "vera", "somsak", "admin", "mallory"])
def test_p12_others_have_no_such_task_and_may_not_tell(who, missed, cast, acting):
    assert to_ask(acting(cast[who])).total == 0
    with pytest.raises(Refused):
        tell_family(acting(cast[who]), missed, **SAID)


def test_p12_nobody_is_told_before_the_person_said_yes(missed, acting, kanya, selam):
    with pytest.raises(Invalid, match="Ask the person first"):
        tell_family(acting(kanya), missed, **SAID)
    ask(acting(kanya), missed, selam, given=False)
    with pytest.raises(Invalid, match="Ask the person first"):
        tell_family(acting(kanya), missed, **SAID)
    assert not Disclosure.objects.filter(to_whom="Her sister").exists()


def test_p12_what_the_family_is_told_stands_in_the_register_and_the_journal(missed, acting, kanya, selam):
    ask(acting(kanya), missed, selam, given=True)
    told = tell_family(acting(kanya), missed, **SAID)
    assert (told.basis, told.recallable, told.recorded_by) == ("consent (family)", False, kanya)
    entry = Entry.objects.get(action="family.told")
    assert (entry.actor, entry.case, set(entry.fields)) == (kanya.pk, missed.id, {"what", "to_whom"})


def test_p12_after_a_withdrawal_nothing_more_is_told(missed, acting, kanya, selam):
    withdraw_consent(acting(kanya), ask(acting(kanya), missed, selam, given=True))
    with pytest.raises(Invalid, match="Ask the person first"):
        tell_family(acting(kanya), missed, **SAID)


def test_p12_the_page_offers_no_form_before_the_yes(missed, acting, kanya, selam, sign_in):
    page, address = sign_in(kanya), reverse("cases:tell_family", args=[missed.pk])
    assert "to_whom" not in page.get(address).content.decode()
    assert "Ask the person first" in page.post(address, SAID).content.decode()
    ask(acting(kanya), missed, selam, given=True)
    assert "to_whom" in page.get(address).content.decode()
    assert page.post(address, SAID).url == reverse("cases:file", args=[missed.pk])
    assert Disclosure.objects.get(basis="consent (family)").to_whom == "Her sister"


def test_p12_asking_begins_with_the_family(missed, kanya, sign_in):
    content = sign_in(kanya).get(reverse("cases:ask", args=[missed.pk]), {"purpose": "family"})
    [chosen] = re.findall(r"<input[^>]*\bchecked\b[^>]*>", content.content.decode())
    assert 'value="family"' in chosen
    assert "govuk-error-summary" not in content.content.decode()
