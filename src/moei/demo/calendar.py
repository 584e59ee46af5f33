"""The demo's days: when the invented release began, and when each thing happens in it.

The release began forty-five days ago at half past one in the afternoon of the site; the summary looks at the evening
of the sixth day, and once more at the evening before today. Everything lies at fixed distances from that moment, so
that no figure depends on today's date.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAYS_AGO = 45


@dataclass(frozen=True)
class Calendar:
    """`began` is the handover. Methods give moments in UTC."""

    began: datetime
    zone: ZoneInfo

    @classmethod
    def of(cls, now: datetime, zone: ZoneInfo) -> Calendar:
        day = now.astimezone(zone).date() - timedelta(days=DAYS_AGO)
        return cls(datetime.combine(day, time(13, 30), zone).astimezone(UTC), zone)

    def at(self, day: int, hour: int, minute: int = 0) -> datetime:
        """A clock time of the site on the n-th day; day 0 is the day of the handover."""
        return datetime.combine(self.date(day), time(hour, minute), self.zone).astimezone(UTC)

    def date(self, day: int) -> date:
        return self.began.astimezone(self.zone).date() + timedelta(days=day)

    @property
    def looks_back(self) -> datetime:
        """When the first summary is drawn up."""
        return self.at(6, 21)

    @property
    def ends(self) -> datetime:
        """The last evening of the play."""
        return self.at(DAYS_AGO - 1, 21)

    def registration(self, desks: int = 4) -> Iterator[datetime]:
        """One person every two and a half minutes at each desk, from half an hour after the handover."""
        start, place = self.began + timedelta(minutes=30), 0
        while True:
            yield start + timedelta(seconds=150) * (place // desks) + timedelta(seconds=20) * (place % desks)
            place += 1

    def screening(self, teams: int = 5) -> Iterator[datetime]:
        """Twelve minutes each: on the first day from four in the afternoon to eleven, then from seven."""
        for day in range(30):
            first, last = (16, 23) if day == 0 else (7, 22)
            moment, end = self.at(day, first), self.at(day, last)
            while moment < end:
                yield from (moment + timedelta(seconds=30) * team for team in range(teams))
                moment += timedelta(minutes=12)

    def interview_slots(self, first: int = 2, last: int = 5) -> Iterator[datetime]:
        """Six a day of an hour and twenty minutes, from the first day to the last."""
        for day in range(first, last + 1):
            for hour, minute in ((8, 0), (9, 20), (10, 40), (13, 0), (14, 20), (15, 40)):
                yield self.at(day, hour, minute)
