"""What stands in a page that none should: the passive checks of a scanner, made on every page that a test walks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape, unescape
from urllib.parse import urlsplit

TAG = re.compile(r"<([a-zA-Z][\w-]*)((?:\s+[^\s=>]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s>]+))?)*)\s*/?>")
ATTRIBUTE = re.compile(r"([^\s=>]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+)))?")
CHARSET = re.compile(r"<meta\s[^>]*charset\s*=\s*[\"']?([\w-]+)", re.IGNORECASE)
FORM = re.compile(r"<form\b[^>]*>.*?</form>", re.DOTALL | re.IGNORECASE)
# Which attribute of a tag makes the browser fetch or send something.
FETCHES = {
    "script": "src",
    "link": "href",
    "img": "src",
    "iframe": "src",
    "audio": "src",
    "video": "src",
    "source": "src",
    "object": "data",
    "embed": "src",
    "form": "action",
    "button": "formaction",
    "input": "formaction",
}
PASSWORDS = {"current-password", "new-password"}
# Words that no template writes and no translation holds.
TOLD = {
    "a fault of the program": re.compile(
        r"Traceback \(most recent|site-packages|File &quot;/|File \"/|OperationalError|IntegrityError|DoesNotExist"
    ),
    "a template": re.compile(r"\{%|\{\{|%\}|\}\}"),
    # Those of the pages of configuration are Django's own and mark where its layout begins and ends.
    "a comment": re.compile(
        r"<!--(?! (?:(?:END )?(?:Container|Content|Header|SVGs)|DIV needed for valid HTML) -->)"
    ),
    "an address of the network inside": re.compile(
        r"(?<![\d.])(?:10(?:\.\d{1,3}){3}|192\.168(?:\.\d{1,3}){2}|172\.(?:1[6-9]|2\d|3[01])(?:\.\d{1,3}){2})(?![\d.])"
    ),
    "a time of the machine": re.compile(r"(?<![\w.-])1[5-9]\d{8}(?:\d{3})?(?![\w.-])"),
    "a place on the disk": re.compile(r"(?<![\w/])/(?:home|root|var|etc|tmp|opt|usr)/"),
    "the session": re.compile(r"sessionid", re.IGNORECASE),
}


def faults(response) -> list[str]:
    """In words; nothing for what is no page."""
    if response.streaming or not response.headers.get("Content-Type", "").startswith("text/html"):
        return []
    html = response.content.decode()
    if request := getattr(response, "wsgi_request", None):
        html = html.replace(
            escape(request.path), ""
        )  # what was asked for, in the form that changes the language
    found = [f"{what}: {at[0]}" for what, pattern in TOLD.items() if (at := pattern.search(html))]
    if set(CHARSET.findall(html)) - {"utf-8"}:
        found.append("the page says another charset than its header")
    for tag, attributes in tags(html):
        found += [f"<{tag}> {fault}" for fault in _of_tag(tag, attributes)]
    for form in FORM.findall(html):
        found += _of_form(form)
    return found


def tags(html: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Each tag with its attributes as a browser reads them."""
    for tag, text in TAG.findall(html):
        yield tag.lower(), _attributes(text)


def _attributes(text: str) -> dict[str, str]:
    return {name.lower(): unescape(a or b or c) for name, a, b, c in ATTRIBUTE.findall(text)}


def _of_tag(tag: str, attributes: dict[str, str]) -> Iterator[str]:
    fetched = attributes.get(FETCHES.get(tag, ""), "")
    if _elsewhere(fetched):
        yield f"asks another server: {fetched}"
    if tag == "a" and attributes.get("href", "").startswith("http:"):
        yield f"leads out of TLS: {attributes['href']}"
    if attributes.get("target") and not {"noopener", "noreferrer"} & set(attributes.get("rel", "").split()):
        yield "gives the new tab a hand on this one"
    if tag == "script" and "src" not in attributes and attributes.get("type") != "application/json":
        yield "holds a script of its own"
    if tag == "style" or "style" in attributes:
        yield "holds a style of its own"
    if handlers := [name for name in attributes if name.startswith("on")]:
        yield f"runs {handlers}"
    if any(value.strip().lower().startswith("javascript:") for value in attributes.values()):
        yield "runs what stands in an address"
    if attributes.get("type") == "password" and attributes.get("autocomplete") not in PASSWORDS:
        yield f"lets the browser guess which password goes here: {attributes.get('autocomplete')}"
    if tag == "meta" and attributes.get("name", "").lower() == "generator":
        yield "says what made it"


def _of_form(form: str) -> Iterator[str]:
    opening = next(tags(form))[1]
    method = opening.get("method", "get").lower()
    proof = 'name="csrfmiddlewaretoken"' in form
    if method == "post" and not proof:
        yield f"a form without proof that our page sent it: {opening.get('action', '')}"
    if method == "get" and (proof or 'type="password"' in form):
        yield f"a form that writes a secret into the address: {opening.get('action', '')}"


def _elsewhere(address: str) -> bool:
    parts = urlsplit(address.strip())
    return bool(parts.netloc) or parts.scheme not in ("", "data", "blob")
