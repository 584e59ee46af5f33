"""The pages of the map, of places, interventions and harm."""

import json
import re

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from moei.desks.evidence.models import Harm, Intervention, Place
from moei.journal.models import Entry

PLACE = {
    "name": "KK Park",
    "kind": "compound",
    "latitude": "16.64",
    "longitude": "98.53",
    "aliases": "เคเคปาร์ค\nKK",
    "source": "a map",
}
CUT = {"kind": "power", "when": "2025-02-05 09:00", "by_whom": "PEA", "source": "a newspaper"}


def recorded(page) -> Place:
    assert page.post(reverse("evidence:add_place"), PLACE).status_code == 302
    place = Place.objects.get(name="KK Park")
    assert (
        page.post(reverse("evidence:add_intervention"), {**CUT, "places": [str(place.pk)]}).status_code == 302
    )
    return place


def test_what_is_recorded_stands_on_the_map_in_the_tables_and_on_the_timeline(sign_in, niran, release):
    page = sign_in(niran)
    recorded(page)
    harm = {"kind": "health", "when": "2025-02", "what": "no light", "source": "its director", "least": "2"}
    assert page.post(reverse("evidence:add_harm"), harm).status_code == 302
    text = page.get(reverse("evidence:map")).content.decode()
    shown = json.loads(re.search(r'<script id="map-layers" type="application/json">(.*?)</script>', text)[1])
    assert {layer["code"] for layer in shown} == {"power", "places"}
    for words in (
        "KK Park",
        "เคเคปาร์ค",
        "5 Feb 2025, 09:00",
        release.name,
        "At least 2 people.",
        "moei/map.js",
    ):
        assert words in text, words
    assert Entry.objects.filter(action="map.opened", kind=Entry.Kind.READ).exists()
    listed = page.get(reverse("evidence:interventions")).content.decode()
    assert "a newspaper" in listed and "its director" in listed


def test_names_that_are_scripts_are_only_text(sign_in, niran):
    page = sign_in(niran)
    page.post(reverse("evidence:add_place"), {**PLACE, "name": "</script><script>alert(1)</script>"})
    text = page.get(reverse("evidence:map")).content.decode()
    assert "<script>alert" not in text and Place.objects.exists()


def test_mistakes_stand_beside_their_fields(sign_in, niran):
    page = sign_in(niran)
    assert page.post(reverse("evidence:add_place"), {**PLACE, "latitude": "x"}).status_code == 422
    answer = page.post(reverse("evidence:add_intervention"), {**CUT, "when": "2568-02-05", "area": "there"})
    assert answer.status_code == 422 and "Buddhist" in answer.content.decode()
    assert page.post(reverse("evidence:add_harm"), {}).status_code == 422
    assert not Intervention.objects.exists() and not Harm.objects.exists()


def test_corrected_and_taken_back_from_the_page(sign_in, niran):
    page = sign_in(niran)
    place = recorded(page)
    row = Intervention.objects.get()
    there = reverse("evidence:correct_intervention", args=[row.pk])
    assert "2025-02-05 09:00" in page.get(there).content.decode()
    sent = {**CUT, "when": "2025-02-05", "places": [str(place.pk)], "reason": "only the day is sure"}
    assert page.post(there, sent).status_code == 302
    change = reverse("evidence:change_place", args=[place.pk])
    assert page.post(change, {**PLACE, "aliases": "KK"}).status_code == 302
    back = reverse("evidence:void_intervention", args=[row.pk])
    assert page.get(back).status_code == 200 and page.post(back, {"reason": "a rumour"}).status_code == 302
    text = page.get(reverse("evidence:interventions")).content.decode()
    assert "Taken back" in text and "a rumour" in text
    page.post(
        reverse("evidence:add_harm"),
        {"kind": "water", "when": "2025", "what": "wells", "source": "radio"},
    )
    harm = Harm.objects.get()
    assert page.post(reverse("evidence:void_harm", args=[harm.pk]), {"reason": "twice"}).status_code == 302


def test_a_table_is_taken_in_from_the_page_or_its_faults_are_listed(sign_in, niran):
    page = sign_in(niran)
    recorded(page)
    head = "kind,when,by_whom,places,source\n"

    def send(text: str):
        file = SimpleUploadedFile("cuts.csv", text.encode())
        return page.post(reverse("evidence:import_interventions"), {"file": file})

    bad = send(head + "power,2025-02-05,PEA,KK Prak,paper\n")
    assert bad.status_code == 422 and "Row 2, places" in bad.content.decode()
    assert send(head + "fuel,2025-02-05,Thailand,KK,paper\n").status_code == 302
    assert Intervention.objects.count() == 2


def test_nobody_else_opens_the_map(sign_in, cast):
    for who in ("anong", "vera", "somsak", "mallory"):
        page = sign_in(cast[who])
        for name in ("map", "interventions", "add_place", "add_intervention", "import_interventions"):
            assert page.get(reverse(f"evidence:{name}")).status_code == 403


def test_many_interventions_take_no_more_queries_than_one(sign_in, niran):
    page = sign_in(niran)
    place = recorded(page)

    def queries() -> list[int]:
        counts = []
        for name in ("map", "interventions"):
            page.get(reverse(f"evidence:{name}"))
            with CaptureQueriesContext(connection) as seen:
                assert page.get(reverse(f"evidence:{name}")).status_code == 200
            counts.append(len(seen))
        return counts

    one = queries()
    for day in range(6, 16):
        page.post(
            reverse("evidence:add_intervention"),
            {**CUT, "when": f"2025-02-{day:02}", "places": [str(place.pk)]},
        )
    assert queries() == one
