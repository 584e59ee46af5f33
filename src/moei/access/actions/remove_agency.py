"""An agency that was added in error is removed. One on which anything hangs stays, and it is said what hangs on it."""

from __future__ import annotations

from collections.abc import Callable

from django.db import models, transaction

from moei.access.acting import Acting, Invalid
from moei.access.decide import require
from moei.access.journalled import changed
from moei.access.models import Agency
from moei.journal.models import Entry

# What is open at an agency, by name: a desk adds what it keeps, as referrals. Said before whatever else hangs on it.
Counting = Callable[[Agency], int]
_OPEN: dict[str, Counting] = {}


def add_open(name: str, counting: Counting) -> None:
    """Adds a count of what is open at an agency; `name` as a list shows it ("open referrals")."""
    _OPEN[name] = counting


def hanging_on(agency: Agency) -> dict[str, int]:
    """What refers to an agency, by name, with how many: what is open first. Counts, never names."""
    found = {name: counting(agency) for name, counting in _OPEN.items()}
    for relation in Agency._meta.get_fields(include_hidden=True):
        if not isinstance(relation, models.ForeignObjectRel) or relation.many_to_many:
            continue
        model, column = relation.related_model, relation.field.name
        if not isinstance(model, type):
            continue
        # Past every manager: what is hidden hangs on it as well.
        count = models.QuerySet(model).filter(**{column: agency.pk}).count()
        name = str(model._meta.verbose_name_plural)
        found[name] = found.get(name, 0) + count
    return {name: count for name, count in found.items() if count}


@transaction.atomic
def remove_agency(acting: Acting, agency: Agency) -> None:
    """Raises `Invalid` with what hangs on it, counted, where anything does: people, referrals and cases first go
    elsewhere, and what happened stays told of whom it was."""
    require(acting, "staff.manage")
    agency = Agency.objects.select_for_update().get(pk=agency.pk)
    if hanging := hanging_on(agency):
        listed = ", ".join(f"{name}: {count}" for name, count in hanging.items())
        raise Invalid(
            "This agency is not removed, for there is something of it: %(listed)s. End what is open; what happened "
            "stays told of whom it was.",
            listed=listed,
        )
    pk, name = agency.pk, agency.name
    agency.delete()
    changed(
        acting,
        "agency.removed",
        kind=Entry.Kind.ACCESS,
        changes={"name": (name, None)},
        data={"agency": str(pk)},
    )
