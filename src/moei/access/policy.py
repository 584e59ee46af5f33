"""The policy table: role x section of the case file x read or write, and on which cases.

This file is the policy. `visible_to` (which cases) and `can` (may this be done) are both built from it in
`moei.access.decide`; `moei access matrix` prints it. Change it here, in review, or not at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Section(StrEnum):
    """Parts of a case file that are opened separately."""

    IDENTITY = "identity"
    CONTACT = "contact"
    NEEDS = "needs"
    MEDICAL = "medical"
    SHELTER_PLACE = "shelter_place"
    SCREENING = "screening"
    DETERMINATION = "determination"
    CONSENT = "consent"
    STATEMENT = "statement"
    TRAVEL = "travel"
    ATTACHMENTS = "attachments"
    RIGHTS = "rights"  # what the person wishes, asks, complains about; that they were filmed
    PROPERTY = "property"  # what was taken from the person
    CARE = "care"  # what support somebody needs, has and plans; services and referrals
    SAFETY = "safety"  # that somebody has to be kept apart from others, or watched over; seen by few
    RETURN = "return"  # the way home: what has to be there before boarding, the journey, contacts afterwards
    PROCEDURE = "procedure"  # stage, clocks, what happened when, and the records the file came from


class Cases(StrEnum):
    """Which cases a role reaches."""

    NONE = "none"
    RELEASE = "every case of the release"
    SITE = "cases at my site in the release"
    ASSIGNED = "cases assigned to me"
    INTERPRETED = "cases I interpret in"
    CONSENTED = "people who consented to my agency"
    NAMED_ME = "people who named me"


class Duty(StrEnum):
    """What is done outside a single case file."""

    LISTS = "lists"  # read, load and undo lists, reconcile them
    REVIEW = "review"  # decide who is who
    REGISTER = "register"  # register people at the crossing
    BOARD = "board"  # the operations board
    STATISTICS = "statistics"  # counts of a release
    BULLETIN = "bulletin"  # publish a bulletin
    JOURNAL = "journal"  # read the journal
    BREAK_GLASS_REVIEW = "break_glass_review"
    COMPLAINTS = "complaints"  # answer and close what people complain about
    BREAK_GLASS = "break_glass"  # open a case in an emergency
    STAFF = "staff"  # agencies, staff, roles, tokens: proposes what is given, takes away at once
    APPROVE = "approve"  # approves what somebody of another agency proposed
    SEARCH = "search"  # look people up
    RETENTION = "retention"  # erasure by the rules, legal holds, the register of backups: counts, never names
    WATCH = "watch"  # is told of emergencies and of what one person did alone
    CANARIES = "canaries"  # keeps invented people as an alarm, and is told who touched one
    ALLOW = "allow"  # allows somebody more than their quota for an hour
    CARE = "care"  # the list of people in care, the services there are, referrals to one's own agency
    CASELOAD = "caseload"  # how much each caseworker carries: counts, never names
    SHELTER = "shelter"  # places with beds, who is where
    MISSIONS = "missions"  # embassies, what they were asked, how long they take
    NATIONALS = "nationals"  # an embassy's own desk: nationals who agreed
    RETURNS = "returns"  # journeys home with their seats
    NETWORK = "network"  # what statements say of recruiters, places and money, under pseudonyms
    EVIDENCE = "evidence"  # files given as evidence, with their custody
    LINKS = "links"  # agrees, with another agency, that a pseudonym is linked to a person again
    SCREENING = "screening"  # the list of cases that wait for screening, interview or panel


@dataclass(frozen=True)
class Role:
    """A row of the table. `sections` maps a section to "r" or "rw"."""

    code: str
    label: str
    cases: Cases
    sections: Mapping[Section, str] = field(default_factory=dict)
    duties: frozenset[Duty] = frozenset()
    # Identification and investigation are apart (P10): roles of the two sides exclude each other in a release.
    side: str = ""
    # Different cases that somebody opens in an hour; above it, a second person allows more (P10).
    cases_an_hour: int = 40


S, D = Section, Duty

ROLES: Mapping[str, Role] = {
    role.code: role
    for role in (
        Role(
            "social_worker",
            "Social worker (MSDHS)",
            Cases.SITE,
            {
                S.IDENTITY: "rw",
                S.CONTACT: "rw",
                S.NEEDS: "rw",
                S.SCREENING: "rw",
                S.DETERMINATION: "rw",
                S.SHELTER_PLACE: "rw",
                S.CONSENT: "rw",
                S.CARE: "rw",
                S.SAFETY: "rw",
                S.ATTACHMENTS: "rw",
                S.RIGHTS: "rw",
                S.PROPERTY: "rw",
                S.PROCEDURE: "r",
            },
            frozenset(
                {
                    D.LISTS,
                    D.REVIEW,
                    D.REGISTER,
                    D.BOARD,
                    D.SEARCH,
                    D.BREAK_GLASS,
                    D.SCREENING,
                    D.CARE,
                    D.SHELTER,
                }
            ),
            side="identification",
            cases_an_hour=80,
        ),
        Role(
            "panel_police",
            "Police officer on the panel",
            Cases.SITE,
            {S.IDENTITY: "r", S.NEEDS: "r", S.SCREENING: "r", S.DETERMINATION: "rw", S.PROCEDURE: "r"},
            frozenset({D.BOARD, D.SEARCH, D.SCREENING}),
            side="identification",
        ),
        Role(
            "panel_labour",
            "Labour inspector on the panel",
            Cases.SITE,
            {S.IDENTITY: "r", S.NEEDS: "r", S.SCREENING: "rw", S.DETERMINATION: "rw", S.PROCEDURE: "r"},
            frozenset({D.BOARD, D.SEARCH, D.SCREENING}),
            side="identification",
        ),
        Role(
            "caseworker",
            "Caseworker of an organisation",
            Cases.ASSIGNED,
            {
                S.IDENTITY: "r",
                S.CONTACT: "rw",
                S.NEEDS: "rw",
                S.SCREENING: "rw",
                S.CONSENT: "rw",
                S.CARE: "rw",
                S.TRAVEL: "rw",
                S.RETURN: "rw",
                S.ATTACHMENTS: "rw",
                S.RIGHTS: "rw",
                S.PROPERTY: "rw",
                S.PROCEDURE: "r",
            },
            frozenset({D.BOARD, D.SEARCH, D.BREAK_GLASS, D.SCREENING, D.CARE}),
            side="identification",
        ),
        Role(
            "interpreter",
            "Interpreter",
            Cases.INTERPRETED,
            {S.IDENTITY: "r", S.SCREENING: "r"},
            side="identification",
        ),
        Role(
            "registrar",
            "Registration officer",
            Cases.SITE,
            {S.IDENTITY: "rw", S.NEEDS: "rw", S.PROPERTY: "rw", S.PROCEDURE: "r"},
            frozenset({D.REGISTER, D.LISTS, D.REVIEW, D.SEARCH}),
            cases_an_hour=120,
        ),
        Role(
            "health_worker",
            "Health worker",
            Cases.SITE,
            {S.IDENTITY: "r", S.NEEDS: "rw", S.MEDICAL: "rw", S.CARE: "r"},
            frozenset({D.CARE}),
        ),
        Role(
            "shelter_worker",
            "Shelter worker",
            Cases.ASSIGNED,
            {
                S.IDENTITY: "r",
                S.CONTACT: "r",
                S.NEEDS: "rw",
                S.SHELTER_PLACE: "rw",
                S.CARE: "rw",
                S.SAFETY: "r",
                S.PROPERTY: "rw",
            },
            frozenset({D.SHELTER, D.CARE}),
        ),
        Role(
            "embassy",
            "Embassy or consulate",
            Cases.CONSENTED,
            {S.IDENTITY: "r", S.TRAVEL: "rw"},
            frozenset({D.NATIONALS}),
        ),
        Role(
            "returns_officer",
            "Returns officer",
            Cases.SITE,
            {S.IDENTITY: "r", S.CONTACT: "rw", S.TRAVEL: "rw", S.RETURN: "rw"},
            frozenset({D.BOARD, D.SEARCH, D.MISSIONS, D.RETURNS}),
        ),
        Role(
            "support_person",
            "Lawyer or support person named by the person",
            Cases.NAMED_ME,
            {
                S.IDENTITY: "r",
                S.CONTACT: "r",
                S.NEEDS: "r",
                S.SCREENING: "r",
                S.DETERMINATION: "r",
                S.CONSENT: "r",
                S.RIGHTS: "rw",
                S.PROPERTY: "r",
                S.PROCEDURE: "r",
            },
        ),
        Role(
            "investigator",
            "Investigator",
            Cases.NONE,
            duties=frozenset({D.NETWORK, D.EVIDENCE}),
            side="investigation",
        ),
        Role(
            "statistician", "Statistician", Cases.NONE, duties=frozenset({D.STATISTICS, D.BULLETIN, D.BOARD})
        ),
        Role(
            "director",
            "Director of the operation",
            Cases.NONE,
            duties=frozenset({D.STATISTICS, D.BOARD, D.ALLOW, D.RETENTION, D.CASELOAD, D.LINKS}),
        ),
        Role(
            "auditor",
            "Auditor",
            Cases.NONE,
            duties=frozenset(
                {
                    D.JOURNAL,
                    D.BREAK_GLASS_REVIEW,
                    D.APPROVE,
                    D.WATCH,
                    D.CANARIES,
                    D.ALLOW,
                    D.RETENTION,
                    D.COMPLAINTS,
                    D.LINKS,
                }
            ),
        ),
        Role(
            "administrator",
            "Administrator",
            Cases.NONE,
            duties=frozenset({D.STAFF, D.APPROVE, D.WATCH}),
        ),
    )
}

# What each action on a case needs. An action that is missing here is refused to everybody.
ACTIONS: Mapping[str, tuple[Section, str]] = {
    "case.open": (S.IDENTITY, "r"),
    "procedure.read": (S.PROCEDURE, "r"),
    "case.correct_identity": (S.IDENTITY, "rw"),
    "case.assign": (S.IDENTITY, "rw"),
    "case.void_event": (S.IDENTITY, "rw"),
    "person.merge": (S.IDENTITY, "rw"),
    "person.unmerge": (S.IDENTITY, "rw"),
    "person.register": (S.IDENTITY, "rw"),
    "needs.read": (S.NEEDS, "r"),
    "needs.record": (S.NEEDS, "rw"),
    "document.record": (S.IDENTITY, "rw"),
    "wristband.renew": (S.IDENTITY, "rw"),
    "consent.read": (S.CONSENT, "r"),
    "consent.record": (S.CONSENT, "rw"),
    "consent.withdraw": (S.CONSENT, "rw"),
    "disclosure.read": (S.CONSENT, "r"),
    "disclosure.record": (S.CONSENT, "rw"),
    "support_person.name": (S.CONSENT, "rw"),
    "contact_plan.open": (S.CONTACT, "r"),
    "contact_plan.make": (S.CONTACT, "rw"),
    "rights.read": (S.RIGHTS, "r"),
    "rights.record": (S.RIGHTS, "rw"),
    "complaint.make": (S.RIGHTS, "rw"),
    "filming.record": (S.RIGHTS, "rw"),
    "persons_file.print": (S.RIGHTS, "rw"),
    "property.read": (S.PROPERTY, "r"),
    "property.record": (S.PROPERTY, "rw"),
    "attachment.read": (S.ATTACHMENTS, "r"),
    "attachment.add": (S.ATTACHMENTS, "rw"),
    "interview.read": (S.SCREENING, "r"),
    "interview.conduct": (S.SCREENING, "rw"),
    "screening.record": (S.SCREENING, "rw"),
    "determination.read": (S.DETERMINATION, "r"),
    "determination.sign": (S.DETERMINATION, "rw"),
    "determination.defer": (S.DETERMINATION, "rw"),
    # Care
    "care.read": (S.CARE, "r"),
    "care.record": (S.CARE, "rw"),
    "medical.read": (S.MEDICAL, "r"),
    "medical.record": (S.MEDICAL, "rw"),
    "referral.make": (S.CARE, "rw"),
    # Shelter
    "stay.read": (S.SHELTER_PLACE, "r"),
    "stay.record": (S.SHELTER_PLACE, "rw"),
    "safety.read": (S.SAFETY, "r"),
    "safety.record": (S.SAFETY, "rw"),
    # Embassies
    "travel.read": (S.TRAVEL, "r"),
    "travel.record": (S.TRAVEL, "rw"),
    # Returns
    "return.read": (S.RETURN, "r"),
    "return.record": (S.RETURN, "rw"),
    # Investigations: what somebody who interviews hands over, with consent
    "statement.give": (S.CONSENT, "rw"),
}

# What each action outside a case needs.
DUTIES: Mapping[str, Duty] = {
    "lists.read": D.LISTS,
    "lists.upload": D.LISTS,
    "lists.commit": D.LISTS,
    "lists.undo": D.LISTS,
    "lists.correct": D.LISTS,
    "lists.reconcile": D.LISTS,
    "review.judge": D.REVIEW,
    "person.register": D.REGISTER,
    "paper_pack.print": D.REGISTER,
    "board.view": D.BOARD,
    "statistics.view": D.STATISTICS,
    "bulletin.view": D.STATISTICS,
    "bulletin.publish": D.BULLETIN,
    "journal.read": D.JOURNAL,
    "journal.anchors": D.JOURNAL,
    "complaints.answer": D.COMPLAINTS,
    "break_glass.open": D.BREAK_GLASS,
    "break_glass.review": D.BREAK_GLASS_REVIEW,
    "staff.manage": D.STAFF,
    "retention.view": D.RETENTION,
    "retention.propose": D.RETENTION,
    "retention.approve": D.RETENTION,
    "hold.put": D.RETENTION,
    "hold.end": D.RETENTION,
    "backup.destroyed": D.RETENTION,
    "changes.approve": D.APPROVE,
    "notices.read": D.WATCH,
    "canary.keep": D.CANARIES,
    "allowance.decide": D.ALLOW,
    "people.search": D.SEARCH,
    "screening.worklist": D.SCREENING,
    # Care
    "care.view": D.CARE,
    "service.keep": D.CARE,
    "caseload.view": D.CASELOAD,
    # Shelter
    "shelter.view": D.SHELTER,
    "place.keep": D.SHELTER,
    # Embassies
    "missions.view": D.MISSIONS,
    "missions.ask": D.MISSIONS,
    "nationals.view": D.NATIONALS,
    "nationals.answer": D.NATIONALS,
    # Returns
    "journeys.view": D.RETURNS,
    "journeys.plan": D.RETURNS,
    # Investigations
    "network.view": D.NETWORK,
    "network.work": D.NETWORK,
    "evidence.view": D.EVIDENCE,
    "evidence.keep": D.EVIDENCE,
    "link.agree": D.LINKS,
}

# What break-glass opens, for reading only, for three hours.
BREAK_GLASS_SECTIONS = frozenset({S.IDENTITY, S.CONTACT, S.NEEDS, S.MEDICAL})
BREAK_GLASS_HOURS = 3

# What an organisation to which somebody was referred may read of them: the sections that the person agreed to, of these,
# and never more than its own staff's roles read anyway. Writing stays with those who referred.
REFERRAL_SECTIONS = frozenset({S.IDENTITY, S.CONTACT, S.NEEDS, S.MEDICAL, S.CARE})
# Which roles there read it: those who work on referrals.
REFERRAL_DUTY = D.CARE
# For how many days it still reads after the referral came to this end. 0 is at once, with the next request.
REFERRAL_ACCESS_ENDS_DAYS: Mapping[str, int] = {
    "done": 30,  # for whoever calls back with a question
    "declined": 0,
    "revoked": 0,
    "consent_ended": 0,
}

# What goes on while no two agencies have accepted this table.
UNACCEPTED_DUTIES = frozenset({D.STAFF, D.APPROVE})
# Duties by which others see, or must agree to, what one person does. Whoever takes them from somebody alone is told of
# to every agency that watches, and nobody takes the last one away that is outside their own agency (P14).
GUARDS = frozenset({D.APPROVE, D.WATCH, D.BREAK_GLASS_REVIEW, D.CANARIES})
# Roles that one administrator gives alone, in an emergency: work with people and their cases at the crossing. Who signs
# on the panel, directs, counts, allows, reviews or manages is agreed on by two agencies, always.
EMERGENCY_ROLES = frozenset(
    {"social_worker", "caseworker", "interpreter", "registrar", "health_worker", "shelter_worker"}
)
EMERGENCY_ROLE_HOURS = 24

# Reading many names is slowed down (P12): in an hour, and look-ups also in five minutes, for a person and an agency.
# A list of 50 names shown again after each case of the largest quota is honest work, and no more than this.
NAMES_AN_HOUR = 6000
# Registering somebody takes up to three look-ups: the document, the name on it, the name as somebody says it.
LOOKUPS_AN_HOUR = 360
LOOKUPS_IN_FIVE_MINUTES = 60
AGENCY_LOOKUPS_AN_HOUR = 3000
# Wrong case numbers in an hour after which auditors are told. An emergency itself is never blocked.
GUESSES_AN_HOUR = 5
