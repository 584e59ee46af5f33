"""A patient attacker: opens every page, fills every form on it, and reads what comes back as a browser does."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element

import tinyhtml5
from django.test import Client
from tests.test_access_matrix import EVERYBODY, World, addresses, expected, url_of

FIELDS = {"input", "select", "textarea", "button"}
# Forms are cut out before they are read: reading whole pages would take most of the time of a walk.
FORM = re.compile(r"<form\b.*?</form>", re.DOTALL)

# Between them they reach every form. The auditor comes last and meets what the others wrote.
WRITERS = ("anong", "kanya", "lawan", "tesfa", "dao", "prasert", "vera", "dej", "admin", "somsak")
# Would end the walk of whoever they are about.
ENDS = re.compile(r"/(logout|lock|unlock|2fa|password|close|end|verify|undo)/")


@dataclass
class Field:
    """A field as it stands on the page. `choices` are the values that the page offers, if it offers any."""

    name: str
    kind: str
    value: str
    choices: list[str] = field(default_factory=list)
    longest: int = 0


@dataclass
class Form:
    page: str
    action: str
    method: str
    fields: list[Field]

    def filled(self, text_for: Callable[[Field], str]) -> dict[str, list[str]]:
        """Text fields as `text_for` says, choices by their last offer, hidden fields as they stand."""
        data: dict[str, list[str]] = {}
        for each in self.fields:
            if each.kind in ("submit", "file"):
                continue
            if each.kind in ("hidden", "csrf"):
                value = each.value
            elif each.kind in ("radio", "checkbox", "select"):
                value = each.value or (each.choices[-1] if each.choices else "")
                if each.kind == "checkbox":
                    data.setdefault(each.name, [])
                    if value not in data[each.name]:
                        data[each.name].append(value or "on")
                    continue
            else:
                value = text_for(each)
            data[each.name] = [value]
        return data


def pages(world: World, who: str) -> Iterator[str]:
    """The addresses of the pages that the policy opens to this one."""
    roles = EVERYBODY[who]
    for address in addresses():
        if (
            address.name.startswith("api:")
            or address.name == "account_logout"
            or "GET" not in address.methods
        ):
            continue
        if address.rule is None or expected(roles, address.rule, theirs=True) == "allowed":
            yield url_of(address, world, theirs=True)


def tree_of(html: str) -> Element:
    return tinyhtml5.parse(html, namespace_html_elements=False)


def forms_of(page: str, html: str) -> list[Form]:
    """The forms of a page that a browser sends; `method="dialog"` closes a dialog and is sent to nobody."""
    found = []
    for element in (form for cut in FORM.findall(html) for form in tree_of(cut).iter("form")):
        if element.get("method") == "dialog":
            continue
        action = urljoin(page, element.get("action") or page)
        fields = list(_fields(element))
        found.append(Form(page, action, (element.get("method") or "get").lower(), fields))
    return found


def _fields(form: Element) -> Iterator[Field]:
    choices: dict[str, Field] = {}
    for element in form.iter():
        name = element.get("name") if isinstance(element.tag, str) else None
        if not name or element.tag not in FIELDS:
            continue
        longest = int(element.get("maxlength") or 0)
        if element.tag == "textarea":
            yield Field(name, "textarea", element.text or "", longest=longest)
        elif element.tag == "select":
            offers = [option.get("value") or "" for option in element.iter("option")]
            yield Field(name, "select", "", [offer for offer in offers if offer])
        elif element.tag == "button":
            yield Field(name, "submit", element.get("value") or "")
        else:
            kind = element.get("type") or "text"
            if kind == "radio":
                if name not in choices:
                    choices[name] = Field(name, kind, "")
                    yield choices[name]
                choices[name].choices.append(element.get("value") or "")
            else:
                yield Field(name, kind, element.get("value") or "", longest=longest)


def send(client: Client, form: Form, data: dict[str, list[str]]):
    split = urlsplit(form.action)
    path = split.path + (f"?{split.query}" if split.query else "")
    if form.method == "get":
        return client.get(split.path, data)
    return client.post(path, data)


def body_of(response) -> str:
    """The answer's text; empty for what is no page."""
    if response.streaming or "html" not in response.headers.get("Content-Type", ""):
        return ""
    return response.content.decode()


def live(html: str, mark: str) -> list[str]:
    """What a browser would run or obey though no template wrote it: `mark` is part of every payload."""
    found = []
    for element in tree_of(html).iter():
        tag = element.tag if isinstance(element.tag, str) else ""
        if mark in tag:
            found.append(f"<{tag}>")
        for name, value in element.attrib.items():
            if name.lower().startswith("on") or mark in name:
                found.append(f"<{tag} {name}={value[:60]}>")
            if name in ("href", "src", "action", "formaction", "hx-get", "hx-post", "data") and (
                value.strip().lower().startswith(("javascript:", "vbscript:", "data:text"))
            ):
                found.append(f"<{tag} {name}={value[:60]}>")
        if tag == "script" and not element.get("src") and element.get("type") != "application/json":
            found.append(f"<script>{(element.text or '')[:60]}")
        if tag == "style" or element.get("style"):
            found.append(f"<{tag} style>")
    return found
