"""Resolving records to people while others work."""

import pytest

from moei.casefile.actions import resolve_people as module
from moei.casefile.actions.resolve_people import resolve_people
from moei.casefile.models import Case, Judgement, Person, RecordLink, SourceRecord
from moei.journal.verify import verify


@pytest.fixture
def add_record(release, now):
    def add(name, kind="handover", **values):
        place = SourceRecord.objects.count() + 1
        return SourceRecord.objects.create(
            release=release,
            origin=SourceRecord.Origin.LIST,
            kind=kind,
            list_name=f"{kind} list",
            row=place,
            name=name,
            happened_at=now,
            recorded_at=now,
            **values,
        )

    return add


def person_of(record) -> Person:
    return RecordLink.objects.get(record=record, ended_at__isnull=True).person


def test_records_of_one_passport_become_one_person_with_the_reason(anong, acting, add_record):
    one = add_record("HENOK DESTA", nationality="ETH", document_number="C51258238")
    two = add_record("Henok Desta Lemma", kind="transferring", nationality="ETH", document_number="C51258238")
    resolve_people(acting(anong))
    assert person_of(one) == person_of(two)
    evidence = RecordLink.objects.get(record=one, ended_at__isnull=True).evidence
    assert any("C51258238" in words for words in evidence)


def test_a_second_run_changes_nothing(anong, acting, add_record):
    add_record("HENOK DESTA", nationality="ETH")
    add_record("SELAM TADESSE", nationality="ETH")
    resolve_people(acting(anong))
    links = set(RecordLink.objects.values_list("id", "person_id", "ended_at"))
    again = resolve_people(acting(anong))
    assert (again.opened, again.moved) == (0, 0)
    assert set(RecordLink.objects.values_list("id", "person_id", "ended_at")) == links


def test_in_small_parts_it_comes_to_the_same(anong, acting, add_record, monkeypatch):
    monkeypatch.setattr(module, "PEOPLE_AT_A_TIME", 1)
    for n in range(7):
        add_record(f"PERSON{n} OF{n} LIST{n}", document_number=f"A000000{n}")
        add_record(f"PERSON{n} OF{n} LIST{n}", kind="transferring", document_number=f"A000000{n}")
    resolve_people(acting(anong))
    assert Case.objects_unchecked.filter(hidden=False).count() == 7
    assert RecordLink.objects.filter(ended_at__isnull=True).count() == 14
    assert set(Case.objects_unchecked.values_list("stage", flat=True)) == {"arrived"}
    assert verify().intact


def test_what_somebody_decides_while_the_engine_runs_is_kept(anong, acting, add_record, now, monkeypatch):
    one = add_record("HENOK DESTA", nationality="ETH", document_number="C51258238")
    two = add_record("HENOK DESTA", kind="transferring", nationality="ETH", document_number="C51258238")
    engine, runs = module.resolve, []

    def slow_engine(rows, **options):
        resolution = engine(rows, **options)
        if not runs:
            Judgement.objects.create(left=one, right=two, verdict="different", judged_at=now, judged_by=anong)
        runs.append(resolution)
        return resolution

    monkeypatch.setattr(module, "resolve", slow_engine)
    resolve_people(acting(anong))
    assert len(runs) == 2
    assert person_of(one) != person_of(two)


def test_a_list_taken_out_while_the_engine_runs_opens_no_case(anong, acting, add_record, now, monkeypatch):
    gone, stays = add_record("HENOK DESTA"), add_record("MARIA SANTOS")
    engine, runs = module.resolve, []

    def slow_engine(rows, **options):
        if not runs:
            SourceRecord.objects.filter(pk=gone.pk).update(voided_at=now)
        runs.append(1)
        return engine(rows, **options)

    monkeypatch.setattr(module, "resolve", slow_engine)
    resolve_people(acting(anong))
    assert list(Case.objects_unchecked.values_list("person__name", flat=True)) == ["MARIA SANTOS"]
    assert person_of(stays).name == "MARIA SANTOS"
