"""Through the pages, without a browser: screening, interview, reading back, three signatures."""

import io
import time

import pypdf
import pytest
from django.urls import reverse

from moei.casefile.models import Case
from moei.desks.screening.actions.sign_determination import sign_determination
from moei.desks.screening.form import identification_form
from moei.desks.screening.models import Answer, Confirmation, Interview, Pause, Signature
from moei.journal.models import Entry

HTMX = {"HTTP_HX_REQUEST": "true"}


def url(name, case):
    return reverse(f"screening:{name}", args=[case.id])


@pytest.fixture
def fresh(sign_in):
    """`page = fresh(anong)`: signed in, and confirmed who they are just now."""

    def enter(staff):
        client = sign_in(staff)
        authenticated(client, staff, ago=0)
        return client

    return enter


def authenticated(client, staff, *, ago):
    """What allauth keeps in the session after a password was given, `ago` seconds ago."""
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time() - ago}]
    session["account_authentication_methods_user"] = str(staff.pk)
    session.save()


def plain(case, **answers):
    """What a plain submit of the whole page sends: every question, with the revision it showed."""
    data = {}
    for question in identification_form():
        latest = Answer.objects.filter(case=case, question=question.name).order_by("-revision").first()
        data[f"base-{question.name}"] = latest.revision if latest else 0
        data[question.name] = (
            latest.value.split() if latest and question.choices else (latest.value if latest else "")
        )
    return data | answers


def test_from_registration_to_a_determination(steps, fresh, anong, prasert, mali, selam):
    case = steps.registered()
    page = fresh(anong)
    assert b"preliminary screening" in page.get(url("interview", case)).content
    assert page.post(url("record_screening", case), {"note": "Tired."}).status_code == 302
    refused = page.post(url("start", case), {"language": "am", "interpreter": str(selam.pk)})
    assert refused.status_code == 422 and b"never a survivor" in refused.content
    page.post(url("start", case), {"language": "am", "interpreter": str(selam.pk), "no_tie": "on"})
    interview = Interview.objects.get()
    page.post(
        url("facts", case), {"name-right": "yes", "nationality-right": "no", "nationality-said": "Eritrean"}
    )
    assert set(Confirmation.objects.values_list("fact", "right", "said")) == {
        ("name", True, ""),
        ("nationality", False, "Eritrean"),
    }
    page.post(
        url("answers", case), plain(case, work_offered="yes", passport_taken="taken", work_forced="yes")
    )
    assert Answer.objects.count() == 3
    page.post(url("break", case))
    assert Pause.objects.get().ended_at is None
    page.post(url("resume", case))
    assert b"Enough: you may stop" in page.get(url("interview", case)).content
    page.post(url("complete", case))
    shown = page.get(url("interview", case)).content.decode()
    assert "Read the statement back" in shown and "They were taken from me" in shown
    assert page.post(url("read_back", case)).status_code == 422
    page.post(url("answers", case) + "?correct=1", plain(case, hours_a_day="15"))
    assert Answer.objects.get(question="hours_a_day").value == "15"
    page.post(url("read_back", case), {"agreed": "on"})
    interview.refresh_from_db()
    assert interview.state == Interview.State.FINAL

    for staff in (prasert, mali, anong):
        page = fresh(staff)
        assert page.get(url("determination", case)).status_code == 200
        signed = page.post(
            url("sign", case), {"outcome": "victim_declines", "reasons": f"As {staff.profession} sees it."}
        )
        assert signed.status_code == 302, signed.content.decode()
    assert Case.objects_unchecked.get(pk=case.pk).outcome == "victim_declines"
    result = page.get(url("determination", case)).content.decode()
    assert "As police sees it." in result and "declines protection" in result
    paper = page.get(url("paper", case))
    assert paper.headers["Content-Type"] == "application/pdf"
    cover, *inside = sheets_of(paper)
    for words in ("As labour_protection sees it.", "declines protection", "They were taken from me"):
        assert words in " ".join(inside) and words not in cover
    assert Entry.objects.filter(kind="read", action="determination.printed", case=case.pk).count() == 1


def sheets_of(paper):
    return [
        " ".join(sheet.extract_text().split()) for sheet in pypdf.PdfReader(io.BytesIO(paper.content)).pages
    ]


def test_p16_p22_a_stranger_who_sees_the_paper_reads_neutral_words(
    steps, acting, sign_in, anong, prasert, mali
):
    case = steps.read()
    for staff in (prasert, mali, anong):
        sign_determination(acting(staff), case, outcome="victim_consents", reasons="As they see it.")
    paper = sign_in(anong).get(url("paper", case))
    sheets, title = sheets_of(paper), pypdf.PdfReader(io.BytesIO(paper.content)).metadata.title
    assert title == f"Papers of case {case.number}"
    for text in (sheets[0], title, paper.headers["Content-Disposition"]):
        for telling in ("traffick", "victim", "determination", case.person.name.lower()):
            assert telling not in text.lower()
    for sheet in sheets:
        assert "INVENTED" in sheet
        assert sheet.rstrip().endswith(
            f"Papers of case {case.number} {sheets.index(sheet) + 1} / {len(sheets)}"
        )


def test_a_paper_is_printed_of_a_made_determination_only(steps, sign_in, anong):
    case = steps.read()
    assert sign_in(anong).get(url("paper", case)).status_code == 302
    assert not Entry.objects.filter(action="determination.printed").exists()


def test_an_answer_is_saved_as_it_is_typed_and_the_evidence_follows(steps, sign_in, anong):
    case = steps.started().case
    page = sign_in(anong)
    saved = page.post(
        url("answers", case) + "?question=quota", plain(case, quota="yes", work_offered="yes"), **HTMX
    )
    body = saved.content.decode()
    assert saved.status_code == 200
    assert [(a.question, a.value) for a in Answer.objects.all()] == [("quota", "yes")]
    assert 'name="base-quota" value="1"' in body
    assert 'id="evidence" hx-swap-oob="innerMorph"' in body
    shown = body[body.index('id="q-punishment"') :]
    assert "hidden" not in shown[: shown.index(">")]


def test_an_answer_that_does_not_fit_is_said_at_its_question(steps, sign_in, anong):
    case = steps.started().case
    page = sign_in(anong)
    refused = page.post(
        url("answers", case) + "?question=hours_a_day", plain(case, hours_a_day="many"), **HTMX
    )
    assert refused.status_code == 422 and b"whole number" in refused.content
    whole = page.post(url("answers", case), plain(case, hours_a_day="many", route="By boat"))
    assert whole.status_code == 422 and b"By boat" in whole.content
    assert not Answer.objects.exists()


def test_a_stale_answer_is_shown_beside_the_other(steps, sign_in, acting, anong, mali):
    from moei.desks.screening.actions.save_answers import save_answers

    interview = steps.started()
    case = interview.case
    before = plain(case, route="On foot")
    save_answers(acting(mali), interview, {"route": "By boat"})
    answer = sign_in(anong).post(url("answers", case) + "?question=route", before, **HTMX)
    assert answer.status_code == 409
    assert b"By boat" in answer.content and b"Mali" in answer.content
    assert Answer.objects.get().value == "By boat"


def test_a_stale_answer_in_a_plain_submit_quotes_the_other(steps, sign_in, acting, anong, mali):
    from moei.desks.screening.actions.save_answers import save_answers

    interview = steps.started()
    before = plain(interview.case, route="On foot")
    save_answers(acting(mali), interview, {"route": "By boat"})
    refused = sign_in(anong).post(url("answers", interview.case), before)
    body = refused.content.decode()
    assert refused.status_code == 422
    assert "Mali Intha saved: “By boat”." in body and "On foot" in body


def test_a_plain_submit_leaves_alone_what_others_changed_meanwhile(steps, sign_in, acting, anong, mali):
    from moei.desks.screening.actions.save_answers import save_answers

    interview = steps.started()
    before = plain(interview.case, promised_job="cook")
    save_answers(acting(mali), interview, {"route": "By boat"})
    assert sign_in(anong).post(url("answers", interview.case), before).status_code == 302
    assert dict(Answer.objects.values_list("question", "value")) == {
        "route": "By boat",
        "promised_job": "cook",
    }


def test_signing_needs_a_fresh_authentication_and_loses_nothing_typed(steps, sign_in, fresh, anong):
    case = steps.read()
    page = sign_in(anong)
    authenticated(page, anong, ago=301)
    assert b"Confirm that it is me" in page.get(url("determination", case)).content
    refused = page.post(url("sign", case), {"outcome": "victim_declines", "reasons": "Typed with care."})
    assert refused.status_code == 422
    assert b"Typed with care." in refused.content and b"Confirm that it is me" in refused.content
    assert not Signature.objects.exists()
    assert (
        fresh(anong).post(url("sign", case), {"outcome": "victim_declines", "reasons": "Now."}).status_code
        == 302
    )


def test_what_is_missing_is_said_at_its_field(steps, fresh, anong):
    case = steps.read()
    refused = fresh(anong).post(url("sign", case), {"outcome": "not_victim_may_stay"})
    body = refused.content.decode()
    assert refused.status_code == 422
    for words in (
        "Give your reasons",
        "Name the question",
        "Give the person&#x27;s answer",
        'href="#id_reasons"',
    ):
        assert words in body
    assert 'value="not_victim_may_stay" checked' in " ".join(body.split())


def test_not_yet_is_recorded_from_the_page(steps, sign_in, anong):
    case = steps.read()
    page = sign_in(anong)
    assert page.post(url("not_yet", case), {"until": "", "asked_by": "person"}).status_code == 302
    assert b"until the person says so" in page.get(url("determination", case)).content
    assert page.post(url("not_yet", case), {"until": "2001-01-01", "asked_by": "person"}).status_code == 422


def test_the_paper_is_there_only_after_the_determination(steps, sign_in, anong):
    case = steps.read()
    assert sign_in(anong).get(url("paper", case)).status_code == 302


def test_another_interpreter(steps, sign_in, anong, selam, release, agencies, now):
    from moei.access.models import CaseGrant, RoleGrant, Staff

    interview = steps.started()
    other = Staff.objects.create(username="hirut", name="Hirut Invented", languages=["am", "en"])
    RoleGrant.objects.create(staff=other, role="interpreter", release=release, granted_at=now)
    page = sign_in(anong)
    assert page.get(url("interpreter", interview.case)).status_code == 200
    page.post(
        url("interpreter", interview.case), {"language": "am", "interpreter": str(other.pk), "no_tie": "on"}
    )
    interview.refresh_from_db()
    assert interview.interpreter == other
    open_to = CaseGrant.objects.filter(case_id=interview.case_id, ended_at__isnull=True)
    assert [grant.staff for grant in open_to] == [other]


def test_a_stopped_interview_counts_against_nobody_and_another_goes_on_from_it(
    steps, sign_in, acting, anong, selam
):
    from moei.desks.screening.actions.save_answers import save_answers

    interview = steps.started()
    save_answers(acting(anong), interview, {"route": "By boat"})
    page = sign_in(anong)
    page.post(url("stop", interview.case), {"reason": "not_well"})
    assert b"Nothing counts against the person" in page.get(url("interview", interview.case)).content
    page.post(url("start", interview.case), {"language": "am", "interpreter": str(selam.pk), "no_tie": "on"})
    shown = page.get(url("interview", interview.case)).content
    assert b"By boat" in shown and b"do not ask again" in shown
    assert Interview.objects.count() == 2
