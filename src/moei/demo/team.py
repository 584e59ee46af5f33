"""The invented staff of the demo: the cast, and the teams and interpreters that a release of hundreds needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from moei.access.cast import CAST, Member, create_agencies, create_member
from moei.access.models import Agency, Release, RoleGrant, Staff
from moei.crypto import new_code

INTERVIEWERS = tuple(
    Member(f"team{n}", name, "MSDHS Tak", "social_development", ("social_worker",), ("th", "en"))
    for n, name in enumerate(
        ("Duang Thongdee", "Wanida Saelim", "Kitti Rakdee", "Ratana Moon", "Chai Wongsa", "Nok Jaidee", "Suda Pim",
         "Arun Tee", "Malee Kong", "Pim Lao", "Somchai Yod"),
        start=2,
    )
)  # fmt: skip

# Languages spoken, and the hour after the handover at which the interpreter reached the centre.
INTERPRETERS: tuple[tuple[Member, int], ...] = tuple(
    (Member(username, name, "Safe Return", "interpreter", ("interpreter",), languages), hours)
    for username, name, languages, hours in (
        ("interpreter2", "Abel Girma", ("am", "om", "en"), 1),
        ("interpreter3", "Hirut Bekele", ("am", "ti", "en"), 3),
        ("interpreter4", "Dawit Alemu", ("am", "en"), 18),
        ("interpreter5", "Mei Chen", ("zh", "en"), 1),
        ("interpreter6", "Lin Yu", ("zh", "th"), 18),
        ("interpreter7", "Farah Khan", ("ur", "hi", "bn", "en"), 4),
        ("interpreter8", "Bishal Rai", ("ne", "hi", "en"), 20),
        ("interpreter9", "Siti Rahma", ("id", "ms", "en"), 4),
        ("interpreter10", "Khamphan Sok", ("lo", "km", "th"), 2),
        ("interpreter11", "Amina Wanjiru", ("sw", "fr", "rn", "en"), 26),
        ("interpreter12", "Joana Reis", ("pt", "en"), 27),
        ("interpreter13", "Linh Tran", ("vi", "en"), 4),
        ("interpreter14", "Rosa Cruz", ("fil", "en"), 4),
        ("interpreter15", "Sanduni Perera", ("si", "en"), 21),
        ("interpreter16", "Karim Aziz", ("ar", "uz", "fr", "en"), 22),
    )
)

# Beside the cast: who agrees, with the oversight office, that a pseudonym is linked to a person again.
BESIDE = (Member("dej", "Dej Wongsawat", "MSDHS Tak", "", ("director",), ("th", "en")),)

# Missions besides the one of the cast: short name, its own state, other states for which it acts.
MISSIONS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("Embassy of Kenya", "KEN", ("UGA", "TZA", "BDI", "RWA")),
    ("Embassy of the Philippines", "PHL", ()),
    ("Embassy of Malaysia", "MYS", ()),
    ("Embassy of Pakistan", "PAK", ()),
    ("Embassy of China", "CHN", ()),
    ("Embassy of Indonesia", "IDN", ()),
    ("Embassy of Nepal", "NPL", ()),
    ("Office of Taipei", "TWN", ()),
    ("Embassy of Laos", "LAO", ()),
    ("Embassy of Bangladesh", "BGD", ()),
    ("Embassy of Brazil", "BRA", ()),
    ("Embassy of India", "IND", ()),
    ("Embassy of Cambodia", "KHM", ()),
    ("Embassy of Sri Lanka", "LKA", ()),
    ("Embassy of Nigeria", "NGA", ()),
)


@dataclass(frozen=True)
class SignIn:
    """How one of the cast signs in to this demo."""

    username: str
    name: str
    work: str
    password: str


@dataclass(frozen=True)
class Team:
    """Everyone who plays. `interpreters` come with the hours after the handover at which they arrive."""

    cast: dict[str, Staff]
    interviewers: list[Staff]
    interpreters: list[tuple[Staff, int]]
    agencies: dict[str, Agency]
    sign_ins: list[SignIn]
    # State (ISO 3166 alpha-3) -> the mission that is asked about its nationals. Some states have none.
    missions: dict[str, Agency]

    def translator(self, language: str) -> tuple[Staff, str]:
        """Who reads the words of a consent to somebody who speaks this language, and from which text."""
        for text in ("am", "en", "th"):
            for staff, _hours in self.interpreters:
                if {language, text} <= set(staff.languages) and (text != "am" or language == "am"):
                    return staff, text
        return self.cast["selam"], "en"


def create_team(release: Release, *, now: datetime) -> Team:
    """Accounts for everybody; passwords, made anew each time, for the cast alone."""
    agencies = create_agencies()
    missions = {"ETH": agencies["Embassy of Ethiopia"]}
    for short, country, others in MISSIONS:
        agencies[short] = Agency.objects.create(
            name=f"{short} (invented desk)", short_name=short, kind=Agency.Kind.EMBASSY, country=country
        )
        missions |= dict.fromkeys((country, *others), agencies[short])
    cast = {member.username: create_member(member, release, agencies, now=now) for member in (*CAST, *BESIDE)}
    # As on a new instance: whoever makes another release can give roles in it.
    RoleGrant.objects.filter(staff=cast["admin"]).update(release=None)
    sign_ins = []
    for member in (*CAST, *BESIDE):
        password = "-".join(new_code("0123456789abcdef", 4) for _ in range(4))
        staff = cast[member.username]
        staff.set_password(password)
        staff.save(update_fields=["password"])
        work = ", ".join(member.roles).replace("_", " ") or "nothing: belongs nowhere"
        sign_ins.append(SignIn(member.username, member.name, work, password))
    interviewers = [create_member(member, release, agencies, now=now) for member in INTERVIEWERS]
    interpreters = [(create_member(m, release, agencies, now=now), hours) for m, hours in INTERPRETERS]
    return Team(
        cast=cast,
        interviewers=[cast["anong"], *interviewers],
        interpreters=[(cast["selam"], 1), *interpreters],
        agencies=agencies,
        sign_ins=sign_ins,
        missions=missions,
    )
