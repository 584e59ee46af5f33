"""A table that is added later is erased too, or says here why it holds nothing of anybody (P18)."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import models

from moei.casefile.models import Case, Person
from moei.retention.reach import NAMES, rows_hanging_on

OURS = (
    "journal",
    "access",
    "casefile",
    "arrivals",
    "screening",
    "investigations",
    "overview",
    "retention",
    "leaving",
    "evidence",
)
# Plain ids of things that are no person: who works here, where, on what.
NOBODY = frozenset({"actor", "staff", "agency", "release", "site", "instance"})
# Plain ids that lead to nobody, or to a row that goes by another way: why.
KNOWN = {
    "journal.Entry.id": "the journal stays: random ids, names of fields, commitments",
    "journal.Entry.case": "the journal stays",
    "journal.Entry.subject": "the journal stays",
    "journal.FormerValue.entry": "goes by its subject",
    "casefile.SourceRecord.source": "the list; the row is blanked",
    "casefile.DeviceOperation.client_id": "goes by what it made",
    "casefile.DeviceOperation.result": "erased by what it made",
    "retention.RunItem.target": "removed by the run itself",
}


def reached() -> set[type[models.Model]]:
    """Models from which foreign keys lead to a person."""
    found: set[type[models.Model]] = {Person}
    while True:
        more = {
            model
            for model in apps.get_models()
            if model not in found
            and any(
                isinstance(field, models.ForeignKey) and field.related_model in found
                for field in model._meta.concrete_fields
            )
        }
        if not more:
            return found
        found |= more


def test_p18_every_id_of_every_table_leads_to_erasure_or_says_why_not():
    unknown = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if model._meta.app_label in OURS and model not in reached()
        for field in model._meta.concrete_fields
        if isinstance(field, models.UUIDField) and not field.primary_key and field.name not in NAMES | NOBODY
    ]
    assert [one for one in unknown if one not in KNOWN] == [], (
        "Name the column case_id, person_id or subject if it is one, and retention erases its rows; else say in KNOWN "
        "why it leads to nobody."
    )


def test_what_is_known_is_there():
    labels = {f"{m._meta.label}.{f.name}" for m in apps.get_models() for f in m._meta.concrete_fields}
    assert labels >= KNOWN.keys()


@pytest.mark.django_db
def test_p18_the_walk_from_a_person_finds_rows_of_the_desks(people):
    found = {model._meta.label for model in rows_hanging_on({Person: {people.mulugeta.person_id}})}
    assert found >= {
        "casefile.Case", "casefile.PersonName", "casefile.IdentityDocument", "casefile.NameToken",
        "casefile.CaseEvent", "casefile.Consent", "casefile.Disclosure", "casefile.Attachment", "casefile.Wristband",
        "screening.Interview", "screening.Answer", "screening.PreliminaryScreening",
    }  # fmt: skip


@pytest.mark.django_db
def test_p18_the_walk_reaches_nobody_else(people):
    for case in (people.mulugeta, *people.others):
        found = rows_hanging_on({Person: {case.person_id}})
        assert found[Person] == {case.person_id}
        assert found[Case] == {case.pk}
