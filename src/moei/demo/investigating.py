"""Statements in the play: what people tell investigators, with their consent, of those who did this to them.

Recruiters are spelt as each heard them; their telephones, chat names, wallets and cars are the same ones, typed in
different ways. Nothing of it exists: telephones are of no subscriber, wallets are the
hash of a word: their checksums are right, and nobody holds a key to them.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction

from moei.access.acting import Acting
from moei.casefile.actions.consent import record_consent, withdraw_consent
from moei.casefile.actions.load_wordings import current_wording
from moei.casefile.models import Case, Consent, Purpose
from moei.crypto.envelope import new_identity
from moei.demo.invented import language_of
from moei.demo.play import Play
from moei.desks.investigations.actions.give_statement import NamesSomebody, give_statement
from moei.desks.investigations.actions.links import give_link_key
from moei.desks.investigations.facts import Draft, Said
from moei.desks.investigations.words import What
from moei.desks.screening.models import Interview

ASKED = 90  # people whom Kanya asks
A_DAY = 15


@dataclass(frozen=True)
class Ring:
    """Those who work together: each name in several spellings, each number in several forms."""

    recruiter: tuple[str, ...]
    boss: tuple[str, ...]
    phones: tuple[tuple[str, str], ...]
    handle: str
    compound: tuple[str, ...]
    company: str
    plate: str
    wallets: tuple[str, ...]


RINGS = (
    Ring(
        ("Vincent Gao", "Vinsent Gao", "Vincent Gaoh", "高文森"),
        ("Brother Long", "Bro Long", "Long Ge"),
        (("+66 81 555 0101", "081-555-0101"), ("+95 9 421 000 111", "+959421000111")),
        "vincent_office_jobs",
        ("Blue Garden", "Blue Gardn", "Bluegarden Park"),
        "Golden Reply Customer Service",
        "1กก 2345",
        ("TEDpkuUg1oSSGfuMwSQazQXRkLwJnMEtMR", "TG8DyaXBzsGztH6URCqL5dcvN3yZC1DZz1"),
    ),
    Ring(
        ("Madame Rosalind", "Madam Rosalynd", "Mme Rosalind"),
        ("Captain Aung Invented", "Capt. Aung Invented"),
        (("+251 91 155 0102", "+251911550102"),),
        "rosalind_travels",
        ("Horizon Yard", "Horizon Yd", "Horison Yard"),
        "Rosalind Travel and Work",
        "2ขข 678",
        ("THFHnmCRAJr4vYYGEJe8Vdzv5iuQGdCN2x", "TPmyBijCoY8m9NmTVKm32Kvod6qpqbam52"),
    ),
    Ring(
        ("Dominic Sterling", "Domenic Sterling", "D. Sterling", "Dominik Sterlin"),
        ("Boss Wei-Invented", "Mr Weih Invented"),
        (("+254 711 555 103", "+254711555103"), ("+66 82 555 0104", "0825550104")),
        "sterling_it_careers",
        ("Harbour Nine", "Harbor 9", "Harbour No. 9"),
        "Sterling IT Careers",
        "3คค 9012",
        ("TXLKUiSVCuFtY6kM7axJ7X1SCQxpCym8R9", "TXqoHZqiD6nhabKqzs2e78qsbiVN8iPVrM"),
    ),
)
STORY = (
    "I saw an advert for work in an office. On the way we changed cars twice, and at night a boat took us over. Men with "
    "guns waited there. I was told that I owed money for the journey. (invented)",
    "A friend of a friend sent me a number. I was interviewed by video. When I came, my passport was taken and I was "
    "shown a room with forty beds. (invented)",
    "They paid for the ticket. After a week I was sold to another building, for a debt that grew each day. (invented)",
)


def play_statements(play: Play) -> None:
    """Two agencies give keys for the link; Kanya asks, and hands over what those who agreed have told."""
    for username, minute in (("somsak", 0), ("dej", 20)):
        _secret, recipient = new_identity()
        give_link_key(play.acting(play.team.cast[username], play.calendar.at(9, 9, minute)), recipient)
    heard = {
        interview.case_id: interview.started_at
        for interview in Interview.objects.filter(
            case__release=play.release, read_back_at__isnull=False
        ).order_by("started_at")
    }
    cases = [case for case in play.assigned_to_kanya() if case.id in heard][:ASKED]
    for place, case in enumerate(cases):
        play.tick("Statements", place, len(cases))
        day = max(10, (heard[case.id].astimezone(play.calendar.zone).date() - play.calendar.date(0)).days + 1)
        at = play.calendar.at(day + place // A_DAY, 13) + timedelta(minutes=20) * (place % A_DAY)
        acting = replace(play.acting(play.team.cast["kanya"], at), looking="my_cases")
        with transaction.atomic():
            if not _agrees(play, acting, case):
                continue
            draw = play.dice.of("statement", play.keys[case.id])
            draft = Draft(
                heard_on=heard[case.id].astimezone(play.calendar.zone).date(),
                text=draw.choice(STORY),
                facts=_facts(draw, play.calendar.date(0)),
                source_grade="B",
                information_grade="3",
            )
            _hand_over(play, acting, case, draft)
    play.tick("Statements", len(cases), len(cases))
    _taken_back(play)


def _agrees(play: Play, acting: Acting, case: Case) -> bool:
    translator, text = play.team.translator(language_of(case.person))
    wording = current_wording(Purpose.INVESTIGATION, text)
    if wording is None:
        return False
    given = play.dice.of("consent", f"{play.keys[case.id]}|investigation").random() < 0.7
    record_consent(
        acting,
        case,
        Purpose.INVESTIGATION,
        given=given,
        wording=wording,
        recipient=play.team.agencies["DSI"],
        translated_by=translator,
    )
    return given


def _hand_over(play: Play, acting: Acting, case: Case, draft: Draft) -> None:
    """A word that could name somebody who was freed is looked at: these are the play's own, and name nobody."""
    agency = play.team.agencies["DSI"]
    try:
        give_statement(acting, case, agency, draft)
    except NamesSomebody as names:
        give_statement(acting, case, agency, replace(draft, cleared=frozenset(names.held.words)))


def _taken_back(play: Play) -> None:
    """One person changes their mind on the thirtieth day: what they told is gone from the desk, and from the network."""
    given = Consent.objects.filter(
        case__release=play.release,
        purpose=Purpose.INVESTIGATION,
        given=True,
        withdrawn_at__isnull=True,
    )
    last = given.order_by("-asked_at").first()
    if last is not None:
        withdraw_consent(play.acting(play.team.cast["kanya"], play.calendar.at(30, 11)), last)


def _facts(draw: random.Random, freed: date) -> list[Said]:
    """Six to nine facts, of one of the rings, as this person heard and saw it, in the months before they were freed."""
    ring = draw.choice(RINGS)
    facts = [
        Said(What.RECRUITER, draw.choice(ring.recruiter), of=1),
        Said(What.COMPOUND, draw.choice(ring.compound), country="MMR", place="by the river"),
        Said(What.BOSS, draw.choice(ring.boss), of=1),
        Said(What.PHONE, draw.choice(draw.choice(ring.phones)), of=0, country="THA"),
    ]
    if draw.random() < 0.6:
        facts.append(Said(What.HANDLE, ring.handle, of=0, where="Telegram"))
    if draw.random() < 0.4:
        facts.append(Said(What.COMPANY, ring.company, of=0))
    if draw.random() < 0.3:
        facts.append(Said(What.VEHICLE, ring.plate, of=0, country="THA", where="Bangkok"))
    if draw.random() < 0.35:
        facts.append(Said(What.WALLET, draw.choice(ring.wallets), of=2))
    facts.append(Said(What.PAY, of=0, amount=Decimal(draw.choice((1000, 1200, 1500))), currency="USD"))
    if draw.random() < 0.5:
        facts.append(Said(What.DEBT, of=2, amount=Decimal(draw.choice((3000, 5000, 8000))), currency="USD"))
    brought = freed - timedelta(weeks=draw.randint(10, 60))
    facts[1] = replace(facts[1], on=brought)
    if facts[-1].what is What.DEBT:
        facts[-1] = replace(facts[-1], on=brought + timedelta(weeks=draw.randint(1, 9)))
    return facts
