"""What was recorded in error is voided by whoever may record it; what somebody signed is never voided by another."""

from __future__ import annotations

import pytest
from django.urls import reverse

from moei.access.acting import Invalid, Refused
from moei.access.models import Staff
from moei.casefile.actions.merge_people import merge_people
from moei.casefile.actions.record_event import Happening, record_events, void_event
from moei.casefile.models import CaseEvent
from moei.engines.protocol import EventKind

pytestmark = pytest.mark.django_db


@pytest.fixture
def registrar(give_role, site) -> Staff:
    staff = Staff.objects.create(username="reg", name="Registrar")
    give_role(staff, "registrar", site=site)
    return staff


@pytest.fixture
def recorded(acting, anong, add_case, now):
    """`recorded(EventKind.ARRIVED)`: an event of a case."""
    case = add_case("Bekele Tadesse")

    def record(kind: EventKind, **data) -> CaseEvent:
        return record_events(acting(anong), [Happening(case, kind, now, data)])[0]

    return record


def test_who_registers_voids_an_arrival_and_the_cache_follows(recorded, registrar, acting):
    event = recorded(EventKind.ARRIVED)
    event.case.refresh_from_db()
    assert event.case.arrived_at is not None
    void_event(acting(registrar), event, reason="Another person")
    assert CaseEvent.objects.filter(kind=EventKind.VOIDED, data__event=str(event.id)).count() == 1


@pytest.mark.parametrize("kind", [EventKind.SCREENING_RECORDED, EventKind.INTERVIEW_STARTED])
def test_who_registers_voids_nothing_of_the_screening(kind, recorded, registrar, anong, acting, sign_in):
    event = recorded(kind)
    with pytest.raises(Refused):
        void_event(acting(registrar), event, reason="No reason")
    address = reverse("cases:void", args=[event.case_id, event.id])
    assert sign_in(registrar).get(address).status_code == 404
    assert void_event(acting(anong), event, reason="Recorded in the wrong file").kind == EventKind.VOIDED


@pytest.mark.parametrize("kind", [EventKind.DETERMINATION_SIGNED, EventKind.DETERMINATION_MADE])
def test_nobody_voids_what_somebody_signed(kind, recorded, anong, acting, sign_in):
    event = recorded(kind, profession="msdhs", member="x", outcome="victim")
    with pytest.raises(Invalid, match="only who signed"):
        void_event(acting(anong), event, reason="I see it differently")
    assert not CaseEvent.objects.filter(kind=EventKind.VOIDED).exists()
    address = reverse("cases:void", args=[event.case_id, event.id])
    assert sign_in(anong).post(address, {"reason": "I see it differently"}).status_code == 404
    assert address not in sign_in(anong).get(reverse("cases:file", args=[event.case_id])).content.decode()


def test_what_a_list_brings_and_a_void_are_not_voided(recorded, anong, acting):
    listed = CaseEvent.objects.get(case=recorded(EventKind.ARRIVED).case, kind=EventKind.HANDED_OVER)
    with pytest.raises(Invalid, match="comes from a list"):
        void_event(acting(anong), listed, reason="Not on the bridge")
    void = void_event(acting(anong), recorded(EventKind.REGISTERED), reason="Another person")
    with pytest.raises(Invalid, match="not voided here"):
        void_event(acting(anong), void, reason="It was right after all")


def test_an_event_of_a_joined_file_is_voided_from_the_file_that_shows_it(
    recorded, add_case, anong, acting, sign_in
):
    event, kept = recorded(EventKind.ARRIVED), add_case("BEKELE TADESSE", kind="transferring")
    merge_people(acting(anong), kept, event.case, reason="The same passport")
    kept.refresh_from_db()
    assert kept.arrived_at is not None
    address = reverse("cases:void", args=[kept.pk, event.id])
    page = sign_in(anong)
    assert address in page.get(reverse("cases:file", args=[kept.pk])).content.decode()
    assert page.post(address, {"reason": "It was his brother"}).status_code == 302
    other = add_case("Somebody Else")
    assert page.get(reverse("cases:void", args=[other.pk, event.id])).status_code == 404
