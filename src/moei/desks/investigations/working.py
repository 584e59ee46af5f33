"""What reading and working at this desk begins with: whose statements, and who may be here at all."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from moei.access.acting import Acting, Refused
from moei.access.decide import grants_of, require
from moei.access.models import Agency
from moei.access.policy import Duty
from moei.casefile.keeping_apart import decides
from moei.casefile.models import Case
from moei.desks.investigations.models import Fact, Statement


def today(acting: Acting) -> date:
    """At the site: weeks and months begin there."""
    return acting.today


def keep_apart(acting: Acting) -> None:
    """Whoever works on identification in this release sees nothing here, also when two roles were given by mistake
    or past the program (P10). Raises `Refused`."""
    for role, grant in grants_of(acting.staff, now=acting.now):
        here = grant.release_id in (None, acting.release.id)
        if here and role.side and Duty.NETWORK not in role.duties:
            raise Refused("Whoever works on identification in this release does not investigate in it.")


def begin(acting: Acting, action: str = "network.view") -> None:
    require(acting, action)
    keep_apart(acting)


def of_desk(acting: Acting) -> dict[str, Any]:
    """The condition on rows that whoever acts may read: told to their agency, in this release, and whose period is
    over. Nobody without an agency reads anything."""
    return {
        "release_id": acting.release.id,
        "agency_id": acting.staff.agency_id,
        "visible_from__lte": today(acting),
    }


def statements(acting: Acting) -> QuerySet[Statement]:
    """The latest period first; within one, in an order that says nothing of when each came."""
    begin(acting)
    found = Statement.objects.filter(**of_desk(acting), withdrawn=False).select_related("teller")
    return found.order_by("-heard_to", "-heard_from", "code") if acting.staff.agency_id else found.none()


def facts(acting: Acting) -> QuerySet[Fact]:
    """Of statements and outside sources. What was withdrawn has no facts any more."""
    begin(acting)
    found = Fact.objects.filter(**of_desk(acting))
    return found if acting.staff.agency_id else found.none()


def lock_desk(agencies: Collection[UUID]) -> None:
    """Of each of these agencies of investigators, one at a time writes which names are of one, removes what was told, or
    writes down what leaves; the others wait here.

    The order of locks: the people, then this, then rows of the desk, and the journal's head last. It is the agency's row
    that is locked: those of releases are taken by whoever then takes the people's.
    """
    rows = Agency.objects.filter(pk__in=list(agencies)).order_by("pk")
    list(rows.select_for_update(no_key=True).values_list("pk"))


def keep_from_deciders(acting: Acting, case: Case) -> None:
    """Raises `Refused` for whoever may sign the determination in this case (P03)."""
    if decides(acting.staff, case, now=acting.now):
        raise Refused(
            "Who may sign the determination does not hand over statements, and does not see whether there are any. A "
            "caseworker does this."
        )
