"""Nobody at the keyboard: the page is covered, the session answers nothing, and what was typed is still there."""

import pytest
from playwright.sync_api import Page, expect
from tests.browser.world import PASSWORD

from moei.signin.models import FailedTry

TYPED = "Limps; asks for her sister."


@pytest.fixture
def case(world):
    FailedTry.objects.all().delete()
    return world.registered("Somebody Waiting")


def typing(opened, case, **options) -> Page:
    """Mali at a form, with a clock that the test moves."""
    page = opened("", "/account/login/", **options)
    page.clock.install()
    page.get_by_label("Username").fill("mali")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.goto(f"/cases/{case.pk}/interview/")
    page.get_by_label("What you saw and heard").press_sequentially(TYPED)
    return page


def wait_until_locked(page: Page, settings) -> None:
    # The server knows too, told by whichever tab found out first.
    with page.context.expect_event("response", lambda answer: answer.url.endswith("/lock/")):
        page.clock.run_for(settings.IDLE_SECONDS * 1000 + 2000)
    expect(page.get_by_role("dialog", name="Locked")).to_be_visible()


def open_again(page: Page, password: str = PASSWORD) -> None:
    page.get_by_role("dialog").get_by_label("Password").fill(password)
    page.keyboard.press("Enter")


@pytest.mark.parametrize("width", [1280, 390])
def test_a_locked_page_shows_and_says_nothing_and_keeps_what_was_typed(opened, case, settings, width):
    page = typing(opened, case, width=width)
    wait_until_locked(page, settings)
    assert page.title() == "Locked – Moei"
    expect(page.get_by_text("Somebody Waiting")).to_be_hidden()
    read_out = page.locator("body").aria_snapshot()
    assert "Somebody" not in read_out and TYPED not in read_out and "navigation" not in read_out
    expect(page.get_by_role("dialog").get_by_label("Password")).to_be_focused()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    # The keyboard stays in the lock, and Escape is no way out.
    for _key in range(8):
        page.keyboard.press("Tab")
        assert page.evaluate(
            "document.activeElement === document.body || !!document.activeElement.closest('[data-lock]')"
        )
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Locked")).to_be_visible()

    open_again(page, "not her password")
    expect(page.get_by_role("alert")).to_contain_text("This is not your password")
    open_again(page)
    expect(page.locator("[data-lock]")).to_have_count(0)
    expect(page.get_by_label("What you saw and heard")).to_have_value(TYPED)
    assert page.title().startswith("Interview")
    page.get_by_role("button", name="Record the screening").click()
    expect(page.get_by_label("What you saw and heard")).to_have_count(0)
    assert case.preliminary_screenings.get().note == TYPED


def test_the_session_behind_a_locked_page_is_locked_in_every_tab_and_for_every_thief(
    opened, case, settings, browser
):
    page = typing(opened, case)
    beside = page.context.new_page()
    beside.goto("/lists/")
    wait_until_locked(page, settings)
    expect(beside.get_by_role("dialog", name="Locked")).to_be_visible()
    cookie = next(one for one in page.context.cookies() if one["name"] == "sessionid")
    thief = browser.new_context(user_agent=page.evaluate("navigator.userAgent"))
    answer = thief.request.get(page.url, headers={"Cookie": f"sessionid={cookie['value']}"}, max_redirects=0)
    assert answer.status == 302 and "/unlock/" in answer.headers["location"]
    thief.close()
    open_again(beside)
    expect(page.locator("[data-lock]")).to_have_count(0)
    expect(page.get_by_label("What you saw and heard")).to_have_value(TYPED)


def test_the_back_button_shows_nothing_of_a_locked_session_and_nothing_after_signing_out(
    opened, case, settings
):
    page = typing(opened, case)
    page.goto("/lists/")
    wait_until_locked(page, settings)
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Locked")
    expect(page.get_by_text("Somebody Waiting")).to_have_count(0)
    page.locator("main").get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Open again").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Somebody Waiting")
    page.get_by_role("button", name="Sign out").first.click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    expect(page.get_by_text("Somebody Waiting")).to_have_count(0)


def test_an_answer_that_was_refused_by_the_lock_is_sent_when_it_is_opened(opened, world, settings):
    FailedTry.objects.all().delete()
    case = world.asked("Heard Later").case
    page = opened("anong", f"/cases/{case.pk}/interview/")
    token = page.locator("main [name=csrfmiddlewaretoken]").first.input_value()
    ask = "token => fetch('/lock/', {method: 'POST', headers: {'X-CSRFToken': token}}).then(r => r.status)"
    assert page.evaluate(ask, token) == 204
    answer = page.locator("#q-own_words textarea")
    answer.fill("At night we crossed a river.")
    answer.blur()
    expect(page.get_by_role("dialog", name="Locked")).to_be_visible()
    with page.expect_response("**/interview/answers/**") as sent:
        open_again(page)
    assert sent.value.status == 200
    page.reload()
    expect(answer).to_have_value("At night we crossed a river.")
