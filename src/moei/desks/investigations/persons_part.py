"""What was handed over to investigators, for the file that the person gets (P05)."""

from __future__ import annotations

from django.utils.translation import gettext

from moei.casefile.persons_file import Part
from moei.casefile.selectors.cases import CaseFile
from moei.desks.investigations.selectors.statements import handed_over


def told_to_investigators(file: CaseFile) -> Part | None:
    """To whom, what for, and in which files it went on. The pseudonym stays out: on a paper it would be a link."""
    lines: list[tuple[str, str]] = []
    for handed in handed_over(file):
        for statement in handed.statements:
            period = f"{statement.heard_from:%Y-%m-%d} – {statement.heard_to:%Y-%m-%d}"
            says = (
                gettext("taken back; investigators do not see it any more")
                if statement.withdrawn
                else statement.text
            )
            lines.append(
                (
                    gettext("%(agency)s was told, without your name (%(period)s)")
                    % {"agency": handed.agency.name, "period": period},
                    says or gettext("single facts"),
                )
            )
        lines += [
            (
                gettext("It went on to %(agency)s and cannot be recalled") % {"agency": export.to_agency},
                f"{export.made_at.astimezone(file.case.site.zone):%Y-%m-%d}",
            )
            for export in handed.exports
        ]
    return Part(gettext("What investigators were told, without your name"), tuple(lines)) if lines else None
