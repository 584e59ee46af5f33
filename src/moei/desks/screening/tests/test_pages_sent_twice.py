"""The desk's pages: each form carries an id of its own, and sent twice it is answered as done."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from moei.casefile.models import CaseEvent
from moei.desks.screening.models import Interview, Signature
from moei.desks.screening.tests.submissions import YES
from moei.desks.screening.tests.test_journey import authenticated

pytestmark = pytest.mark.django_db

FORMS = {
    "record_screening": ("interview", lambda steps: steps.registered(), {"note": "Tired."}),
    "start": ("interview", lambda steps: steps.screened(), {"language": "am", "no_tie": "on"}),
    "complete": ("interview", lambda steps: steps.answered().case, {}),
    "read_back": ("interview", lambda steps: steps.completed().case, {"agreed": "on"}),
    "stop": ("interview", lambda steps: steps.started().case, {"reason": "not_well"}),
    "sign": ("determination", lambda steps: steps.read(), YES),
    "not_yet": ("determination", lambda steps: steps.read(), {"asked_by": "person"}),
}


def hidden_of(body: str, action: str) -> dict[str, str]:
    """The hidden fields of the form that is sent to `action`, as the page drew them."""
    [form] = re.findall(rf'<form[^>]*action="{re.escape(action)}"[^>]*>(.*?)</form>', body, re.S)
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form))


@pytest.mark.parametrize("name", FORMS)
def test_a_form_sent_twice_is_answered_as_done(name, steps, sign_in, anong, selam):
    shown_on, prepare, typed = FORMS[name]
    case = prepare(steps)
    page = sign_in(anong)
    authenticated(page, anong, ago=0)
    action = reverse(f"screening:{name}", args=[case.id])
    body = page.get(reverse(f"screening:{shown_on}", args=[case.id])).content.decode()
    sent = {**typed, **hidden_of(body, action)}
    if name == "start":
        sent["interpreter"] = str(selam.pk)
    first = page.post(action, sent)
    assert first.status_code == 302, first.content.decode()
    kept = CaseEvent.objects.count(), Signature.objects.count(), Interview.objects.count()
    second = page.post(action, sent)
    assert (second.status_code, second.url) == (302, first.url)
    assert kept == (CaseEvent.objects.count(), Signature.objects.count(), Interview.objects.count())


def test_a_form_of_an_earlier_interview_ends_no_later_one(steps, sign_in, anong, acting, selam):
    from moei.desks.screening.actions.pause_interview import stop_interview
    from moei.desks.screening.actions.start_interview import start_interview

    first = steps.started()
    stop_interview(acting(anong), first)
    second = start_interview(acting(anong), first.case, language="am", interpreter=selam, no_tie=True)
    address = reverse("screening:stop", args=[first.case_id])
    sign_in(anong).post(address, {"interview": str(first.pk), "reason": "person"})
    second.refresh_from_db()
    assert second.state == Interview.State.RUNNING
