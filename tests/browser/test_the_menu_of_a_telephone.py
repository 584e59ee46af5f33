"""On a telephone the head of a page is low: desks, languages and signing out fold under one button."""

from playwright.sync_api import Page, expect

HEAD = "document.querySelector('.moei-body').getBoundingClientRect().top"


def test_the_head_is_low_and_opens_by_keyboard(opened):
    page: Page = opened("anong", "/board/", width=390)
    page.evaluate("document.fonts.ready")
    assert page.evaluate(HEAD) <= 110
    button = page.get_by_role("button", name="Menu")
    expect(button).to_have_attribute("aria-expanded", "false")
    expect(page.get_by_role("link", name="Screening")).to_be_hidden()
    button.focus()
    page.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("link", name="Screening")).to_be_visible()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Screening")).to_be_hidden()
    expect(button).to_be_focused()


def test_a_wide_screen_shows_everything(opened):
    page: Page = opened("anong", "/board/", width=1280)
    expect(page.get_by_role("button", name="Menu")).to_be_hidden()
    expect(page.get_by_role("link", name="Screening")).to_be_visible()


def test_without_scripts_nothing_is_folded(opened):
    page: Page = opened("anong", "/board/", width=390, java_script_enabled=False)
    expect(page.get_by_role("link", name="Screening")).to_be_visible()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def test_only_a_table_that_is_too_wide_stops_the_tab_key(opened):
    page: Page = opened("admin", "/staff/", width=1280)
    region = page.locator(".moei-table-region").first
    expect(region).not_to_have_attribute("tabindex", "0")
    page.evaluate("document.querySelector('.moei-table-region').style.width = '120px'")
    expect(region).to_have_attribute("tabindex", "0")
