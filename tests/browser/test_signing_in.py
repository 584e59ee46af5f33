"""The first day of a new account: a password, a second factor, and the first desk."""

import time
from types import SimpleNamespace

import pytest
from allauth.mfa.totp.internal import auth
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect
from tests.browser.world import PASSWORD, code_of


@pytest.fixture(autouse=True)
def _second_factor(settings, _no_second_factor):
    settings.MFA_REQUIRED = True


def give_password(page: Page, password: str = PASSWORD, *, username: str = "anong") -> None:
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_anong_sets_up_an_authenticator_and_signs_in_with_it(opened, monkeypatch):
    page = opened("", "/lists/")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    give_password(page, "not her password")
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    give_password(page)

    # Nothing opens before there is a second factor.
    expect(page.get_by_role("heading", level=1)).to_have_text("Set up your second step")
    page.goto("/lists/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Set up your second step")
    page.get_by_role("button", name="Use an authenticator app").click()
    if "reauthenticate" in page.url:
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.locator("main button[type=submit]").first.click()
    page.get_by_text("The camera does not work").click()
    secret = page.locator("main .moei-code").inner_text()
    assert len(secret) >= 32
    page.locator("input[name=code]").fill("000000")
    page.locator("main button[type=submit]").first.click()
    expect(page.locator("main")).to_contain_text("Incorrect code")
    assert page.locator("main .moei-code").text_content() == secret, "a typing mistake costs no new secret"
    page.locator("input[name=code]").fill(code_of(secret))
    page.locator("main button[type=submit]").first.click()
    expect(page.locator("main")).to_contain_text("recovery codes", ignore_case=True)

    shown = page.locator("main .moei-code").all_inner_texts()
    assert len(shown) == 10
    page.reload()
    expect(page.get_by_text(shown[0])).to_have_count(0)

    page.get_by_role("button", name="Sign out").first.click()
    page.goto("/")
    give_password(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Second step")
    # The code that set the app up counts no more, and the app shows another one: half a minute later, for all.
    monkeypatch.setattr(auth, "time", SimpleNamespace(time=lambda: time.time() + 30))
    shown_later = auth.format_hotp_value(auth.hotp_value(secret, next(auth.yield_hotp_counters_from_time())))
    page.locator("input[name=code]").fill(shown_later)
    page.locator("main button[type=submit]").first.click()
    expect(page.get_by_role("navigation").get_by_role("link", name="Lists")).to_be_visible()
    expect(page.locator("header")).to_contain_text("Anong Srisuk")


def test_what_was_sent_from_an_idle_session_comes_back_into_the_form(opened, world, settings):
    settings.MFA_REQUIRED = False
    case = world.registered("Somebody Waiting")
    page = opened("mali", f"/cases/{case.pk}/interview/")
    page.get_by_label("What you saw and heard").press_sequentially("Limps; asks for her sister.")
    page.wait_for_timeout(600)
    for session in Session.objects.all():
        store = session.get_decoded() | {"seen_at": int(time.time()) - settings.IDLE_SECONDS - 5}
        session.session_data = Session.objects.encode(store)
        session.save()
    page.get_by_role("button", name="Record the screening").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Locked")
    assert not case.preliminary_screenings.exists()
    page.locator("main").get_by_label("Password", exact=True).fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Open again").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Somebody Waiting")  # the page she was on
    expect(page.get_by_label("What you saw and heard")).to_have_value("Limps; asks for her sister.")
    expect(page.get_by_text("It has not been saved yet")).to_be_visible()
