"""What a bulletin gives away, read from the bulletins as they are stored."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from pypdf import PdfReader

from moei.access.acting import Invalid, Refused
from moei.engines.disclosure import TOTAL, AlreadyRevealed, attacker_intervals, from_json
from moei.journal.models import Entry
from moei.overview.actions import publish_bulletin as action
from moei.overview.actions.publish_bulletin import draft_bulletin, publish_bulletin
from moei.overview.contents import NATIONALITY, OUTCOMES, REACHED, SEX, publication
from moei.overview.models import Bulletin
from moei.overview.selectors.counting import release_counts
from moei.overview.tests.people import add_people, fill, go_on

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _scratch(settings, tmp_path):
    settings.BULLETINS_DIR = tmp_path


@pytest.fixture
def filled(acting, anong):
    return fill(acting(anong))


def narrow(bulletins):
    """Small true counts that the attacker narrows below 5, from the stored bulletins alone."""
    published = [from_json(bulletin.published) for bulletin in bulletins]
    found = []
    for place, bulletin in enumerate(bulletins):
        # The attacker reads all bulletins, also those that came later.
        intervals = attacker_intervals(published[-1], published[:-1])
        names = {(cell.on, cell.table, cell.key): interval for cell, interval in intervals.items()}
        for cell in bulletin.audit:
            if 1 <= cell["count"] <= 9:
                interval = names[published[place].on, cell["table"], tuple(cell["key"])]
                assert interval.lower <= cell["count"] and (
                    interval.upper is None or cell["count"] <= interval.upper
                )
                if interval.width < 5:
                    found.append((cell, interval))
    return found


def test_p20_every_small_count_keeps_an_interval_at_least_five_wide(acting, vera, filled):
    bulletin = publish_bulletin(acting(vera))
    true = publication(release_counts(bulletin.release, bulletin.published_at), bulletin.as_of).cells()
    small = {(ref.table, ref.key) for ref, cell in true.items() if not cell.public and 1 <= cell.count <= 9}
    assert len(small) >= 3
    assert small <= {(cell["table"], tuple(cell["key"])) for cell in bulletin.audit}
    assert narrow([bulletin]) == []


def test_p20_two_successive_bulletins_together_do_not_give_small_counts_away(acting, anong, vera, filled):
    first = publish_bulletin(acting(vera))
    tomorrow = acting(anong, later=timedelta(days=1))
    go_on(tomorrow, filled[:5], 2, after=timedelta(hours=20))
    go_on(tomorrow, add_people(tomorrow, 4, seed=9), 1, after=timedelta(hours=21))
    second = publish_bulletin(acting(vera, later=timedelta(days=1)))
    assert (first.number, second.number) == (1, 2)
    assert narrow([first, second]) == []


def test_p20_small_counts_are_nowhere_in_what_is_published(acting, vera, filled):
    bulletin = publish_bulletin(acting(vera))
    shown = {
        (table["name"], tuple(key)): count for table in bulletin.shown for key, count, *_ in table["cells"]
    }
    printed = {
        (table["name"], tuple(key)): count
        for table in json.loads(bulletin.published)["tables"]
        for key, count in table["cells"]
    }
    assert shown == printed
    for name, key in shown:
        if name not in (NATIONALITY, SEX):
            assert shown[name, key] is None or not 1 <= shown[name, key] <= 9


def test_p20_no_table_crosses_an_outcome_with_a_nationality(acting, vera, filled):
    bulletin = publish_bulletin(acting(vera))
    for table in bulletin.shown:
        assert not {"nationality", "outcome"} <= set(table["dims"])
    [outcomes] = [table for table in bulletin.shown if table["name"] == OUTCOMES]
    assert outcomes["dims"] == ["outcome"]
    codes = set(release_counts(acting(vera).release, acting(vera).now).by_nationality)
    assert not any(
        codes & set(key)
        for table in bulletin.shown
        for key, *_ in table["cells"]
        if table["name"] != NATIONALITY
    )


def test_p20_counts_the_press_has_are_printed_as_they_are(acting, vera, filled):
    bulletin = publish_bulletin(acting(vera))
    counts = release_counts(bulletin.release, bulletin.published_at)
    [table] = [table for table in bulletin.shown if table["name"] == NATIONALITY]
    assert {key[0]: count for key, count, *_ in table["cells"]} == {**counts.by_nationality, TOTAL: 260}


def test_p20_there_is_one_bulletin_for_each_date(acting, vera, filled):
    publish_bulletin(acting(vera))
    with pytest.raises(Invalid, match="one for each date"):
        publish_bulletin(acting(vera, later=timedelta(hours=2)))
    assert Bulletin.objects.count() == 1


def test_a_bulletin_is_of_the_day_on_which_it_is_published_at_the_site(acting, vera, filled):
    late = acting(vera, later=timedelta(hours=9))  # 18:00 UTC is the next day in Bangkok
    assert publish_bulletin(late).as_of.isoformat() == "2026-03-03"
    with pytest.raises(Invalid, match="as they are now"):
        publish_bulletin(acting(vera, later=timedelta(days=3)), late.now.date())


def test_a_clock_that_was_moved_back_is_noticed(acting, vera, filled):
    publish_bulletin(acting(vera, later=timedelta(days=2)))
    with pytest.raises(Invalid, match="later than today"):
        publish_bulletin(acting(vera))


def test_nothing_is_published_of_a_release_in_which_nobody_arrived(acting, vera):
    with pytest.raises(Invalid, match="Nobody has arrived"):
        publish_bulletin(acting(vera))


def test_what_changed_since_the_draft_was_seen_is_not_published_unseen(acting, anong, vera, filled):
    seen = draft_bulletin(acting(vera)).digest
    add_people(acting(anong), 30, seed=5)
    with pytest.raises(Invalid, match="have changed"):
        publish_bulletin(acting(vera), seen=seen)
    assert not Bulletin.objects.exists()
    assert publish_bulletin(acting(vera), seen=draft_bulletin(acting(vera)).digest).number == 1


def test_a_correction_that_lowers_a_count_is_published_and_said(acting, anong, vera, filled):
    from moei.casefile.models import Case

    publish_bulletin(acting(vera))
    Case.objects_unchecked.filter(pk__in=[case.pk for case in filled[-40:]]).update(hidden=True)
    second = publish_bulletin(acting(vera, later=timedelta(days=1)))
    assert any("corrected" in line for line in second.note)
    assert narrow([second]) == []


def test_when_nothing_can_be_protected_any_more_nothing_is_published(acting, vera, filled, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise AlreadyRevealed({}, by_press=False)

    monkeypatch.setattr(action, "protect_or_leave_out", refuse)
    with pytest.raises(Invalid, match="Nothing was published"):
        publish_bulletin(acting(vera))
    assert not Bulletin.objects.exists()


def test_only_a_statistician_publishes(acting, anong, somsak, admin, filled):
    for staff in (anong, somsak, admin):
        with pytest.raises(Refused):
            publish_bulletin(acting(staff))
    assert not Bulletin.objects.exists()


def test_p22_the_paper_says_that_people_are_invented_and_what_was_protected(acting, vera, filled):
    bulletin = publish_bulletin(acting(vera))
    text = " ".join("".join(page.extract_text() for page in PdfReader(bulletin.pdf_path).pages).split())
    assert "People and answers here are invented" in text
    assert "Test release (invented people): bulletin 1" in text
    assert "Counts of 1 to 9 people are protected" in text
    assert "Outcomes are never given by nationality" in text
    assert "Ethiopia" in text


def test_the_paper_uses_the_programs_own_styles_and_fonts(acting, vera, filled):
    page = PdfReader(publish_bulletin(acting(vera)).pdf_path).pages[0]
    fonts = {str(font.get_object()["/BaseFont"]) for font in page["/Resources"]["/Font"].values()}
    assert fonts and all("Moei-Latin" in font for font in fonts), fonts


def test_publishing_is_journalled(acting, vera, filled):
    bulletin = publish_bulletin(acting(vera))
    entry = Entry.objects.get(action="bulletin.published")
    assert entry.data["bulletin"] == str(bulletin.id)
    assert entry.actor == vera.id


def test_how_far_people_came_is_told_as_far_as_it_can_be(acting, vera, filled):
    bulletin = publish_bulletin(acting(vera))
    [table] = [table for table in bulletin.shown if table["name"] == REACHED]
    told = {key[0]: (count, lower, upper) for key, count, lower, upper in table["cells"]}
    assert told["arrived"][0] == 260
    for count, lower, upper in told.values():
        assert count is not None or (upper is not None and upper - lower >= 5)
