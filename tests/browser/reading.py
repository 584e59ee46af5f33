"""What somebody can read: every page to which links lead them, and addresses that say no."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

from playwright.sync_api import Page
from tests.browser.world import ANSWERS

# What was said, what the panel decided and why, what was seen at the preliminary screening.
TOLD = (ANSWERS["own_words"], "Invented reasons of the panel", "Victim of trafficking", "Tired; speaks of")
CHANGES = re.compile(r"/(sign-out|logout|language|downloads?)/|\.(pdf|xlsx|csv|json|gexf|zip)$|/sheet/")


def everything(page: Page, *, most: int = 250) -> dict[str, str]:
    """Address -> text of every page to which links lead from the first one; files and signing out left alone."""
    found: dict[str, str] = {}
    waiting, base = [page.url], page.url
    while waiting and len(found) < most:
        url = waiting.pop(0)
        if url in found:
            continue
        answer = page.request.get(url)
        if "html" not in answer.headers.get("content-type", ""):
            continue
        found[url] = body = answer.text()
        for href in re.findall(r'<a\b[^>]*\bhref="([^"#]+)', body):
            link = urljoin(url, href.replace("&amp;", "&"))
            inside = urlsplit(link).netloc == urlsplit(base).netloc
            if inside and link not in found and not CHANGES.search(urlsplit(link).path):
                waiting.append(link)
    return found


def never_said(pages: dict[str, str], *words: str) -> None:
    """None of these words stands on any of the pages."""
    said = {
        f"{word} on {urlsplit(url).path}" for url, body in pages.items() for word in words if word in body
    }
    assert said == set()


def refused(page: Page, *paths: str) -> None:
    """Each address says no, and says the same whether there is something or not."""
    answers = {path: page.request.get(urljoin(page.url, path)).status for path in paths}
    assert {path: status for path, status in answers.items() if status not in (403, 404)} == {}
