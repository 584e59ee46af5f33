"""Invented facts about invented people: languages, needs, answers, what a panel makes of them. All seeded.

Every draw has a stream of its own, named after what it is for and whom it is about: what somebody answers about
an embassy cannot move what a panel decides (P03).
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from moei.casefile.models import Person
from moei.desks.screening.evidence import EvidencePanel

LANGUAGES = {
    "ETH": "am", "KEN": "sw", "PHL": "fil", "MYS": "ms", "PAK": "ur", "CHN": "zh", "IDN": "id", "NPL": "ne",
    "TWN": "zh", "UGA": "en", "LAO": "lo", "BDI": "rn", "BGD": "bn", "BRA": "pt", "NGA": "en", "GHA": "en",
    "IND": "hi", "KHM": "km", "LKA": "si", "TZA": "sw", "VNM": "vi", "ZAF": "en", "UZB": "uz", "CMR": "fr",
    "NAM": "en", "RWA": "fr", "TUN": "ar", "DZA": "ar", "SGP": "en",
}  # fmt: skip
ADVERTS = ("customer service in Bangkok", "data entry in Thailand", "translator for a hotel", "online sales")
PAY = ("USD 1,200 a month", "USD 1,500 a month", "45,000 baht a month", "USD 1,000 and commission")
PLACES = ("KK Park", "Shwe Kokko", "Kyauk Khet", "a compound near Myawaddy")


@dataclass(frozen=True)
class Dice:
    """Seeded draws: the same seed, purpose and key give the same draws, whatever else was drawn."""

    seed: int

    def of(self, purpose: str, key: str) -> random.Random:
        return random.Random(f"{self.seed}|{purpose}|{key}")  # noqa: S311 (a play, not a secret)


def language_of(person: Person) -> str:
    return LANGUAGES.get(person.nationality, "en")


def needs_of(person: Person, draw: random.Random) -> frozenset[str]:
    """Needs that an officer at the crossing would see or be told."""
    needs = set()
    if draw.random() < 0.09:
        needs.add("medical")
    if draw.random() < 0.06:
        needs.add("injured")
    if person.sex == "F" and draw.random() < 0.05:
        needs.add("pregnant")
    if person.sex == "F" and draw.random() < 0.3:
        needs.add("women_only")
    if draw.random() < 0.03:
        needs.add("family")
    return frozenset(needs)


def age_is_unsure(draw: random.Random) -> bool:
    """The officer doubts the age that was told."""
    return draw.random() < 0.015


def asks_for_time(draw: random.Random) -> bool:
    """The person says "not yet" when the interview is offered."""
    return draw.random() < 0.03


def answers(draw: random.Random) -> dict[str, object]:
    """One invented interview. Most were deceived and held; a few came by their own will or say very little."""
    kind = draw.random()
    if kind < 0.03:
        return _own_will(draw)
    if kind < 0.06:
        return _says_little(draw)
    return _held(draw)


def _held(draw: random.Random) -> dict[str, object]:
    def yes(chance: float) -> str:
        return "yes" if draw.random() < chance else "no"

    given: dict[str, object] = {
        "own_words": "Invented answer. They promised other work, took us over the river at night and kept us there.",
        "work_offered": "yes",
        "recruited_how": draw.sample(["ThroughOnlineSocialNetworks", "ThroughFriendsOrSocialEvents"], 1),
        "promised_job": draw.choice(ADVERTS),
        "promised_salary": draw.choice(PAY),
        "promise_broken": yes(0.97),
        "hard_to_refuse": yes(0.4),
        "travel_arranged": yes(0.9),
        "escorted": yes(0.85),
        "passport_taken": draw.choice(["taken"] * 8 + ["kept", "none"]),
        "place_name": draw.choice(PLACES),
        "kept_there": "yes",
        "could_leave": draw.choice(["no"] * 8 + ["guarded", "yes"]),
        "barriers": draw.sample(["bars", "locked", "armed", "fence"], draw.randint(1, 3)),
        "cut_off": yes(0.6),
        "bad_conditions": yes(0.5),
        "work_kind": draw.sample(
            ["scam_messages", "scam_investment", "gambling", "service"], draw.randint(1, 2)
        ),
        "work_forced": yes(0.97),
        "made_to_deceive": yes(0.9),
        "hours_a_day": draw.randint(12, 18),
        "overtime_forced": yes(0.8),
        "pay_withheld": yes(0.75),
        "debt_claimed": yes(0.6),
        "quota": yes(0.8),
        "violence": yes(0.55),
        "threats": draw.sample(["harm", "family", "police", "sale"], draw.randint(1, 2)),
        "sold": yes(0.3),
        "ransom": yes(0.4),
    }
    if given["quota"] == "yes":
        given["punishment"] = draw.sample(["beaten", "shocked", "exercise", "fined"], draw.randint(1, 2))
    return given


def _own_will(draw: random.Random) -> dict[str, object]:
    return {
        "own_words": "Invented answer. I knew what the work was and stayed for the pay.",
        "work_offered": "yes",
        "promised_job": draw.choice(ADVERTS),
        "promise_broken": "no",
        "hard_to_refuse": "no",
        "travel_arranged": "no",
        "passport_taken": "kept",
        "could_leave": "yes",
        "barriers": ["nothing"],
        "work_kind": ["supervising"],
        "work_forced": "no",
        "pay_withheld": "no",
        "debt_claimed": "no",
        "violence": "no",
        "threats": ["none"],
        "not_understood": "Asked why the gate was locked at night; says it was to keep thieves out.",
    }


def _says_little(draw: random.Random) -> dict[str, object]:
    return {
        "own_words": "Invented answer. I do not want to speak about that place now.",
        "work_offered": "yes",
        "promised_job": draw.choice(ADVERTS),
        "promise_broken": "unsure",
        "could_leave": "no_answer",
        "violence": "no_answer",
        "not_understood": "Asked what the work was; does not wish to say today.",
    }


@dataclass(frozen=True)
class View:
    """What one member of the invented panel signs."""

    outcome: str
    reasons: str
    gap_question: str = ""
    gap_answer: str = ""
    dissent: str = ""
    defers: bool = False


def panel_views(panel: EvidencePanel, said: dict[str, object], dice: Dice, key: str) -> list[View]:
    """Three invented members read the same evidence. The software shows it; these stand for people who decide."""
    wish, mood = dice.of("protection", key), dice.of("panel", key)
    if panel.enough:
        outcome = "victim_declines" if wish.random() < 0.12 else "victim_consents"
        view = View(
            outcome, "Invented reasons. Act, means and purpose stand in the answers, which are coherent."
        )
        views = [view, view, view]
        if mood.random() < 0.02:
            other = View(
                "unclear_temporary_protection",
                "Invented reasons. I would hear the person once more.",
                dissent="Two dates do not fit; I do not hold it against the person.",
            )
            views[mood.choice((1, 2))] = other
        return views
    if said.get("work_forced") == "no":
        gap = str(said["not_understood"])
        negative = View(
            "not_victim_to_immigration",
            "Invented reasons. No means is in the answers, and the gap was put to the person.",
            gap_question="not_understood",
            gap_answer=gap,
        )
        unclear = View("unclear_temporary_protection", "Invented reasons. The person may speak later.")
        return [negative, negative, unclear] if mood.random() < 0.5 else [unclear, unclear, unclear]
    if mood.random() < 0.5:
        return [View("not_yet", "Invented reasons. The person asked for time.", defers=True)] * 3
    return [View("unclear_temporary_protection", "Invented reasons. Too little is known to decide.")] * 3
