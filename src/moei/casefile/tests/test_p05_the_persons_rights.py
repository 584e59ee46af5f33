"""P05: the person sees the file, has it corrected, complains outside, refuses papers, and is not contacted."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import pypdf
import pytest
from django.db import connection
from django.urls import reverse

from moei.access.acting import Invalid, Refused
from moei.access.actions.break_glass import break_glass
from moei.access.models import CaseGrant, RoleGrant, Site
from moei.casefile.actions.assign_case import assign_case
from moei.casefile.actions.complain import close_complaint, complain
from moei.casefile.actions.consent import record_consent, record_disclosure
from moei.casefile.actions.contact_plan import make_contact_plan, open_contact_plan
from moei.casefile.actions.family import join_family
from moei.casefile.actions.load_wordings import current_wording, load_wordings
from moei.casefile.actions.merge_people import merge_people
from moei.casefile.actions.rights import answer_request, end_wish, record_request, record_wish
from moei.casefile.models import Complaint, ContactPlan, Purpose, Request, Wish
from moei.journal.keys import KeyDestroyed
from moei.journal.models import Entry, FormerValue, SubjectKey
from moei.journal.verify import verify
from moei.leaving.models import Departure

pytestmark = pytest.mark.django_db
SECRET, CODE = "+251 911 000 000", "blue kettle"


@pytest.fixture
def case(add_case, acting, anong, kanya, lawan, now):
    load_wordings(now=now)
    case = add_case("Bekele Tadesse", name_native="በቀለ ታደሰ", nationality="ETH", sex="M")
    assign_case(acting(anong), case, kanya)
    assign_case(acting(anong), case, lawan, CaseGrant.Basis.SUPPORT)
    return case


def url(name, case, *more):
    return reverse(f"cases:{name}", args=[case.pk, *more])


def text_of(response) -> str:
    pages = pypdf.PdfReader(io.BytesIO(response.content)).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)


def plan_for(acting, case, **other):
    about = {
        "channel": ContactPlan.Channel.CALL,
        "address": SECRET,
        "code_word": CODE,
        "safe_hours": "18 to 20",
        "expires_on": acting.today + timedelta(days=30),
    }
    return make_contact_plan(acting, case, **{**about, **other})


# -- see ---------------------------------------------------------------------------------------------------


def test_p05_the_person_gets_the_file_on_paper_without_anybody_elses_data(
    case, add_case, acting, anong, kanya, selam, agencies, sign_in
):
    sister = add_case("Almaz Tadesse")
    join_family(acting(anong), case, sister)
    record_consent(
        acting(kanya),
        case,
        Purpose.EMBASSY,
        given=True,
        wording=current_wording(Purpose.EMBASSY, "am"),
        recipient=agencies["Embassy of Ethiopia"],
        translated_by=selam,
    )
    record_request(acting(kanya), case, Request.Kind.STATEMENT, "I never signed that contract.")
    response = sign_in(kanya).post(url("print_file", case), {"language": "en"})
    text = text_of(response)
    assert "Bekele Tadesse" in text and case.number in text
    assert "I never signed that contract." in text and "Embassy of Ethiopia" in text
    for other in ("Almaz", sister.number, "Selam"):
        assert other not in text
    title = pypdf.PdfReader(io.BytesIO(response.content)).metadata.title
    cover = pypdf.PdfReader(io.BytesIO(response.content)).pages[0].extract_text()
    for words in (title, cover, response.headers["Content-Disposition"]):
        assert not any(telling in words.lower() for telling in ("traffick", "victim", "bekele"))
    assert Entry.objects.get(action="file.left", case=case.id).data["kind"] == "persons_file"
    assert Departure.objects.get().kind == "persons_file"


def test_p05_the_paper_is_in_the_language_that_is_chosen(case, kanya, sign_in):
    response = sign_in(kanya).post(url("print_file", case), {"language": "th"})
    assert pypdf.PdfReader(io.BytesIO(response.content)).metadata.title != "Your papers"


def test_p03_who_decides_does_not_print_the_answers_that_are_kept_from_them(case, anong, sign_in):
    page = sign_in(anong)
    told = page.post(url("print_file", case), {"language": "en"}, follow=True)
    assert "does not print this" in told.content.decode()
    assert page.get(url("print_disclosures", case)).status_code == 302
    assert not Departure.objects.exists()


# -- correct -----------------------------------------------------------------------------------------------


def test_p05_a_refused_correction_keeps_its_reason_and_the_persons_own_statement(
    case, acting, kanya, sign_in
):
    asked = record_request(acting(kanya), case, Request.Kind.CORRECT, "I am 19, not 24.")
    answer_request(acting(kanya), asked, done=False, answer="The passport says 24.")
    record_request(acting(kanya), case, Request.Kind.STATEMENT, "The passport was made by the boss.")
    with pytest.raises(Invalid, match="answered already"):
        answer_request(acting(kanya), asked, done=True, answer="Changed my mind.")
    text = sign_in(kanya).get(url("rights", case)).content.decode()
    for words in ("I am 19, not 24.", "The passport says 24.", "The passport was made by the boss."):
        assert words in text
    asked.refresh_from_db()
    assert (asked.state, asked.answered_by) == (Request.State.REFUSED, kanya)


def test_p05_a_request_is_not_refused_without_a_reason(case, acting, kanya):
    asked = record_request(acting(kanya), case, Request.Kind.SEE, "Show me.")
    with pytest.raises(Invalid):
        answer_request(acting(kanya), asked, done=False, answer="  ")
    asked.refresh_from_db()
    assert asked.state == Request.State.OPEN


# -- complain ----------------------------------------------------------------------------------------------


def test_p05_a_complaint_goes_outside_the_agencies_that_decide(case, acting, kanya, agencies):
    for short in ("MSDHS Tak", "ATPD", "Labour Tak"):
        with pytest.raises(Invalid, match="decides in this case"):
            complain(acting(kanya), case, "They shouted.", body=agencies[short])
    with pytest.raises(Invalid, match="Name one body"):
        complain(acting(kanya), case, "They shouted.")
    first = complain(acting(kanya), case, "They shouted.", body=agencies["Audit"])
    second = complain(acting(kanya), case, "Again.", body_outside="The ombudsman")
    assert (str(first), str(second)) == ("C1", "C2")


def test_p05_nobody_of_the_deciding_panel_closes_or_reads_a_complaint(
    case, acting, anong, prasert, mali, kanya, somsak, agencies, release, sign_in
):
    complaint = complain(acting(kanya), case, "The officer laughed at me.", body=agencies["Audit"])
    # Also not when somebody gave them the duty besides.
    RoleGrant.objects.create(staff=mali, role="auditor", release=release, granted_at=complaint.made_at)
    colleague = somsak
    type(colleague).objects.filter(pk=colleague.pk).update(agency=mali.agency)
    colleague.refresh_from_db()
    for who in (anong, prasert, mali, kanya, colleague):
        with pytest.raises(Refused):
            close_complaint(acting(who), complaint, answer="No.")
    page = sign_in(anong).get(url("rights", case)).content.decode()
    assert "C1" in page and "laughed" not in page
    assert "laughed" in sign_in(kanya).get(url("rights", case)).content.decode()
    complaint.refresh_from_db()
    assert complaint.state == Complaint.State.OPEN


def test_p05_the_body_answers_and_the_person_is_told(case, acting, kanya, somsak, agencies, sign_in):
    complaint = complain(acting(kanya), case, "Nobody called a doctor.", body=agencies["Audit"])
    page = sign_in(somsak)
    listed = page.get(reverse("cases:complaints")).content.decode()
    assert case.number in listed and "Bekele" not in listed
    address = reverse("cases:answer_complaint", args=[complaint.pk])
    opened = page.get(address).content.decode()
    assert "Nobody called a doctor." in opened and "Bekele" not in opened
    assert page.post(address, {"answer": ""}).status_code == 422
    page.post(address, {"answer": "A doctor comes daily now."})
    assert "A doctor comes daily now." in sign_in(kanya).get(url("rights", case)).content.decode()
    assert Entry.objects.filter(action="complaint.closed", actor=somsak.id).count() == 1


# -- papers ------------------------------------------------------------------------------------------------


def test_p05_who_refuses_papers_gets_none(case, acting, kanya, sign_in):
    wish = record_wish(acting(kanya), case, Wish.Kind.NO_PAPERS)
    page = sign_in(kanya)
    for response in (
        page.post(url("print_file", case), {"language": "en"}),
        page.get(url("print_disclosures", case)),
    ):
        assert response.status_code == 302
    assert not Departure.objects.exists()
    assert "Do not give me papers" in page.get(url("file", case)).content.decode()
    end_wish(acting(kanya), wish)
    assert page.post(url("print_file", case), {"language": "en"}).status_code == 200


def test_p05_papers_that_are_held_say_so(case, acting, kanya, sign_in):
    record_wish(acting(kanya), case, Wish.Kind.HOLD_PAPERS)
    assert "Kept for the person" in text_of(sign_in(kanya).post(url("print_file", case), {"language": "en"}))


# -- contact -----------------------------------------------------------------------------------------------


def test_p05_never_contact_me_ends_the_plan_and_hides_every_number(
    case, add_case, acting, anong, kanya, sign_in
):
    other = add_case("Bekele Tadese", phone="+66811112222")
    merge_people(acting(anong), case, other, reason="the same passport")
    plan = plan_for(acting(kanya), case)
    page = sign_in(kanya)
    assert "+66811112222" in page.get(url("file", case)).content.decode()
    record_wish(acting(kanya), case, Wish.Kind.NEVER_CONTACT)
    text = page.get(url("file", case)).content.decode()
    assert "never contact me" in text and "+66811112222" not in text
    plan.refresh_from_db()
    assert plan.ended_at is not None
    with pytest.raises(Invalid, match="never contact me"):
        open_contact_plan(acting(kanya), plan)
    with pytest.raises(Invalid, match="never contact me"):
        plan_for(acting(kanya), case)


def test_p05_nobody_contacts_after_the_last_day(case, acting, kanya, sign_in):
    plan = plan_for(acting(kanya), case)
    assert open_contact_plan(acting(kanya, later=timedelta(days=30)), plan).code_word == CODE
    with pytest.raises(Invalid, match="is over"):
        open_contact_plan(acting(kanya, later=timedelta(days=31)), plan)
    ContactPlan.objects.update(expires_on=plan.made_at.date() - timedelta(days=400))
    page = sign_in(kanya)
    text = page.get(url("file", case)).content.decode()
    assert "Nobody contacts the person" in text and "Show how to reach" not in text
    followed = page.post(url("plan_opened", case), follow=True).content.decode()
    assert SECRET not in followed and CODE not in followed


@pytest.mark.parametrize("days", [-1, 731])
def test_p05_a_plan_needs_an_end_that_is_not_far(case, acting, kanya, now, days):
    with pytest.raises(Invalid, match="last day"):
        plan_for(acting(kanya), case, expires_on=now.date() + timedelta(days=days))


def test_p05_the_code_word_lies_under_the_persons_key_and_opening_it_is_journalled(
    case, acting, kanya, sign_in
):
    # Pages know only the time of the day on which the test runs.
    plan = plan_for(acting(kanya, at=datetime.now(UTC)), case)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM casefile_contactplan")
        row = dict(zip([column[0] for column in cursor.description], cursor.fetchone(), strict=True))
    stored = b" ".join(
        bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
        for name, value in row.items()
        # Ids and times hold such digits by themselves.
        if name != "id" and not name.endswith(("_id", "_at", "_on"))
    )
    assert {"sealed_address", "sealed_code_word", "safe_hours"} <= set(row)
    assert CODE.encode() not in stored and b"911" not in stored
    assert CODE not in str(list(Entry.objects.values())) + str(list(FormerValue.objects.values()))
    page = sign_in(kanya)
    assert CODE not in page.get(url("rights", case)).content.decode()
    shown = page.post(url("plan_opened", case)).content.decode()
    assert CODE in shown and SECRET in shown
    assert Entry.objects.filter(action="contact_plan.opened", case=case.id, actor=kanya.id).count() == 1
    SubjectKey.objects.filter(subject=case.person_id).delete()
    with pytest.raises(KeyDestroyed):
        open_contact_plan(acting(kanya), plan)


# -- who ---------------------------------------------------------------------------------------------------


def test_p05_nobody_outside_the_table_reads_or_records_rights(
    case, acting, prasert, selam, tesfa, dao, somsak, mallory
):
    for who in (prasert, selam, tesfa, dao, somsak, mallory):
        with pytest.raises(Refused):
            record_wish(acting(who), case, Wish.Kind.NEVER_CONTACT)
        with pytest.raises(Refused):
            complain(acting(who), case, "x", body_outside="y")


def test_p05_a_lawyer_whom_the_person_named_records_for_them(case, acting, lawan):
    assert complain(acting(lawan), case, "For my client.", body_outside="A court").number == 1


def test_p01_the_register_has_what_was_written_opened_and_taken(
    case, acting, anong, kanya, selam, agencies, release, sign_in, tesfa
):
    record_disclosure(
        acting(kanya), case, what="a photograph", to_whom="the army", basis="none", outside=True
    )
    record_consent(
        acting(kanya),
        case,
        Purpose.EMBASSY,
        given=True,
        wording=current_wording(Purpose.EMBASSY, "am"),
        recipient=agencies["Embassy of Ethiopia"],
        translated_by=selam,
    )
    elsewhere = Site.objects.create(name="Another crossing")
    type(case).objects_unchecked.filter(pk=case.pk).update(site=elsewhere)
    break_glass(acting(anong), case.id, "She fainted and nobody can be reached")
    type(case).objects_unchecked.filter(pk=case.pk).update(site=release.site)
    page = sign_in(kanya)
    page.post(url("print_file", case), {"language": "en"})
    text = page.get(url("disclosures", case)).content.decode()
    for words in (
        "a photograph",
        "the army",
        "Embassy of Ethiopia",
        "Lawan Suwan",
        "in an emergency",
        str(Departure.objects.get()),
    ):
        assert words in text
    decider = sign_in(anong).get(url("disclosures", case)).content.decode()
    assert "a photograph" in decider and "Embassy of Ethiopia" not in decider
    printed = text_of(sign_in(kanya).get(url("print_disclosures", case)))
    assert "a photograph" in printed and "Bekele" not in printed


def test_what_was_done_is_in_the_chain(case, acting, kanya, somsak, agencies):
    record_wish(acting(kanya), case, Wish.Kind.HOLD_PAPERS)
    complaint = complain(acting(kanya), case, "Words of the person", body=agencies["Audit"])
    close_complaint(acting(somsak), complaint, answer="Answer")
    plan_for(acting(kanya), case)
    assert verify().intact
    assert "Words of the person" not in str(list(Entry.objects.values_list("data", "fields")))
