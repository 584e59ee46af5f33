"""The play: lists come in, people are registered, screened, interviewed, and brought before a panel.

Every step goes through the actions of the desks, with the time of the play as `now`.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from django.db import transaction

from moei.access.acting import Acting, Invalid
from moei.access.models import CaseGrant, Release, Staff
from moei.casefile.actions.assign_case import assign_case
from moei.casefile.actions.consent import record_consent, record_disclosure
from moei.casefile.actions.load_wordings import current_wording
from moei.casefile.models import Case, Purpose, RecordLink
from moei.demo.calendar import Calendar
from moei.demo.folder import ListsFolder, sender_of
from moei.demo.invented import (
    Dice,
    age_is_unsure,
    answers,
    asks_for_time,
    language_of,
    needs_of,
    panel_views,
)
from moei.demo.team import Team
from moei.demo.waiting import by_need, next_interview
from moei.desks.arrivals.actions.commit_import import commit_import
from moei.desks.arrivals.actions.judge_pair import judge_pair
from moei.desks.arrivals.actions.match_people import match_people
from moei.desks.arrivals.actions.register_person import register_person
from moei.desks.arrivals.actions.upload_list import upload_list
from moei.desks.arrivals.models import ListImport, ReviewPair
from moei.desks.arrivals.registration import Registration
from moei.desks.screening.actions.complete_interview import complete_interview, read_back
from moei.desks.screening.actions.defer import defer
from moei.desks.screening.actions.record_screening import record_screening
from moei.desks.screening.actions.save_answers import save_answers
from moei.desks.screening.actions.sign_determination import sign_determination
from moei.desks.screening.actions.start_interview import start_interview
from moei.desks.screening.evidence import evidence
from moei.desks.screening.form import identification_form
from moei.desks.screening.models import Determination
from moei.engines.identity import make_td3
from moei.engines.lists.rows import ListKind
from moei.engines.matching import Resolution
from moei.overview.actions.publish_bulletin import publish_bulletin
from moei.overview.models import Bulletin

Tick = Callable[[str, int, int], None]

# When each kind of list was made, in hours before (-) or after the handover.
MADE = {
    ListKind.TRANSFERRING: -24,
    ListKind.HANDOVER: 0,
    ListKind.EMBASSY: -48,
    ListKind.FAMILY: -240,
    ListKind.DOCUMENTS: 0,
}
# An invented reviewer joins a pair that the evidence makes more likely than not, and leaves the others for later.
SURE_ENOUGH = 0.5
# From the registration on, whoever shows a passport.
PASSPORT_LASTS = timedelta(days=900)


@dataclass(frozen=True)
class Loaded:
    """Rows read, what the engine found, and the files that could not be read, each with the reason."""

    rows: int
    resolution: Resolution
    refused: tuple[str, ...]


@dataclass
class Play:
    """One run of the play over one release. `tick(what, done, total)` reports progress."""

    release: Release
    team: Team
    calendar: Calendar
    dice: Dice
    tick: Tick
    keys: dict[uuid.UUID, str] = field(default_factory=dict)
    places: dict[uuid.UUID, int] = field(default_factory=dict)
    registered_at: dict[uuid.UUID, datetime] = field(default_factory=dict)
    # Ages count from the day that the handover list states: the play lies in this week, its people's births do not.
    age_day: date = date.min

    def acting(self, staff: Staff, at: datetime) -> Acting:
        return Acting(staff, self.release, at)

    # -- day 0: lists ---------------------------------------------------------------------------------

    def load(self, folder: ListsFolder) -> Loaded:
        """Upload and take in every list, then resolve once. A file that cannot be read is refused whole, and named."""
        at = self.calendar.began + timedelta(minutes=10)
        acting = self.acting(self.team.cast["anong"], at)
        staged: list[ListImport] = []
        refused: list[str] = []
        for place, path in enumerate(folder.files):
            self.tick("Reading lists", place, len(folder.files))
            try:
                staged.append(upload_list(acting, path.name, path.read_bytes(), sender=sender_of(path)))
            except Invalid as unreadable:
                refused.append(f"{path.name}: {unreadable}")
        self.tick("Reading lists", len(folder.files), len(folder.files))
        stated = [imp.reading["list_date"] for imp in staged if imp.kind == ListKind.HANDOVER]
        self.age_day = min((date.fromisoformat(day) for day in stated if day), default=self.calendar.date(0))
        for imp in staged:
            made = self.calendar.began + timedelta(hours=MADE[ListKind(imp.kind)])
            commit_import(acting, imp, made, resolve=False)
        resolved = match_people(acting, lambda done, total: self.tick("Who is who", done, total))
        return Loaded(sum(imp.rows for imp in staged), resolved.resolution, tuple(refused))

    def review(self) -> None:
        """Anong decides the pairs that the program left to people."""
        pairs = list(
            ReviewPair.objects.filter(release=self.release, state=ReviewPair.State.OPEN)
            .select_related("left", "right")
            .order_by("rank")
        )
        for place, pair in enumerate(pairs):
            self.tick("Review of pairs", place, len(pairs))
            acting = self.acting(
                self.team.cast["anong"], self.calendar.began + timedelta(minutes=15, seconds=place)
            )
            pair.refresh_from_db()
            if pair.state == ReviewPair.State.OPEN:
                verdict = "same" if pair.score >= SURE_ENOUGH else "later"
                judge_pair(acting, pair.left, pair.right, verdict, "Invented decision of the play")
        self.tick("Review of pairs", len(pairs), len(pairs))

    # -- day 0: the bridge ----------------------------------------------------------------------------

    def register(self) -> None:
        """Everyone who was handed over, in the order of the list."""
        cases = self.arrived()
        for place, (case, moment) in enumerate(zip(cases, self.calendar.registration(), strict=False)):
            self.tick("Registration", place, len(cases))
            officer = self.team.interviewers[place % 4]
            self.registered_at[case.id] = moment
            with transaction.atomic():
                register_person(
                    replace(self.acting(officer, moment), looking="registering"),
                    self._registration(case, moment),
                    case,
                    operation=uuid.uuid5(self.release.id, f"register|{self.keys[case.id]}"),
                )
        self.tick("Registration", len(cases), len(cases))

    def _registration(self, case: Case, moment: datetime) -> Registration:
        person, key = case.person, self.keys[case.id]
        passport = person.documents.filter(kind="passport").order_by("number").first()
        born = person.birth_from if person.birth_from == person.birth_to else None
        shows = passport is not None and born is not None and self.dice.of("papers", key).random() < 0.8
        mrz = ""
        words = person.name.split()
        if shows and passport is not None and born is not None and words and person.name.isascii():
            mrz = make_td3(
                family=words[-1],
                given=" ".join(words[:-1]),
                nationality=person.nationality or "XXX",
                document_number=passport.number,
                birth_date=born,
                sex=person.sex,
                expiry=moment.date() + PASSPORT_LASTS,
            )
        return Registration(
            name=person.name or person.name_native or "unknown",
            name_native=person.name_native,
            sex=person.sex,
            birth_from=person.birth_from,
            birth_to=person.birth_to,
            age_unsure=age_is_unsure(self.dice.of("age", key)),
            nationality=person.nationality,
            languages=((language_of(person), "native"),),
            needs=needs_of(person, self.dice.of("needs", key)),
            document_kind="passport" if shows else "",
            document_number=passport.number if shows and passport else "",
            document_seen=shows,
            mrz=mrz,
            mrz_compared=True,
            shared_document=True,
        )

    # -- days 0 and 1: preliminary screening ----------------------------------------------------------

    def screen(self, nightfall: Callable[[], None]) -> None:
        """Within 24 hours where an interpreter of the language is there in time; the others wait for one.

        `nightfall` is played once, when the first day's work is over: what happens to somebody is recorded in the
        order in which it happens.
        """
        waiting = by_need(self.arrived(), on=self.age_day)
        total = len(waiting)
        slots, dark = self.calendar.screening(), False
        while waiting:
            moment = next(slots)
            if not dark and moment > self.calendar.at(1, 0):
                nightfall()
                dark = True
            place = next((n for n, case in enumerate(waiting) if self._ready(case, moment)), None)
            if place is None:
                continue
            case = waiting.pop(place)
            with transaction.atomic():
                officer = self.team.interviewers[len(waiting) % 5]
                record_screening(self.acting(officer, moment), case, note="Invented note.")
            self.tick("Preliminary screening", total - len(waiting), total)
        if not dark:
            nightfall()

    # -- days 2 to 5: interviews, and the panel in the evening -----------------------------------------

    def interview(self) -> dict[uuid.UUID, dict[str, object]]:
        """Everybody who arrived, as far as there is time for them. Returns what was said, by case."""
        return self.hear(self.arrived(), self.calendar.interview_slots(), self.team.interviewers)

    def hear(
        self, cases: list[Case], slots: Iterable[datetime], teams: list[Staff], *, again: str = ""
    ) -> dict[uuid.UUID, dict[str, object]]:
        """A team and an interpreter for each; who asks for time gets it. `again` names a later attempt: whoever asked
        for time once is ready by then. Returns what was said, by case."""
        waiting = by_need(cases, on=self.age_day)
        said: dict[uuid.UUID, dict[str, object]] = {}
        total = len(waiting)
        for slot in slots:
            if not waiting:
                break
            interpreters = [staff for staff, hours in self.team.interpreters if self._is_here(hours, slot)]
            for place, interviewer in enumerate(teams):
                found = next_interview(waiting, interviewer, interpreters)
                if found is None:
                    break
                case, interpreter = found
                waiting.remove(case)
                if interpreter is not None:
                    interpreters.remove(interpreter)
                with transaction.atomic():
                    at = slot + timedelta(seconds=7 * place)
                    given = self._hear(case, interviewer, interpreter, at, again)
                if given is not None:
                    said[case.id] = given
                self.tick(f"Interviews{again}", total - len(waiting), total)
        self.tick(f"Interviews{again}", total, total)
        return said

    def _hear(
        self, case: Case, interviewer: Staff, interpreter: Staff | None, at: datetime, again: str
    ) -> dict[str, object] | None:
        key = self.keys[case.id]
        if not again and asks_for_time(self.dice.of("time", key)):
            until = at.astimezone(self.calendar.zone).date() + timedelta(days=10)
            defer(self.acting(interviewer, at), case, until=until, reason="Invented: wants to rest first.")
            return None
        given = answers(self.dice.of(f"answers{again}", key))
        language = language_of(case.person)
        interview = start_interview(
            self.acting(interviewer, at), case, language=language, interpreter=interpreter, no_tie=True
        )
        save_answers(self.acting(interviewer, at + timedelta(minutes=50)), interview, given)
        complete_interview(self.acting(interviewer, at + timedelta(minutes=55)), interview)
        read_back(self.acting(interviewer, at + timedelta(minutes=65)), interview, agreed=True)
        return given

    def decide(self, said: dict[uuid.UUID, dict[str, object]]) -> None:
        """Anong, Prasert and Mali each read, reason and sign, in the evening after the interview or the next ones.

        Whoever is told "not yet" agrees on a day with them: the twentieth, or ten days later.
        """
        form = identification_form()
        cases = [case for case in self.arrived() if case.id in said]
        for place, case in enumerate(cases):
            self.tick("Panel", place, len(cases))
            given = {
                name: " ".join(map(str, value)) if isinstance(value, list) else str(value)
                for name, value in said[case.id].items()
            }
            at = max(self._evening(case), self.calendar.at(2, 18)) + timedelta(seconds=40 * place)
            until = max(self.calendar.date(20), at.astimezone(self.calendar.zone).date() + timedelta(days=10))
            panel = evidence(form, given, case.person.is_child(self.age_day))
            views = panel_views(panel, said[case.id], self.dice, self.keys[case.id])
            with transaction.atomic():
                for member, view in zip(("anong", "prasert", "mali"), views, strict=True):
                    sign_determination(
                        self.acting(self.team.cast[member], at),
                        case,
                        outcome=view.outcome,
                        reasons=view.reasons,
                        gap_question=view.gap_question,
                        gap_answer=view.gap_answer,
                        dissent=view.dissent,
                        until=until if view.defers else None,
                    )
                    at += timedelta(seconds=10)
        self.tick("Panel", len(cases), len(cases))

    # -- beside it: consent, assignments, disclosures, bulletins ---------------------------------------

    def consents(self) -> None:
        """Asked one by one, later than shelter and food, by Kanya, who decides nothing (P02, P03)."""
        kanya, selam = self.team.cast["kanya"], self.team.cast["selam"]
        embassy = self.team.agencies["Embassy of Ethiopia"]
        wording = current_wording(Purpose.EMBASSY, "am")
        cases = [case for case in self.arrived() if case.person.nationality == embassy.country][:60]
        for place, case in enumerate(cases):
            self.tick("Consent", place, len(cases))
            at = self.calendar.at(3, 12) + timedelta(minutes=2 * place)
            acting = self.acting(kanya, at)
            with transaction.atomic():
                assign_case(self.acting(self.team.cast["anong"], at), case, kanya)
                record_disclosure(
                    acting,
                    case,
                    what="name, age and nationality, on the transferring side's list",
                    to_whom="those who drew the list up, and the army",
                    basis="before Moei; nobody was asked",
                    outside=True,
                )
                if wording is not None:
                    given = self.dice.of("consent", self.keys[case.id]).random() < 0.7
                    record_consent(
                        acting,
                        case,
                        Purpose.EMBASSY,
                        given=given,
                        wording=wording,
                        recipient=embassy,
                        translated_by=selam,
                    )
        self.tick("Consent", len(cases), len(cases))

    def assign(self) -> None:
        """Some cases go to Kanya and Dao; one person named Lawan as her lawyer."""
        anong, cast = self.team.cast["anong"], self.team.cast
        acting = self.acting(anong, self.calendar.at(1, 14))
        cases = self.arrived()
        with transaction.atomic():
            for place, case in enumerate(cases):
                if place % 9 == 0:
                    assign_case(acting, case, cast["kanya"])
                if place % 11 == 0:
                    assign_case(acting, case, cast["dao"])
            if cases:
                assign_case(acting, cases[0], cast["lawan"], CaseGrant.Basis.SUPPORT)

    def publish(self, at: datetime) -> Bulletin:
        """Vera publishes the counts of the day."""
        acting = self.acting(self.team.cast["vera"], at)
        return publish_bulletin(acting, as_of=at.astimezone(self.calendar.zone).date())

    def assigned_to_kanya(self) -> list[Case]:
        """Cases of people who arrived that were opened to her, in the order of the list."""
        mine = set(
            CaseGrant.objects.filter(staff=self.team.cast["kanya"], ended_at__isnull=True).values_list(
                "case_id", flat=True
            )
        )
        return [case for case in self.arrived() if case.id in mine]

    def decided_at(self, case: Case) -> datetime:
        """When the panel came to the outcome that stands."""
        made = Determination.objects.filter(case=case).order_by("-made_at").first()
        if made is None:
            raise LookupError(case.number)
        return made.made_at

    def place(self, case_id: uuid.UUID) -> int:
        """Where somebody stands on the handover list, whatever their ids: the first is 0."""
        return self.places[case_id]

    # -- helpers ---------------------------------------------------------------------------------------

    def arrived(self) -> list[Case]:
        """Cases of people who were handed over, in the order of the handover list; keys that do not depend on ids."""
        links = (
            RecordLink.objects.filter(record__release=self.release, record__kind=ListKind.HANDOVER.value)
            .filter(record__origin="list", ended_at__isnull=True)
            .select_related("record", "person")
            .order_by("record__list_name", "record__row")
        )
        place: dict[uuid.UUID, str] = {}
        for link in links:
            person = link.person.merged_into_id or link.person_id
            place.setdefault(person, f"{link.record.list_name}:{link.record.row}")
        cases = Case.objects.within_program("the play goes through everyone who arrived").filter(
            person__in=place
        )
        found = {case.person_id: case for case in cases.select_related("person", "site")}
        for person, case in found.items():
            self.keys.setdefault(case.id, place[person])
        self.places = {found[person].id: order for order, person in enumerate(place)}
        return [found[person] for person in place]

    def _ready(self, case: Case, moment: datetime) -> bool:
        """Registered by then, and somebody is there who speaks the person's language."""
        language = language_of(case.person)
        return self.registered_at[case.id] < moment and (
            language in ("en", "th")
            or any(
                language in staff.languages and self._is_here(hours, moment)
                for staff, hours in self.team.interpreters
            )
        )

    def _is_here(self, hours: int, moment: datetime) -> bool:
        return moment >= self.calendar.began + timedelta(hours=hours)

    def _evening(self, case: Case) -> datetime:
        """Six in the evening of the day after the interview's statement was read back."""
        done = case.interviews.order_by("-started_at").values_list("read_back_at", flat=True).first()
        day = (done or self.calendar.began).astimezone(self.calendar.zone).date()
        return self.calendar.at((day - self.calendar.date(0)).days + 1, 18)
