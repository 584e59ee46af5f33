"""Mallory works here too and has a passkey of his own. He tries to be Anong with it, in a real browser."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlencode

import pytest
from allauth.account.utils import user_pk_to_url_str
from fido2.utils import websafe_encode
from playwright.sync_api import Page, Route, expect
from tests.browser.conftest import (  # noqa: F401
    _django_db_helper,
    browser_type_launch_args,
    complaints,
    opened,
    world,
)
from tests.browser.world import PASSWORD

from moei.signin.models import FailedTry, KnownDevice
from moei.signin.throttling import ADDRESS, begin_try

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _second_factor(settings, _no_second_factor, world):  # noqa: F811
    settings.MFA_REQUIRED = True
    FailedTry.objects.all().delete()
    KnownDevice.objects.all().delete()


def authenticator(page: Page) -> None:
    """A key in the device, with a finger always on it."""
    cdp = page.context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def give_password(page: Page, username: str) -> None:
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def set_up(page: Page, username: str) -> None:
    """The first sign-in: a password, a passkey, recovery codes; then out again."""
    authenticator(page)
    page.goto("/account/login/")
    give_password(page, username)
    if page.get_by_role("button", name="Use a passkey or security key").count():
        page.get_by_role("button", name="Use a passkey or security key").click()
    else:
        page.goto("/account/2fa/webauthn/add/")
    if "reauthenticate" in page.url:
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.locator("main button[type=submit]").first.click()
    page.get_by_label("Sign in with this key alone, without a password").check()
    page.get_by_role("button", name="Add the key").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    page.get_by_role("button", name="Sign out").first.click()


@pytest.fixture
def pages(opened):  # noqa: F811
    """Anong's browser and Mallory's, each with a passkey of their own, both signed out."""
    hers, his = opened("", "/account/login/"), opened("", "/account/login/")
    set_up(hers, "anong")
    set_up(his, "mallory")
    yield hers, his
    from allauth.mfa.models import Authenticator

    Authenticator.objects.all().delete()


def test_her_passkey_alone_lets_her_in_also_while_guessing_has_locked_everything(pages, rf):
    hers, _his = pages
    KnownDevice.objects.all().delete()  # her own device would open by password, too
    for number in range(ADDRESS.tries):
        begin_try(rf.post("/", REMOTE_ADDR="127.0.0.1"), f"name{number}")
    hers.goto("/account/login/")
    give_password(hers, "anong")
    expect(hers.get_by_role("heading", level=1)).to_have_text("Sign-in is locked for a while")
    hers.goto("/account/login/")
    hers.get_by_role("button", name="Sign in with a passkey").click()
    expect(hers.get_by_role("navigation").get_by_role("link", name="Lists")).to_be_visible()
    expect(hers.locator("header")).to_contain_text("Anong Srisuk")


def test_her_password_and_his_passkey_do_not_make_a_sign_in(pages):
    _hers, his = pages
    # A browser would not even offer his key for her account: his does.
    his.add_init_script(
        """const get = navigator.credentials.get.bind(navigator.credentials)
        navigator.credentials.get = (asked) => {
          if (asked.publicKey) asked.publicKey.allowCredentials = []
          return get(asked)
        }"""
    )
    his.goto("/account/login/")
    give_password(his, "anong")
    expect(his.get_by_role("heading", level=1)).to_have_text("Second step")
    with his.expect_request("**/account/2fa/authenticate/") as sent:
        his.get_by_role("button", name="Use a passkey or security key").click()
    assert "credential=%7B" in (sent.value.post_data or "")
    expect(his.get_by_role("heading", level=1)).to_have_text("Second step")
    his.goto("/lists/")
    expect(his.locator("header")).not_to_contain_text("Anong")
    assert "/account/" in his.url


def test_his_passkey_that_says_it_is_hers_is_refused(pages, world):  # noqa: F811
    _hers, his = pages
    handle = websafe_encode(user_pk_to_url_str(world.cast["anong"]).encode())
    swapped = []

    def swap(route: Route) -> None:
        sent = parse_qs(route.request.post_data or "")
        if "credential" not in sent:
            route.continue_()
            return
        credential = json.loads(sent["credential"][0])
        assert credential["response"]["userHandle"] != handle
        credential["response"]["userHandle"] = handle
        swapped.append(credential)
        body = {**{name: values[0] for name, values in sent.items()}, "credential": json.dumps(credential)}
        route.continue_(post_data=urlencode(body))

    his.route("**/account/2fa/webauthn/login/**", swap)
    his.goto("/account/login/")
    his.get_by_role("button", name="Sign in with a passkey").click()
    expect(his.get_by_text("Incorrect code")).to_be_visible()
    assert swapped
    his.goto("/lists/")
    expect(his.get_by_role("heading", name="Sign in")).to_be_visible()


def test_his_passkey_does_not_open_her_locked_page_and_hers_does(pages, settings):
    hers, his = pages
    hers.goto("/account/login/")
    hers.get_by_role("button", name="Sign in with a passkey").click()
    expect(hers.get_by_role("navigation").get_by_role("link", name="Lists")).to_be_visible()
    stolen = hers.context.cookies()
    hers.evaluate("document.dispatchEvent(new CustomEvent('moei:locked'))")
    token = hers.evaluate("document.querySelector('[name=csrfmiddlewaretoken]').value")
    hers.request.post("/lock/", headers={"X-CSRFToken": token})
    his.context.add_cookies(stolen)
    his.goto("/lists/")
    expect(his.get_by_role("heading", level=1)).to_have_text("Locked")
    options = his.evaluate(
        """async () => {
          const token = document.querySelector('main [name=csrfmiddlewaretoken]').value
          const headers = { "X-CSRFToken": token, "Accept": "application/json" }
          const asked = await fetch("/unlock/passkey/", { method: "POST", headers })
          const given = (await asked.json()).publicKey
          const open = PublicKeyCredential.parseRequestOptionsFromJSON({ ...given, allowCredentials: [] })
          const body = new FormData()
          body.set("credential", JSON.stringify((await navigator.credentials.get({ publicKey: open })).toJSON()))
          return (await fetch("/unlock/", { method: "POST", headers, body })).status
        }"""
    )
    assert options == 400
    hers.get_by_role("button", name="Use a passkey").click()
    expect(hers.locator("[data-lock]")).to_have_count(0)
    hers.goto("/lists/")
    expect(hers.get_by_role("heading", level=1)).to_have_text("Lists")
    # Where the address of another page led to the lock, her key opens that page.
    hers.request.post("/lock/", headers={"X-CSRFToken": token})
    hers.goto("/cases/")
    expect(hers.get_by_role("heading", level=1)).to_have_text("Locked")
    hers.get_by_role("button", name="Use a passkey").click()
    expect(hers.get_by_role("heading", level=1)).to_have_text("Cases")
