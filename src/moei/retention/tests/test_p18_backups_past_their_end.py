"""P18: whoever erases by the rules is told of backups past their end, each day until they are known to be destroyed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.urls import reverse
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from moei.journal.models import Entry
from moei.retention import jobs
from moei.retention.actions.register_backup import confirm_destroyed, register_backup
from moei.retention.actions.tell_of_backups import tell_of_backups

pytestmark = pytest.mark.django_db
LATER = timedelta(days=36)


@pytest.fixture
def by_email(settings, dej, somsak, anong):
    settings.NOTICES_BY_EMAIL = True
    for staff in (dej, somsak, anong):
        staff.email = f"{staff.username}@example.org"
        staff.save(update_fields=["email"])


def told() -> list[list[int]]:
    return [entry.data["numbers"] for entry in Entry.objects.filter(action="backup.overdue").order_by("seq")]


def test_p18_of_a_backup_past_its_end_they_are_told_each_day_until_it_is_destroyed(
    now, acting, dej, by_email
):
    backup = register_backup("the safe in Mae Sot", now=now)
    assert tell_of_backups(now=now + timedelta(days=34)) == 0 and told() == [] and mail.outbox == []
    for day in (0, 1):
        assert tell_of_backups(now=now + LATER + timedelta(days=day)) == 1
    assert told() == [[backup.number]] * 2
    sent = sorted(message.to[0] for message in mail.outbox)
    assert sent == ["dej@example.org", "dej@example.org", "somsak@example.org", "somsak@example.org"]
    assert "Mae Sot" not in str([(message.subject, message.body) for message in mail.outbox])
    confirm_destroyed(acting(dej, later=LATER), backup.pk, "Shredded; there was one copy")
    assert tell_of_backups(now=now + LATER + timedelta(days=2)) == 0
    assert len(mail.outbox) == 4


def test_p18_where_no_e_mail_is_sent_the_journal_says_that_nobody_was_written_to(now, dej):
    register_backup("the safe", now=now)
    tell_of_backups(now=now + LATER)
    assert mail.outbox == [] and Entry.objects.get(action="backup.overdue").data["sent"] == 0


def test_p18_it_stands_on_every_page_of_theirs_and_of_nobody_else(acting, dej, somsak, anong, admin, sign_in):
    backup = register_backup("the safe", now=datetime.now(UTC) - LATER)
    words = "1 backup is past its end and not destroyed"
    for staff, seen in ((dej, True), (somsak, True), (anong, False), (admin, False)):
        text = sign_in(staff).get("/", follow=True).content.decode()
        assert (words in text) == seen, staff
    confirm_destroyed(acting(dej), backup.pk, "Shredded")
    assert words not in sign_in(dej).get("/", follow=True).content.decode()
    assert "Shredded" in sign_in(dej).get(reverse("retention:backups")).content.decode()


@pytest.mark.django_db(transaction=True)
def test_p18_the_worker_tells_each_day_and_a_run_that_fails_is_not_the_last(settings, monkeypatch):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    register_backup("the safe", now=datetime.now(UTC) - LATER)
    jobs.start_reminding()
    jobs.start_reminding()
    call_command("db_worker", batch=True, interval=0, startup_delay=False, verbosity=0)
    assert len(told()) == 1
    [following] = DBTaskResult.objects.filter(status=TaskResultStatus.READY)
    assert timedelta(hours=23) < following.run_after - datetime.now(UTC) <= jobs.EVERY

    def broken(*, now):
        raise OSError

    DBTaskResult.objects.all().delete()
    monkeypatch.setattr(jobs, "tell_of_backups", broken)
    with pytest.raises(OSError):
        jobs.remind.func()
    assert DBTaskResult.objects.filter(status=TaskResultStatus.READY).count() == 1
