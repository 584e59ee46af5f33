"""Number a pack of blank sheets for when power fails."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max

from moei.access.acting import Acting, Invalid
from moei.access.decide import require
from moei.access.journalled import changed
from moei.access.models import Release
from moei.desks.arrivals.models import PaperPack

MOST = 200


@transaction.atomic
def print_paper(acting: Acting, sheets: int) -> PaperPack:
    """A pack with the release's next number."""
    require(acting, "paper_pack.print")
    if not 1 <= sheets <= MOST:
        raise Invalid({"sheets": "Print between 1 and %(most)s sheets at a time."}, most=MOST)
    Release.objects.select_for_update(no_key=True).get(pk=acting.release.pk)
    last = PaperPack.objects.filter(release=acting.release).aggregate(last=Max("number"))["last"] or 0
    pack = PaperPack.objects.create(
        release=acting.release, number=last + 1, sheets=sheets, printed_at=acting.now, printed_by=acting.staff
    )
    changed(acting, "paper.printed", data={"pack": pack.number, "sheets": sheets})
    return pack
