"""Roll-call by wristband: who is missing, too many, unknown; in a place, and in a bus before and after a halt."""

from datetime import timedelta

import pytest
from django.urls import reverse
from tests.attacks.rows import contents

from moei.access.acting import Invalid, Refused
from moei.casefile.actions.merge_people import merge_people
from moei.casefile.actions.wristband import issue_wristband
from moei.desks.shelter.actions.count import begin_count, end_count, scan, see_by_hand
from moei.desks.shelter.actions.stay import check_in, reserve
from moei.desks.shelter.models import HeadCount, UnknownBand


@pytest.fixture
def band(acting, anong):
    return lambda case: issue_wristband(acting(anong), case).token


@pytest.fixture
def three(place, people, acting, anong):
    """Teak with two who sleep there and one who is only expected."""
    teak, cases = place(women=5), [people.woman(f"{name} Invented") for name in ("One", "Two", "Three")]
    for case in cases[:2]:
        check_in(acting(anong), case, teak)
    reserve(acting(anong), cases[2], teak)
    return teak, cases


def test_who_is_missing_too_many_and_unknown_in_a_place(three, people, band, acting, dao):
    teak, (one, two, expected) = three
    count = begin_count(acting(dao), place=teak)
    assert scan(acting(dao), count, f" {band(one)}\n").answer == "here"
    assert scan(acting(dao), count, band(people.woman("From elsewhere"))).answer == "too_many"
    assert scan(acting(dao), count, band(expected)).answer == "too_many", "a bed is kept, nobody has come"
    for _twice in range(2):
        assert scan(acting(dao), count, "no-such-band").answer == "unknown"
    missing = end_count(acting(dao), count)
    assert [row.case_id for row in missing] == [two.pk] and UnknownBand.objects.count() == 1
    with pytest.raises(Invalid, match="count is over"):
        scan(acting(dao), count, band(one))


def test_p15_a_renewed_band_counts_nobody_and_the_new_one_counts(three, band, acting, dao):
    teak, (one, _two, _three) = three
    old, new = band(one), band(one)
    count = begin_count(acting(dao), place=teak)
    assert [scan(acting(dao), count, token).answer for token in (old, new, new)] == [
        "renewed",
        "here",
        "again",
    ]


def test_a_band_of_a_file_that_was_joined_counts_for_the_person(three, people, band, acting, dao, anong):
    teak, (one, _two, _three) = three
    same = people.woman("The same one")
    token = band(same)
    merge_people(acting(anong), one, same, reason="the same scar and the same passport")
    assert scan(acting(dao), begin_count(acting(dao), place=teak), token).answer == "here"


def test_a_bus_is_counted_getting_in_and_again_after_a_halt(people, band, acting, dao):
    cases = [people.woman(name) for name in ("One", "Two")]
    tokens = [band(case) for case in cases]
    first = begin_count(acting(dao), vehicle=" Bus  2 ")
    assert [scan(acting(dao), first, token).answer for token in tokens] == ["boarded", "boarded"]
    assert end_count(acting(dao), first) == []
    halt = begin_count(acting(dao, later=timedelta(hours=1)), vehicle="Bus 2", follows=first)
    assert scan(acting(dao), halt, tokens[0]).answer == "here"
    assert scan(acting(dao), halt, band(people.woman("Got in"))).answer == "too_many"
    assert [row.case_id for row in end_count(acting(dao), halt)] == [cases[1].pk]
    assert (first.vehicle, halt.follows) == ("Bus 2", first)


def test_somebody_without_a_band_is_seen_by_whoever_may_read_them(three, people, acting, dao, anong):
    teak, (one, _two, _three) = three
    count = begin_count(acting(anong), place=teak)
    row = count.people.get(case=one)
    with pytest.raises(Refused):
        see_by_hand(acting(dao), count, row.pk)
    assert see_by_hand(acting(anong), count, row.pk).answer == "here"


def test_bad_input_is_answered_in_words(acting, dao, place, people):
    with pytest.raises(Invalid, match="Count one place, or one vehicle"):
        begin_count(acting(dao))
    with pytest.raises(Invalid, match="Count one place, or one vehicle"):
        begin_count(acting(dao), place=place(), vehicle="Bus 2")
    with pytest.raises(Invalid, match="Scan a wristband"):
        scan(acting(dao), begin_count(acting(dao), vehicle="Bus 2"), "  ")


def test_the_page_answers_each_scan_and_names_only_whom_one_may_read(three, band, people, sign_in, cast):
    teak, (one, two, _three) = three
    people.seen_by_dao(one)
    page = sign_in(cast["dao"])
    assert page.post(reverse("shelter:count_place", args=[teak.pk])).status_code == 302
    there = reverse("shelter:count", args=[HeadCount.objects.get().pk])
    text = page.get(there).content.decode()
    assert "One Invented" in text and "Two Invented" not in text and "Not yours to read" in text
    assert "not known" in page.post(there, {"token": "no-such-band"}).content.decode()
    assert "Here." in page.post(there, {"token": band(two)}).content.decode()
    assert page.post(there, {"token": ""}).status_code == 422
    ended = page.post(reverse("shelter:end_count", args=[HeadCount.objects.get().pk]), follow=True)
    assert "Somebody is missing" in ended.content.decode()
    again = page.post(reverse("shelter:count_again", args=[HeadCount.objects.get().pk]))
    assert again.status_code == 302 and HeadCount.objects.count() == 2
    assert page.post(reverse("shelter:counts"), {"vehicle": "Bus 2"}).status_code == 302
    assert "Bus 2" in page.get(reverse("shelter:counts")).content.decode()


def test_p15_what_was_scanned_lies_nowhere_in_plain(acting, dao):
    scan(acting(dao), begin_count(acting(dao), vehicle="Bus 2"), "an-unknown-token-of-somebody")
    assert not any("an-unknown-token" in row for rows in contents().values() for row in rows)


def test_p11_a_band_does_not_tell_where_its_wearer_sleeps(three, place, band, people, sign_in, cast):
    """Scanned in another place: whoever may not read the wearer learns that somebody is too many, and no bed."""
    _teak, (one, two, _expected) = three
    people.seen_by_dao(one)
    page, lotus = sign_in(cast["dao"]), place(women=1)
    page.post(reverse("shelter:count_place", args=[lotus.pk]))
    there = reverse("shelter:count", args=[HeadCount.objects.get().pk])
    for token in (band(one), band(two)):
        assert "One Invented" not in page.post(there, {"token": token}).content.decode(), "numbers alone"
    text = page.get(there).content.decode()
    assert "One Invented" in text and "Not yours to read" in text
    assert text.count("Teak, ") == 1, "the bed of whom she may read, and no other"
