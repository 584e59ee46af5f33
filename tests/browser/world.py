"""The invented release that the browser tests walk through, built by the program's own actions."""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
import time
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from tests.of_every_desk import at_missions, in_a_place, in_care, way_home

from moei.access.acting import Acting
from moei.access.actions.allow_more import ask_for_more, decide_allowance
from moei.access.actions.approve import decline
from moei.access.actions.break_glass import break_glass
from moei.access.actions.grant_role import join_in_emergency
from moei.access.actions.propose import propose
from moei.access.actions.say_why import say_why
from moei.access.cast import CAST, create_agencies, create_member
from moei.access.models import Agency, Allowance, LookupReason, Proposal, Release, Site, Staff
from moei.casefile.actions.assign_case import assign_case
from moei.casefile.actions.consent import record_consent
from moei.casefile.actions.load_wordings import current_wording, load_wordings
from moei.casefile.models import Case, Purpose
from moei.desks.arrivals.actions.add_canary import add_canary
from moei.desks.arrivals.actions.commit_import import commit_import
from moei.desks.arrivals.actions.register_person import register_person
from moei.desks.arrivals.actions.upload_list import upload_list
from moei.desks.arrivals.registration import Registration
from moei.desks.arrivals.tests.workbooks import FAMILY, PEOPLE, RECEIVED, REPORTS, TRANSFER, workbook
from moei.desks.evidence.tests.rows import evidence_of
from moei.desks.investigations.tests.rows import rows_of_the_desk
from moei.desks.screening.actions.complete_interview import complete_interview, read_back
from moei.desks.screening.actions.record_screening import record_screening
from moei.desks.screening.actions.save_answers import save_answers
from moei.desks.screening.actions.sign_determination import sign_determination
from moei.desks.screening.actions.start_interview import start_interview
from moei.desks.screening.models import Interview
from moei.journal.ids import new_id
from moei.overview.actions.count_statistics import count_statistics
from moei.overview.actions.publish_bulletin import publish_bulletin

PASSWORD = "an invented pass phrase"
ANSWERS = {
    "own_words": "They promised work in an office. At night we crossed a river, and nobody asked us again.",
    "work_offered": "yes",
    "promise_broken": "yes",
    "passport_taken": "taken",
    "could_leave": "no",
    "work_forced": "yes",
}
# Names as long as they come, in scripts whose words do not break where a layout expects it.
LONG_NAMES = (
    ("Mg Kyaw Zin Latt Aung Myo Thant Sin Htet Naing Oo Shwe Yamin Phyo",
     "မောင်ကျော်ဇင်လတ်အောင်မျိုးသန့်စင်ထက်နိုင်ဦးရွှေယမင်းဖြိုး", "MMR"),
    ("Gebremeskel Woldegiorgis Teklehaymanot Gebreegziabher Hailemariam",
     "ገብረመስቀል ወልደጊዮርጊስ ተክለሃይማኖት ገብረእግዚአብሔር", "ETH"),
    ("Abdulrahman bin Abdullah al-Mutawakkil ibn Muhammad al-Husayni",
     "عبد الرحمن بن عبد الله المتوكل بن محمد الحسيني", "YEM"),
)  # fmt: skip


@dataclass
class World:
    """A release with its staff and the address of the pages. `now` is the true time: the server knows no other."""

    url: str
    release: Release
    cast: dict[str, Staff]
    cases: dict[str, Case] = field(default_factory=dict)
    ids: dict[str, UUID] = field(default_factory=dict)

    def acting(self, username: str, *, ago: timedelta = timedelta(0)) -> Acting:
        return Acting(self.cast[username], self.release, datetime.now(UTC) - ago)

    # One step on the way, each a few minutes after the one before.

    def registered(self, name: str = "Abebe Kebede", *, nationality: str = "ETH", **given: object) -> Case:
        birth = date(1999, 4, 2)
        registration = Registration(
            name, nationality=nationality, sex="M", birth_from=birth, birth_to=birth,
            languages=(("am", "native"), ("en", "some")), **given,
        )  # fmt: skip
        return register_person(self.acting("anong"), registration, operation=new_id()).case

    def screened(self, name: str = "Abebe Kebede") -> Case:
        case = self.registered(name)
        record_screening(self.acting("anong"), case, note="Tired; speaks of a place that nobody could leave.")
        return case

    def asked(self, name: str = "Abebe Kebede") -> Interview:
        return start_interview(
            self.acting("anong"),
            self.screened(name),
            language="am",
            interpreter=self.cast["selam"],
            no_tie=True,
        )

    def heard(self, name: str = "Abebe Kebede") -> Case:
        """The statement was read back: the panel may sign."""
        interview = self.asked(name)
        save_answers(self.acting("anong"), interview, ANSWERS)
        complete_interview(self.acting("anong"), interview)
        read_back(self.acting("anong"), interview, agreed=True)
        return interview.case

    def signed(self, name: str, *usernames: str) -> Case:
        case = self.heard(name)
        for username in usernames:
            sign_determination(
                self.acting(username),
                case,
                outcome="victim_consents",
                reasons="Invented reasons of the panel.",
            )
        return case

    def list_taken_in(self, filename: str, title: str, rows: tuple[tuple[object, ...], ...] = PEOPLE) -> None:
        acting = self.acting("anong")
        imp = upload_list(acting, filename, workbook(rows, title=title), "Bridge (invented)")
        commit_import(acting, imp, self.release.began_at)


def build(url: str) -> World:
    """A release that began thirty hours ago, with nobody in it yet."""
    began = datetime.now(UTC) - timedelta(hours=30)
    site = Site.objects.create(name="Ban Chong Khaep crossing")
    release = Release.objects.create(
        code="browser",
        name="Release in the browser (invented people)",
        began_at=began,
        site=site,
        invented=True,
    )
    agencies = create_agencies()
    cast = {member.username: create_member(member, release, agencies, now=began) for member in CAST}
    for staff in cast.values():
        staff.set_password(PASSWORD)
        staff.save(update_fields=["password"])
    load_wordings(now=began)
    return World(url, release, cast)


def fill(world: World) -> World:
    """Somebody at every step of the way, two lists that do not agree, names that do not fit, one bulletin."""
    world.list_taken_in("transfer.xlsx", TRANSFER)
    world.list_taken_in("handover.xlsx", RECEIVED, PEOPLE[1:])
    # Yesterday's, so that one can still be prepared today; its counts are those of the statistics.
    count_statistics(world.acting("vera", ago=timedelta(days=1)))
    publish_bulletin(world.acting("vera", ago=timedelta(days=1)))
    # Twice the same name and year on lists of two senders: a pair to decide.
    world.list_taken_in(
        "embassy.xlsx",
        "Embassy of Ethiopia: list of our nationals",
        (
            (1, "SELOMON BEKELA", "M", "2001", "Ethiopia", ""),
            (2, "TEGIST ALEMU", "F", "1999", "Ethiopia", ""),
        ),
    )
    for name, native, nationality in LONG_NAMES:
        world.registered(name, nationality=nationality, name_native=native)
    world.cases = {
        "registered": world.registered("Registered Person"),
        "screened": world.screened("Screened Person"),
        "asked": world.asked("Asked Person").case,
        "heard": world.heard("Heard Person"),
        "decided": world.signed("Decided Person", "anong", "prasert", "mali"),
        "long": Case.objects.within_program("test").get(person__name=LONG_NAMES[0][0]),
    }
    world.ids = _two_agencies(world) | _of_every_desk(world)
    return world


def _of_every_desk(world: World) -> dict[str, UUID]:
    """What is kept about "decided" on the way home, and what investigators hold, which leads to nobody."""
    case, anong = world.cases["decided"], world.acting("anong")
    mission = Agency.objects.get(short_name="Embassy of Ethiopia")
    for who in ("kanya", "dao"):
        assign_case(anong, case, world.cast[who])
    record_consent(
        world.acting("kanya"),
        case,
        Purpose.EMBASSY,
        given=True,
        wording=current_wording(Purpose.EMBASSY, "am"),
        recipient=mission,
        translated_by=world.cast["selam"],
    )
    journey, _seat, follow_up = way_home(world.acting("ploy"), case)
    shelter = Agency.objects.get(short_name="Baan Dao")
    investigators = Agency.objects.get(short_name="DSI")
    niran = world.acting("niran")
    return {
        "journey_id": journey.pk,
        "follow_up_id": follow_up.pk,
        **in_care(world.acting("kanya"), case, shelter, world.cast["selam"]),
        **at_missions(world.acting("ploy"), case, mission),
        **in_a_place(anong, case),
        **evidence_of(niran),
        **rows_of_the_desk(world.release, investigators, niran.staff, niran.now),
    }


def _two_agencies(world: World) -> dict[str, UUID]:
    """Something that waits for another agency, a role given alone, a canary that was touched, a wish for more."""
    admin, somsak, anong = (world.acting(who) for who in ("admin", "somsak", "anong"))
    proposal = propose(admin, Proposal.Kind.PASSWORD, staff=world.cast["mali"], reason="lost the paper")
    decline(
        somsak, propose(admin, Proposal.Kind.PASSWORD, staff=world.cast["dao"], reason="lost it"), note="no"
    )
    given = join_in_emergency(
        admin,
        world.cast["vera"],
        "registrar",
        site=world.release.site,
        hours=3,
        reason="Two buses came at night",
    )
    say_why(anong, LookupReason.Code.FAMILY, "a sister asks for her brother")
    reports = upload_list(
        anong, "families.xlsx", workbook(FAMILY, title=REPORTS), "Safe Return (invented)", "family"
    )
    commit_import(anong, reports, world.release.began_at)
    canary = add_canary(somsak, "Makeda Wolde", "ETH")
    break_glass(world.acting("kanya"), canary.pk, "She fainted and nobody can be reached")
    ask_for_more(anong, Allowance.Kind.CASES, "two buses came and all need a bed")
    decided = ask_for_more(anong, Allowance.Kind.NAMES, "two buses came and all need a bed")
    decide_allowance(somsak, decided, 100)
    return {
        "vera": world.cast["vera"].pk,
        "proposal": proposal.pk,
        "given": given.pk,
    }


def code_of(secret: str) -> str:
    """The six digits an authenticator app shows now (RFC 6238: SHA-1, 30 seconds), with time left to type them."""
    if time.time() % 30 > 26:
        time.sleep(30 - time.time() % 30)
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(time.time()) // 30), hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 10**6:06d}"
