"""Tell whoever erases by the rules of backups past their end, each day until somebody says that they are destroyed.

On every page they see it anyway; this reaches those who do not sign in, where the instance sends e-mail.
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.core.mail import send_mail
from django.utils.translation import gettext, ngettext

from moei.access.policy import Duty
from moei.access.reach import ALL
from moei.access.watching import people_with
from moei.journal.models import Entry
from moei.journal.record import Note, record
from moei.retention.selectors.backups import past_their_end


def tell_of_backups(*, now: datetime) -> int:
    """How many backups are past their end. With any, the journal says which, and to how many people it was sent."""
    numbers = list(past_their_end(now=now).values_list("number", flat=True))
    if not numbers:
        return 0
    to = people_with(Duty.RETENTION, {ALL}).exclude(email="").values_list("email", flat=True).distinct()
    addresses = list(to) if settings.NOTICES_BY_EMAIL else []
    about = {"numbers": numbers, "sent": len(addresses)}
    record(Note("backup.overdue", kind=Entry.Kind.ACCESS, data=about), now=now)
    words = ngettext(
        "%(n)s backup is past its end: what was erased lives on in it. Destroy it with every copy, and say so in Moei "
        "under “Retention”, “Backups”.",
        "%(n)s backups are past their end: what was erased lives on in them. Destroy them with every copy, and say so in "
        "Moei under “Retention”, “Backups”.",
        len(numbers),
    ) % {"n": len(numbers)}
    for address in addresses:
        send_mail(gettext("Moei: backups to destroy"), words, None, [address])
    return len(numbers)
