"""What is mistyped at registration comes back in words that say what to do; nothing is saved."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.urls import reverse

from moei.casefile.models import Case, SourceRecord
from moei.desks.arrivals.languages import countries

pytestmark = pytest.mark.django_db


@pytest.fixture
def send(client, anong, release):
    client.force_login(anong)

    def send(**typed):
        about = {"operation": str(uuid4()), "not_listed": "on", "name": "Abebe Kebede", "save": "1"}
        return client.post(reverse("arrivals:register"), {**about, **typed})

    return send


def refused(response, *words: str) -> None:
    page = response.content.decode()
    assert response.status_code == 422
    assert all(text in page for text in words), page
    assert not Case.objects_unchecked.exists()


def test_a_day_to_come_is_called_so(send):
    refused(send(happened_at_day="01.01.2030", happened_at_hour="10:00"), "This time is in the future")


def test_an_hour_that_is_none(send):
    refused(
        send(happened_at_day="01.01.2025", happened_at_hour="25:99"), "Write the hour as hours and minutes"
    )


def test_a_day_without_its_hour(send):
    refused(send(happened_at_day="01.01.2025"), "Write both the day and the hour")


def test_a_year_in_which_nobody_alive_was_born(send):
    refused(send(born="1.1.1880"), "Nobody alive was born so long ago")


def test_all_that_is_missing_is_said_at_once(send):
    refused(send(name="", not_listed=""), "Choose who this is among the people expected", "Write the name as")


def test_marks_that_turn_the_direction_of_writing_are_not_kept(send):
    assert send(name="\u202eAbebe\x07 Kebede", phone="+66\x01 81 234").status_code == 302
    record = SourceRecord.objects.get()
    assert (record.name, record.phone) == ("Abebe Kebede", "+66 81 234")


def test_a_name_of_nothing_visible_is_no_name(send):
    refused(send(name="\u202e\u200b"), "Write the name as")


def test_what_is_no_country_cannot_be_chosen(send):
    assert {"ZZZ", "QUU"}.isdisjoint(code for code, _name in countries())
    assert send(nationality="ZZZ").status_code == 422
