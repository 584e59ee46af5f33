"""The map in a true browser: under the page's strict content policy, asking nothing of other hosts, by keyboard."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from tests.browser.world import World

from moei.desks.evidence.actions.interventions import (
    AboutHarm,
    AboutIntervention,
    record_harm,
    record_intervention,
)
from moei.desks.evidence.actions.places import AboutPlace, keep_place
from moei.desks.evidence.models import Harm, Intervention, Place, Precision
from moei.standards import map_layers
from moei.standards.map_layers import LayerSource, MapLine, add_map_layer

WHERE = (
    ("KK Park", Place.Kind.COMPOUND, "16.6414", "98.5299", ["เคเคปาร์ค"]),
    ("Shwe Kokko", Place.Kind.COMPOUND, "16.8192", "98.5323", ["ရွှေကုက္ကို"]),
    ("Mae Sot", Place.Kind.TOWN, "16.7130", "98.5747", []),
    ("Myawaddy", Place.Kind.TOWN, "16.6891", "98.5087", []),
)


@pytest.fixture(scope="module")
def mapped(world: World) -> World:
    act = world.acting("niran")
    compounds = [
        keep_place(act, AboutPlace(name, kind, north, east, "invented", aliases))
        for name, kind, north, east, aliases in WHERE
    ]
    begun = datetime(2025, 2, 5, 2, 0, tzinfo=UTC)
    for kind in (Intervention.Kind.POWER, Intervention.Kind.FUEL, Intervention.Kind.INTERNET):
        about = AboutIntervention(
            kind,
            begun,
            Precision.MINUTE,
            "Thailand",
            "newspapers",
            compounds[:2],
            effects="Generators ran on.",
        )
        record_intervention(act, about)
    dark = AboutHarm(
        Harm.Kind.HEALTH, begun, Precision.DAY, "The hospital was dark.", "its director", compounds[3]
    )
    record_harm(act, dark)
    return world


@pytest.mark.parametrize("width", [390, 1280])
def test_the_map_is_drawn_from_what_we_serve_alone(mapped, opened, monkeypatch, width):
    monkeypatch.setattr(map_layers, "_SOURCES", {})
    way = MapLine("A route", [(9.0, 38.7), (13.69, 100.75), (16.71, 98.57)], words="by air")
    add_map_layer(LayerSource("routes", "Routes", lambda _acting: [way]))
    page = opened("niran", "/evidence/", width=width)
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(request.url.partition("//")[2].partition("/")[0]))
    page.goto("/evidence/map/")
    page.wait_for_selector(".moei-map__land--region")
    assert asked == {mapped.url.partition("//")[2]}
    assert page.locator(".moei-map__mark--power").count() == 2
    assert page.locator("path.moei-map__route").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth") == width
    # What lies at one point stands side by side.
    boxes = [page.locator(f".moei-map__mark--{kind}").first.bounding_box()["x"] for kind in ("power", "fuel")]
    assert abs(boxes[0] - boxes[1]) >= 28
    # A layer goes and comes; a mark is opened by keyboard, and says what the table says.
    page.get_by_label("Power cut (P)").uncheck()
    assert page.locator(".moei-map__mark--power").count() == 0
    page.get_by_label("Power cut (P)").check()
    page.locator(".moei-map__mark--harm").focus()
    page.keyboard.press("Enter")
    assert "The hospital was dark." in page.locator(".leaflet-popup-content").inner_text()


def test_without_scripts_the_tables_say_it_all(mapped, opened):
    page = opened("niran", "/evidence/map/", java_script_enabled=False)
    text = page.locator("main").inner_text()
    for words in ("The map needs scripts", "Power cut", "KK Park", "เคเคปาร์ค", "The hospital was dark."):
        assert words in text, words
