"""The main way through the program, as the people of the cast walk it. Each part prepares what it begins with."""

import re
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.browser.world import PASSWORD

from moei.casefile.models import Case
from moei.desks.screening.models import Answer
from moei.engines.identity import make_td3

LISTS = Path(__file__).resolve().parents[2] / "src/moei/demo/lists/2025-02-12"
ZONE = make_td3(
    family="Mulugeta", given="Yared", nationality="ETH", document_number="EP1234567",
    birth_date=date(1998, 3, 14), sex="M", expiry=date(2031, 5, 13),
)  # fmt: skip


def take_in(page: Page, filename: str, sender: str, kind: str, rows: int) -> None:
    page.get_by_role("button", name="Upload a list").click()
    page.get_by_label("The list", exact=True).set_input_files(LISTS / filename)
    page.get_by_label("Who made or sent it").fill(sender)
    page.keyboard.press("Alt+s")
    expect(page.get_by_role("heading", name=filename)).to_be_visible()
    expect(page.locator(".moei-stat", has_text="rows with people")).to_contain_text(str(rows))
    expect(page.get_by_label("Kind of list")).to_contain_text(kind)
    page.get_by_role("button", name="Take the list in").click()
    expect(page.get_by_text("were taken in and matched")).to_be_visible(timeout=60_000)


def test_two_lists_are_read_taken_in_and_compared(opened):
    page = opened("anong", "/board/")
    expect(page.get_by_text("No list is loaded yet")).to_be_visible()
    page.get_by_role("button", name="Load the first list").click()
    take_in(page, "02-handover-thai.xlsx", "Immigration at the bridge", "Handover list", 260)
    take_in(page, "01-militia-list.xlsx", "The side that hands over", "hands people over", 259)

    # What a column was understood to be is said, in words.
    page.get_by_role("link", name="02-handover-thai.xlsx").click()
    columns = page.get_by_role("table").first
    for meaning in ("Name", "Nationality", "Passport number"):
        expect(columns.get_by_role("row").filter(has_text=meaning).first).to_be_visible()

    # The same bytes once more change nothing.
    page.goto("/lists/upload/")
    page.get_by_label("The list", exact=True).set_input_files(LISTS / "02-handover-thai.xlsx")
    page.get_by_label("Who made or sent it").fill("Immigration at the bridge")
    page.get_by_role("button", name="Read the list").click()
    expect(page.get_by_text("This very file was uploaded before")).to_be_visible()

    page.goto("/lists/reconciliation/")
    missing = page.locator(".moei-stat", has_text="listed, not arrived")
    expect(missing).to_contain_text("possibly in danger")
    listed = int(missing.locator(".moei-stat__value").inner_text())
    expect(page.get_by_role("heading", name="Listed by the other side, not arrived")).to_be_visible()
    expect(page.locator("tbody tr")).to_have_count(listed)
    assert 3 <= listed <= 8, "three are missing in truth; two lists alone leave some spellings apart"
    page.goto("/board/")
    expect(page.locator(".moei-stat", has_text="people arrived")).to_contain_text("260")


def test_a_passport_is_typed_and_a_person_registered_by_keyboard_alone(world, opened):
    page = opened("anong", "/register/")
    expect(page.get_by_label("Machine readable zone")).to_be_focused()
    page.keyboard.type(ZONE.replace("\n", ""))
    expect(page.get_by_text("All check digits fit")).to_be_visible()
    expect(page.get_by_label("Name in Latin letters")).to_have_value("YARED MULUGETA")
    expect(page.get_by_label("Nationality")).to_have_value("ETH")

    def tab_to(label: str) -> None:
        for _press in range(60):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.labels?.[0]?.innerText ?? ''").startswith(label):
                return
        raise AssertionError(f"Tab never came to “{label}”")

    tab_to("On no list")
    page.keyboard.press("Space")
    tab_to("Needs a doctor")
    page.keyboard.press("Space")
    seen = page.evaluate("getComputedStyle(document.activeElement.labels[0], '::before').boxShadow")
    assert seen != "none", "who works by keyboard sees where they are"
    page.keyboard.press("Alt+s")
    expect(page.get_by_text(re.compile("Registered: case"))).to_be_visible()
    expect(page.get_by_label("Machine readable zone")).to_be_focused()

    case = Case.objects.within_program("test").get(person__documents__number="EP1234567", stage="registered")
    assert [need.code for need in case.person.needs.all()] == ["medical"]
    page.get_by_role("link", name="Open the case file").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("YARED MULUGETA")
    expect(page.get_by_text("Needs a doctor")).to_be_visible()


def test_two_clicks_on_register_make_one_registration(world, opened):
    page = opened("anong", "/register/")
    page.get_by_label("Name in Latin letters").fill("Double Click")
    page.get_by_text("On no list: open a new case file").click()
    page.get_by_role("button", name="Register, then next").dblclick()
    expect(page.get_by_text(re.compile("Registered: case"))).to_be_visible()
    page.reload()
    assert Case.objects.within_program("test").filter(person__name="Double Click").count() == 1


def test_anong_screens_and_asks_and_the_evidence_gathers_beside_the_answers(world, opened):
    case = world.registered("Almaz Tadesse")
    page = opened("anong", f"/cases/{case.pk}/interview/")
    page.get_by_label("What you saw and heard").fill("Calm; wishes to speak at once.")
    page.keyboard.press("Alt+s")
    expect(page.get_by_text("The preliminary screening is recorded")).to_be_visible()

    page.get_by_label("Language the person wishes to speak").select_option("am")
    page.get_by_label("Interpreter", exact=True).select_option(str(world.cast["selam"].pk))
    page.get_by_role("button", name="Start the interview").click()
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    page.get_by_text("I asked: the interpreter is no survivor").click()
    page.get_by_role("button", name="Start the interview").click()
    expect(page.get_by_text("Selam Haile interprets")).to_be_visible()

    evidence = page.get_by_role("complementary", name="Evidence")
    expect(evidence.get_by_text("No answer evidences it yet.").first).to_be_visible()
    page.get_by_label("Tell us what happened").fill("They promised an office.")
    answer(page, "work_offered", "yes")
    expect(evidence).to_contain_text("Did somebody offer you this work or arrange it for you?")
    expect(page.locator("#s-own_words")).to_contain_text("Saved at")
    answer(page, "passport_taken", "taken")
    expect(evidence).not_to_contain_text("Enough: you may stop.")
    answer(page, "work_forced", "yes")
    expect(evidence).to_contain_text("Enough: you may stop.")
    saved = Answer.objects.filter(case=case).values_list("question", "value")
    assert ("own_words", "They promised an office.") in saved and ("passport_taken", "taken") in saved

    page.get_by_role("button", name="End, and read it back").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Read the statement back")
    expect(page.get_by_text("They were taken from me").first).to_be_visible()
    page.get_by_text("I had it read back to the person").click()
    page.get_by_role("button", name="The statement is final").click()
    expect(page.get_by_text("The statement was read back and is final")).to_be_visible()


def answer(page: Page, question: str, value: str) -> None:
    page.locator(
        f"label[for={page.locator(f'input[name={question}][value={value}]').get_attribute('id')}]"
    ).click()
    expect(page.locator(f"#s-{question}")).to_contain_text("Saved at")


def test_three_members_sign_each_after_confirming_who_they_are(world, opened):
    case = world.heard("Dawit Bekele")
    for username, left in (("anong", 2), ("prasert", 1), ("mali", 0)):
        page = opened(username, f"/cases/{case.pk}/determination/")
        expect(page.get_by_text("They were taken from me").first).to_be_visible()
        expect(page.get_by_label("Your reasons")).to_have_count(0)
        page.get_by_role("button", name="Confirm that it is me").click()
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.locator("main button[type=submit]").first.click()

        # Nothing is chosen beforehand, and what colleagues signed is not shown before one's own view.
        assert page.locator("input[name=outcome]:checked").count() == 0
        expect(page.locator("main")).not_to_contain_text("Reasons of anong")
        page.get_by_text("Victim of trafficking, consents to protection").first.click()
        page.get_by_role("button", name="Sign", exact=True).click()
        expect(page.locator(".govuk-error-summary")).to_be_focused()
        page.get_by_label("Your reasons").fill(f"Reasons of {username}")
        page.keyboard.press("Alt+s")
        said = "The panel is not complete yet." if left else "the panel is complete"
        expect(
            page.get_by_role("alert").or_(page.get_by_role("region")).get_by_text(said).first
        ).to_be_visible()
    expect(page.get_by_role("heading", name="Victim of trafficking, consents to protection")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Reasons of anong")
    case.refresh_from_db()
    assert (case.stage, case.outcome) == ("determined", "victim_consents")


def test_vera_sees_what_would_be_published_and_publishes_it(world, opened):
    world.signed("Counted Person", "anong", "prasert", "mali")
    page = opened("vera", "/bulletins/")
    page.get_by_role("button", name="Prepare the first bulletin").click()
    expect(page.get_by_role("heading", name="What an attacker can compute")).to_be_visible()
    page.get_by_role("button", name="Publish this bulletin").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Bulletin 1")
    expect(page.locator("main")).to_contain_text("Outcomes are never given by nationality.")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download PDF").click()
    assert download.value.path().read_bytes().startswith(b"%PDF")
    page.goto("/bulletins/")
    expect(page.get_by_role("link", name="Bulletin 1")).to_be_visible()
    expect(page.get_by_text("Today’s is published")).to_be_visible()


@pytest.mark.parametrize("who", ["prasert", "tesfa", "mallory", "admin"])
def test_nobody_else_is_led_to_publishing(opened, who):
    page = opened(who, "/")
    expect(page.get_by_role("link", name="Bulletins")).to_have_count(0)
    assert page.goto("/bulletins/prepare/").status == 403
