"""Where somebody stayed, for the file that they get (P05): days and what was recorded, never where a place is.

What concerns other people's safety is not in it: it would tell who asked to be kept apart from whom.
"""

from __future__ import annotations

from django.utils.translation import gettext

from moei.casefile.persons_file import Part
from moei.casefile.selectors.cases import CaseFile
from moei.desks.shelter.models import Declined, Stay


def where_you_stayed(file: CaseFile) -> Part | None:
    """A line for each stay and each time that they said no to shelter."""
    zone = file.case.site.zone
    stays = Stay.objects.filter(case__person__in=file.people, checked_in_at__isnull=False)
    lines = []
    for stay in stays.select_related("place").order_by("checked_in_at"):
        assert stay.checked_in_at is not None
        until = f"{stay.ended_at.astimezone(zone):%Y-%m-%d}" if stay.ended_at else gettext("until now")
        why = str(stay.get_ended_as_display()) if stay.ended_at else gettext("You sleep here")
        lines.append(
            (f"{stay.place.code_name}, {stay.checked_in_at.astimezone(zone):%Y-%m-%d} – {until}", why)
        )
    for row in Declined.objects.filter(case__person__in=file.people).order_by("declined_at"):
        day = f"{row.declined_at.astimezone(zone):%Y-%m-%d}"
        services = ", ".join(str(Declined.Service(code).label) for code in row.services)
        lines.append(
            (
                gettext("%(day)s: you said that you wish to live outside a shelter") % {"day": day},
                services or str(row.get_lives_display()),
            )
        )
    return Part(gettext("Where you stayed"), tuple(lines)) if lines else None
