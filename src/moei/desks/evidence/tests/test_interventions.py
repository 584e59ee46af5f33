"""Interventions: with their moment, place and source; corrected, taken back, from a table with its faults named."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from moei.access.acting import Invalid, Refused
from moei.access.models import Release
from moei.desks.evidence.actions.import_interventions import BadRows, import_interventions
from moei.desks.evidence.actions.interventions import (
    AboutHarm,
    AboutIntervention,
    correct_intervention,
    record_harm,
    record_intervention,
    void,
)
from moei.desks.evidence.actions.places import AboutPlace, folded, keep_place
from moei.desks.evidence.map_selectors import layers, timeline
from moei.desks.evidence.models import Harm, Intervention, Place, Precision
from moei.desks.evidence.moments import moment_text, moment_words, read_moment
from moei.journal.models import Entry
from moei.standards import map_layers
from moei.standards.map_layers import LayerSource, MapLine, add_map_layer

BANGKOK = ZoneInfo("Asia/Bangkok")
FEB_5 = datetime(2025, 2, 5, 2, 0, tzinfo=UTC)


@pytest.fixture
def place(acting, niran):
    """`place("KK Park", "เคเคปาร์ค")`: by Niran."""

    def add(name="KK Park", *aliases, **values) -> Place:
        given = {"latitude": "16.64", "longitude": "98.53", "source": "OpenStreetMap", **values}
        return keep_place(acting(niran), AboutPlace(name, Place.Kind.COMPOUND, aliases=aliases, **given))

    return add


@pytest.fixture
def record(acting, niran):
    def make(*places, **values) -> Intervention:
        given = {
            "kind": Intervention.Kind.POWER,
            "began_at": FEB_5,
            "precision": Precision.MINUTE,
            "by_whom": "Provincial Electricity Authority",
            "source": "a newspaper of that day",
            "places": places,
            "area": "" if places else "five points of the border",
        }
        return record_intervention(acting(niran), AboutIntervention(**{**given, **values}))

    return make


@pytest.mark.parametrize(
    ("text", "precision", "again"),
    [
        ("2025-02-05 09:00", Precision.MINUTE, "2025-02-05 09:00"),
        ("2025-2-5T9:00", Precision.MINUTE, "2025-02-05 09:00"),
        (" 2025-02-05 ", Precision.DAY, "2025-02-05"),
        ("2025-02", Precision.MONTH, "2025-02"),
        ("2025", Precision.YEAR, "2025"),
    ],
)
def test_a_moment_is_kept_as_exactly_as_it_is_known(text, precision, again):
    moment, known = read_moment(text, BANGKOK, "when")
    assert known == precision and moment_text(moment, known, BANGKOK) == again


def test_a_moment_is_said_no_more_exactly_than_it_is_known():
    said = {p: moment_words(FEB_5, p, BANGKOK) for p in Precision.values}
    assert said == {
        "minute": "5 Feb 2025, 09:00",
        "day": "5 Feb 2025",
        "month": "February 2025",
        "year": "2025",
    }


@pytest.mark.parametrize(
    "text", ["05/02/2025", "2025-02-30", "2025-13", "yesterday", "", "2025-02-05 25:00", "1850"]
)
def test_a_moment_that_could_be_another_is_not_guessed(text):
    with pytest.raises(Invalid) as refused:
        read_moment(text, BANGKOK, "when")
    assert "2025-02-05" in refused.value.errors["when"]


def test_a_buddhist_year_is_asked_back():
    with pytest.raises(Invalid) as refused:
        read_moment("2568-02-05", BANGKOK, "when")
    assert "2568" in str(refused.value) and "2025" in str(refused.value)


def test_a_place_is_known_by_its_other_names_in_any_script(place):
    place("KK Park", "เคเคปาร์ค", "K.K. Park")
    assert folded("ＫＫ  park") == folded("kk-Park")
    for name in ("kk park", "K K Park", "เคเคปาร์ค"):
        with pytest.raises(Invalid) as refused:
            place(name)
        assert "KK Park" in refused.value.errors["name"]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"latitude": "91"}, "latitude"),
        ({"latitude": "north"}, "latitude"),
        ({"latitude": "NaN"}, "latitude"),
        ({"longitude": "-181"}, "longitude"),
        ({"longitude": "Infinity"}, "longitude"),
        ({"source": " "}, "source"),
    ],
)
def test_a_place_off_the_globe_or_of_no_source_is_refused(place, values, field):
    with pytest.raises(Invalid) as refused:
        place(**values)
    assert field in refused.value.errors


def test_a_place_is_changed_and_the_journal_has_no_words_of_it(place, acting, niran):
    found = place()
    about = AboutPlace("KK Park", Place.Kind.COMPOUND, "16,65", "98.53", "a satellite picture", ["KK"])
    keep_place(acting(niran), about, place=found)
    found.refresh_from_db()
    assert str(found.latitude) == "16.65000" and found.aliases == ["KK"]
    entry = Entry.objects.get(action="place.changed")
    assert entry.data["fields"] == ["aliases", "latitude", "source"] and "satellite" not in str(entry.fields)


def test_an_intervention_has_a_source_and_a_place_or_it_is_none(record, place):
    for values in ({"source": ""}, {"by_whom": ""}, {"area": ""}, {"ended_at": FEB_5 - timedelta(days=1)}):
        with pytest.raises(Invalid):
            record(**values)
    with pytest.raises(Invalid):
        record(began_at=datetime(2027, 1, 1, tzinfo=UTC))
    row = record(place())
    assert [one.name for one in row.places.all()] == ["KK Park"]


def test_the_same_twice_is_recorded_once(record, place):
    one = place()
    record(one)
    with pytest.raises(Invalid):
        record(one)
    record(one, kind=Intervention.Kind.FUEL)
    record()
    assert Intervention.objects.count() == 3


def test_p13_no_case_is_named_here_either(record, add_case):
    number = add_case("Khamla Vongphachanh").number
    with pytest.raises(Invalid):
        record(source=f"told in {number}")


def test_it_is_corrected_and_what_stood_there_stays(record, place, acting, niran):
    one, row = place(), record()
    about = AboutIntervention(
        Intervention.Kind.POWER, FEB_5, Precision.DAY, "PEA", "a decree", (one,), effects="generators ran"
    )
    with pytest.raises(Invalid):
        correct_intervention(acting(niran), row, about, reason=" ")
    change = correct_intervention(acting(niran), row, about, reason="only the day is sure")
    assert change.fields["precision"] == ["minute", "day"] and change.fields["places"] == ["", "KK Park"]
    row.refresh_from_db()
    assert row.effects == "generators ran"
    assert correct_intervention(acting(niran), row, about, reason="again") is None


def test_what_was_a_mistake_is_taken_back_with_a_reason_and_stays_to_be_read(record, acting, niran):
    row = record()
    with pytest.raises(Invalid):
        void(acting(niran), row, reason="")
    void(acting(niran), row, reason="another province")
    with pytest.raises(Invalid):
        void(acting(niran), row, reason="again")
    row.refresh_from_db()
    assert row.voided_reason == "another province"
    assert not [thing for thing in timeline(layers(acting(niran))) if thing.layer == "power"]
    record()  # and may be recorded anew


def test_nobody_else_records_anything(record, cast, acting, place):
    for who in ("anong", "kanya", "vera"):
        about = AboutIntervention(Intervention.Kind.RAID, FEB_5, Precision.DAY, "x", "y", (), "z")
        with pytest.raises(Refused):
            record_intervention(acting(cast[who]), about)


def test_harm_is_counted_and_never_named(acting, niran, place):
    def harm(**values) -> Harm:
        given = {
            "kind": Harm.Kind.HEALTH,
            "began_at": FEB_5,
            "precision": Precision.DAY,
            "what": "The clinic ran on a generator for a day.",
            "source": "its director, to a newspaper",
        }
        return record_harm(acting(niran), AboutHarm(**{**given, **values}))

    for values in ({"what": ""}, {"source": ""}, {"least": 5, "most": 3}):
        with pytest.raises(Invalid):
            harm(**values)
    assert harm(place=place(), least=3, most=3).least == 3


HEAD = "kind,when,until,by_whom,places,area,source,effects\n"


def test_a_table_is_taken_in_whole(acting, niran, place):
    place("KK Park", "เคเคปาร์ค"), place("Shwe Kokko", latitude="16.82", longitude="98.53")
    table = (
        "\ufeff" + HEAD + "power,2025-02-05 09:00,,PEA,KK Park; shwe kokko,,a newspaper,\n"
        '"Fuel cut",2025-02,2025-04,Thailand,เคเคปาร์ค,,"a decree, in the gazette",prices rose\n\n'
    )
    made = import_interventions(acting(niran), table.encode())
    assert [(row.kind, row.precision, row.places.count()) for row in made] == [
        ("power", "minute", 2),
        ("fuel", "month", 1),
    ]
    assert made[1].ended_precision == "month" and made[1].source == "a decree, in the gazette"
    for apart in ";\t":
        Intervention.objects.all().delete()
        body = "raid,2025-02-06,,army,,the river,radio,".replace(",", apart)
        assert len(import_interventions(acting(niran), (HEAD.replace(",", apart) + body).encode())) == 1


def test_each_fault_of_a_table_is_named_by_row_and_column_and_nothing_is_taken(acting, niran, place):
    place()
    table = HEAD + (
        "power,2025-02-05,,PEA,KK Park,,paper,\n"
        "flood,2568-02-05,,PEA,KK Prak,,paper,\n"
        "raid,2025-02-05,2025-01-01,,KK Park,,,\n"
        "power,2025-02-05,,PEA,KK Park,,paper,\n"
    )
    with pytest.raises(BadRows) as refused:
        import_interventions(acting(niran), table.encode())
    words = [str(row) for row in refused.value.rows]
    assert [w for w in words if w.startswith("Row 3, kind: Write one of: power")]
    assert [w for w in words if "Row 3, when" in w and "2568" in w]
    assert [w for w in words if "Row 3, places" in w and "KK Prak" in w]
    assert [w for w in words if "Row 4, until" in w] and [w for w in words if "Row 4, source" in w]
    assert [w for w in words if w.startswith("Row 5: ") and "already" in w]
    assert not [w for w in words if "Row 2" in w] and not Intervention.objects.exists()


def test_each_row_of_a_table_is_checked_once(acting, niran, place):
    place()
    table = HEAD + "power,2025-02-05,,PEA,KK Park,,paper,\nraid,2025-02-06,,army,,the river,radio,\n"
    with CaptureQueriesContext(connection) as asked:
        import_interventions(acting(niran), table.encode())
    looked = [q for q in asked if 'FROM "evidence_intervention"' in q["sql"] and "SELECT" in q["sql"]]
    assert len(looked) == 2


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"kind,when\npower,2025\n",
        b"\xff\xfe\x00",
        b"PK\x03\x04\0\0",
        HEAD.encode(),
        b'kind,"when\n' * 3,
        b"x" * 3_000_000,
    ],
)
def test_what_is_no_such_table_is_said_in_words(acting, niran, data):
    with pytest.raises(Invalid) as refused:
        import_interventions(acting(niran), data)
    assert refused.value.errors


def test_the_map_has_other_desks_layers_as_plain_values(acting, niran, monkeypatch, release):
    monkeypatch.setattr(map_layers, "_SOURCES", {})
    way = MapLine(
        "Route told by several", [(9.0, 38.7), (13.7, 100.5), (16.7, 98.5)], FEB_5.date(), False, "by air"
    )
    add_map_layer(LayerSource("routes", "Routes", lambda asked: [way] if asked.staff == niran else []))
    found = {layer.code: layer for layer in layers(acting(niran))}
    (thing,) = found["routes"].things
    assert thing.line and thing.when == "February 2025" and len(thing.points) == 3
    said = [thing.label for thing in timeline(list(found.values()))]
    assert said == ["Route told by several", release.name]


def test_another_releases_places_are_not_shown_or_taken(acting, niran, place, record, release, site):
    other = Release.objects.create(code="o", name="O", began_at=release.began_at, site=site)
    foreign = place()
    Place.objects.filter(pk=foreign.pk).update(release=other)
    foreign.refresh_from_db()
    with pytest.raises(Invalid):
        record(foreign)
    assert not [thing for layer in layers(acting(niran)) if layer.code == "places" for thing in layer.things]
