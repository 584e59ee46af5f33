"""The same names that are programs, in Chromium: nothing runs, and the content policy has nothing to refuse.

What the policy refuses would have been written unescaped: a complaint of the console is a finding, not a rescue.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Page
from tests.attacks.test_scripts_in_every_field import MARK, PAYLOADS, WORDS
from tests.browser.conftest import _django_db_helper, browser_type_launch_args, complaints, opened
from tests.browser.conftest import world as world

from moei.casefile.models import Case
from moei.desks.screening.actions.save_answers import save_answers

__all__ = ["_django_db_helper", "browser_type_launch_args", "complaints", "opened", "world"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db]

OF_A_CASE = (
    "/cases/{case}/",
    "/cases/{case}/identity/",
    "/cases/{case}/merge/",
    "/cases/{case}/disclosures/",
    "/cases/{case}/access/",
    "/cases/{case}/interview/",
    "/cases/{case}/determination/",
    "/register/?last={case}",
)
OF_ALL = (
    "/cases/",
    "/lists/",
    "/lists/{list}/",
    "/lists/reconciliation/",
    "/people/review/",
    "/screening/",
    "/board/",
)


@pytest.fixture(scope="module")
def poisoned(world) -> list[dict[str, str]]:
    """One person for each script, whose every word attacks, and a list of them."""
    found = []
    for script, payload in PAYLOADS.items():
        name = f"{WORDS[script]} {payload}"[:200]
        sitting = world.asked(name)
        save_answers(world.acting("anong"), sitting, {"own_words": f"{payload} {name}"})
        case: Case = sitting.case
        found.append({"case": str(case.pk)})
    rows = tuple(
        (n, f"{WORDS[s]} {p}", "M", "14.03.1998", p, p) for n, (s, p) in enumerate(PAYLOADS.items(), 1)
    )
    world.list_taken_in("poisoned.xlsx", f"List of persons received {PAYLOADS['latin']}", rows)
    from moei.desks.arrivals.models import ListImport

    return [each | {"list": str(ListImport.objects.latest("uploaded_at").pk)} for each in found]


def test_nothing_runs_and_nothing_had_to_be_refused(world, poisoned, opened, complaints):
    page: Page = opened("anong")
    page.on("dialog", lambda dialog: (complaints.append(f"a dialog: {dialog.message}"), dialog.dismiss()))
    page.context.add_init_script(f"window.{MARK} = () => console.error('the attack ran')")
    shown = 0
    addresses = [path.format(**ids) for ids in poisoned for path in OF_A_CASE]
    addresses += [path.format(**poisoned[0]) for path in OF_ALL]
    for address in addresses:
        answer = page.goto(address)
        assert answer is not None and answer.status == 200, address
        shown += MARK in page.content()
        live = page.locator(f"{MARK}, [on{MARK}], [onerror], [onload], [onfocus], [{MARK}]")
        assert live.count() == 0, address
    assert shown > 20


def test_the_console_would_tell(world, opened, complaints):
    """So that silence means something: the same words, written unescaped, are refused aloud."""
    page: Page = opened("anong", "/cases/")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=/nothing onerror=1>')")
    page.wait_for_timeout(200)
    assert any("Content Security Policy" in line for line in complaints)
    complaints.clear()
