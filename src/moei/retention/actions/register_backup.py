"""The register of backups: what was erased lives on in them until they are destroyed."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from moei.access.acting import Acting, Invalid
from moei.access.decide import require
from moei.access.journalled import changed
from moei.access.policy import Duty
from moei.access.reach import ALL, require_reach
from moei.journal.models import Entry, Head
from moei.journal.record import Note, record
from moei.retention.models import Backup
from moei.retention.rules import Length, current_rules


@transaction.atomic
def register_backup(place: str, *, now: datetime, size: int | None = None, sha256: str = "") -> Backup:
    """Called by whatever made a backup, when it is whole; `place` is told to the people who must destroy it, and by
    `size` (bytes) and `sha256` its file is known again.

    It gets the next number, and the day of its end by the rules of that moment.
    """
    # The journal's head is what every writer locks, so numbers follow each other.
    Head.objects.select_for_update().get_or_create(id=1)
    number = (Backup.objects.aggregate(last=Max("number"))["last"] or 0) + 1
    length = backup_length()
    backup = Backup.objects.create(
        number=number,
        made_at=now,
        place=place[:300],
        size=size,
        sha256=sha256,
        expires_at=_later(now, length) if length else None,
    )
    record(Note("backup.registered", kind=Entry.Kind.ACCESS, data={"number": number}), now=now)
    return backup


def require_backups(acting: Acting) -> None:
    """A backup holds every release: who says that it is gone, or reads where it is, has the duty in each of them."""
    require(acting, "backup.destroyed")
    require_reach(acting, Duty.RETENTION, {ALL})


@transaction.atomic
def confirm_destroyed(acting: Acting, backup_id: UUID, how: str) -> Backup:
    """Somebody says that a backup and every copy of it is destroyed, and how."""
    require_backups(acting)
    backup = Backup.objects.select_for_update(no_key=True).filter(pk=backup_id).first()
    if backup is None or backup.destroyed_at:
        raise Invalid("This backup was destroyed already.")
    if not how.strip():
        raise Invalid({"how": "Say how it was destroyed, and that no copy is left."})
    backup.destroyed_at, backup.destroyed_by, backup.destroyed_how = (
        acting.now,
        acting.staff,
        how.strip()[:200],
    )
    backup.save(update_fields=["destroyed_at", "destroyed_by", "destroyed_how"])
    changed(acting, "backup.destroyed", kind=Entry.Kind.ACCESS, data={"number": backup.number})
    return backup


@transaction.atomic
def file_removed(backup: Backup, path: str, *, destroyed: bool, now: datetime) -> None:
    """The program itself removed the file of a backup past its end at `path`. `destroyed`: it was to lie there, so
    it counts as destroyed; otherwise a copy may lie where it was to, and somebody has to say what became of that.
    """
    if destroyed:
        backup.destroyed_at, backup.destroyed_how = now, f"moei backup --remove-expired: {path}"[:200]
        backup.save(update_fields=["destroyed_at", "destroyed_how"])
    action = "backup.destroyed" if destroyed else "backup.file_removed"
    record(Note(action, kind=Entry.Kind.ACCESS, data={"number": backup.number, "by": "program"}), now=now)


def backup_length() -> Length | None:
    rule = next(iter(current_rules().about("backup")), None)
    return rule.after if rule else None


def _later(now: datetime, length: Length) -> datetime:
    """Days are exact; months and years as long as those before now, which is near enough for a last day."""
    return now + (now - length.before(now)) if length.unit != "day" else now + timedelta(days=length.amount)
