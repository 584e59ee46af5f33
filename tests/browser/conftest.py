"""Chromium before a live server. Each module has one release, built once: filling it anew for each test takes minutes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page
from pytest_django.live_server_helper import LiveServer
from tests.browser.chromium import ARGS, CHROMIUM
from tests.browser.world import World, build

from moei.access.web import LOOKING
from moei.journal import triggers

# Playwright's synchronous calls keep an event loop running in this thread; Django would refuse to use its database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.parent.name == "browser":
            item.add_marker(pytest.mark.browser(seconds=150 if item.path.stem == "test_every_page" else 30))
            item.add_marker(pytest.mark.django_db)  # so that a database is made when these run alone


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    return {"executable_path": CHROMIUM, "args": ARGS}


@pytest.fixture
def _django_db_helper() -> None:
    """Nothing is rolled back between the tests of a module: the server's threads would not see it."""


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[World]:
    with django_db_blocker.unblock():
        with connection.schema_editor() as editor:
            triggers.install(editor)
        server = LiveServer("localhost")
        try:
            yield build(server.url)
        finally:
            server.stop()
            with connection.schema_editor() as editor:
                triggers.remove(editor)
            call_command("flush", verbosity=0, interactive=False)
            with connection.schema_editor() as editor:
                triggers.install(editor)


@pytest.fixture
def complaints() -> Iterator[list[str]]:
    """What the browser's consoles complained of: refused by the content policy, missing, or broken."""
    said: list[str] = []
    yield said
    assert said == []


Open = Callable[..., Page]


@pytest.fixture
def opened(world: World, browser: Browser, complaints: list[str]) -> Iterator[Open]:
    """`opened("anong", "/lists/", width=390)`: a page of a browser of their own, signed in; "" is nobody.

    More keywords go to the browser's context.
    """
    contexts: list[BrowserContext] = []

    def open_page(
        username: str, path: str = "/", *, width: int = 1280, said_why: bool = True, **options: object
    ) -> Page:
        context = browser.new_context(
            base_url=world.url, viewport={"width": width, "height": 900}, locale="en-GB", **options
        )
        contexts.append(context)
        context.set_default_timeout(10_000)
        if username:
            context.add_cookies([session_of(world, username, said_why=said_why)])
        page = context.new_page()
        watch(page, complaints)
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()


def session_of(world: World, username: str, *, said_why: bool) -> dict[str, str]:
    """A session as after signing in some time ago: whoever signs a determination confirms who they are anew. With
    `said_why` they have given the reason for which they look people up.
    """
    client = Client()
    client.force_login(world.cast[username])
    if said_why:
        session = client.session
        session[LOOKING] = "my_cases"
        session.save()
    return {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": world.url}


def watch(page: Page, complaints: list[str]) -> None:
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
    page.on(
        "console",
        lambda message: (
            complaints.append(f"{page.url}: {message.text}")
            if message.type == "error"
            and "status of 4" not in message.text  # an expected refusal is no complaint
            else None
        ),
    )
