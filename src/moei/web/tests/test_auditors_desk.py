"""The auditor's desk: who opened what, what is unusual, what leaves, and who keeps the proof (P11, P19)."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from io import BytesIO
from unittest import mock

import pypdf
import pytest
from django.urls import reverse

from moei.access.models import Staff
from moei.casefile.selectors.cases import open_case
from moei.crypto import SigningKey
from moei.journal.anchors import SignedHead, signing_key_path
from moei.journal.models import Anchor, Delivery, Entry, Recipient
from moei.journal.sending import send_due
from moei.journal.verify import verify

pytestmark = pytest.mark.django_db
WHY = {"why": "review", "reference": "AUD-7"}


@pytest.fixture(autouse=True)
def _own_signing_key(tmp_path, settings):
    settings.MOEI_SIGNING_KEY_FILE = tmp_path / "keys" / "moei.signing"


@pytest.fixture
def opened(add_case, acting, anong, prasert):
    """Anong opened two cases, one of them twice; Prasert one."""
    cases = [add_case("Khamla Vongphachanh", nationality="LAO"), add_case("Selam Tesfaye", nationality="ETH")]
    for staff, case, minutes in ((anong, 0, 1), (anong, 0, 2), (anong, 1, 3), (prasert, 1, 4)):
        open_case(acting(staff, later=timedelta(minutes=minutes)), cases[case])
    return cases


DAYS = {"first": "2026-03-01", "last": "2026-03-03"}


def rows_of(response) -> list[dict[str, str]]:
    return list(csv.DictReader(response.getvalue().decode("utf-8-sig").splitlines()))


@pytest.mark.parametrize(
    "by,expected",
    [
        ("staff", {"Anong Srisuk": ("3", "2"), "Prasert Chaiyo": ("1", "1")}),
        (
            "agency",
            {
                "Social Development and Human Security, Tak province (invented)": ("3", "2"),
                "Anti-Trafficking Police, border unit (invented)": ("1", "1"),
            },
        ),
    ],
)
def test_p11_who_opened_what_is_added_up(opened, somsak, sign_in, by, expected):
    answer = sign_in(somsak).post(
        reverse("web:export_journal"), WHY, query_params={"what": "readings", "by": by, **DAYS}
    )
    assert {row["of"]: (row["openings"], row["cases"]) for row in rows_of(answer)} == expected


def test_p11_who_opened_a_case_is_added_up_by_its_number(opened, somsak, sign_in):
    page = sign_in(somsak).get(reverse("web:readings"), {"by": "case", **DAYS}).content.decode()
    assert all(case.number in page for case in opened)
    assert "Vongphachanh" not in page and "Tesfaye" not in page


def test_each_sum_leads_to_its_entries(opened, somsak, anong, sign_in):
    page = sign_in(somsak)
    text = page.get(reverse("web:readings"), DAYS).content.decode()
    start = text.index(reverse("web:journal") + "?", text.index("<tbody>"))
    address = text[start : text.index('"', start)].replace("&amp;", "&")
    assert f"staff={anong.pk}" in address
    entries = page.get(address).content.decode()
    assert entries.count("Opened the case file</td>") == 3


def test_the_readings_of_a_period_without_any_say_so(opened, somsak, sign_in):
    page = sign_in(somsak).get(reverse("web:readings"), {"first": "2020-01-01", "last": "2020-01-02"})
    assert "Nothing was read" in page.content.decode()


@pytest.mark.parametrize("rows", [2, 25])
@pytest.mark.parametrize(
    "name", ["web:readings", "web:unusual", "web:journal", "web:anchors", "web:emergencies"]
)
def test_every_page_of_the_desk_takes_a_constant_number_of_queries(
    add_case, acting, anong, somsak, sign_in, rows, name, django_assert_max_num_queries
):
    for number in range(rows):
        open_case(acting(anong), add_case(f"Person {number}", nationality="ETH"))
    page = sign_in(somsak)
    with django_assert_max_num_queries(27):
        page.get(reverse(name), DAYS)


def test_entries_are_found_by_number_and_agency(opened, somsak, anong, sign_in):
    page, address = sign_in(somsak), reverse("web:journal")
    read = list(Entry.objects.filter(action="case.opened_for_reading").order_by("seq"))
    text = page.get(address, {"numbers": f"{read[0].seq} {read[2].seq}-{read[3].seq}"}).content.decode()
    assert text.count("Opened the case file</td>") == 3
    of_police = page.get(address, {"agency": str(read[3].agency), "kind": "read"}).content.decode()
    assert of_police.count("Opened the case file</td>") == 1
    assert "Write numbers and ranges" in page.get(address, {"numbers": "1;DROP"}).content.decode()


def test_p21_nothing_leaves_without_a_reason(opened, somsak, sign_in):
    page, address = sign_in(somsak), reverse("web:export_journal")
    assert "Why they leave" in page.get(address).content.decode()
    refused = page.post(address, {"why": ""})
    assert "Choose why the entries leave." in refused.content.decode()
    assert not Entry.objects.filter(action="journal.exported").exists()


@pytest.mark.parametrize("what", ["entries", "readings", "unusual"])
def test_p21_what_leaves_is_stamped_and_journalled(opened, somsak, acting, anong, add_case, sign_in, what):
    for number in range(12):
        open_case(acting(anong), add_case(f"Person {number}", nationality="ETH"))
    answer = sign_in(somsak).post(reverse("web:export_journal"), WHY, query_params={"what": what, **DAYS})
    rows = rows_of(answer)
    assert rows
    assert {(row["taken_by"], row["why"]) for row in rows} == {("Somsak Dee", "review AUD-7")}
    entry = Entry.objects.get(action="journal.exported")
    assert entry.actor == somsak.id
    assert (entry.data["what"], entry.data["why"], entry.data["reference"]) == (what, "review", "AUD-7")
    assert entry.data["entries"] == len(rows) or what == "entries"
    assert str(entry.seq) in answer.headers["Content-Disposition"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝", " ="])
def test_p21_no_cell_that_leaves_is_computed(opened, somsak, anong, sign_in, start):
    Staff.objects.filter(pk=anong.pk).update(name=f'{start}HYPERLINK("http://evil.example")')
    answer = sign_in(somsak).post(reverse("web:export_journal"), WHY)
    text = answer.getvalue().decode("utf-8-sig")
    assert f"\"'{start}HYPERLINK" in text


# Who keeps the proof ---------------------------------------------------------------------------------


def test_p19_the_auditor_is_warned_until_two_other_agencies_have_it(somsak, agencies, sign_in, mailoutbox):
    page, address = sign_in(somsak), reverse("web:anchors")
    assert "No other agency" in page.get(reverse("web:journal")).content.decode()
    for name in ("Audit", "Law Aid"):
        page.post(
            address,
            {
                "agency": str(agencies[name].pk),
                "channel": "email",
                "address": f"{name[:3].lower()}@keeper.example",
            },
        )
    page.post(reverse("web:sign_anchor"))
    assert "No other agency" in page.get(address).content.decode(), "on its way is not arrived"
    send_due(datetime.now(UTC))
    text = page.get(address).content.decode()
    assert "No other agency" not in text and "Only 1" not in text
    assert len(mailoutbox) == 2
    Delivery.objects.filter(recipient__agency=agencies["Audit"].pk).update(confirmed_at=None)
    assert "Only 1 other agency" in page.get(address).content.decode()


@pytest.mark.parametrize(
    "channel,address,words",
    [
        ("webhook", "http://keeper.example/", "begins with https://"),
        ("webhook", "https://user:secret@keeper.example/", "without a password"),
        ("email", "nobody", "Write a mailbox"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused_in_words(
    somsak, agencies, sign_in, channel, address, words
):
    given = {"agency": str(agencies["Audit"].pk), "channel": channel, "address": address}
    assert words in sign_in(somsak).post(reverse("web:anchors"), given).content.decode()
    assert not Recipient.objects.exists()


def test_p19_who_gets_anchors_is_changed_by_auditors_only_and_journalled(somsak, admin, agencies, sign_in):
    given = {"agency": str(agencies["Audit"].pk), "channel": "email", "address": "a@keeper.example"}
    assert sign_in(admin).post(reverse("web:anchors"), given).status_code == 403
    page = sign_in(somsak)
    page.post(reverse("web:anchors"), given)
    recipient = Recipient.objects.get()
    assert sign_in(admin).post(reverse("web:end_recipient", args=[recipient.pk])).status_code == 403
    sign_in(somsak).post(reverse("web:end_recipient", args=[recipient.pk]))
    recipient.refresh_from_db()
    assert recipient.ended_at is not None
    actions = list(
        Entry.objects.filter(action__startswith="journal.recipient").values_list("action", "actor")
    )
    assert actions == [("journal.recipient_added", somsak.id), ("journal.recipient_ended", somsak.id)]


def test_p19_the_paper_holds_the_hash_in_groups_and_no_person(add_case, somsak, sign_in):
    add_case("Khamla Vongphachanh")
    page = sign_in(somsak)
    page.post(reverse("web:sign_anchor"))
    anchor = Anchor.objects.get()
    answer = page.get(reverse("web:anchor_paper", args=[anchor.pk]))
    text = " ".join(pypdf.PdfReader(BytesIO(answer.content)).pages[0].extract_text().split())
    assert answer.headers["Content-Type"] == "application/pdf"
    assert f"{anchor.hash[:4]} {anchor.hash[4:8]} {anchor.hash[8:12]}" in text
    assert "Khamla" not in text


def test_p19_the_file_is_what_the_command_verifies_by(add_case, somsak, sign_in):
    add_case("Somebody")
    page = sign_in(somsak)
    page.post(reverse("web:sign_anchor"))
    answer = page.get(reverse("web:anchor_file", args=[Anchor.objects.get().pk]))
    said = SignedHead.read(answer.content.decode())
    assert said.is_signed_by(SigningKey.load(signing_key_path()).public)
    assert verify(anchors=[said]).intact


def test_p19_a_lost_signing_key_is_said_without_naming_its_place(add_case, somsak, sign_in):
    add_case("Somebody")
    page = sign_in(somsak)
    page.post(reverse("web:sign_anchor"))
    signing_key_path().unlink()
    text = page.post(reverse("web:sign_anchor"), follow=True).content.decode()
    assert "signing key is missing" in text and str(signing_key_path()) not in text


def test_p19_signing_out_leaves_a_signed_journal_once_for_a_whole_shift(add_case, anong, prasert, client):
    add_case("Somebody")
    for staff in (anong, prasert):
        client.force_login(staff)
        client.post(reverse("account_logout"))
    [anchor] = Anchor.objects.all()
    assert anchor.hash == Entry.objects.get(seq=anchor.seq).hash


def test_a_missing_signing_key_keeps_nobody_from_signing_out(add_case, somsak, anong, sign_in):
    add_case("Somebody")
    sign_in(somsak).post(reverse("web:sign_anchor"))
    signing_key_path().unlink()
    page = sign_in(anong)
    with mock.patch("moei.journal.sending.is_due", return_value=True):
        assert page.post(reverse("account_logout")).status_code == 302
    assert "_auth_user_id" not in page.session
