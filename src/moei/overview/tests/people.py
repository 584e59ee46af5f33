"""Many invented people of one release, written through the casefile's actions, for tests of the overview."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta

from moei.access.acting import Acting
from moei.casefile.actions.record_event import Happening, record_events
from moei.casefile.actions.write_people import open_people
from moei.casefile.list_events import bring_list_events
from moei.casefile.models import Case, Need, SourceRecord
from moei.engines.protocol import EventKind as E
from moei.journal.ids import new_id

# As the press had them for a release of 260 people; the rest is invented.
NATIONALITIES = {
    "ETH": 138,
    "KEN": 24,
    "PHL": 16,
    "MYS": 15,
    "PAK": 12,
    "CHN": 11,
    "IDN": 8,
    "TWN": 7,
    "NPL": 6,
}
WAY = (E.REGISTERED, E.SCREENING_RECORDED, E.INTERVIEW_STARTED, E.INTERVIEW_COMPLETED, E.STATEMENT_READ_BACK)


def add_people(
    acting: Acting, count: int, *, kind: str = "handover", seed: int = 1, began: datetime | None = None
) -> list[Case]:
    """People from a list of one kind, with their cases and the events that the list brings."""
    chance = random.Random(seed)
    codes, weights = list(NATIONALITIES), list(NATIONALITIES.values())
    happened = began or acting.release.began_at
    base = SourceRecord.objects.count()
    source = new_id()
    records = []
    for place in range(count):
        born = date(1980, 1, 1) + timedelta(days=chance.randrange(365 * 27))
        known = chance.random() > 0.05
        records.append(
            SourceRecord(
                release=acting.release,
                origin=SourceRecord.Origin.LIST,
                kind=kind,
                source=source,
                list_name=f"{kind}.xlsx",
                row=base + place + 1,
                name=f"Invented {chance.choice('ABCDEFGH')}{base + place}",
                sex=chance.choices(("M", "F", ""), (80, 18, 2))[0],
                birth_date=born if known else None,
                birth_from=born if known else None,
                birth_to=born if known else None,
                nationality=chance.choices(codes, weights)[0],
                happened_at=happened,
                recorded_at=acting.now,
            )
        )
    SourceRecord.objects.bulk_create(records, batch_size=500)
    people = {new_id(): [record.id] for record in records}
    open_people(acting, people, {record.id: record for record in records})
    bring_list_events(acting, list(people))
    return list(Case.objects_unchecked.filter(person_id__in=people).order_by("number"))


def go_on(acting: Acting, cases: list[Case], steps: int, *, after: timedelta = timedelta(hours=1)) -> None:
    """Bring cases `steps` steps along the way, half an hour each; beyond five, to a determination by three."""
    started = acting.release.began_at + after
    happenings = []
    for case in cases:
        for place, kind in enumerate(WAY[:steps]):
            data = {"child": False} if kind is E.REGISTERED else {}
            happenings.append(Happening(case, kind, started + place * timedelta(minutes=30), data))
        if steps > len(WAY):
            happenings += _determination(case, started + timedelta(minutes=30 * len(WAY)))
    record_events(acting, happenings)


def _determination(case: Case, at: datetime) -> list[Happening]:
    outcome = "victim_consents" if int(case.number[0]) < 7 else "unclear_temporary_protection"
    signed = [
        Happening(
            case,
            E.DETERMINATION_SIGNED,
            at + timedelta(minutes=place),
            {
                "profession": profession,
                "agency": profession,
                "member": profession,
                "outcome": outcome,
                "reasons": "r",
            },
        )
        for place, profession in enumerate(("social_development", "police", "labour_protection"))
    ]
    return [
        *signed,
        Happening(case, E.DETERMINATION_MADE, at + timedelta(minutes=9), {"outcome": outcome}),
    ]


def further(acting: Acting, cases: list[Case], *kinds: E, after: timedelta) -> None:
    """Events of the way after the decision, an hour apart."""
    started = acting.release.began_at + after
    record_events(
        acting,
        [
            Happening(case, kind, started + place * timedelta(hours=1))
            for case in cases
            for place, kind in enumerate(kinds)
        ],
    )


def need(cases: list[Case], code: str, now: datetime) -> None:
    Need.objects.bulk_create(Need(person_id=case.person_id, code=code, noted_at=now) for case in cases)


def fill(acting: Acting, count: int = 260) -> list[Case]:
    """A release under way: most registered, some screened, interviewed and determined, a few who never came."""
    cases = add_people(acting, count)
    add_people(acting, 3, kind="transferring", seed=2)
    add_people(acting, 2, kind="family", seed=3)
    parts = (0.02, 0.10, 0.35, 0.40, 0.44, 0.52)
    edges = [int(count * part) for part in parts]
    for steps, (start, end) in enumerate(zip(edges, [*edges[1:], count], strict=True), start=1):
        go_on(acting, cases[start:end], steps)
    for code, every in (("medical", 9), ("injured", 25), ("pregnant", 130), ("family", 60)):
        need(cases[::every], code, acting.now)
    return cases
