"""A claim for compensation: asked, filed, decided, paid; its deadlines; and who does not see it (P03)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from moei.access.acting import Invalid, Refused
from moei.desks.care.actions.track_claim import ask_claim, decide_claim, file_claim, pay_claim, withdraw_claim
from moei.desks.care.models import Claim
from moei.desks.care.support_selectors import deadlines

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(person, acting, kanya, now):
    def ask(case=None, **values) -> Claim:
        return ask_claim(acting(kanya), case or person(), **{"asked_on": now.date(), **values})

    return ask


@pytest.fixture
def filed(asked, acting, kanya, now):
    def file(claim=None, **values) -> Claim:
        about = {
            "filed_on": now.date(),
            "filed_with": "Criminal court",
            "amount": Decimal(90000),
            "currency": "THB",
        }
        return file_claim(acting(kanya), claim or asked(), **{**about, **values})

    return file


def test_it_goes_from_asked_to_paid(filed, acting, kanya, now):
    claim = filed()
    day = now.date()
    claim = decide_claim(
        acting(kanya), claim, decided_on=day, outcome="part", awarded=Decimal("45000.50"), appeal_by=day
    )
    claim = pay_claim(acting(kanya), claim, paid_on=day, paid=Decimal(45000))
    claim.refresh_from_db()
    assert (claim.currency, claim.amount, claim.awarded, claim.paid) == (
        "THB", Decimal(90000), Decimal("45000.50"), Decimal(45000),
    )  # fmt: skip
    with pytest.raises(Invalid, match="over"):
        withdraw_claim(acting(kanya), claim)


def test_deadlines_are_shown_while_they_run(asked, filed, acting, kanya, now):
    claim = asked(file_by=(now + timedelta(days=3)).date())
    (deadline,) = deadlines(claim, now.date())
    assert (deadline.day, deadline.late) == (claim.file_by, False)
    assert deadlines(claim, (now + timedelta(days=4)).date())[0].late
    claim = filed(claim)
    assert deadlines(claim, now.date()) == []
    day = (now + timedelta(days=30)).date()
    claim = decide_claim(acting(kanya), claim, decided_on=now.date(), outcome="refused", appeal_by=day)
    assert [one.day for one in deadlines(claim, now.date())] == [day]
    assert deadlines(withdraw_claim(acting(kanya), claim), now.date()) == []


def test_steps_come_in_their_order_and_once(asked, filed, acting, kanya, now):
    claim, day = asked(), now.date()
    with pytest.raises(Invalid, match="on its way already"):
        asked(claim.case)
    with pytest.raises(Invalid, match="first when the claim was filed"):
        decide_claim(acting(kanya), claim, decided_on=day, outcome="refused")
    with pytest.raises(Invalid, match="first what was awarded"):
        pay_claim(acting(kanya), claim, paid_on=day, paid=Decimal(1))
    filed(claim)
    with pytest.raises(Invalid, match="filed already"):
        filed(claim)
    withdraw_claim(acting(kanya), claim)
    assert asked(claim.case).pk != claim.pk


@pytest.mark.parametrize(
    "wrong",
    [
        {"currency": "GLD"},
        {"currency": "thb"},
        {"amount": Decimal(0)},
        {"amount": Decimal(-5)},
        {"filed_with": " "},
        {"filed_on": 3},
        {"filed_on": -3},
    ],
)
def test_nonsense_is_refused_in_words(filed, now, wrong):
    if isinstance(wrong.get("filed_on"), int):
        wrong = {"filed_on": (now + timedelta(days=wrong["filed_on"])).date()}
    with pytest.raises(Invalid):
        filed(**wrong)


def test_a_refused_claim_has_no_amount_and_a_granted_one_has(filed, acting, kanya, now):
    claim = filed()
    for outcome, awarded in (("refused", Decimal(5)), ("granted", None), ("gold", Decimal(5))):
        with pytest.raises(Invalid):
            decide_claim(acting(kanya), claim, decided_on=now.date(), outcome=outcome, awarded=awarded)


def test_p03_whoever_decides_neither_reads_nor_records_a_claim(asked, filed, acting, anong, sign_in, now):
    claim = filed()
    with pytest.raises(Refused, match="does not see"):
        ask_claim(acting(anong), claim.case, asked_on=now.date())
    with pytest.raises(Refused, match="does not see"):
        withdraw_claim(acting(anong), claim)
    page = sign_in(anong)
    body = page.get(reverse("care:case", args=[claim.case_id])).content.decode()
    for word in ("Compensation", "Criminal court", "90"):
        assert f">{word}" not in body and "Criminal court" not in body
    for name in ("claim", "withdraw_claim"):
        answer = page.post(reverse(f"care:{name}", args=[claim.case_id]), follow=True)
        assert "does not see whether the person claims" in answer.content.decode()


def test_p03_the_page_of_a_decider_is_the_same_with_a_claim_and_without(person, asked, sign_in, anong):
    import re

    def main(case) -> str:
        body = page.get(reverse("care:case", args=[case.pk])).content.decode()
        return re.search(r"<main\b.*?</main>", body, re.DOTALL).group(0)

    case, page = person(), sign_in(anong)
    before = main(case)
    asked(case)
    assert main(case) == before


def test_the_pages_take_one_step_after_the_other(person, sign_in, kanya):
    case, page = person(), sign_in(kanya)
    url, day = reverse("care:claim", args=[case.pk]), case.site.day_of(datetime.now(UTC)).isoformat()
    assert page.post(url, {}).status_code == 422
    assert page.post(url, {"asked_on": day}).status_code == 302
    filed = {"filed_on": day, "filed_with": "Criminal court", "amount": "90000", "currency": "thb"}
    assert page.post(url, {**filed, "currency": "GLD"}).status_code == 422
    assert page.post(url, filed).status_code == 302
    assert page.post(url, {"decided_on": day, "outcome": "granted", "awarded": "90000"}).status_code == 302
    body = page.get(reverse("care:case", args=[case.pk])).content.decode()
    assert "Criminal court" in body and "90,000.00 THB" in body
    assert page.post(url, {"paid_on": day, "paid": "90000"}).status_code == 302
    assert page.post(reverse("care:withdraw_claim", args=[case.pk])).status_code == 302
    assert Claim.objects.get().withdrawn_on is None
