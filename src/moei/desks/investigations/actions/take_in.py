"""Entities from outside, in FollowTheMoney: taken in as one graded source, beside the statements, and removed again."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from moei.access.acting import Acting, Invalid
from moei.access.journalled import changed
from moei.counted_anew import count_anew
from moei.crypto import file_digest
from moei.desks.investigations.facts import own_entity, parts_of
from moei.desks.investigations.models import Fact, NamePart, OutsideSource, Tie
from moei.desks.investigations.regrouping import regroup
from moei.desks.investigations.words import Handling, Information, Source
from moei.desks.investigations.working import begin, lock_desk, today
from moei.engines.networks import NAMED, Kind, identify
from moei.engines.networks.ftm import FtmReading, read_ftm

MOST_BYTES = 20 << 20
MOST_ENTITIES = 20_000


@transaction.atomic
def take_in(
    acting: Acting,
    name: str,
    content: bytes,
    *,
    source_grade: str,
    information_grade: str,
    handling: str = Handling.H2,
) -> tuple[OutsideSource, list[str]]:
    """Lines of JSON as the library writes them. Returns the source, and in words what was left out.

    Equal identifiers join what people told; names are leads, as any other. Raises `Invalid` with the number of a line
    that is no entity, and for a file that was taken in already.
    """
    begin(acting, "network.work")
    if acting.staff.agency is None:
        raise Invalid("Your account belongs to no agency.")
    if not name.strip():
        raise Invalid({"name": "Say where it is from."})
    graded = {"source_grade": Source, "information_grade": Information, "handling": Handling}
    given = {"source_grade": source_grade, "information_grade": information_grade, "handling": handling}
    if wrong := [field for field, among in graded.items() if given[field] not in among.values]:
        raise Invalid(dict.fromkeys(wrong, "Choose one of the grades."))
    if len(content) > MOST_BYTES:
        raise Invalid({"file": "This file is too large."})
    digest = file_digest(content)
    here = {"release": acting.release, "agency": acting.staff.agency}
    if OutsideSource.objects.filter(**here, sha256=digest, removed_at__isnull=True).exists():
        raise Invalid({"file": "This file was taken in already."})
    try:
        reading = read_ftm(content.decode("utf-8-sig").splitlines(), "outside", most=MOST_ENTITIES)
    except UnicodeDecodeError:
        raise Invalid({"file": "This is no text: FollowTheMoney has one entity a line, as JSON."}) from None
    except ValueError as wrong_line:
        raise Invalid({"file": "This file cannot be read: %(why)s."}, why=wrong_line) from None
    if not reading.facts:
        raise Invalid({"file": "There is nothing in it that is read."})
    source = OutsideSource.objects.create(
        **here,
        **given,
        name=name.strip()[:120],
        sha256=digest,
        taken_in_at=acting.now,
        taken_in_by=acting.staff,
    )
    _write(acting, source, reading)
    changed(
        acting, "outside_source.taken_in", data={"source": str(source.pk), "entities": len(reading.facts)}
    )
    return source, reading.left_out


@transaction.atomic
def remove_source(acting: Acting, source: OutsideSource) -> None:
    """What it said is gone from the network; that it was there stays."""
    begin(acting, "network.work")
    lock_desk([source.agency_id])
    found = OutsideSource.objects.select_for_update(no_key=True).filter(
        pk=source.pk, release=acting.release, agency=acting.staff.agency, removed_at__isnull=True
    )
    locked = found.first()
    if locked is None:
        raise Invalid("This source was removed already.")
    rows = Fact.objects.filter(source=locked)
    entities = set(rows.values_list("entity", flat=True))
    rows.delete()
    regroup(set(Fact.objects.filter(entity__in=entities, key="").values_list("pk", flat=True)))
    locked.removed_at = acting.now
    locked.save(update_fields=["removed_at"])
    changed(acting, "outside_source.removed", data={"source": str(locked.pk)})


def _write(acting: Acting, source: OutsideSource, reading: FtmReading) -> None:
    # What belongs to one entity of the file stands together; the file as a whole does not.
    together = {
        key: number for number, key in enumerate(dict.fromkeys(one.statement for one in reading.facts))
    }
    rows: dict[str, Fact] = {}
    for one in reading.facts:
        kind, key = Kind(one.kind), ""
        if kind not in NAMED:
            try:
                found = identify(kind, one.text, country=one.country, where=one.where)
                kind, key = found.kind, found.key
            except ValueError:
                key = ""  # it stands there as it came, and joins nothing
        fact = Fact(
            source=source,
            release=acting.release,
            agency=source.agency,
            visible_from=today(acting),
            said=f"{source.pk}:{together[one.statement]}",
            voice=f"source:{source.pk}",
            kind=kind,
            text=one.text[:200],
            country=one.country if len(one.country) == 3 else "",
            where=one.where[:60],
            key=key[:200],
            source_grade=source.source_grade,
            information_grade=source.information_grade,
            handling=source.handling,
            on=one.on - timedelta(days=one.on.weekday()) if one.on else None,
        )
        fact.entity = own_entity(fact)
        rows[one.id] = fact
    Fact.objects.bulk_create(rows.values(), batch_size=500)
    NamePart.objects.bulk_create((part for fact in rows.values() for part in parts_of(fact)), batch_size=1000)
    Tie.objects.bulk_create(
        (
            Tie(one=rows[tie.one], other=rows[tie.other], role=tie.role[:40], said=rows[tie.one].said)
            for tie in reading.ties
            if tie.one in rows and tie.other in rows
        ),
        batch_size=1000,
    )
    count_anew(len(rows), Fact, NamePart, Tie)
