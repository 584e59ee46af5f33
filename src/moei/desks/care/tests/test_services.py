"""The directory of services: what there is, in which language, open now; and who keeps it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from moei.access.acting import Invalid, Refused
from moei.desks.care.actions.keep_services import Offer, add_service, change_service, end_service
from moei.desks.care.hours import NotHours, is_open, read_hours, written
from moei.desks.care.models import Service
from moei.desks.care.service_selectors import as_rows, services

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "spans"),
    [
        ("", []),
        ("09:00-12:00", [(540, 720)]),
        ("13:00-16:30, 9.00 - 12.00", [(540, 720), (780, 990)]),
        ("00:00-24:00", [(0, 1440)]),
        ("22:00–06:00", [(1320, 1800)]),
    ],
)
def test_hours_are_read_as_people_type_them(typed, spans):
    assert read_hours(typed) == spans
    assert read_hours(written(spans)) == spans


@pytest.mark.parametrize(
    "typed", ["nine", "9-12", "09:00", "25:00-26:00", "09:70-10:00", "09:00-12:00, 11:00-13:00"]
)
def test_what_are_no_hours_is_refused(typed):
    with pytest.raises(NotHours):
        read_hours(typed)


@pytest.mark.parametrize(
    ("hour", "minute", "day", "open_now"),
    [
        (8, 59, 2, False),
        (9, 0, 2, True),
        (11, 59, 2, True),
        (12, 0, 2, False),
        (9, 0, 3, False),
        (23, 0, 7, True),
        (5, 59, 8, True),
        (6, 0, 8, False),
    ],
)
def test_open_now_also_after_midnight_and_from_sunday_into_monday(service, hour, minute, day, open_now):
    """Monday in the morning, and Sunday night until Monday at six."""
    made = service(hours={0: [(540, 720)], 5: [(1320, 1800)], 6: [(1320, 1800)]})
    moment = MONDAY.replace(hour=hour, minute=minute, day=day)
    assert services(moment, open_now=True).filter(pk=made.pk).exists() is open_now
    assert is_open(list(made.hours.all()), moment) is open_now


def test_it_is_narrowed_by_kind_and_language(service):
    doctor = service(languages=["am", "en"])
    lawyer = service("A lawyer", kind=Service.Kind.LEGAL, languages=["th"])
    assert list(services(MONDAY, kind="legal")) == [lawyer]
    assert list(services(MONDAY, language="am")) == [doctor]
    assert set(services(MONDAY)) == {doctor, lawyer}


def test_ended_services_are_gone_and_the_name_is_free_again(service, acting, kanya):
    made = service()
    with pytest.raises(Invalid, match="of this name already"):
        service()
    end_service(acting(kanya), made)
    assert not services(MONDAY).exists()
    with pytest.raises(Invalid, match="not offered"):
        end_service(acting(kanya), made)
    with pytest.raises(Invalid, match="not offered"):
        change_service(acting(kanya), made, Offer("X", Service.Kind.HEALTH))
    assert service().pk != made.pk


def test_an_organisation_keeps_its_own_services(service, acting, agencies, kanya, dao, clinic):
    with pytest.raises(Invalid, match="own services"):
        service(agency=agencies["Baan Dao"])
    theirs = add_service(acting(dao), agencies["Baan Dao"], Offer("Food", Service.Kind.BASICS))
    with pytest.raises(Invalid, match="own services"):
        end_service(acting(kanya), theirs)
    with pytest.raises(Invalid, match="own services"):
        change_service(acting(kanya), theirs, Offer("F", Service.Kind.BASICS))
    assert service().agency == clinic, "nobody of it works here, so anybody with the duty keeps it"


def test_a_service_is_of_somebody_to_whom_people_are_referred(acting, kanya, agencies):
    from moei.access.models import Agency

    kenya = Agency.objects.create(name="Embassy of K", short_name="K", kind="embassy", country="KEN")
    with pytest.raises(Invalid, match="of this kind"):
        add_service(acting(kanya), kenya, Offer("Passports", Service.Kind.SOCIAL))


@pytest.mark.parametrize("offer", [{"name": " "}, {"kind": "gold"}, {"capacity": -1}, {"capacity": 10_001}])
def test_nonsense_is_refused_in_words(service, offer):
    with pytest.raises(Invalid):
        service(**{"name": "Something", **offer})


@pytest.mark.parametrize("who", ["prasert", "selam", "tesfa", "ploy", "niran", "vera", "mallory"])
def test_nobody_else_keeps_or_reads_the_directory(acting, cast, clinic, who, sign_in):
    with pytest.raises(Refused):
        add_service(acting(cast[who]), clinic, Offer("X", Service.Kind.HEALTH))
    assert sign_in(cast[who]).get(reverse("care:services")).status_code == 403


def test_the_pages_add_change_and_end(sign_in, kanya, clinic):
    page, new = sign_in(kanya), reverse("care:new_service")
    good = {
        "agency": str(clinic.pk),
        "name": "Doctor on call",
        "kind": "health",
        "place": "Beside the bridge",
        "languages": "Amharic, th",
        "capacity": "12",
        "day_0": "09:00-12:00, 13:00-16:30",
    }
    for wrong in ({"languages": "Klingonish"}, {"day_0": "mornings"}, {"capacity": "many"}, {"agency": ""}):
        assert page.post(new, {**good, **wrong}).status_code == 422, wrong
    assert page.post(new, good).status_code == 302
    made = Service.objects.get()
    assert sorted(made.languages.values_list("code", flat=True)) == ["am", "th"]
    body = page.get(reverse("care:services")).content.decode()
    assert "Beside the bridge" in body and "Amharic" in body and "09:00-12:00, 13:00-16:30" in body
    url = reverse("care:service", args=[made.pk])
    assert "09:00-12:00, 13:00-16:30" in page.get(url).content.decode()
    assert page.post(url, {**good, "name": "Doctor", "day_0": ""}).status_code == 302
    made.refresh_from_db()
    assert made.name == "Doctor" and not made.hours.exists()
    assert page.post(reverse("care:end_service", args=[made.pk])).status_code == 302
    assert page.get(url).status_code == 404


def test_the_directory_asks_the_database_the_same_number_of_questions(service):
    def counted() -> int:
        with CaptureQueriesContext(connection) as queries:
            as_rows(services(MONDAY), MONDAY)
        return len(queries)

    service(languages=["am"], hours={0: [(0, 60)]})
    before = counted()
    for number in range(5):
        service(f"More {number}", languages=["am", "en"], hours={0: [(0, 60)], 1: [(5, 9)]})
    assert counted() == before
