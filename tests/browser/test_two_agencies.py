"""What one agency proposes and another approves, and the reason before a look-up, in their browsers (P12, P14)."""

from __future__ import annotations

import re

from playwright.sync_api import expect
from tests.browser.test_who_sees_whom import cases_seen

from moei.access.models import Staff


def test_p14_a_role_is_proposed_by_one_agency_and_opens_cases_when_another_approved(world, opened):
    world.registered("Hana Girma")
    dao = world.cast["dao"]
    admin = opened("admin", f"/staff/{dao.pk}/")
    admin.get_by_role("button", name="Propose a role").click()
    admin.get_by_label("Role", exact=True).select_option(label="Registration officer")
    admin.get_by_label("Why", exact=True).fill("She helps at the crossing from tonight on.")
    admin.get_by_role("button", name="Propose").click()
    expect(admin.get_by_text("Somebody of another agency approves it within 72 hours").first).to_be_visible()
    expect(admin.get_by_role("button", name="Approve")).to_have_count(0)
    hers = opened("dao")
    assert cases_seen(hers) == []

    somsak = opened("somsak", "/changes/", width=390)
    somsak.get_by_role("link", name="Decide").click()
    expect(somsak.get_by_text("She helps at the crossing from tonight on.")).to_be_visible()
    expect(somsak.locator("main")).to_contain_text("Registration officer")
    somsak.get_by_role("button", name="Approve").click()
    expect(somsak.get_by_text("Approved. It is in the journal with both names.")).to_be_visible()
    assert cases_seen(hers) == ["Hana Girma"]


def test_p14_somebody_new_signs_in_with_a_password_that_is_shown_once(world, opened):
    admin = opened("admin", "/staff/add/")
    admin.get_by_label("Name for signing in").fill("pim")
    admin.get_by_label("Name", exact=True).fill("Pim (invented)")
    admin.get_by_label("Agency").select_option(label="Labour Tak")
    admin.get_by_label("Why", exact=True).fill("She joins the panel on Monday.")
    admin.get_by_role("button", name="Propose").click()
    there = admin.url
    expect(admin.get_by_role("button", name="Make it and show it once")).to_have_count(0)
    assert not Staff.objects.filter(username="pim").exists()

    somsak = opened("somsak", there)
    somsak.get_by_role("button", name="Approve").click()
    expect(somsak.get_by_text("Approved.")).to_be_visible()

    admin.goto(there)
    admin.get_by_role("button", name="Make it and show it once").click()
    password = admin.get_by_text(re.compile(r"^\w{4}(-\w{4}){4}$")).inner_text()
    assert Staff.objects.get(username="pim").check_password(password)
    admin.goto(there)
    expect(admin.get_by_text("It was collected.")).to_be_visible()


def test_p12_nobody_is_looked_up_before_a_reason_is_said(world, opened):
    world.registered("Meron Abera")
    page = opened("anong", "/cases/", said_why=False)
    page.get_by_label("Name or number").fill("meron")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Before you look somebody up")
    page.get_by_label("Work on cases that are mine").check()
    page.get_by_label("In your own words").fill("The screening of today.")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("link", name="Meron Abera")).to_be_visible()
    page.get_by_label("Name or number").fill("nobody at all")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Cases")
    expect(page.get_by_role("link", name="Meron Abera")).to_have_count(0)


def test_p12_the_reason_is_asked_before_somebody_types_a_passport(opened):
    page = opened("anong", "/register/", said_why=False)
    expect(page.get_by_role("heading", level=1)).to_have_text("Before you look somebody up")
    page.get_by_label("Registering people who arrive").check()
    page.get_by_label("In your own words").fill("The buses of tonight.")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_label("Machine readable zone")).to_be_visible()
