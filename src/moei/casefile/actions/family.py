"""People who belong together: interviewed, housed and sent home so, unless they wish otherwise."""

from __future__ import annotations

from django.db import transaction

from moei.access.acting import Acting, Invalid
from moei.access.decide import can, require
from moei.access.journalled import changed
from moei.casefile.actions.record_event import lock_case, lock_cases_of
from moei.casefile.models import Case, FamilyGroup, Person


@transaction.atomic
def join_family(acting: Acting, case: Case, other: Case) -> FamilyGroup:
    """Puts both into one family group; who belonged to either group belongs to the one that stays.

    It needs the right on the case of everybody who is in either group: each of them gets a larger family.
    """
    require(acting, "case.correct_identity", case)
    require(acting, "case.correct_identity", other)
    if case.pk == other.pk:
        raise Invalid({"number": "This is the same case. Give the number of another member of the family."})
    members = _lock_families(case, other)
    if not all(can(acting.staff, "case.correct_identity", one.case, now=acting.now) for one in members):
        # Says nothing of who or where they are.
        raise Invalid(
            {
                "number": "Somebody who belongs to one of the two already has a case that you may not change. "
                "Ask your supervisor to join the families."
            }
        )
    people = {person.id: person for person in members}
    mine, theirs = people[case.person_id], people[other.person_id]
    group = (
        mine.family or theirs.family or FamilyGroup.objects.create(release=acting.release, label=case.number)
    )
    for person in members:
        if person.family_id != group.id:
            _put(acting, person, group)
    return group


def _lock_families(case: Case, other: Case) -> list[Person]:
    """The two and whoever is in a family with either, with their cases locked."""
    pair = {case.person_id, other.person_id}
    locked = set(pair)
    while True:
        lock_cases_of(locked)
        families = Person.objects.filter(id__in=pair, family__isnull=False).values("family_id")
        members = pair | set(Person.objects.filter(family__in=families).values_list("id", flat=True))
        if members <= locked:
            people = Person.objects.filter(id__in=members).select_related("case", "family")
            return list(people.order_by("pk"))
        # Seen before they were locked: look again at who is there now.
        locked |= members


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
    # Somebody elsewhere stays in a group of their own, which shows nobody: leaving needs no right there.
    if len(rest) == 1 and can(acting.staff, "case.correct_identity", rest[0].case, now=acting.now):
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
