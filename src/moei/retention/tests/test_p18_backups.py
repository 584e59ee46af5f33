"""What was erased lives on in backups: they are numbered, have an end, and somebody says that they are destroyed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from moei.access.acting import Invalid, Refused
from moei.journal.models import Entry
from moei.retention.actions.register_backup import confirm_destroyed, register_backup
from moei.retention.models import Backup
from moei.retention.selectors.backups import in_backups

pytestmark = pytest.mark.django_db


def test_p18_a_backup_is_numbered_and_has_an_end(now):
    first, second = register_backup("the safe in Mae Sot", now=now), register_backup("a disk", now=now)
    assert (first.number, second.number) == (1, 2)
    assert first.expires_at - now == timedelta(days=35)
    assert Entry.objects.filter(action="backup.registered").count() == 2


def test_p18_until_when_what_is_erased_lives_on(now, acting, dej):
    register_backup("the safe", now=now)
    late = register_backup("a disk", now=now + timedelta(days=10))
    found = in_backups(now=now + timedelta(days=40))
    assert (found.there, found.overdue, found.until) == (2, 1, late.expires_at)
    for backup in Backup.objects.all():
        confirm_destroyed(acting(dej), backup.pk, "Shredded; there was one copy")
    found = in_backups(now=now + timedelta(days=40))
    assert (found.there, found.overdue, found.until) == (0, 0, None)


def test_p18_destroying_is_said_once_and_by_whom(now, acting, dej, anong):
    backup = register_backup("the safe", now=now)
    with pytest.raises(Invalid):
        confirm_destroyed(acting(dej), backup.pk, " ")
    with pytest.raises(Refused):
        confirm_destroyed(acting(anong), backup.pk, "Shredded")
    backup = confirm_destroyed(acting(dej), backup.pk, "Shredded")
    assert (backup.destroyed_by, backup.destroyed_at) == (dej, now)
    with pytest.raises(Invalid):
        confirm_destroyed(acting(dej), backup.pk, "Shredded again")
