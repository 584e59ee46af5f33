"""An alarm is mailed to whoever watches: their address is agreed on, and one that is refused stops no other."""

from __future__ import annotations

import smtplib

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from moei.access.acting import Invalid
from moei.access.models import Notice, Proposal, Staff
from moei.access.tasks import send_notices
from moei.journal.models import Entry, FormerValue

pytestmark = pytest.mark.django_db

ADDRESS = "somsak@audit.example"


@pytest.fixture
def move(agree):
    """`move(somsak, email=...)`: what a proposal about a person holds, all else as it is."""

    def make(staff: Staff, **what) -> Proposal:
        now = {
            "agency": str(staff.agency_id),
            "profession": staff.profession,
            "languages": staff.languages,
        }
        return agree("person", staff, **now, **what)

    return make


@pytest.fixture
def refuses(monkeypatch):
    """`refuses("a@b.example")`: the mail server takes no letter to these addresses."""
    refused: set[str] = set()
    sends = EmailBackend.send_messages

    def send(self, messages):
        if refused & {address for message in messages for address in message.to}:
            raise smtplib.SMTPRecipientsRefused({})
        return sends(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", send)
    return refused.add


@pytest.fixture
def watching(admin, somsak, settings):
    """Two who watch, of two agencies, each with an address, and one notice for each agency."""
    settings.NOTICES_BY_EMAIL = True
    for staff, address in ((admin, "admin@atpd.example"), (somsak, ADDRESS)):
        staff.email = address
        staff.save()
        tell(staff)


def tell(staff: Staff) -> None:
    Notice.objects.create(kind="emergency", agency=staff.agency, who=staff, at=staff.date_joined)


def mailed() -> list[str]:
    return sorted(address for letter in mail.outbox for address in letter.to)


def test_two_agencies_agree_on_an_address_and_on_another_one(move, dao):
    move(dao, email="dao@shelter.example")
    dao.refresh_from_db()
    assert dao.email == "dao@shelter.example"
    move(dao)
    dao.refresh_from_db()
    assert dao.email == "dao@shelter.example", (
        "one that was proposed before there were addresses changes none"
    )
    move(dao, email="")
    dao.refresh_from_db()
    assert dao.email == ""


def test_p18_the_journal_commits_to_the_address_and_holds_none(move, dao):
    move(dao, email="dao@shelter.example")
    entry = Entry.objects.get(action="staff.changed")
    assert list(entry.fields) == ["email"]
    assert "dao@" not in str(list(Entry.objects.values())) + str(list(FormerValue.objects.values()))


def test_an_account_is_made_with_an_address(agree, agencies):
    what = {"username": "new", "name": "New Person", "profession": "", "languages": [], "is_service": False}
    agree("account", agency=str(agencies["ATPD"].pk), email="new@atpd.example", **what)
    assert Staff.objects.get(username="new").email == "new@atpd.example"


@pytest.mark.parametrize(
    "address", ["nobody", "a@b.example\nBcc: c@d.example", f"{'a' * 60}@{'b' * 250}.example"]
)
def test_what_is_no_address_is_not_proposed(move, agree, agencies, dao, address):
    with pytest.raises(Invalid, match="e-mail address"):
        move(dao, email=address)
    what = {"username": "new", "name": "New Person", "profession": "", "languages": [], "is_service": False}
    with pytest.raises(Invalid, match="e-mail address"):
        agree("account", agency=str(agencies["ATPD"].pk), email=address, **what)


def test_an_address_that_is_refused_stops_no_other_and_nobody_is_mailed_again(
    watching, refuses, admin, somsak
):
    refuses("admin@atpd.example")
    send_notices.func()
    assert mailed() == [ADDRESS]
    send_notices.func()
    assert mailed() == [ADDRESS]


def test_what_reached_nobody_of_an_agency_is_tried_again(watching, refuses, monkeypatch, admin):
    refuses("admin@atpd.example")
    send_notices.func()
    Staff.objects.filter(pk=admin.pk).update(email="other@atpd.example")
    send_notices.func()
    assert mailed() == ["other@atpd.example", ADDRESS]
    assert not Notice.objects.filter(emailed_at__isnull=True).exists()


def test_a_colleague_whom_it_reached_is_not_mailed_again_for_one_whom_it_did_not(
    watching, refuses, somsak, give_role, mallory
):
    refuses("admin@atpd.example")
    Staff.objects.filter(pk=mallory.pk).update(email="mallory@audit.example", agency=somsak.agency)
    give_role(mallory, "auditor")
    refuses("mallory@audit.example")
    send_notices.func()
    send_notices.func()
    assert mailed() == [ADDRESS]
