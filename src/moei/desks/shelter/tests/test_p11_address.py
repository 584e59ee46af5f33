"""The address of a place is sealed; it opens when another agency agrees, for an hour, and each time is journalled."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from tests.attacks.rows import contents

from moei.access.acting import Invalid, Refused
from moei.crypto import SealError
from moei.desks.shelter.actions.address import ask_address, decide_address, open_address
from moei.desks.shelter.actions.keep_place import open_place, set_address
from moei.desks.shelter.models import AddressOpening, Place
from moei.desks.shelter.tests.conftest import ADDRESS
from moei.journal.models import Entry, FormerValue


def test_p11_the_address_opens_only_after_another_agency_agreed(place, acting, cast, anong):
    dao, somsak, admin = (cast[who] for who in ("dao", "somsak", "admin"))
    teak = place()
    with pytest.raises(Invalid, match="nobody of another agency agreed"):
        open_address(acting(dao), ask_address(acting(dao), teak, why="to bring a family there"))
    asked = ask_address(acting(anong), teak, why="an ambulance has to find it")
    # Arthit administers at the agency of Anong: it is one agency that asks and agrees.
    with pytest.raises(Invalid, match="another agency"):
        decide_address(acting(admin), asked, agree=True)
    with pytest.raises(Refused):
        decide_address(acting(dao), asked, agree=True)
    decide_address(acting(somsak), asked, agree=True)
    assert open_address(acting(anong), asked) == ADDRESS
    with pytest.raises(Invalid, match="Only whoever asked"):
        open_address(acting(dao), asked)
    with pytest.raises(Invalid, match="the hour is over"):
        open_address(acting(anong, later=timedelta(minutes=61)), asked)
    with pytest.raises(Invalid, match="decided already"):
        decide_address(acting(somsak), asked, agree=True)


def test_p11_each_opening_is_in_the_journal_and_the_address_is_not(place, acting, somsak, anong):
    asked = ask_address(acting(anong), place(), why="an ambulance has to find it")
    decide_address(acting(somsak), asked, agree=True)
    for _twice in range(2):
        open_address(acting(anong), asked)
    read = Entry.objects.filter(action="address.opened", kind=Entry.Kind.READ, actor=anong.id)
    assert read.count() == 2 and {entry.data["opening"] for entry in read} == {str(asked.pk)}
    assert not FormerValue.objects.filter(subject=asked.place_id).exists()
    for rows in contents().values():
        assert not any("Invented Road" in row for row in rows), "in plain in the database"


def test_p11_declined_it_stays_shut_and_after_a_day_nobody_decides(place, acting, somsak, anong):
    no = ask_address(acting(anong), place(), why="an ambulance has to find it")
    decide_address(acting(somsak), no, agree=False)
    with pytest.raises(Invalid, match="It is not open"):
        open_address(acting(anong), no)
    late = ask_address(acting(anong), no.place, why="an ambulance has to find it")
    with pytest.raises(Invalid, match="a day has passed"):
        decide_address(acting(somsak, later=timedelta(hours=25)), late, agree=True)


def test_p11_the_database_refuses_an_opening_by_one_agency(place, acting, anong, now):
    asked = ask_address(acting(anong), place(), why="an ambulance has to find it")
    about = {"agreed": True, "decided_at": now, "opens_until": now, "deciding_agency": anong.agency}
    with pytest.raises(IntegrityError), transaction.atomic():
        AddressOpening.objects.filter(pk=asked.pk).update(decided_by=anong, **about)


def test_p11_moving_to_another_agency_after_asking_opens_nothing(place, acting, somsak, anong, agencies):
    asked = ask_address(acting(anong), place(), why="an ambulance has to find it")
    decide_address(acting(somsak), asked, agree=True)
    anong.agency = agencies["ATPD"]
    with pytest.raises(Invalid, match="Only whoever asked"):
        open_address(acting(anong), asked)


def test_a_sealed_address_that_is_moved_to_another_place_does_not_open(place, acting, somsak, anong):
    teak, lotus = place(), place()
    Place.objects.filter(pk=lotus.pk).update(sealed_address=Place.objects.get(pk=teak.pk).sealed_address)
    lotus.refresh_from_db()
    asked = ask_address(acting(anong), lotus, why="an ambulance has to find it")
    decide_address(acting(somsak), asked, agree=True)
    with pytest.raises(SealError, match="moved"):
        open_address(acting(anong), asked)


def test_a_name_that_says_where_the_place_is_is_refused(acting, anong):
    with pytest.raises(Invalid, match="says where the place is"):
        open_place(acting(anong), "Invented house", address=ADDRESS)
    teak = open_place(acting(anong), "Teak")
    with pytest.raises(Invalid, match="No address was given"):
        ask_address(acting(anong), teak, why="an ambulance has to find it")
    with pytest.raises(Invalid, match="says where the place is"):
        set_address(acting(anong), teak, "behind the Teak market")
    with pytest.raises(Invalid, match="Write the address"):
        set_address(acting(anong), teak, "  ")


def test_p11_on_the_pages_it_is_seen_by_whoever_asked_and_by_nobody_else(place, people, sign_in, cast, anong):
    teak = place(women=2)
    ask, there = reverse("shelter:ask_address", args=[teak.pk]), reverse("shelter:place", args=[teak.pk])
    page = sign_in(anong)
    assert page.post(ask, {"why": "no"}).status_code == 422
    assert page.post(ask, {"why": "an ambulance has to find it"}).status_code == 302
    asked = AddressOpening.objects.get()
    read, decide = (reverse(f"shelter:{name}_address", args=[asked.pk]) for name in ("read", "decide"))
    assert "Invented Road" not in page.post(read, follow=True).content.decode()
    page = sign_in(cast["somsak"])
    waiting = page.get(reverse("shelter:addresses")).content.decode()
    assert "an ambulance has to find it" in waiting and "Invented Road" not in waiting
    assert page.post(read).status_code == 403 and page.post(decide, {"agree": "1"}).status_code == 302
    assert "Invented Road" not in page.get(reverse("shelter:addresses")).content.decode()
    page = sign_in(anong)
    for url in (there, reverse("shelter:places"), reverse("shelter:rooms", args=[teak.pk])):
        assert "Invented Road" not in page.get(url).content.decode()
    shown = page.post(read)
    assert "Invented Road" in shown.content.decode() and shown.headers["Cache-Control"] == "no-store"
