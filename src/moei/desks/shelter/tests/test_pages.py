"""The pages of places and of one person's bed, for who may and who may not; as quick for many as for few."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from moei.access.acting import Invalid
from moei.casefile.persons_file import content
from moei.casefile.selectors.cases import open_case
from moei.desks.shelter.actions.decline import decline_shelter
from moei.desks.shelter.actions.keep_place import open_place
from moei.desks.shelter.actions.safety import record_flag
from moei.desks.shelter.actions.stay import check_in, move, reserve
from moei.desks.shelter.models import Place, SafetyFlag, Stay
from moei.journal.models import Entry


def test_a_place_is_added_with_rooms_and_closed(sign_in, anong):
    page = sign_in(anong)
    new = reverse("shelter:new")
    assert page.post(new, {"code_name": "Road", "address": "1 Invented Road"}).status_code == 422
    assert page.post(new, {"code_name": "Teak", "address": "1 Invented Road"}).status_code == 302
    teak = Place.objects.get()
    rooms = reverse("shelter:rooms", args=[teak.pk])
    assert page.post(rooms, {"number": "1", "kept_for": "women", "beds": "0"}).status_code == 422
    assert page.post(rooms, {"number": "1", "kept_for": "women", "beds": "4"}).status_code == 302
    assert "Women: 4" in page.get(reverse("shelter:places")).content.decode()
    room = reverse("shelter:room", args=[teak.pk, teak.rooms.get().pk])
    assert room in page.get(rooms).content.decode() and 'value="4"' in page.get(room).content.decode()
    assert page.post(room, {"beds": "many"}).status_code == 422
    assert page.post(room, {"beds": "3"}).status_code == 302
    assert "Women: 3" in page.get(reverse("shelter:places")).content.decode()
    close = reverse("shelter:close", args=[teak.pk])
    assert page.post(close, {"why": ""}).status_code == 422
    assert page.post(close, {"why": "the lease is over"}).status_code == 302
    assert "Closed" in page.get(reverse("shelter:places")).content.decode()


def test_a_bed_is_given_moved_and_left_from_the_persons_page(sign_in, people, place, anong):
    teak, lotus, case, page = place(women=2), place(women=2), people.woman(), sign_in(anong)
    there = reverse("shelter:person", args=[case.pk])
    assert there in page.get(reverse("cases:file", args=[case.pk])).content.decode()
    assert "Has no bed" in page.get(there).content.decode()
    give = reverse("shelter:give_bed", args=[case.pk])
    sent = {"place": str(teak.pk), "when": "keep"}
    assert page.post(give, {**sent, "room": "99"}).status_code == 422
    assert page.post(give, {**sent, "place": "no"}).status_code == 422
    assert page.post(give, sent).status_code == 302
    assert "A bed is kept in Teak" in page.get(there).content.decode()
    assert page.post(reverse("shelter:came", args=[case.pk])).status_code == 302
    assert "Sleeps in Teak" in page.get(there).content.decode()
    again = page.post(give, {"place": str(lotus.pk), "when": "now"})
    assert again.status_code == 422 and "has a bed in Teak already" in again.content.decode()
    move = reverse("shelter:move", args=[case.pk])
    assert page.post(move, {"place": str(lotus.pk)}).status_code == 302
    assert page.post(reverse("shelter:leave", args=[case.pk]), {"why": "own_wish"}).status_code == 302
    text = page.get(there).content.decode()
    assert "Moved to another bed" in text and "Wished to leave" in text
    assert page.post(reverse("shelter:came", args=[case.pk])).status_code == 302


def test_a_family_is_given_beds_from_the_page(sign_in, people, place, anong, bed_of):
    teak = place(family=3)
    mother, boy = people.family(people.woman(), people.boy())
    page = sign_in(anong)
    family = reverse("shelter:family", args=[mother.pk])
    assert "Dawit Invented" in page.get(family).content.decode()
    sent = {"place": str(teak.pk), "when": "now", "members": [str(boy.pk)]}
    assert page.post(family, sent).status_code == 302
    assert bed_of(mother) == bed_of(boy) == ("Teak", "family")


def test_whoever_arrived_and_has_no_bed_stands_on_the_list(sign_in, people, place, acting, anong):
    sleeps, expected, waits = (people.woman(f"{name} Invented") for name in ("Sleeps", "Expected", "Waits"))
    teak = place(women=3)
    check_in(acting(anong), sleeps, teak)
    reserve(acting(anong, at=datetime.now(UTC)), expected, teak)
    text = sign_in(anong).get(reverse("shelter:without_bed")).content.decode()
    assert "Waits Invented" in text and "Sleeps Invented" not in text and "Expected Invented" not in text
    assert waits.number in text


def test_names_are_shown_to_who_may_read_them_and_the_rest_are_beds_that_are_taken(
    sign_in, people, place, acting, anong, cast
):
    teak, hers, not_hers = place(women=3), people.woman("Hers Invented"), people.woman("Other Invented")
    for case in (hers, not_hers):
        check_in(acting(anong), case, teak)
    people.seen_by_dao(hers)
    there = reverse("shelter:place", args=[teak.pk])
    text = sign_in(cast["dao"]).get(there).content.decode()
    assert "Hers Invented" in text and "Other Invented" not in text and "Not yours to read" in text
    listed = Entry.objects.filter(action="people.listed", actor=cast["dao"].id).latest("seq")
    assert listed.data["cases"] == [str(hers.pk)]


def test_nobody_else_opens_the_desk(sign_in, cast, people, place):
    teak, case = place(), people.woman()
    for who in ("kanya", "prasert", "ploy", "tesfa", "niran", "vera", "somsak", "mallory"):
        page = sign_in(cast[who])
        assert page.get(reverse("shelter:place", args=[teak.pk])).status_code == 403
        assert page.get(reverse("shelter:person", args=[case.pk])).status_code in (403, 404)


@pytest.mark.parametrize("name", ["places", "place", "without_bed", "outside", "flags", "rooms"])
def test_as_many_queries_for_many_as_for_few(name, sign_in, people, place, acting, anong):
    teak = place(women=30)
    page = sign_in(anong)
    url = reverse(f"shelter:{name}", args=[teak.pk] if name in ("place", "rooms") else [])

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert page.get(url).status_code == 200
        return len(captured)

    def arrive(number):
        sleeps = people.woman(f"Person {number}")
        check_in(acting(anong), sleeps, teak)
        record_flag(acting(anong), sleeps, SafetyFlag.Kind.WATCH)
        decline_shelter(acting(anong), people.woman(f"Outside {number}"))
        people.woman(f"Waiting {number}")

    arrive("0")
    page.get(url)
    few = queries()
    for number in range(1, 13):
        arrive(number)
        open_place(acting(anong), f"Place {number}")
    page.get(url)
    assert queries() <= few


def test_p05_the_persons_file_says_where_they_stayed_and_nothing_of_safety(people, place, acting, anong, now):
    case = people.woman()
    check_in(acting(anong), case, place(women=1))
    record_flag(acting(anong), case, SafetyFlag.Kind.WATCH)
    parts = {
        part.heading: part.lines for part in content(acting(anong), open_case(acting(anong), case))["parts"]
    }
    ((where, says),) = parts["Where you stayed"]
    assert where == "Teak, 2026-03-02 – until now" and says == "You sleep here"
    assert "closely" not in str(parts) and "Invented Road" not in str(parts)


def test_two_files_that_were_joined_can_have_two_beds_and_the_page_says_what_to_do(
    sign_in, people, place, acting, anong
):
    from moei.casefile.actions.merge_people import merge_people

    kept, merged, teak = people.woman("One"), people.woman("Same"), place(women=3)
    for case in (kept, merged):
        check_in(acting(anong), case, teak)
    merge_people(acting(anong), kept, merged, reason="the same scar and the same passport")
    text = sign_in(anong).get(reverse("shelter:person", args=[kept.pk])).content.decode()
    assert "Two files were joined" in text
    with pytest.raises(Invalid, match="Give up both"):
        move(acting(anong), kept, place(women=2))
    assert Stay.objects.filter(ended_at__isnull=True).count() == 2
