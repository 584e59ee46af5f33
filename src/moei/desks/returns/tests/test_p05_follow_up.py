"""After the return: contacts only as the person agreed to them, and closing a case."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from moei.access.acting import Invalid, Refused
from moei.casefile.actions.contact_plan import make_contact_plan
from moei.casefile.actions.record_event import Happening, record_events
from moei.casefile.models import Case, ContactPlan, IdentityDocument, PropertyItem, Wish
from moei.desks.returns.actions.follow_up import close_case, plan_follow_up, reach, record_outcome
from moei.desks.returns.actions.hold_seat import hold_seat
from moei.desks.returns.models import FollowUp
from moei.desks.returns.selectors import came_home_before
from moei.engines.protocol import EventKind
from moei.journal.models import Entry

TODAY = date(2026, 3, 2)
OUTCOME, RISK = FollowUp.Outcome, FollowUp.Risk


@pytest.fixture
def agreed(ways, acting, ploy):
    """A case whose person agreed to be contacted for ten days."""
    case = ways.told()
    make_contact_plan(
        acting(ploy),
        case,
        channel=ContactPlan.Channel.CALL,
        address="+251 900 000 000 (invented)",
        code_word="blue umbrella",
        safe_hours="evenings",
        expires_on=TODAY + timedelta(days=10),
    )
    return case


def never(case, ploy, now):
    Wish.objects.create(case=case, kind=Wish.Kind.NEVER_CONTACT, said_at=now, recorded_by=ploy)


def test_p05_no_contact_is_planned_without_a_plan_or_after_its_last_day(ways, acting, ploy, agreed):
    with pytest.raises(Invalid, match="no contact plan"):
        plan_follow_up(acting(ploy), ways.told("Another"), due_on=TODAY)
    with pytest.raises(Invalid, match="until 2026-03-12"):
        plan_follow_up(acting(ploy), agreed, due_on=TODAY + timedelta(days=11))
    plan_follow_up(acting(ploy), agreed, due_on=TODAY + timedelta(days=10))
    with pytest.raises(Invalid, match="planned already"):
        plan_follow_up(acting(ploy), agreed, due_on=TODAY)


def test_p05_never_contact_me_is_obeyed_at_every_step(acting, ploy, agreed, now):
    planned = plan_follow_up(acting(ploy), agreed, due_on=TODAY)
    never(agreed, ploy, now)
    for attempt in (
        lambda: reach(acting(ploy), planned),
        lambda: record_outcome(acting(ploy), planned, OUTCOME.REACHED),
        lambda: plan_follow_up(acting(ploy), agreed, due_on=TODAY),
    ):
        with pytest.raises(Invalid, match="never contact me"):
            attempt()
    record_outcome(acting(ploy), planned, OUTCOME.NOT_MADE)


def test_p05_the_address_opens_on_the_day_only_and_is_journalled(acting, ploy, agreed):
    planned = plan_follow_up(acting(ploy), agreed, due_on=TODAY + timedelta(days=2))
    with pytest.raises(Invalid, match="later day"):
        reach(acting(ploy), planned)
    opened = reach(acting(ploy, later=timedelta(days=2)), planned)
    assert opened.code_word == "blue umbrella"
    assert Entry.objects.filter(action="contact_plan.opened", case=agreed.pk).count() == 1


def test_p05_after_the_last_day_nobody_contacts_and_the_page_says_so(acting, ploy, agreed, sign_in):
    planned = plan_follow_up(acting(ploy), agreed, due_on=TODAY + timedelta(days=10))
    late = acting(ploy, later=timedelta(days=11))
    with pytest.raises(Invalid, match="is over"):
        reach(late, planned)
    with pytest.raises(Invalid, match="is over"):
        record_outcome(late, planned, OUTCOME.REACHED)
    # The pages use the clock of the machine, which is past that day.
    ContactPlan.objects.update(expires_on=date(2026, 3, 12))
    text = sign_in(ploy).get(reverse("returns:person", args=[agreed.pk])).content.decode()
    assert "Nobody contacts them now" in text and "Make the contact" not in text


def test_what_came_of_it_with_the_next_contact(acting, ploy, agreed):
    planned = plan_follow_up(acting(ploy), agreed, due_on=TODAY)
    with pytest.raises(Invalid, match="Nobody spoke"):
        record_outcome(acting(ploy), planned, OUTCOME.NOT_REACHED, risk=RISK.SOME)
    with pytest.raises(Invalid, match="what is needed"):
        record_outcome(acting(ploy), planned, OUTCOME.REACHED, risk=RISK.HIGH)
    following = record_outcome(
        acting(ploy), planned, OUTCOME.REACHED, risk=RISK.SOME, next_on=TODAY + timedelta(days=5)
    )
    assert following is not None and FollowUp.objects.count() == 2
    with pytest.raises(Invalid, match="already"):
        record_outcome(acting(ploy), planned, OUTCOME.REACHED)


def test_p05_no_more_ends_the_plan(acting, ploy, agreed):
    planned = plan_follow_up(acting(ploy), agreed, due_on=TODAY)
    record_outcome(acting(ploy), planned, OUTCOME.NO_MORE)
    assert ContactPlan.objects.get().ended_at is not None
    with pytest.raises(Invalid, match="no contact plan"):
        plan_follow_up(acting(ploy), agreed, due_on=TODAY)


def test_a_case_closes_only_when_nothing_is_open_and_once(acting, ploy, agreed, fly, now):
    planned = plan_follow_up(acting(ploy), agreed, due_on=TODAY)
    hold_seat(acting(ploy), fly(), agreed)
    kept = PropertyItem.objects.create(
        case=agreed,
        receipt="R-TEST-0001",
        kind=PropertyItem.Kind.values[0],
        words="telephone",
        taken_by="invented",
        taken_at=now,
        basis="own wish",
        held_at="office",
        recorded_at=now,
        recorded_by=ploy,
    )
    with pytest.raises(Invalid) as refused:
        close_case(acting(ploy), agreed, reason="home_and_well")
    for words in ("a contact is planned", "a seat is held", "not given back"):
        assert words in str(refused.value)
    record_outcome(acting(ploy), planned, OUTCOME.REACHED)
    agreed.seats.update(ended_at=now, ended_as="mistake")
    type(kept).objects.update(returned_at=now)
    close_case(acting(ploy), agreed, reason="home_and_well")
    assert Case.objects_unchecked.get(pk=agreed.pk).stage == "closed"
    with pytest.raises(Invalid, match="closed"):
        close_case(acting(ploy), agreed, reason="home_and_well")


def test_only_who_may_record(acting, cast, agreed, ploy):
    planned = plan_follow_up(acting(ploy), agreed, due_on=TODAY)
    for who in ("anong", "kanya", "tesfa", "dao", "mallory"):
        with pytest.raises(Refused):
            reach(acting(cast[who]), planned)
        with pytest.raises(Refused):
            close_case(acting(cast[who]), agreed, reason="home_and_well")


def test_who_came_home_once_is_recognised_by_the_document(acting, ploy, ways, release, site, sign_in):
    before = type(release).objects.create(
        code="earlier", name="Earlier (invented)", began_at=release.began_at, site=site, invented=True
    )
    first, again = ways.told("Abebe Then"), ways.told("Abebe Now")
    record_events(acting(ploy), [Happening(first, EventKind.ARRIVED_HOME, acting(ploy).now)])
    first.release = before
    first.save(update_fields=["release"])
    for case in (first, again):
        IdentityDocument.objects.create(person=case.person, kind="passport", number="EP7654321")
    assert came_home_before(again) == [TODAY]
    assert came_home_before(ways.told("Somebody Else")) == []
    text = sign_in(ploy).get(reverse("returns:person", args=[again.pk])).content.decode()
    assert "Came home once" in text and "Treat with care" in text and "Earlier" not in text
