"""The desks a member of staff may go to, in the order of a record's way."""

from __future__ import annotations

from typing import TypedDict

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from moei.access.acting import Acting
from moei.access.decide import grants_of, may
from moei.access.policy import Cases

# (label, url name, duty action; "" for whoever reaches cases)
DESKS = (
    (_("Board"), "overview:board", "board.view"),
    (_("Lists"), "arrivals:lists", "lists.read"),
    (_("Register"), "arrivals:register", "person.register"),
    (_("Who is who"), "arrivals:review", "review.judge"),
    (_("Screening"), "screening:worklist", "screening.worklist"),
    (_("Cases"), "cases:list", ""),
    (_("Bulletins"), "overview:bulletins", "bulletin.view"),
    (_("Journal"), "web:journal", "journal.read"),
    (_("Staff"), "web:staff", "staff.manage"),
)


class Item(TypedDict):
    label: str
    url: str
    current: bool


def navigation(acting: Acting, path: str) -> list[Item]:
    items: list[Item] = []
    for label, name, action in DESKS:
        if action and not may(acting.staff, action, acting.release.id):
            continue
        if not action and not any(role.cases is not Cases.NONE for role, _grant in grants_of(acting.staff)):
            continue
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        items.append({"label": str(label), "url": url, "current": path.startswith(url)})
    return items
