"""What somebody told is handed over with their consent; bad input is refused with words for each fact."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from moei.access.acting import Invalid, Refused
from moei.access.models import RoleGrant
from moei.casefile.actions.assign_case import assign_case
from moei.casefile.actions.consent import withdraw_consent
from moei.casefile.models import Disclosure
from moei.desks.investigations.actions.give_statement import give_statement
from moei.desks.investigations.facts import Said
from moei.desks.investigations.models import Fact, Statement, Tie
from moei.desks.investigations.selectors.statements import listed
from moei.desks.investigations.tests.conftest import NEXT_WEEK, TRON
from moei.desks.investigations.words import What
from moei.journal.models import Entry

pytestmark = pytest.mark.django_db


def test_what_was_told_reaches_the_investigators_of_that_agency(tell, acting, niran):
    statement = tell()
    (found,) = listed(acting(niran, later=NEXT_WEEK))
    assert (found.code, found.things, found.text) == (
        statement.code,
        4,
        "They took our telephones on the first day.",
    )
    facts = {fact.what: fact for fact in Fact.objects.filter(statement=statement)}
    assert facts["phone"].key == "phone:+66812345678"
    assert facts["wallet"].entity == f"wallet:tron:{TRON}"
    assert {(tie.one.what, tie.role, tie.other.what) for tie in Tie.objects.all()} == {
        ("recruiter", "recruited for", "compound"),
        ("recruiter", "uses", "phone"),
        ("recruiter", "is paid by", "wallet"),
    }


def test_each_fact_keeps_its_grades_its_week_and_its_place(tell, now):
    statement = tell(
        None,
        "She paid a debt.",
        Said(
            What.BOSS, "Lao Wang", information_grade="2", handling="H3", on=now.date(), place="second floor"
        ),
        Said(What.DEBT, of=0, amount=Decimal("3000"), currency="usd"),
        source_grade="B",
        information_grade="3",
        handling="H0",
    )
    boss, debt = Fact.objects.filter(statement=statement).order_by("position")
    assert (boss.source_grade, boss.information_grade, boss.handling) == ("B", "2", "H3")
    assert (boss.on.weekday(), boss.place) == (0, "second floor")
    assert (debt.amount, debt.currency, debt.information_grade, debt.handling, debt.entity) == (
        3000,
        "USD",
        "3",
        "H0",
        "",
    )


def test_a_route_has_legs_and_a_payment_goes_between_two(tell):
    tell(
        None,
        "By lorry at night, then by boat.",
        Said(What.STOP, "Mae Sot", country="THA"),
        Said(What.STOP, "Myawaddy", country="MMR"),
        Said(What.LEG, "lorry at night", of=0, to=1),
        Said(What.ACCOUNT, "GB82 WEST 1234 5698 7654 32"),
        Said(What.PAYMENT, of=3, to=1, amount=Decimal("500"), currency="THB"),
    )
    assert {(tie.one.text, tie.role, tie.other.text) for tie in Tie.objects.all()} == {
        ("Mae Sot", "leads to", "Myawaddy"),
        ("GB82 WEST 1234 5698 7654 32", "paid to", "Myawaddy"),
    }


@pytest.mark.parametrize(
    "said,words",
    [
        (Said(What.PHONE, "123"), "3 digits are too few for a telephone number"),
        (Said(What.PHONE, "081 234 5678"), "Say the country of this number"),
        (Said(What.WALLET, TRON[:-1] + "a"), "checksum of .* is wrong"),
        (Said(What.ACCOUNT, "GB82 WEST 1234 5698 7654 33"), "check digits of this IBAN are wrong"),
        (Said(What.ACCOUNT, "1234567"), "Say the bank and its country"),
        (Said(What.VEHICLE, "1กก 1234", country="THA"), "Say the province"),
        (Said(What.HANDLE, "@someone"), "Say the service of this handle"),
        (Said(What.BOSS, "  "), "Write down the name or the number"),
        (Said(What.PAY), "Say how much"),
        (Said(What.LEG, "by bus"), "name both"),
        (Said(What.PHONE, "+66 81 234 5678", of=7), "not in the list"),
        (Said(What.BOSS, "Lao Wang", country="XYZ"), "three letters"),
        (Said(What.BOSS, "Lao Wang", handling="H9"), "one of the grades"),
    ],
)
def test_what_cannot_be_used_is_said_of_each_fact(tell, said, words):
    with pytest.raises(Invalid, match=words) as refused:
        tell(None, "Something.", Said(What.COMPANY, "Blue Garden Ltd"), said)
    assert list(refused.value.errors) == ["facts-1"]
    assert not Statement.objects.exists()


def test_nothing_is_handed_over_without_consent_for_that_agency(
    crowd, agree_to, acting, kanya, agencies, dsi, draft, link_keys
):
    with pytest.raises(Invalid, match="did not agree"):
        give_statement(acting(kanya), crowd[0], dsi, draft())
    agree_to(crowd[0], agencies["ATPD"])
    with pytest.raises(Invalid, match="did not agree"):
        give_statement(acting(kanya), crowd[0], dsi, draft())
    consent = agree_to(crowd[0], dsi)
    withdraw_consent(acting(kanya), consent)
    with pytest.raises(Invalid, match="did not agree"):
        give_statement(acting(kanya), crowd[0], dsi, draft())
    assert not Statement.objects.exists()


def test_p03_who_signs_the_determination_hands_nothing_over_and_sees_nothing_of_it(
    tell, crowd, acting, anong, dsi, draft
):
    tell()
    with pytest.raises(Refused, match="A caseworker does this"):
        give_statement(acting(anong), crowd[0], dsi, draft())


def test_nobody_else_hands_over(tell, crowd, acting, cast, dsi, draft):
    tell()
    for who in (
        "niran",
        "prasert",
        "mali",
        "selam",
        "dao",
        "tesfa",
        "vera",
        "somsak",
        "admin",
        "mallory",
        "ploy",
    ):
        with pytest.raises(Refused):
            give_statement(acting(cast[who]), crowd[0], dsi, draft())


def test_a_statement_comes_from_a_talk_that_was_held(
    add_case, acting, anong, kanya, agree_to, dsi, draft, crowd, link_keys, now
):

    listed_only = add_case("Only Listed", nationality="ETH")
    assign_case(acting(anong), listed_only, kanya)
    agree_to(listed_only)
    with pytest.raises(Invalid, match="No interview"):
        give_statement(acting(kanya), listed_only, dsi, draft())
    agree_to(crowd[0])
    with pytest.raises(Invalid, match="Give the day of the talk"):
        give_statement(acting(kanya), crowd[0], dsi, replace(draft(), heard_on=now.date().replace(year=2027)))


def test_without_keys_of_two_agencies_nothing_is_handed_over(crowd, agree_to, acting, kanya, dsi, draft):
    agree_to(crowd[0])
    with pytest.raises(Invalid, match="Two agencies must each give"):
        give_statement(acting(kanya), crowd[0], dsi, draft())


def test_the_register_of_disclosures_and_the_journal_know_of_it_and_not_of_which(tell, crowd):
    statement = tell()
    row = Disclosure.objects.get(case=crowd[0], basis="consent (investigation)")
    assert "pseudonym" in row.what and row.to_whom.startswith("Special Investigation")
    assert statement.code not in f"{row.what} {row.to_whom}"
    entry = Entry.objects.get(action="statement.given")
    assert entry.case == crowd[0].pk
    assert str(statement.pk) not in f"{entry.data} {entry.fields}"


def test_it_costs_the_same_however_many_were_told_before(tell, crowd, agree_to, acting, kanya, dsi, draft):
    def queries(case) -> int:
        agree_to(case)
        with CaptureQueriesContext(connection) as made:
            give_statement(acting(kanya), case, dsi, draft())
        return len(made)

    tell()
    second = queries(crowd[1])
    queries(crowd[2]), queries(crowd[3])
    assert queries(crowd[4]) <= second < 60


def test_p10_whoever_works_on_identification_here_reads_nothing_whatever_rows_there_are(
    tell, acting, niran, release, site, now
):
    tell()
    RoleGrant.objects.create(staff=niran, role="panel_police", release=release, site=site, granted_at=now)
    niran.__dict__.pop("_grants", None)
    with pytest.raises(Refused, match="does not investigate in it"):
        listed(acting(niran, later=NEXT_WEEK))
