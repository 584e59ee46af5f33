"""Correct what the case file says of a person. Former values stay, sealed under the person's key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from moei.access.acting import Acting, Invalid
from moei.access.decide import require
from moei.access.journalled import changed
from moei.casefile.actions.record_event import lock_case
from moei.casefile.ages import refresh_ages, settle_age
from moei.casefile.describing import precision
from moei.casefile.folding import refold
from moei.casefile.models import Case, Nationality, Person, PersonName
from moei.casefile.searching import index_people, tokens_of

CORRECTABLE = ("name", "name_native", "sex", "birth_from", "birth_to", "nationality", "age_unsure")


@transaction.atomic
def correct_identity(acting: Acting, case: Case, values: Mapping[str, Any]) -> Person:
    """`values` maps fields of `CORRECTABLE` to new values; what is not named stays.

    Whoever says that the age is not unsure has looked at the person: notes and joined files that said so end to count.
    """
    require(acting, "case.correct_identity", case)
    unknown = set(values) - set(CORRECTABLE)
    if unknown:
        raise Invalid(f"These fields cannot be corrected here: {', '.join(sorted(unknown))}.")
    lock_case(case)
    person = Person.objects.get(pk=case.person_id)
    changes = {
        field: (getattr(person, field), new) for field, new in values.items() if getattr(person, field) != new
    }
    today = acting.today
    doubted = person.doubted(today)
    if doubted and "age_unsure" in values:
        # That the age is unsure is known already; that it is not is news, whatever this file's own row says.
        changes.pop("age_unsure", None)
        if not values["age_unsure"]:
            changes["age_unsure"] = (True, False)
    if not changes:
        return person
    for field, (_before, after) in changes.items():
        setattr(person, field, after)
    if (person.birth_from is None) != (person.birth_to is None):
        raise Invalid(
            {"birth_from": "Give both the earliest and the latest possible birth date, or neither."}
        )
    if person.birth_from and person.birth_to and person.birth_from > person.birth_to:
        raise Invalid({"birth_from": "The earliest birth date is after the latest one."})
    person.birth_precision = precision(person.birth_from, person.birth_to)
    person.save()
    if doubted and "age_unsure" in changes and not person.own_row_says_child(today):
        settle_age(person.id, now=acting.now)
    stale = refresh_ages([person.id])
    if stale or {"birth_to", "age_unsure"} & set(changes):
        refold({case.id, *stale}, now=acting.now)
        person.refresh_from_db(fields=["child_until"])
    if person.nationality:
        Nationality.objects.get_or_create(person=person, code=person.nationality)
    for kind, text in ((PersonName.Kind.GIVEN, person.name), (PersonName.Kind.NATIVE, person.name_native)):
        if text:
            PersonName.objects.get_or_create(person=person, kind=kind, text=text)
    index_people(tokens_of(person.id, [person.name, person.name_native], []))
    changed(acting, "identity.corrected", case=case.id, subject=person.id, changes=changes)
    return person
