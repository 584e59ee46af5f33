"""Who is who by single keys: they act when switched on, never while somebody types, and on any layout."""

import pytest
from playwright.sync_api import Page, expect
from tests.browser.world import RECEIVED, TRANSFER, World

from moei.casefile.models import Judgement, SourceRecord
from moei.desks.arrivals.models import ReviewPair

REVIEW = "/people/review/"
SAME, DIFFERENT, LATER = "The same person", "Different people", "Later"
EVIDENCE = [
    {"field": "name", "words": "", "left": "Tegist Alemu", "right": "Tigist Alemu", "weight": 4.0},
    {"field": "birth", "words": "", "left": "in 1995", "right": "in 2001", "weight": -6.5},
]


@pytest.fixture
def pairs(world: World) -> list[ReviewPair]:
    """Three questions that nobody answered yet."""
    if not SourceRecord.objects.exists():
        world.list_taken_in("transfer.xlsx", TRANSFER)
        world.list_taken_in("handover.xlsx", RECEIVED)
    Judgement.objects.all().delete()
    ReviewPair.objects.all().delete()
    by_person: dict[object, SourceRecord] = {}
    for record in SourceRecord.objects.filter(links__ended_at=None).order_by("id"):
        by_person.setdefault(record.links.get(ended_at=None).person_id, record)
    left, *others = list(by_person.values())[:4]
    return [
        ReviewPair.objects.create(
            release=world.release, left=left, right=other, rank=rank, score=0.01, evidence=EVIDENCE
        )
        for rank, other in enumerate(others)
    ]


def verdicts() -> list[str]:
    return list(
        Judgement.objects.filter(ended_at=None).order_by("judged_at").values_list("verdict", flat=True)
    )


def at_review(opened, **options: object) -> Page:
    page: Page = opened("anong", REVIEW, **options)
    settle(page)
    return page


def settle(page: Page) -> None:
    """Keys of a page that has only just come do nothing: nobody has read it."""
    page.wait_for_load_state()
    page.wait_for_timeout(700)


def answered(page: Page, *, count: int) -> None:
    expect(page.get_by_text(f"{count} of 3", exact=True)).to_be_visible()
    settle(page)


def press(page: Page, key: str, code: str, **more: object) -> None:
    """A key of a keyboard without Latin letters."""
    page.evaluate(
        "init => document.body.dispatchEvent(new KeyboardEvent('keydown', {bubbles: true, cancelable: true, ...init}))",
        {"key": key, "code": code, **more},
    )


def test_keys_do_nothing_before_they_are_switched_on(opened, pairs):
    page = at_review(opened)
    page.keyboard.press("s")
    page.wait_for_timeout(300)
    assert verdicts() == []
    expect(page.get_by_role("button", name=SAME)).to_have_attribute("aria-keyshortcuts", "alt+1")


def test_d_and_l_answer_and_the_next_page_remembers_the_switch(opened, pairs):
    page = at_review(opened)
    page.get_by_label("Answer by single keys").check()
    expect(page.get_by_role("button", name=SAME)).to_have_attribute("aria-keyshortcuts", "alt+1 s")
    page.keyboard.press("d")
    answered(page, count=1)
    expect(page.get_by_label("Answer by single keys")).to_be_checked()
    page.keyboard.press("l")
    expect(page.get_by_text("1 put off")).to_be_visible()
    assert verdicts() == ["different", "later"]


def test_s_answers_and_is_taken_back_beside_the_next_question(opened, pairs):
    page = at_review(opened)
    page.get_by_label("Answer by single keys").check()
    page.keyboard.press("s")
    answered(page, count=1)
    assert verdicts() == ["same"]
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_text("The decision was taken back")).to_be_visible()
    assert verdicts() == []


def test_a_thai_and_an_arabic_keyboard_answer_by_the_same_keys(opened, pairs):
    page = at_review(opened)
    page.get_by_label("Answer by single keys").check()
    press(page, "ก", "KeyD")
    answered(page, count=1)
    press(page, "ي", "KeyD")
    answered(page, count=2)
    assert verdicts() == ["different", "different"]


def test_the_letter_counts_where_latin_keys_lie_elsewhere(opened, pairs):
    page = at_review(opened)
    page.get_by_label("Answer by single keys").check()
    press(page, "o", "KeyS")  # the S of another keyboard types an O on a Dvorak one
    page.wait_for_timeout(300)
    assert verdicts() == []
    press(page, "d", "KeyH")
    answered(page, count=1)


@pytest.mark.parametrize("more", [{"ctrlKey": True}, {"metaKey": True}, {"shiftKey": True}, {"repeat": True}])
def test_modifiers_and_a_key_held_down_do_nothing(opened, pairs, more):
    page = at_review(opened)
    page.get_by_label("Answer by single keys").check()
    press(page, "s", "KeyS", **more)
    page.wait_for_timeout(300)
    assert verdicts() == []


def test_whoever_types_a_reason_answers_nothing(opened, pairs):
    page = at_review(opened)
    page.get_by_label("Answer by single keys").check()
    page.get_by_label("Why").press_sequentially("sold still")
    assert page.get_by_label("Why").input_value() == "sold still"
    assert verdicts() == []


def test_a_press_before_the_page_can_be_read_does_nothing(opened, pairs):
    page = at_review(opened)
    page.get_by_label("Answer by single keys").check()
    page.add_init_script("performance.now = () => 100")
    page.reload()
    page.keyboard.press("s")
    page.wait_for_timeout(300)
    assert verdicts() == []


def test_alt_and_a_digit_answer_as_ever(opened, pairs):
    page = at_review(opened)
    page.keyboard.press("Alt+2")
    answered(page, count=1)
    assert verdicts() == ["different"]


@pytest.mark.parametrize("width", [1280, 390])
def test_the_waterfall_fits_and_each_bar_begins_where_the_one_before_ended(opened, pairs, width):
    page = at_review(opened, width=width)
    expect(page.get_by_text("Birth years 6 apart")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    boxes = [bar.bounding_box() for bar in page.locator(".moei-fall__bar rect").all()]
    start, name, birth, end = [(box["x"], box["x"] + box["width"]) for box in boxes]
    near = pytest.approx
    assert start[0] == near(name[0], abs=3)  # both ends that speak for two people
    assert name[1] == near(birth[1], abs=3)
    assert birth[0] == near(end[0], abs=3)


def test_without_scripts_there_is_a_waterfall_and_no_switch(opened, pairs):
    page: Page = opened("anong", REVIEW, java_script_enabled=False)
    expect(page.get_by_text("speaks strongly against it")).to_be_visible()
    expect(page.get_by_label("Answer by single keys")).to_be_hidden()
    page.get_by_role("button", name=DIFFERENT).click()
    assert verdicts() == ["different"]
