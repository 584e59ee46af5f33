"""The laptop's clock jumps a day, forwards or back: work goes on, the chain holds, no clock of the law stays wrong."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from tests.attacks.conftest import client_of

from moei.casefile.actions.record_event import Happening, record_events
from moei.casefile.folding import state_of
from moei.casefile.models import Case, CaseEvent
from moei.engines.protocol import EventKind
from moei.journal.models import Entry
from moei.journal.verify import verify

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def registered(client, name: str):
    return client.post(
        reverse("arrivals:register"),
        {"operation": str(uuid.uuid4()), "name": name, "born": "1998", "not_listed": "on", "save": "1"},
    )


@pytest.mark.parametrize("jumps", [(DAY, -DAY), (-DAY, DAY), (-DAY, timedelta(0)), (DAY, timedelta(0))])
def test_work_goes_on_and_the_chain_holds(jumps, anong, release, clock):
    release.began_at = datetime.now(UTC) - timedelta(days=3)
    release.save()
    for number, by in enumerate((timedelta(0), *jumps, timedelta(0))):
        clock(by)
        client = client_of(anong)  # a jump of a day ended her session
        answer = registered(client, f"Person {'ABCDE'[number]}")
        assert answer.status_code == 302, answer.content[:2000]
        assert client.get(reverse("cases:list")).status_code == 200
        assert client.get(reverse("overview:board")).status_code == 200
    assert Case.objects_unchecked.filter(person__name__startswith="Person").count() == 4
    assert verify().intact
    assert list(Entry.objects.order_by("seq").values_list("seq", flat=True)) == list(
        range(1, Entry.objects.count() + 1)
    )
    for case in Case.objects_unchecked.filter(person__name__startswith="Person"):
        assert CaseEvent.objects.filter(case=case, kind="registered").count() == 1
        assert client.get(reverse("cases:file", args=[case.pk])).status_code == 200


def test_a_clock_of_the_law_that_ran_out_by_mistake_runs_again(add_case, acting, anong, now):
    """A day ahead it is missed; when the clock is put right it is not, and nothing of the mistake is kept."""
    case = add_case("Somebody Invented")
    record_events(acting(anong), [Happening(case, EventKind.REGISTERED, now, {"child": False})])
    right = {clock.code: clock.status for clock in state_of(case, now=now).clocks}
    ahead = {clock.code: clock.status for clock in state_of(case, now=now + 40 * DAY).clocks}
    again = {clock.code: clock.status for clock in state_of(case, now=now).clocks}
    assert ahead != right, "the jump was far enough to matter"
    assert again == right


def test_what_happened_tomorrow_is_refused_in_words(add_case, acting, anong, sign_in, release, clock):
    """Typed by somebody whose watch is right, while the laptop's clock is a day behind."""
    release.began_at = datetime.now(UTC) - timedelta(days=3)
    release.save()
    clock(-DAY)
    client = client_of(anong)
    real = datetime.now(UTC).astimezone(release.site.zone)
    answer = client.post(
        reverse("arrivals:register"),
        {
            "operation": str(uuid.uuid4()),
            "name": "Person F",
            "born": "1998",
            "not_listed": "on",
            "happened_at_day": real.strftime("%d.%m.%Y"),
            "happened_at_hour": real.strftime("%H:%M"),
            "save": "1",
        },
    )
    assert answer.status_code == 422
    assert "future" in answer.content.decode()
    assert not Case.objects_unchecked.filter(person__name="Person F").exists()
