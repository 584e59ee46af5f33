"""With JavaScript switched off, everything a case needs still works: a script that fails to load stops nobody."""

import re
from datetime import date

from playwright.sync_api import expect
from tests.browser.world import PASSWORD

from moei.desks.arrivals.tests.workbooks import RECEIVED, workbook
from moei.desks.screening.models import Answer
from moei.engines.identity import make_td3

OFF = {"java_script_enabled": False}


def test_a_list_is_uploaded_and_taken_in(opened, tmp_path):
    path = tmp_path / "handover.xlsx"
    path.write_bytes(workbook(title=RECEIVED))
    page = opened("anong", "/lists/", **OFF)
    page.get_by_role("button", name="Upload a list").click()
    page.get_by_role("button", name="Read the list").click()
    expect(page.get_by_role("alert")).to_contain_text("This list was not taken")
    page.get_by_label("The list", exact=True).set_input_files(path)
    page.get_by_label("Who made or sent it").fill("Bridge")
    page.get_by_role("button", name="Read the list").click()
    page.get_by_role("button", name="Take the list in").click()
    expect(page.get_by_text("5 rows were taken in and matched")).to_be_visible()
    page.goto("/board/")
    expect(page.locator(".moei-stat", has_text="people arrived")).to_contain_text("5")


def test_somebody_is_registered_by_passport(opened):
    zone = make_td3(
        family="Osei", given="Kofi", nationality="GHA", document_number="G0123456",
        birth_date=date(2000, 1, 9), sex="M", expiry=date(2032, 5, 1),
    )  # fmt: skip
    page = opened("anong", "/register/", **OFF)
    page.get_by_label("Machine readable zone").fill(zone)
    page.get_by_role("button", name="Fill the form from it").click()
    expect(page.get_by_text("All check digits fit")).to_be_visible()
    page.get_by_role("button", name="Register, then next").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose who this is")
    page.get_by_label("On no list: open a new case file").check()
    page.get_by_role("button", name="Register, then next").click()
    expect(page.get_by_text(re.compile("Registered: case"))).to_be_visible()
    page.get_by_role("link", name="Open the case file").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("KOFI OSEI")


def test_answers_are_saved_and_a_determination_is_signed(world, opened):
    interview = world.asked("Without Scripts")
    page = opened("anong", f"/cases/{interview.case_id}/interview/", **OFF)
    page.locator("input[name=work_offered][value=yes]").check()
    page.get_by_label("Tell us what happened").fill("A friend of a friend wrote to me.")
    page.get_by_role("button", name="Save the answers").first.click()
    expect(page.get_by_text("The answers are saved")).to_be_visible()
    expect(page.get_by_role("complementary", name="Evidence")).to_contain_text("Yes")
    assert dict(Answer.objects.filter(interview=interview).values_list("question", "value")) == {
        "work_offered": "yes",
        "own_words": "A friend of a friend wrote to me.",
    }

    case = world.heard("Signed Without Scripts")
    page.goto(f"/cases/{case.pk}/determination/")
    page.get_by_role("button", name="Confirm that it is me").click()
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.locator("main button[type=submit]").first.click()
    page.locator("input[name=outcome][value=victim_consents]").check()
    page.get_by_label("Your reasons").fill("Invented reasons.")
    page.get_by_role("button", name="Sign", exact=True).click()
    expect(page.get_by_text("Your signature is kept")).to_be_visible()
