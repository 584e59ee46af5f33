"""Pages by role: who may, who may not, and nobody."""

import pytest
from django.urls import reverse

from moei.access.models import CaseGrant, Site


@pytest.mark.parametrize(
    ("who", "worklist", "interview", "determination"),
    [
        ("anong", 200, 200, 200),
        ("prasert", 200, 200, 200),
        ("mali", 200, 200, 200),
        ("kanya", 200, 404, 404),
        ("selam", 403, 200, 403),
        ("lawan", 403, 404, 404),
        ("tesfa", 403, 404, 404),
        ("dao", 403, 404, 404),
        ("niran", 403, 404, 404),
        ("vera", 403, 404, 404),
        ("somsak", 403, 404, 404),
        ("admin", 403, 404, 404),
        ("mallory", 403, 403, 403),
    ],
)
def test_pages_by_role(steps, sign_in, cast, who, worklist, interview, determination):
    case = steps.started().case
    page = sign_in(cast[who])
    found = [
        page.get(reverse("screening:worklist")).status_code,
        page.get(reverse("screening:interview", args=[case.id])).status_code,
        page.get(reverse("screening:determination", args=[case.id])).status_code,
    ]
    assert found == [worklist, interview, determination]


def test_nobody_is_sent_to_the_sign_in(steps, client):
    case = steps.started().case
    for address in (reverse("screening:worklist"), reverse("screening:interview", args=[case.id])):
        assert client.get(address).status_code == 302


def test_the_police_read_and_do_not_interview(steps, sign_in, prasert):
    case = steps.started().case
    page = sign_in(prasert)
    body = page.get(reverse("screening:interview", args=[case.id])).content.decode()
    assert 'id="answers"' not in body
    for name in ("start", "answers", "break", "stop", "complete", "read_back", "facts"):
        assert page.post(reverse(f"screening:{name}", args=[case.id])).status_code == 403, name
    assert page.post(reverse("screening:record_screening", args=[case.id])).status_code == 403


def test_an_interpreter_sees_the_answers_not_the_evidence_and_changes_nothing(steps, sign_in, selam):
    case = steps.completed().case
    page = sign_in(selam)
    body = page.get(reverse("screening:interview", args=[case.id])).content
    assert b"They were taken from me" in body and b'id="evidence"' not in body
    assert page.post(reverse("screening:answers", args=[case.id])).status_code == 403
    assert page.post(reverse("screening:sign", args=[case.id])).status_code == 403


def test_the_persons_lawyer_reads_what_was_decided_and_signs_nothing(steps, sign_in, lawan, now):
    case = steps.read()
    CaseGrant.objects.create(case_id=case.id, basis="support", staff=lawan, granted_at=now)
    page = sign_in(lawan)
    body = page.get(reverse("screening:determination", args=[case.id])).content.decode()
    assert "What the person said" in body and 'id="sign-form"' not in body
    assert page.post(reverse("screening:sign", args=[case.id])).status_code == 403


def test_cases_of_another_site_are_not_listed(steps, sign_in, anong, acting):
    here, there = steps.registered(name="Here"), steps.registered(name="There")
    there.site = Site.objects.create(name="Another crossing")
    there.save(update_fields=["site"])
    body = sign_in(anong).get(reverse("screening:worklist")).content.decode()
    assert here.number in body and there.number not in body


def test_urgent_needs_come_first_then_the_clock(steps, sign_in, anong, now):
    from moei.casefile.models import Need

    late, soon, hurt = (steps.registered(name=name) for name in ("Late", "Soon", "Hurt"))
    for case, hours in ((late, 9), (soon, 3), (hurt, 20)):
        case.next_due = now.replace(hour=0).replace(day=20, hour=hours)
        case.save(update_fields=["next_due"])
    Need.objects.create(person=hurt.person, code="injured", noted_at=now)
    body = sign_in(anong).get(reverse("screening:worklist")).content.decode()
    assert body.index(hurt.number) < body.index(soon.number) < body.index(late.number)


def test_the_worklist_can_be_narrowed(steps, sign_in, anong):
    waits, read = steps.screened(name="Waits"), steps.read(name="Read")
    body = sign_in(anong).get(reverse("screening:worklist") + "?for=panel").content.decode()
    assert read.number in body and waits.number not in body
