"""What an undecided case must not say."""

import re
from io import BytesIO

import pytest
from django.urls import reverse
from pypdf import PdfReader

from moei.desks.screening.actions.sign_determination import sign_determination
from moei.desks.screening.models import Signature
from moei.engines.protocol import load_protocol

from .test_journey import authenticated


@pytest.fixture
def desk(sign_in, anong):
    client = sign_in(anong)
    authenticated(client, anong, ago=0)
    return client


def shown(client, name, case) -> str:
    return client.get(reverse(f"screening:{name}", args=[case.id])).content.decode()


def test_p06_no_outcome_is_chosen_beforehand(steps, desk):
    body = shown(desk, "determination", steps.read())
    radios = re.findall(r'<input class="govuk-radios__input" type="radio"[^>]*name="outcome"[^>]*>', body)
    assert len(radios) == len(load_protocol("thailand").outcomes)
    assert not [radio for radio in radios if "checked" in radio]
    assert "not_yet" in " ".join(radios)


def test_p06_pages_hold_no_score_no_ranking_no_proposal(steps, desk):
    case = steps.read()
    for name in ("interview", "determination"):
        words = re.sub(r"<[^>]+>", " ", shown(desk, name, case)).lower()
        for word in ("score", "likely", "probab", "recommend", "suggest", "credib", "%"):
            assert word not in words, (name, word)


def test_p06_what_others_signed_is_not_shown_before_ones_own_signature(steps, desk, acting, anong, prasert):
    case = steps.read()
    sign_determination(acting(prasert), case, outcome="victim_declines", reasons="Prasert's own words.")
    assert "Prasert&#x27;s own words." not in shown(desk, "determination", case)
    sign_determination(acting(anong), case, outcome="victim_consents", reasons="Anong's own words.")
    assert "Prasert&#x27;s own words." in shown(desk, "determination", case)


def test_p03_the_pages_of_those_who_decide_hold_nothing_of_other_consents(
    steps, desk, acting, kanya, anong, agencies, now, selam
):
    from moei.casefile.actions.assign_case import assign_case
    from moei.casefile.actions.consent import record_consent
    from moei.casefile.actions.load_wordings import current_wording, load_wordings
    from moei.casefile.models import Purpose

    case = steps.read()
    before = {name: shown(desk, name, case) for name in ("interview", "determination")}
    load_wordings(now=now)
    assign_case(acting(anong), case, kanya)
    for purpose, recipient in (
        (Purpose.INVESTIGATION, agencies["DSI"]),
        (Purpose.EMBASSY, agencies["Embassy of Ethiopia"]),
    ):
        record_consent(
            acting(kanya),
            case,
            purpose,
            given=True,
            wording=current_wording(purpose, "am"),
            recipient=recipient,
            translated_by=selam,
        )
    for name, body in before.items():
        assert without_clock(shown(desk, name, case)) == without_clock(body)


def without_clock(body: str) -> str:
    """A page without what changes from one second to the next, and from one form to the next."""
    body = re.sub(r'name="operation" value="[^"]*"', "", body)
    body = re.sub(r'csrf[^"]*"[^"]*"[^"]*"|[A-Za-z0-9]{64}', "", body)
    return re.sub(r"\d+ (day|hour|minute)s?( \d+ (hour|minute)s?)?", "", body)


def test_p07_the_standard_of_proof_is_shown_and_marked_unverified(steps, desk):
    for name in ("interview", "determination"):
        body = shown(desk, name, steps.read(name=f"For {name}"))
        assert "does not ask for proof as at a trial" in body
        assert "Not verified" in body


def test_p09_a_child_is_said_to_need_no_means(steps, desk):
    assert "Not needed: the person is a child" in shown(desk, "determination", steps.read(child="unsure"))


def test_p22_the_paper_says_that_it_is_invented(steps, desk, acting, anong, prasert, mali):
    case = steps.read()
    for staff in (prasert, mali, anong):
        sign_determination(acting(staff), case, outcome="victim_consents", reasons="Clear.")
    assert Signature.objects.count() == 3
    answer = desk.get(reverse("screening:paper", args=[case.id]))
    sheets = [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(answer.content)).pages]
    assert all("INVENTED" in sheet for sheet in sheets)
    assert "People and answers here are invented" in " ".join(sheets) and "Clear." in " ".join(sheets)


def test_printing_is_in_the_journal(steps, desk, acting, anong, prasert, mali):
    from moei.journal.models import Entry

    case = steps.read()
    for staff in (prasert, mali, anong):
        sign_determination(acting(staff), case, outcome="victim_consents", reasons="Clear.")
    desk.get(reverse("screening:paper", args=[case.id]))
    assert Entry.objects.filter(action="determination.printed", case=case.id, actor=anong.id).exists()
