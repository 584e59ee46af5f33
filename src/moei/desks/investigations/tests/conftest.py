"""People of a release who were interviewed, some of whom agreed that investigators are told."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from moei.access.cast import Member, create_member
from moei.access.models import Agency, Staff
from moei.casefile.actions.assign_case import assign_case
from moei.casefile.actions.consent import record_consent
from moei.casefile.actions.load_wordings import current_wording, load_wordings
from moei.casefile.actions.record_event import Happening, record_events
from moei.casefile.models import Case, Consent, Purpose
from moei.crypto.envelope import new_identity
from moei.desks.investigations.actions.give_statement import give_statement
from moei.desks.investigations.actions.links import give_link_key
from moei.desks.investigations.facts import Draft, Said
from moei.desks.investigations.models import Statement
from moei.desks.investigations.words import What
from moei.engines.protocol import EventKind

# After the week of `now` is over: investigators see what was told in it.
NEXT_WEEK = timedelta(days=8)
TRON = "TQn9Y2khEsLJW1ChVWFMSMeRDow5KcbLSE"


@pytest.fixture
def dsi(agencies) -> Agency:
    return agencies["DSI"]


@pytest.fixture
def dej(release, agencies, cast, now) -> Staff:
    """A director of another agency than the auditor's."""
    return create_member(
        Member("dej", "Dej (director)", "MSDHS Tak", "", ("director",)), release, agencies, now=now
    )


@pytest.fixture
def link_keys(acting, somsak, dej) -> dict[str, str]:
    """Both agencies have given a key; the secret halves by the username of who gave it."""
    secrets = {}
    for staff in (somsak, dej):
        secret, recipient = new_identity()
        give_link_key(acting(staff), recipient)
        secrets[staff.username] = secret
    return secrets


@pytest.fixture
def interviewed(add_case, acting, anong, kanya, now):
    """`interviewed("Abebe Bikila")`: somebody in Kanya's hands, an interview of whom has begun."""

    def add(name: str, *, nationality: str = "ETH", born: int = 1998, at=None) -> Case:
        birth = date(born, 3, 14)
        case = add_case(name, nationality=nationality, birth_from=birth, birth_to=birth)
        assign_case(acting(anong), case, kanya)
        record_events(acting(kanya, at=at), [Happening(case, EventKind.INTERVIEW_STARTED, at or now)])
        return case

    return add


@pytest.fixture
def crowd(interviewed) -> list[Case]:
    """Five people of Ethiopia of one age, interviewed in the same week."""
    return [
        interviewed(name)
        for name in ("Almaz Tekle", "Bontu Gemechu", "Chaltu Dibaba", "Desta Worku", "Eyasu Lemma")
    ]


@pytest.fixture
def agree_to(acting, kanya, selam, now, dsi):
    """`agree_to(case)`: the person agrees that the special investigators are told, asked by Kanya."""

    def record(case: Case, agency: Agency | None = None, *, given: bool = True, **when) -> Consent:
        load_wordings(now=now)
        return record_consent(
            acting(kanya, **when),
            case,
            Purpose.INVESTIGATION,
            given=given,
            wording=current_wording(Purpose.INVESTIGATION, "am"),
            recipient=agency or dsi,
            translated_by=selam,
        )

    return record


@pytest.fixture
def draft(now):
    """`draft("They took our phones.", Said(What.PHONE, "+66 81 234 5678"))`"""

    def make(text: str = "They took our telephones on the first day.", *facts: Said, **values) -> Draft:
        return Draft(heard_on=now.date(), text=text, facts=facts or RECRUITED, **values)

    return make


RECRUITED = (
    Said(What.RECRUITER, "Mr Chen Wei", of=1),
    Said(What.COMPOUND, "Blue Garden", country="MMR", place="by the river"),
    Said(What.PHONE, "+66 81 234 5678", of=0),
    Said(What.WALLET, TRON, of=0),
)


@pytest.fixture
def tell(acting, kanya, dsi, crowd, link_keys, agree_to, draft):
    """`tell(crowd[0])`: they agree, and Kanya hands over what they told."""

    def hand_over(case: Case | None = None, *given, agency: Agency | None = None, **values) -> Statement:
        case = case or crowd[0]
        to = agency or dsi
        standing = case.consents.filter(
            purpose=Purpose.INVESTIGATION, recipient=to, withdrawn_at=None, given=True
        )
        if not standing.exists():
            agree_to(case, to)
        return give_statement(acting(kanya), case, to, draft(*given, **values))

    return hand_over
