"""Time as a protocol counts it: hours, calendar days, working days, in the time zone of the site."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from moei.engines.protocol.model import DayEnds, Length, Protocol, Unit

DAY = timedelta(days=1)
INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Calendar:
    """How days are counted at a site."""

    zone: ZoneInfo
    weekend: tuple[int, ...]
    day_ends: DayEnds
    holidays: frozenset[date]

    def advance(self, start: datetime, length: Length) -> datetime:
        """When a clock of that length that starts then is due, in UTC.

        Days are days of the site, so a change to summer time does not move the hour. Working days leave out
        the protocol's weekend and the holidays; the day of the start is never counted.
        """
        if length.unit is Unit.HOURS:
            return start.astimezone(UTC) + timedelta(hours=length.amount)
        if self.day_ends is DayEnds.END_OF_DAY:
            # A due time at midnight belongs to the day that ends there: an extension counts on from that day.
            start -= INSTANT
        local = start.astimezone(self.zone)
        last = self._last_day(local.date(), length)
        if self.day_ends is DayEnds.END_OF_DAY:
            return datetime.combine(last + DAY, time(), self.zone).astimezone(UTC)
        return datetime.combine(last, local.timetz()).astimezone(UTC)

    def _last_day(self, first: date, length: Length) -> date:
        if length.unit is Unit.CALENDAR_DAYS:
            return first + length.amount * DAY
        day, left = first, length.amount
        while left:
            day += DAY
            if day.weekday() not in self.weekend and day not in self.holidays:
                left -= 1
        return day

    def moment(self, text: str) -> datetime | None:
        """The moment an ISO text names: a date ends with its day at the site, a time without a zone is the
        site's. None when it cannot be read."""
        try:
            if len(text) == len("2025-02-12"):
                return datetime.combine(date.fromisoformat(text) + DAY, time(), self.zone).astimezone(UTC)
            read = datetime.fromisoformat(text)
        except ValueError:
            return None
        return (read if read.tzinfo else read.replace(tzinfo=self.zone)).astimezone(UTC)


def calendar_of(protocol: Protocol, time_zone: str, holidays: Collection[date]) -> Calendar:
    """The calendar of a site; `time_zone` "" means the protocol's own."""
    zone = ZoneInfo(time_zone or protocol.time_zone.value)
    return Calendar(zone, protocol.weekend.value, protocol.day_ends.value, frozenset(holidays))
