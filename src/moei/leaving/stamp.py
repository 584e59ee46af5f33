"""The stamp of a file that leaves: its number in the register, who took it, when."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext

from moei.engines.neutral import neutral
from moei.leaving.models import Departure


@dataclass(frozen=True)
class Stamp:
    """`number` as it is written on papers ("D000042"); `when` is in the time of the site."""

    number: str
    who: str
    agency: str
    when: datetime
    why: str
    invented: bool

    @classmethod
    def of(cls, departure: Departure, zone: ZoneInfo) -> Stamp:
        return cls(
            number=str(departure),
            who=str(departure.staff),
            agency=str(departure.agency or "–"),
            when=departure.left_at.astimezone(zone),
            why=str(departure.get_why_display()),
            invented=departure.release.invented,
        )

    def words(self) -> str:
        """One line for the edge of a paper."""
        return f"{self.number} · {self.who}, {self.agency} · {self.when:%Y-%m-%d %H:%M %Z}"

    def name(self, name: str) -> str:
        """The file's name with the number: a table of text has no other place that does not harm programs."""
        path = PurePosixPath(re.sub(r"[^A-Za-z0-9._-]", "_", name))
        return f"{path.stem}-{self.number}{path.suffix}"

    def about_sheet(self, book: Any) -> None:
        """Adds the sheet that says where a workbook is from; `book` is an openpyxl workbook."""
        sheet = book.create_sheet("About")
        for label, value in (
            (gettext("Number in the register of files that left"), self.number),
            (gettext("Taken by"), f"{self.who}, {self.agency}"),
            (gettext("When"), f"{self.when:%Y-%m-%d %H:%M %Z}"),
            (gettext("Why"), self.why),
        ):
            sheet.append([label, neutral(value)])
        if self.invented:
            sheet.append([gettext("Demonstration. People and answers here are invented.")])
        sheet.column_dimensions["A"].width = 44
        sheet.column_dimensions["B"].width = 60
