"""The desk over the API: a mission's program reads and answers, an officer's sends."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from moei.access.models import ApiToken
from moei.casefile.actions.consent import withdraw_consent
from moei.casefile.models import Consent
from moei.crypto import digest_token
from moei.desks.embassies.actions.papers import ask_paper
from moei.leaving.models import Departure, Kind

pytestmark = pytest.mark.django_db


@pytest.fixture
def call(client):
    """`call(tesfa, "get", "/api/...")` with a token that acts as them."""

    def ask(staff, method, path, body=None, **headers):
        ApiToken.objects.get_or_create(
            digest=digest_token(staff.username),
            defaults={
                "agency": staff.agency,
                "staff": staff,
                "label": "test",
                "created_at": datetime.now(UTC),
                "expires_at": datetime.now(UTC) + timedelta(hours=1),
            },
        )
        headers = {"Authorization": f"Bearer {staff.username}", "Moei-Purpose": "care", **headers}
        if body is None:
            return getattr(client, method)(path, headers=headers)
        return getattr(client, method)(path, body, content_type="application/json", headers=headers)

    return ask


def test_a_mission_reads_what_it_is_asked_and_answers(agreed, person, ask, call, tesfa):
    person("Not Asked")
    request = ask(agreed())
    (row,) = call(tesfa, "get", "/api/nationals/asked").json()
    assert (row["reference"], row["name"], row["born"]) == (request.reference, "Abebe Invented", "1998-03-14")
    assert row.keys() == {
        "reference", "state", "status", "asked_at", "name", "name_native", "sex", "born", "papers", "needs", "more"
    }  # fmt: skip
    assert Departure.objects.get(kind=Kind.API).people == 1
    body = {"answers": [{"reference": request.reference.lower(), "answer": "confirmed"}]}
    assert call(tesfa, "post", "/api/nationals/answers", body).json() == {"stored": 1}
    assert call(tesfa, "post", "/api/nationals/answers", body).status_code == 422
    request.refresh_from_db()
    assert request.status == "confirmed"
    assert call(tesfa, "get", "/api/nationals/asked", **{"Moei-Purpose": ""}).status_code == 400


def test_p04_after_a_withdrawal_nothing_is_stored_and_the_answer_is_that_to_nobody(
    agreed, ask, call, acting, kanya, tesfa
):
    one, two = ask(agreed("One")), ask(agreed("Two"))
    withdraw_consent(acting(kanya, later=timedelta(minutes=1)), Consent.objects.get(case=two.case))
    both = {"answers": [{"reference": row.reference, "answer": "confirmed"} for row in (one, two)]}
    gone = call(tesfa, "post", "/api/nationals/answers", both)
    never = call(
        tesfa, "post", "/api/nationals/answers", {"answers": [{"reference": "V-2", "answer": "confirmed"}]}
    )
    assert (gone.status_code, gone.json()) == (never.status_code, never.json()) == (422, gone.json())
    one.refresh_from_db()
    assert one.status == "asked"
    assert [row["name"] for row in call(tesfa, "get", "/api/nationals/asked").json()] == ["One"]


def test_papers(agreed, call, acting, kanya, tesfa, ethiopia):
    case = agreed()
    paper = ask_paper(acting(kanya), case, ethiopia, "laissez_passer")
    (row,) = call(tesfa, "get", "/api/nationals/papers").json()
    assert (row["id"], row["kind"], row["issued_at"]) == (str(paper.pk), "laissez_passer", None)
    path = f"/api/nationals/papers/{paper.pk}"
    assert call(tesfa, "post", path, {"outcome": "issued"}).status_code == 422
    issued = {"outcome": "issued", "number": "LP9", "expires_on": "2099-01-01"}
    assert call(tesfa, "post", path, issued).json()["number"] == "LP9"
    withdraw_consent(acting(kanya, later=timedelta(minutes=1)), Consent.objects.get(case=case))
    assert call(tesfa, "post", path, issued).status_code == 404
    assert call(tesfa, "get", "/api/nationals/papers").json() == []


def test_an_officer_sends_a_batch_and_reads_how_long_missions_take(
    agreed, person, call, ploy, kanya, ethiopia
):
    yes, no = agreed("Said Yes"), person("Not Asked")
    body = {"state": "ETH", "cases": [str(yes.pk), str(no.pk)]}
    path = f"/api/embassies/{ethiopia.pk}/batches"
    assert call(kanya, "post", path, body).status_code == 403
    sent = call(ploy, "post", path, body).json()
    assert (sent["requests"], sent["left_out"]) == (1, 1)
    assert call(ploy, "post", path, body).status_code == 422
    assert call(ploy, "post", f"/api/embassies/{yes.pk}/batches", body).status_code == 404
    (mission,) = call(ploy, "get", "/api/embassies").json()
    assert (mission["asked"], mission["waiting"], mission["states"]) == (1, 1, ["ETH"])


def test_p12_a_mission_reads_no_list_of_missions(call, tesfa, ethiopia):
    assert call(tesfa, "get", "/api/embassies").status_code == 403
    assert call(
        tesfa, "post", f"/api/embassies/{ethiopia.pk}/batches", {"state": "ETH", "cases": []}
    ).status_code in (
        403,
        422,
    )
