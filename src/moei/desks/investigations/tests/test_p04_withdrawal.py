"""Taking consent back removes what the person told, at once, and names every file that cannot be recalled (P04)."""

from __future__ import annotations

import pytest
from django.urls import reverse

from moei.casefile.actions.consent import withdraw_all, withdraw_consent
from moei.casefile.actions.merge_people import merge_people
from moei.casefile.models import Disclosure, Purpose
from moei.desks.investigations.models import (
    Export,
    ExportedStatement,
    Fact,
    LinkSeal,
    NamePart,
    Statement,
    Teller,
    Tie,
)
from moei.desks.investigations.selectors.statements import listed
from moei.desks.investigations.tests.conftest import NEXT_WEEK
from moei.journal.models import Entry
from moei.retention.erasing import erase_people

pytestmark = pytest.mark.django_db


@pytest.fixture
def export(release, dsi, niran, now):
    """`export(statement)`: a file that holds it."""

    def make(*statements) -> Export:
        made = Export.objects.create(
            kind=Export.Kind.PACKAGE,
            release=release,
            agency=dsi,
            to_agency="Police of Kenya (invented)",
            to_country="KEN",
            purpose="their own case",
            made_at=now,
            made_by=niran,
        )
        for statement in statements:
            ExportedStatement.objects.create(export=made, statement=statement)
        return made

    return make


def consent_of(case):
    return case.consents.get(purpose=Purpose.INVESTIGATION, given=True, withdrawn_at=None)


def test_p04_what_was_told_is_gone_at_once_and_the_others_stay(tell, crowd, acting, kanya, niran):
    gone, stays = tell(crowd[0]), tell(crowd[1])
    withdraw_consent(acting(kanya), consent_of(crowd[0]))
    assert list(listed(acting(niran, later=NEXT_WEEK))) == [stays]
    assert {fact.statement_id for fact in Fact.objects.all()} == {stays.pk}
    assert not NamePart.objects.exclude(fact__statement=stays).exists()
    assert {tie.said for tie in Tie.objects.all()} == {str(stays.pk)}
    gone.refresh_from_db()
    assert (gone.withdrawn, gone.text, gone.source_grade) == (True, "", "")
    assert not LinkSeal.objects.filter(teller=gone.teller).exists()


def test_p04_every_file_that_was_made_before_is_named_to_the_person(
    tell, crowd, acting, kanya, export, sign_in
):
    made = export(tell(crowd[0]), tell(crowd[1]))
    export(tell(crowd[2]))
    told = withdraw_consent(acting(kanya), consent_of(crowd[0]))
    assert [made.code in row.what for row in told] == [True]
    assert told[0].to_whom.startswith("Police of Kenya (invented), by way of Special Investigation")
    page = sign_in(kanya).post(reverse("cases:withdraw", args=[crowd[1].pk, consent_of(crowd[1]).pk]))
    assert made.code in page.content.decode()
    assert page.content.decode().count("Police of Kenya") == 1


def test_p04_withdrawing_everything_and_a_later_no_do_the_same(tell, crowd, acting, kanya, agree_to):
    tell(crowd[0]), tell(crowd[1])
    withdraw_all(acting(kanya), crowd[0])
    agree_to(crowd[1], given=False)
    assert not Fact.objects.exists()
    assert Statement.objects.filter(withdrawn=True).count() == 2


def test_p04_a_yes_that_is_only_said_again_removes_nothing(tell, crowd, agree_to):
    tell(crowd[0])
    agree_to(crowd[0])
    assert Fact.objects.exists()


def test_p04_in_a_joined_file_it_is_taken_back_from_either(tell, crowd, acting, kanya, anong):
    tell(crowd[0])
    merge_people(acting(anong), crowd[1], crowd[0], reason="the same scar")
    withdraw_all(acting(kanya), crowd[1])
    assert not Fact.objects.exists()


def test_p04_consent_to_another_agency_is_another_one(tell, crowd, acting, kanya, agencies):
    tell(crowd[0])
    other = tell(crowd[0], agency=agencies["ATPD"])
    withdraw_consent(acting(kanya), crowd[0].consents.get(recipient=agencies["DSI"], given=True))
    assert list(Statement.objects.filter(withdrawn=False)) == [other]


def test_p04_the_journal_does_not_say_beside_a_case_which_statements_went(tell, crowd, acting, kanya):
    statement = tell(crowd[0])
    withdraw_all(acting(kanya), crowd[0])
    (entry,) = Entry.objects.filter(action="statements.removed")
    assert str(statement.pk) not in f"{entry.data}{entry.fields}"


def test_who_agrees_again_tells_anew_under_a_link_that_opens(tell, crowd, acting, kanya):
    tell(crowd[0])
    withdraw_all(acting(kanya), crowd[0])
    again = tell(crowd[0])
    assert LinkSeal.objects.filter(teller=again.teller).count() == 2
    assert Fact.objects.filter(statement=again).exists()


def test_p18_with_the_person_everything_they_told_is_erased(tell, crowd, export, acting, now):
    gone, stays = tell(crowd[0]), tell(crowd[1])
    export(gone, stays)
    erase_people([crowd[0].person_id], now=now)
    assert list(Statement.objects.all()) == [stays]
    assert list(Teller.objects.all()) == [stays.teller]
    assert [row.statement for row in ExportedStatement.objects.all()] == [stays]


def test_p05_the_person_reads_in_their_own_file_what_was_told_and_where_it_went(
    tell, crowd, acting, kanya, export
):
    from moei.casefile.persons_file import content
    from moei.casefile.selectors.cases import open_case

    statement = tell(crowd[0])
    export(statement)
    parts = content(acting(kanya), open_case(acting(kanya), crowd[0]))["parts"]
    (part,) = [part for part in parts if "without your name" in part.heading]
    said = str(part.lines)
    assert "They took our telephones" in said and "Police of Kenya" in said
    assert statement.teller.code not in said and statement.code not in said


def test_p01_the_register_of_disclosures_has_it(tell, crowd, acting, kanya, export):
    export(tell(crowd[0]))
    withdraw_all(acting(kanya), crowd[0])
    rows = Disclosure.objects.filter(case=crowd[0], basis="consent (investigation)")
    assert sorted(row.recallable for row in rows) == [False, True]
