"""`make screenshots`: plays the demo into a scratch directory and photographs its pages in Chromium.

The few that README shows go to docs/images; all of them, at both widths, go where `--all` says.
`--data` keeps the played demo, and shows what an earlier run left there instead of playing again.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.chromium import ARGS, CHROMIUM
from tests.shots_of_desks import Shot, of_care, of_investigations, of_the_way_home

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
WIDTHS = {1280: 860, 390: 844}  # width: height of the window, in CSS pixels
PASSWORD = "invented-and-only-here"
STAFF = ("anong", "kanya", "mali", "vera", "somsak", "admin", "ploy", "tesfa", "dao", "niran", "dej")
# The pictures that are kept in the repository: name and width.
KEPT = {
    ("board", 1280), ("import", 1280), ("reconciliation", 1280), ("interview", 1280), ("determination-open", 1280),
    ("bulletin", 1280), ("board", 390), ("register", 390), ("bulletin", 390),
}  # fmt: skip
KEPT_HEIGHT = 1500  # pixels: a picture in the README is a glance, not the whole page
MOST_BYTES = 250_000


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", type=Path, help="a directory for every picture at both widths")
    parser.add_argument("--data", type=Path, help="a directory for the played demo, kept afterwards")
    parser.add_argument("--only", nargs="*", default=[], help="names of pictures")
    parser.add_argument(
        "--languages", nargs="*", default=[], help="also in these, with --all: the name gets the code"
    )
    options = parser.parse_args()
    with contextlib.ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="moei-screenshots-")))
        data = (options.data or scratch / "data").resolve()
        port = free_port()
        os.environ.update(
            MOEI_DATA_DIR=str(data),
            MOEI_KEY_FILE=str(data.parent / f"{data.name}.key"),
            MOEI_DEMO="1",
            MOEI_PORT=str(port),
            DJANGO_SETTINGS_MODULE="moei.web.settings",
        )
        if not (data / "this-is-a-demo").exists():
            subprocess.run([sys.executable, "-m", "moei.cli", "demo", "--no-serve"], check=True)
        shots = prepare(scratch)
        stack.enter_context(serving(port))
        browser = stack.enter_context(chromium())
        base, only = f"http://localhost:{port}", set(options.only)
        take(browser, base, shots, options.all, only)
        for language in options.languages if options.all else ():
            take(browser, base, shots, options.all, only, language)
    return 0


def prepare(scratch: Path) -> list[Shot]:
    """Gives the cast a password, finds the cases worth a look, and lists what to photograph."""
    import django

    django.setup()
    from moei.access.models import Staff
    from moei.casefile.models import Case, Complaint, ContactPlan
    from moei.desks.screening.models import Interview

    for staff in Staff.objects.filter(username__in=STAFF):
        staff.set_password(PASSWORD)
        staff.save(update_fields=["password"])
    cases = Case.objects.within_program("pictures of an invented release").filter(hidden=False)
    cases = cases.order_by("arrived_at", "pk")
    decided = cases.filter(outcome="victim_consents").first()
    waiting = cases.filter(stage="panel", outcome="").last()
    begun = Interview.objects.filter(state=Interview.State.RUNNING).values("case")
    asked = cases.filter(pk__in=begun).first() or cases.filter(stage="panel", outcome="").first()
    spoke = cases.filter(pk__in=ContactPlan.objects.values("case")).first()
    complaint = Complaint.objects.filter(closed_at=None).first()
    assert decided and waiting and asked and spoke and complaint, "the play left nothing to photograph"
    changed = changed_list(scratch)
    decided_at, waiting_at, asked_at = (f"/cases/{case.pk}/" for case in (decided, waiting, asked))
    spoke_at = f"/cases/{spoke.pk}/"
    return [
        Shot("sign-in", "", "/account/login/"),
        Shot("board", "anong", "/board/"),
        Shot("board-thai", "anong", "/board/", in_thai),
        Shot("lists", "anong", "/lists/"),
        Shot("upload", "anong", "/lists/upload/"),
        Shot("import", "anong", "/lists/upload/", lambda page: upload(page, changed)),
        Shot("reconciliation", "anong", "/lists/reconciliation/"),
        Shot("families", "anong", "/lists/reconciliation/?show=family-here"),
        Shot("who-is-who", "anong", "/people/review/"),
        Shot("register", "anong", "/register/", type_zone),
        Shot("register-may-be-here", "anong", "/register/", save_twice(spoke.person.name)),
        Shot("worklist", "anong", "/screening/"),
        Shot("cases", "anong", "/cases/"),
        Shot("case", "anong", decided_at),
        Shot("consent", "anong", f"{decided_at}consents/ask/"),
        Shot("rights", "kanya", f"{spoke_at}rights/"),
        Shot("contact", "kanya", f"{spoke_at}rights/contact/"),
        Shot("filmed", "kanya", f"{spoke_at}rights/filmed/"),
        Shot("disclosures", "kanya", f"{spoke_at}disclosures/register/"),
        Shot("property", "anong", f"{spoke_at}property/"),
        Shot("complaints", "somsak", "/cases/complaints/"),
        Shot("complaint", "somsak", f"/cases/complaints/{complaint.pk}/"),
        Shot("interview", "anong", f"{asked_at}interview/", ask),
        Shot("statement", "anong", f"{decided_at}interview/"),
        Shot("determination-open", "mali", f"{waiting_at}determination/"),
        Shot("determination-decided", "mali", f"{decided_at}determination/"),
        *of_the_way_home(),
        *of_care(),
        *of_investigations(),
        Shot("statistics", "vera", "/statistics/", count),
        Shot("bulletins", "vera", "/bulletins/"),
        Shot("bulletin", "vera", "/bulletins/", lambda page: page.locator("main tbody a").first.click()),
        Shot("bulletin-prepare", "vera", "/bulletins/prepare/"),
        Shot("journal", "somsak", "/journal/"),
        Shot("readings", "somsak", "/journal/readings/"),
        Shot("unusual", "somsak", "/journal/unusual/"),
        Shot("anchors", "somsak", "/journal/anchors/"),
        Shot("emergencies", "somsak", "/journal/emergencies/"),
        Shot("files-that-left", "somsak", "/files/left/"),
        Shot("retention", "somsak", "/retention/"),
        Shot("holds", "somsak", "/retention/holds/"),
        Shot("backups", "somsak", "/retention/backups/"),
        Shot("notices", "somsak", "/notices/"),
        Shot("lookups", "somsak", "/notices/look-ups/"),
        Shot("allowances", "somsak", "/more/decide/"),
        Shot("canaries", "somsak", "/notices/canaries/"),
        Shot("proposals", "somsak", "/changes/"),
        Shot("say-why", "kanya", "/search/reason/"),
        Shot("sign-in-notices", "admin", "/sign-in/notices/"),
        Shot("my-sign-in", "anong", "/sign-in/"),
        Shot("propose-role", "admin", "/staff/", propose_a_role),
        Shot(
            "proposal",
            "somsak",
            "/changes/",
            lambda page: page.get_by_role("link", name="Decide").first.click(),
        ),
        Shot(
            "emergency-role",
            "admin",
            "/staff/",
            lambda page: (
                page.get_by_role("link", name="Dao").first.click(),
                page.get_by_role("button", name=re.compile("emergency", re.I)).click(),
            ),
        ),
        Shot("staff", "admin", "/staff/"),
        Shot("staff-add", "admin", "/staff/add/"),
        Shot("staff-add-in-emergency", "admin", "/staff/add/emergency/"),
        Shot("staff-member", "admin", "/staff/", lambda page: page.get_by_role("link", name="Mali").click()),
        Shot("second-factor", "admin", "/account/2fa/"),
    ]


def changed_list(scratch: Path) -> Path:
    """A new version of a list of the demo, so that its preview has something to say."""
    from openpyxl import load_workbook

    lists = sorted((ROOT / "src/moei/demo/lists").glob("*/03-embassy-*.xlsx"))
    book = load_workbook(lists[-1])
    sheet = book.worksheets[0]
    sheet.delete_rows(sheet.max_row - 1)
    path = scratch / "embassy-new-version.xlsx"
    book.save(path)
    return path


def upload(page: Page, path: Path) -> None:
    page.get_by_label("The list", exact=True).set_input_files(path)
    page.get_by_label("Who made or sent it").fill("Embassy (invented)")
    page.get_by_role("button", name="Read the list").click()
    page.get_by_role("heading", name="Take it in").wait_for()


def save_twice(name: str) -> Callable[[Page], None]:
    """Somebody who stands on a list, written otherwise, is about to get a second case file."""

    def save(page: Page) -> None:
        page.fill("#id_name", " ".join(reversed(name.split())))
        page.check("#id_not_listed")
        page.click("button[name=save]")
        page.wait_for_load_state("networkidle")

    return save


def type_zone(page: Page) -> None:
    """Types the passport of somebody nobody expects."""
    from datetime import date

    from moei.engines.identity import make_td3

    zone = make_td3(
        family="Kebede", given="Almaz", nationality="ETH", document_number="EP7654321",
        birth_date=date(2001, 5, 14), sex="F", expiry=date(2031, 5, 13),
    )  # fmt: skip
    page.get_by_label("Machine readable zone").fill(zone)
    page.get_by_text("All check digits fit").wait_for()


ANSWERS = {
    "work_offered": "yes",
    "promise_broken": "yes",
    "passport_taken": "taken",
    "could_leave": "no",
    "pay_withheld": "yes",
    "quota": "yes",
    "ransom": "no_answer",
}


def ask(page: Page) -> None:
    """Begins the interview unless that was done, and puts down some invented answers."""
    again = page.get_by_text("Ask again, if something is missing")
    if again.count():
        again.click()
    begin = page.get_by_role("button", name="Start the interview")
    if begin.count():
        page.get_by_label("Language the person wishes to speak").select_option("en")
        begin.click()
    page.locator("#answers").wait_for()
    for question, value in ANSWERS.items():
        choice = page.locator(f"input[name={question}][value={value}]")
        if not choice.is_checked():
            choice.check(force=True)
            page.locator(f"#s-{question}").get_by_text("Saved at").wait_for()
    page.get_by_text("Known already: confirm").click()  # folded, so that the questions are seen
    page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")


def count(page: Page) -> None:
    """Counts the day, unless that was done."""
    button = page.get_by_role("button", name="Count as of today")
    if button.count():
        button.click()
    page.locator("main table").first.wait_for()


def propose_a_role(page: Page) -> None:
    """One agency proposes, for another to decide."""
    page.get_by_role("link", name="Dao").first.click()
    page.get_by_role("button", name="Propose a role").click()
    page.get_by_label("Role", exact=True).select_option(label="Registration officer")
    page.get_by_label("Why", exact=True).fill("She helps at the crossing from tonight on.")
    page.get_by_role("button", name="Propose").click()


def in_thai(page: Page) -> None:
    menu = page.get_by_role("button", name="Menu")
    if menu.is_visible():  # on a narrow screen the languages fold under it
        menu.click()
    page.get_by_role("button", name="ไทย").click()
    page.wait_for_load_state()


@contextlib.contextmanager
def serving(port: int) -> Iterator[None]:
    """The pages as `moei serve` gives them, with one worker."""
    command = (sys.executable, "-m", "granian", "moei.web.rsgi:application", "--interface", "rsgi")
    server = subprocess.Popen(
        [*command, "--host", "127.0.0.1", "--port", str(port), "--no-ws", "--log-level", "warning"]
    )
    try:
        for _attempt in range(150):
            with contextlib.suppress(OSError):
                urlopen(f"http://localhost:{port}/account/login/", timeout=5).close()
                break
            time.sleep(0.2)
        else:
            raise SystemExit("the server did not answer within 30 seconds")
        yield
    finally:
        server.terminate()
        server.wait(timeout=30)


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        yield browser
        browser.close()


def take(
    browser: Browser,
    base: str,
    shots: list[Shot],
    everything: Path | None,
    only: set[str],
    language: str = "",
) -> None:
    """With a language each page is shown in it once what is to be done there was done in English."""
    sessions: dict[str, Any] = {}
    for shot in shots:
        if only and shot.name not in only:
            continue
        if shot.who and shot.who not in sessions:
            sessions[shot.who] = sign_in(browser, base, shot.who)
        for width, height in WIDTHS.items():
            if not everything and (shot.name, width) not in KEPT:
                continue
            context = browser.new_context(
                base_url=base,
                viewport={"width": width, "height": height},
                storage_state=sessions.get(shot.who),
                locale="en-GB",
                timezone_id="Asia/Bangkok",
            )
            page = context.new_page()
            page.goto(shot.path)
            if shot.do:
                shot.do(page)
            name = f"{shot.name}-{language}" if language else shot.name
            if language:
                context.add_cookies([{"name": "django_language", "value": language, "url": base}])
                page.reload()
            page.wait_for_load_state("networkidle")
            png = page.screenshot(full_page=True, animations="disabled")
            wide = page.evaluate("document.documentElement.scrollWidth")
            sys.stdout.write(f"{name}-{width}" + (f": {wide} wide" if wide > width else "") + "\n")
            if everything:
                everything.mkdir(parents=True, exist_ok=True)
                (everything / f"{name}-{width}.png").write_bytes(png)
            if not language and (shot.name, width) in KEPT:
                keep(png, IMAGES / f"{shot.name}-{width}.png")
            context.close()


def sign_in(browser: Browser, base: str, who: str) -> Any:
    context = browser.new_context(base_url=base, locale="en-GB")
    page = context.new_page()
    page.goto("/account/login/")
    page.locator("input[name=login]").fill(who)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda url: "/account/login/" not in url)
    # Whoever looks people up says why, once in a sitting.
    page.goto("/search/reason/?next=/board/")
    why = page.get_by_label("Work on cases that are mine")
    if why.count():
        why.check()
        page.get_by_label("In your own words").fill("Pictures of invented people.")
        page.get_by_role("button", name="Go on").click()
        # The page that is there is loaded already: what counts is the one that follows.
        page.wait_for_url("**/board/")
    state = context.storage_state()
    context.close()
    return state


def keep(png: bytes, path: Path) -> None:
    """The top of the page in 128 colours: screens have few, and a repository remembers every byte."""
    picture = Image.open(BytesIO(png)).convert("RGB")
    picture = picture.crop((0, 0, picture.width, min(picture.height, KEPT_HEIGHT)))
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.quantize(128, dither=Image.Dither.NONE).save(path, optimize=True)
    if path.stat().st_size > MOST_BYTES:
        raise SystemExit(f"{path.name} has {path.stat().st_size} bytes, more than {MOST_BYTES}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


if __name__ == "__main__":
    sys.exit(main())
