"""Carry out what two agencies agreed to: one transaction for each person or thing, so that it may be killed at any
moment and goes on where it was."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django_tasks_db.models import DBTaskResult

from moei.access.acting import Invalid
from moei.access.models import Release
from moei.casefile.actions.record_event import lock_cases_of
from moei.casefile.models import Attachment
from moei.desks.arrivals.models import ListImport
from moei.desks.evidence.destroying import forget_evidence
from moei.desks.evidence.models import Evidence
from moei.journal.models import Entry
from moei.journal.record import Note, record
from moei.retention.compacting import compact, overwrite_what_is_deleted
from moei.retention.erasing import Erased, blank_records, erase_people, forget_lists
from moei.retention.files import DataFile, attachment_file, doom, remove_doomed
from moei.retention.models import Run, RunItem, Tombstone
from moei.retention.reach import delete
from moei.retention.rules import Rule, Rules, current_rules
from moei.retention.selectors.due import groups, rule_for
from moei.retention.selectors.holds import held_in
from moei.retention.selectors.instance import instance_rows

Progress = Callable[[int, int], None]


def carry_out_run(run_id: UUID, *, now: datetime, progress: Progress | None = None) -> Run:
    """Erase what the run names and what is still due and not held. Raises `Invalid` before its time, or when the
    rules have changed since.

    The two who agreed are the actors, and the journal names the run; nobody acts here.
    """
    run = Run.objects.select_related("release__site").get(pk=run_id)
    rules = current_rules()
    if not run.may_start(now):
        raise Invalid("This run is not agreed to, not yet to be carried out, or over.")
    if run.digest != rules.digest:
        raise Invalid("The rules have changed since this was proposed. Stop it and propose it anew.")
    items = list(run.items.order_by("pk").values_list("pk", flat=True))
    for place, item in enumerate(items):
        if progress:
            progress(place, len(items))
        if not _one(run, item, rules, now):
            return Run.objects.get(pk=run_id)
    if progress:
        progress(len(items), len(items))
    _finish(run.pk, rules, now)
    finish(now=now)
    return Run.objects.get(pk=run_id)


def finish(*, now: datetime) -> int:
    """What a crash or a busy database left behind: files to remove, a database to compact. Returns how much is left."""
    left = remove_doomed()
    waiting = Run.objects.filter(done_at__isnull=False, compacted_at__isnull=True)
    if waiting.exists():
        if compact():
            waiting.update(compacted_at=now)
        else:
            left += 1
    return left


@transaction.atomic
def _one(run: Run, item_id: int, rules: Rules, now: datetime) -> bool:
    """False when somebody stopped the run meanwhile."""
    overwrite_what_is_deleted()
    # Holds are put with the release locked, so none comes between the look and the erasing.
    release = Release.objects.select_for_update(no_key=True).select_related("site").get(pk=run.release_id)
    locked = Run.objects.select_for_update(no_key=True).get(pk=run.pk)
    if locked.stopped_at or locked.done_at:
        return False
    item = RunItem.objects.filter(pk=item_id).first()
    if item is None:  # another process was first
        return True
    rule = rules.rule(item.rule)
    erase = _ERASE[rule.what] if rule else None
    if rule and erase and erase(locked, release, rule, item.target, rules, now):
        locked.done = {**locked.done, rule.code: locked.done.get(rule.code, 0) + 1}
    else:
        locked.left += 1
    locked.save(update_fields=["done", "left"])
    item.delete()
    return True


def _case(run: Run, release: Release, rule: Rule, person: UUID, rules: Rules, now: datetime) -> bool:
    first = groups(release, only=person)
    lock_cases_of(first[0].people if first else [])
    # As it is behind the lock: somebody may have written in the file since it was proposed.
    found = groups(release, only=person)
    # Joined into another file since: that one was not agreed to, and nobody is erased by halves.
    if not found or found[0].stands != person or rule_for(found[0], rules, now=now) != rule:
        return False
    group = found[0]
    if held_in(release, now=now).holds(group.cases):
        return False
    cases = sorted(group.cases)
    erased = erase_people(group.people, now=now)
    Tombstone.objects.create(run=run, rule=rule.code, erased_on=release.site.day_of(now))
    for case in cases:
        _journal(run, rule, "person.erased", erased, now, case=case)
    return True


def _attachment(run: Run, release: Release, rule: Rule, pk: UUID, rules: Rules, now: datetime) -> bool:
    row = Attachment.objects.filter(pk=pk, case__release=release).first()
    if row is None or held_in(release, now=now).holds([row.case_id]):
        return False
    doom([attachment_file(row)], now=now)
    case = row.case_id
    delete({Attachment: {row.pk}})
    _journal(run, rule, "attachment.erased", Erased(1, 0, 1), now, case=case)
    return True


def _list(run: Run, release: Release, rule: Rule, pk: UUID, rules: Rules, now: datetime) -> bool:
    imp = ListImport.objects.filter(pk=pk, release=release).first()
    held = held_in(release, now=now)
    if imp is None or held.holds(held.cases):
        return False
    if rule.what == "staged_list":
        if imp.state != ListImport.State.STAGED:
            return False
        imp.state, imp.undone_at = ListImport.State.UNDONE, now
        imp.save(update_fields=["state", "undone_at"])
    forget_lists([imp.pk], now=now)
    _journal(run, rule, "list.erased", Erased(0, 0, 1), now, about=imp.pk)
    return True


def _voided_row(run: Run, release: Release, rule: Rule, pk: UUID, rules: Rules, now: datetime) -> bool:
    held = held_in(release, now=now)
    if held.holds(held.cases):
        return False
    blanked, hanging = blank_records([pk], now=now)
    rows = delete(hanging)
    _journal(run, rule, "row.erased", Erased(rows, blanked, 0), now)
    return bool(blanked or rows)


def _evidence(run: Run, release: Release, rule: Rule, pk: UUID, rules: Rules, now: datetime) -> bool:
    piece = Evidence.objects.select_for_update(no_key=True).filter(pk=pk, release=release).first()
    held = held_in(release, now=now)
    if piece is None or piece.destroyed_at or run.approved_by is None or held.holds(held.cases):
        return False
    why = f"{rule.code}: {run.proposed_by}, {run.approved_by}"
    files = forget_evidence(piece, by=run.approved_by, why=why, now=now)
    doom([DataFile(path) for path in files], now=now)
    return True


_ERASE = {
    "case": _case,
    "attachment": _attachment,
    "list_file": _list,
    "staged_list": _list,
    "voided_row": _voided_row,
    "evidence": _evidence,
}


@transaction.atomic
def _finish(run_id: UUID, rules: Rules, now: datetime) -> None:
    overwrite_what_is_deleted()
    run = Run.objects.select_for_update(no_key=True).select_related("release__site").get(pk=run_id)
    if run.done_at or run.stopped_at or run.items.exists():
        return
    if not held_in(run.release, now=now).everything:
        for rule in rules.rules:
            if rule.code in run.counts:
                # As old as they had to be when two agreed, not younger.
                number = sum(rows.delete()[0] for rows in instance_rows(rule, now=run.proposed_at))
                if number:
                    run.done = {**run.done, rule.code: number}
    # The words of an error can quote what the work was about.
    DBTaskResult.objects.exclude(traceback="").filter(finished_at__isnull=False).delete()
    run.done_at = now
    run.save(update_fields=["done", "done_at"])
    record(
        Note(
            "retention.carried_out",
            kind=Entry.Kind.CHANGE,
            release=run.release_id,
            data={"run": str(run.id), "done": run.done, "left": run.left},
        ),
        now=now,
    )


def _journal(
    run: Run,
    rule: Rule,
    action: str,
    erased: Erased,
    now: datetime,
    *,
    case: UUID | None = None,
    about: UUID | None = None,
) -> None:
    data: dict[str, object] = {
        "run": str(run.id),
        "rule": rule.code,
        "rows": erased.rows,
        "blanked": erased.blanked,
        "files": erased.files,
    }
    if about:
        data["import"] = str(about)
    record(Note(action, release=run.release_id, case=case, data=data), now=now)
