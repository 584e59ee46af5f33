"""People who belong together: interviewed, housed and sent home so, unless they wish otherwise."""

from __future__ import annotations

from django.db import transaction

from moei.access.acting import Acting, Invalid
from moei.access.decide import require
from moei.access.journalled import changed
from moei.casefile.actions.record_event import lock_case
from moei.casefile.models import Case, FamilyGroup, Person


@transaction.atomic
def join_family(acting: Acting, case: Case, other: Case) -> FamilyGroup:
    """Puts both into one family group; who belonged to either group belongs to the one that stays."""
    require(acting, "case.correct_identity", case)
    require(acting, "case.correct_identity", other)
    if case.pk == other.pk:
        raise Invalid({"number": "This is the same case. Give the number of another member of the family."})
    for locked in sorted((case, other), key=lambda one: str(one.pk)):
        lock_case(locked)
    people = {person.id: person for person in Person.objects.filter(id__in=[case.person_id, other.person_id])}
    mine, theirs = people[case.person_id], people[other.person_id]
    group = (
        mine.family or theirs.family or FamilyGroup.objects.create(release=acting.release, label=case.number)
    )
    joining = {mine.id, theirs.id}
    if theirs.family_id and theirs.family_id != group.id:
        joining |= set(theirs.family.members.values_list("id", flat=True))  # type: ignore[union-attr]
    for person in Person.objects.filter(id__in=joining).exclude(family=group).select_related("case"):
        _put(acting, person, group)
    return group


@transaction.atomic
def leave_family(acting: Acting, case: Case) -> None:
    """The person no longer belongs to the group; a group of one is none."""
    require(acting, "case.correct_identity", case)
    lock_case(case)
    person = Person.objects.select_related("case", "family").get(pk=case.person_id)
    group = person.family
    if group is None:
        raise Invalid("This person belongs to no family group.")
    _put(acting, person, None)
    rest = list(group.members.select_related("case"))
    if len(rest) == 1:
        _put(acting, rest[0], None)


def _put(acting: Acting, person: Person, group: FamilyGroup | None) -> None:
    before, person.family = person.family_id, group
    person.save(update_fields=["family"])
    changed(
        acting,
        "family.changed",
        case=person.case.id,
        subject=person.id,
        changes={"family": (before, group.id if group else None)},
    )
