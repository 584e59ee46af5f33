"""Each page asks the database the same number of questions, however much there is to show."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from moei.access.models import CaseGrant
from moei.casefile.models import Need
from moei.desks.screening.actions.save_answers import save_answers
from moei.desks.screening.form import identification_form


def count(client, address) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


@pytest.mark.parametrize("who", ["anong", "kanya"])
def test_the_worklist(steps, sign_in, cast, who, now, django_assert_max_num_queries):
    page, address = sign_in(cast[who]), reverse("screening:worklist")

    def more(number):
        for place in range(number):
            case = steps.screened(name=f"Invented {place}")
            Need.objects.create(person=case.person, code="medical", noted_at=now)
            CaseGrant.objects.create(case_id=case.id, basis="assigned", staff=cast["kanya"], granted_at=now)

    more(3)
    page.get(address)  # the first request writes when the session was seen, and begins a count of names
    few = count(page, address)
    more(27)
    assert count(page, address) == few
    with django_assert_max_num_queries(24):
        page.get(address)


def test_the_interview_and_the_determination(steps, sign_in, acting, anong, django_assert_max_num_queries):
    few = steps.started(name="Few")
    save_answers(acting(anong), few, {"route": "By boat"})
    many = steps.started(name="Many")
    save_answers(
        acting(anong),
        many,
        {q.name: q.choices[0].name if q.choices else "12" for q in identification_form()},
    )
    page = sign_in(anong)
    for interview in (few, many):  # fills the caches of the process, and counts the case as opened
        page.get(reverse("screening:interview", args=[interview.case.id]))
    for name in ("screening:interview", "screening:determination"):
        counts = {count(page, reverse(name, args=[interview.case.id])) for interview in (few, many)}
        assert len(counts) == 1, counts
    with django_assert_max_num_queries(45):
        page.get(reverse("screening:interview", args=[many.case.id]))
    with django_assert_max_num_queries(45):
        page.get(reverse("screening:determination", args=[many.case.id]))
