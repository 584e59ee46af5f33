"""Joined, taken apart, asked, withdrawn, noted, in any order: each file keeps what is its own, and a no stays a no."""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from moei.access.acting import Invalid
from moei.access.models import CaseGrant
from moei.casefile.actions.assign_case import assign_case
from moei.casefile.actions.consent import record_consent, record_disclosure, withdraw_all, withdraw_consent
from moei.casefile.actions.load_wordings import current_wording, load_wordings
from moei.casefile.actions.merge_people import merge_people, unmerge_people
from moei.casefile.actions.needs import record_needs
from moei.casefile.models import Case, Consent, Disclosure, Need, PersonMerge, Purpose
from moei.casefile.selectors.cases import visible_cases
from moei.casefile.selectors.needs import needs_of

pytestmark = pytest.mark.django_db
FILES = 3
DEEDS = ("join", "join", "apart", "yes", "yes", "no", "withdraw", "withdraw all", "needs", "told")
CODES = ("medical", "pregnant", "child_or_age_unsure")
STEPS = st.tuples(
    st.sampled_from(DEEDS),
    st.integers(0, FILES - 1),
    st.integers(0, FILES - 1),
    st.sets(st.sampled_from(CODES)),
)


class Told:
    """What was said and noted, kept by hand: which file is whose part, and what each file has of its own."""

    def __init__(self) -> None:
        self.into: dict[int, int] = {}
        self.yes_at: dict[int, datetime] = {}
        self.no_at: dict[int, datetime] = {}
        self.needs: defaultdict[int, set[str]] = defaultdict(set)
        self.told: defaultdict[int, int] = defaultdict(int)
        self.said: list[str] = []

    def top(self, file: int) -> int:
        while file in self.into:
            file = self.into[file]
        return file

    def group(self, file: int) -> list[int]:
        return [other for other in range(FILES) if self.top(other) == file]

    def yes(self, file: int, at: datetime) -> None:
        for other in self.group(file):
            self.yes_at.pop(other, None)
        self.yes_at[file] = at

    def no(self, file: int, at: datetime) -> None:
        for other in self.group(file):
            self.no_at[other] = at

    def note(self, file: int, codes: set[str]) -> None:
        standing = {code for other in self.group(file) for code in self.needs[other]}
        for other in self.group(file):
            self.needs[other] &= codes
        self.needs[file] |= codes - standing

    def may_be_seen(self, file: int) -> bool:
        """A yes of this very file, with no later no of any file that is part of it."""
        if file in self.into or file not in self.yes_at:
            return False
        nos = [self.no_at[other] for other in self.group(file) if other in self.no_at]
        return all(self.yes_at[file] > at for at in nos)


@pytest.fixture
def play(acting, anong, kanya, selam, agencies, add_case):
    embassy = agencies["Embassy of Ethiopia"]

    def ask(who, case: Case, *, given: bool) -> None:
        record_consent(
            who,
            case,
            Purpose.EMBASSY,
            given=given,
            wording=current_wording(Purpose.EMBASSY, "am"),
            recipient=embassy,
            translated_by=selam,
        )

    def take(step, cases: list[Case], told: Told, minute: int) -> None:
        what, one, two, codes = step
        later = timedelta(minutes=minute)
        her, who = acting(anong, later=later), acting(kanya, later=later)
        file = told.top(one)
        case = cases[file]
        if what == "join":
            merge_people(her, case, cases[told.top(two)], reason="the same scar")
            told.into[told.top(two)] = file
        elif what == "apart":
            merge = PersonMerge.objects.filter(merged=cases[one].person_id, undone_at=None).first()
            if merge:
                unmerge_people(her, merge, reason="different scars")
                del told.into[one]
        elif what in ("yes", "no"):
            ask(who, case, given=what == "yes")
            (told.yes if what == "yes" else told.no)(file, who.now)
            told.told[file] += what == "yes"  # what the embassy may read from now on stands in the register
        elif what == "withdraw":
            people = [cases[other].person_id for other in told.group(file)]
            consent = Consent.objects.filter(case__person__in=people, given=True, withdrawn_at=None).first()
            if consent:
                withdraw_consent(who, consent)
                told.no(file, who.now)
        elif what == "withdraw all":
            withdraw_all(who, case)
            told.no(file, who.now)
        elif what == "needs":
            record_needs(her, case, codes)
            told.note(file, codes)
        elif what == "told":
            record_disclosure(who, case, what="a list", to_whom="x", basis="none", outside=True)
            told.told[file] += 1
        told.said.append(what)

    return take


def check(cases: list[Case], told: Told, before: dict, tesfa, release, now) -> None:
    owners = dict(Consent.objects.values_list("id", "case_id"))
    assert before.items() <= owners.items()  # no answer is lost, and none changes its file
    before.update(owners)
    seen = set(visible_cases(tesfa, release.id, now=now))
    for number, case in enumerate(cases):
        own = Need.objects.filter(person=case.person_id, ended_at=None).values_list("code", flat=True)
        assert sorted(own) == sorted(told.needs[number])
        assert Disclosure.objects.filter(case=case).count() == told.told[number]
        shown = {need.code for need in needs_of([case.person_id])[case.person_id]}
        whole = {code for other in told.group(number) for code in told.needs[other]}
        assert shown == (set() if number in told.into else whole)
        if case in seen:
            assert told.may_be_seen(number)
        elif told.said.count("yes") == 1 and not {"no", "withdraw", "withdraw all"} & set(told.said):
            assert not told.may_be_seen(number)  # who said yes, and never no, is seen
        if told.no_at.get(number) is not None and number not in told.yes_at:
            assert not open_grants(case)
    for consent in Consent.objects.filter(given=True).exclude(withdrawn_at=None).select_related("case"):
        renewed = Consent.objects.filter(case=consent.case, given=True, withdrawn_at=None)
        assert renewed.exists() or not open_grants(consent.case)


def open_grants(case: Case) -> bool:
    return CaseGrant.objects.filter(case_id=case.id, basis=CaseGrant.Basis.CONSENT, ended_at=None).exists()


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(steps=st.lists(STEPS, min_size=3, max_size=9))
@example(steps=[("yes", 0, 0, set()), ("no", 1, 0, set()), ("join", 0, 1, set()), ("apart", 1, 0, set())])
@example(
    steps=[
        ("yes", 0, 0, set()),
        ("yes", 1, 0, set()),
        ("join", 0, 1, set()),
        ("withdraw", 0, 0, set()),
        ("apart", 1, 0, set()),
    ]
)
@example(steps=[("needs", 1, 0, {"medical"}), ("join", 0, 1, set()), ("needs", 0, 0, {"pregnant"})])
def test_p04_in_any_order_nothing_is_lost_and_no_withdrawn_consent_gives_access(
    steps, play, acting, anong, kanya, tesfa, add_case, release, now
):
    with transaction.atomic():
        load_wordings(now=now)
        cases = [add_case(f"Person {number}", nationality="ETH") for number in range(FILES)]
        for case in cases:
            assign_case(acting(anong), case, kanya)
        told, before = Told(), {}
        for minute, step in enumerate(steps, start=1):
            with suppress(Invalid):  # refused in words: then nothing changed
                play(step, cases, told, minute)
            check(cases, told, before, tesfa, release, now)
        for number in sorted(told.into):
            play(("apart", number, number, set()), cases, told, 60)
        check(cases, told, before, tesfa, release, now)
        transaction.set_rollback(True)
