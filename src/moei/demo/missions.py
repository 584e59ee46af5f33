"""Embassies in the play: consent one by one, fear of a state, batches of questions, answers, reminders, papers."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from moei.access.acting import Acting
from moei.access.models import Agency, Staff
from moei.casefile.actions.assign_case import assign_case
from moei.casefile.actions.consent import record_consent, record_disclosure
from moei.casefile.actions.load_wordings import current_wording
from moei.casefile.models import Case, Consent, IdentityDocument, ProtectionConcern, Purpose, TravelDocument
from moei.demo.invented import language_of
from moei.demo.play import PASSPORT_LASTS, Play
from moei.desks.embassies.actions.agree_state import agree_on_state
from moei.desks.embassies.actions.answer import Answer, answer_requests, record_answers
from moei.desks.embassies.actions.follow import follow_refuted, give_more
from moei.desks.embassies.actions.keep_states import add_state
from moei.desks.embassies.actions.papers import ask_paper, issue_paper, record_own_paper, refuse_paper
from moei.desks.embassies.actions.record_concern import choose_path, record_concern
from moei.desks.embassies.actions.remind import remind, see_reminders
from moei.desks.embassies.actions.send_batch import send_batch
from moei.desks.embassies.models import VerificationRequest
from moei.desks.embassies.readiness import ready_among, work_cases

Kind, Path, Status = ProtectionConcern.Kind, ProtectionConcern.Path, VerificationRequest.Status

# The day on which each mission answers by letter. Ethiopia answers late and in part; who is not here answers nothing.
ANSWERS_ON = {
    "Embassy of the Philippines": 10,
    "Embassy of China": 11,
    "Embassy of Indonesia": 11,
    "Embassy of Malaysia": 12,
    "Office of Taipei": 13,
    "Embassy of Laos": 13,
    "Embassy of India": 14,
    "Embassy of Kenya": 15,
    "Embassy of Brazil": 15,
    "Embassy of Cambodia": 16,
    "Embassy of Sri Lanka": 17,
    "Embassy of Bangladesh": 19,
    "Embassy of Nepal": 20,
    "Embassy of Pakistan": 26,
}
REMINDED_ON = (15, 22, 29, 40)
TESFA_ANSWERS_ON = 33
A_DAY = 90  # conversations about consent


def play_missions(play: Play) -> None:
    """From the states that missions act for to the papers that they issue."""
    _states(play)
    asked = _consents(play)
    _batches(play, asked, play.calendar.at(8, 18))
    _fears(play)
    _batches(play, asked, play.calendar.at(12, 10))
    _own_papers(play)
    _letters(play)
    _ethiopia(play)


def _ploy(play: Play, at: datetime) -> Acting:
    return play.acting(play.team.cast["ploy"], at)


def _states(play: Play) -> None:
    """The Embassy of Kenya acts for neighbours that have no mission here."""
    for place, (state, mission) in enumerate(play.team.missions.items()):
        if state != mission.country:
            add_state(_ploy(play, play.calendar.at(7, 8, place)), mission, state)


def _consents(play: Play) -> dict[UUID, datetime]:
    """Kanya asks those whom she did not ask in the first week, but not who already said that they fear their state.

    Returns when each was asked, those of the first week included.
    """
    asked = {
        consent.case_id: consent.asked_at
        for consent in Consent.objects.filter(case__release=play.release, purpose=Purpose.EMBASSY)
    }
    kanya, anong = play.team.cast["kanya"], play.team.cast["anong"]
    cases = [
        case
        for case in play.arrived()
        if case.id not in asked and case.person.nationality in play.team.missions
    ]
    silent = _who_fears_at_once(play, cases)
    for place, case in enumerate(cases):
        play.tick("Consent to missions", place, len(cases))
        at = play.calendar.at(7 + place // A_DAY, 9) + timedelta(minutes=5) * (place % A_DAY)
        acting = play.acting(kanya, at)
        with transaction.atomic():
            assign_case(play.acting(anong, at), case, kanya)
            record_disclosure(
                acting,
                case,
                what="name and nationality, on the handover list",
                to_whom="the border officials and the army",
                basis="before Moei; nobody was asked",
                outside=True,
            )
            if case.id == silent:
                record_concern(acting, case, Kind.FEAR, state=case.person.nationality)
                continue
            _ask(play, acting, case)
            asked[case.id] = at
    play.tick("Consent to missions", len(cases), len(cases))
    return asked


def _ask(play: Play, acting: Acting, case: Case) -> None:
    state = case.person.nationality
    mission = play.team.missions[state]
    translator, text = play.team.translator(language_of(case.person))
    wording = current_wording(Purpose.EMBASSY, text)
    if wording is None:
        return
    given = play.dice.of("consent", play.keys[case.id]).random() < 0.7
    record_consent(
        acting,
        case,
        Purpose.EMBASSY,
        given=given,
        wording=wording,
        recipient=mission,
        translated_by=translator,
    )
    if given and state != mission.country:
        agree_on_state(acting, case, mission, state)


def _who_fears_at_once(play: Play, cases: list[Case]) -> UUID | None:
    """One person says it before anything is asked: the first of those whose state has a mission of its own here."""
    others = [case for case in cases if case.person.nationality not in ("ETH", "KEN")]
    return others[0].id if others else None


def _fears(play: Play) -> None:
    """A second one says it after an embassy was asked; nothing goes there any more. UNHCR for one, for the other a third
    country."""
    kanya = play.team.cast["kanya"]
    told = ProtectionConcern.objects.filter(case__release=play.release).select_related("case").first()
    if told is not None:
        choose_path(_ploy(play, play.calendar.at(14, 10)), told, Path.THIRD_COUNTRY)
    mine = [case for case in play.assigned_to_kanya() if case.person.nationality == "ETH"]
    if len(mine) > 4:
        # Not one of the first, of whom the play of the person's rights tells.
        acting = play.acting(kanya, play.calendar.at(9, 11))
        late = record_concern(acting, mine[4], Kind.FEAR, state="ETH")
        choose_path(_ploy(play, play.calendar.at(12, 15)), late, Path.UNHCR)


def _batches(play: Play, asked: dict[UUID, datetime], at: datetime) -> None:
    """Ploy asks each mission about all who were asked for consent by then; who did not agree is left out by the desk."""
    by_state: defaultdict[str, list[UUID]] = defaultdict(list)
    for case in play.arrived():
        if asked.get(case.id, at) < at:
            by_state[case.person.nationality].append(case.id)
    for state, cases in by_state.items():
        mission, acting = play.team.missions[state], _ploy(play, at)
        if ready_among(work_cases(acting).filter(pk__in=cases), mission, state).exists():
            send_batch(acting, mission, state, cases)


def _own_papers(play: Play) -> None:
    """Passports that were seen at the bridge and are valid: no mission is needed for them."""
    cases = {case.person_id: case for case in play.arrived()}
    seen = IdentityDocument.objects.filter(kind="passport", seen=True, person__in=cases)
    papers = {row.person_id: row.number for row in seen.order_by("person", "number")}
    with transaction.atomic():
        for place, (person, case) in enumerate(cases.items()):
            if person in papers:
                record_own_paper(
                    _ploy(play, play.calendar.at(13, 9) + timedelta(minutes=place)),
                    case,
                    TravelDocument.Kind.PASSPORT,
                    number=papers[person],
                    expires_on=play.registered_at[case.id].date() + PASSPORT_LASTS,
                )


def _letters(play: Play) -> None:
    """Missions that answer by letter: most confirm, some need more, a few know nobody of that name."""
    for short, day in ANSWERS_ON.items():
        mission, at = play.team.agencies[short], play.calendar.at(day, 10)
        rows = _waiting(play, mission)
        if not rows:
            continue
        said = {row.pk: _says(play, row) for row in rows}
        record_answers(_ploy(play, at), [_answer(row, said[row.pk]) for row in rows])
        _papers(play, mission, at + timedelta(days=1), by=play.team.cast["ploy"])
        more = [row for row in rows if said[row.pk] == Status.MORE]
        for row in more:
            give_more(
                _ploy(play, at + timedelta(days=1)), row, "The town of birth and the school. (invented)"
            )
        if more:
            record_answers(
                _ploy(play, at + timedelta(days=5)), [Answer(row.pk, Status.CONFIRMED) for row in more]
            )
        for row in (row for row in rows if said[row.pk] == Status.REFUTED):
            _refuted(play, row, at + timedelta(days=2))
        _papers(play, mission, at + timedelta(days=6), by=play.team.cast["ploy"])


def _says(play: Play, row: VerificationRequest) -> str:
    draw = play.dice.of("verification", play.keys[row.case_id]).random()
    return Status.CONFIRMED if draw < 0.93 else Status.MORE if draw < 0.985 else Status.REFUTED


def _answer(row: VerificationRequest, status: str) -> Answer:
    return Answer(row.pk, status, "Where was this person born? (invented)" if status == Status.MORE else "")


def _refuted(play: Play, row: VerificationRequest, at: datetime) -> None:
    """A mission that acts for several states is asked about its own; who has no other may have no nationality."""
    if row.state != row.mission.country:
        follow_refuted(_ploy(play, at), row, VerificationRequest.Next.ANOTHER, mission=row.mission)
    else:
        follow_refuted(_ploy(play, at), row, VerificationRequest.Next.STATELESS, path=Path.UNHCR)


def _papers(play: Play, mission: Agency, at: datetime, *, by: Staff) -> None:
    """Asked for whoever was confirmed and has no passport; there four days later. One in thirty is refused."""
    have = TravelDocument.objects.filter(case__release=play.release, voided_at__isnull=True)
    rows = (
        VerificationRequest.objects.filter(mission=mission, status=Status.CONFIRMED)
        .exclude(case__in=have.values("case"))
        .select_related("case__person", "case__site")
        .order_by("case__person__name", "pk")
    )
    with transaction.atomic():
        for place, row in enumerate(rows):
            draw = play.dice.of("paper", play.keys[row.case_id])
            paper = ask_paper(
                _ploy(play, at + timedelta(minutes=place)),
                row.case,
                mission,
                TravelDocument.Kind.LAISSEZ_PASSER,
            )
            acting = play.acting(by, at + timedelta(days=4, minutes=place))
            if draw.random() < 1 / 30:
                refuse_paper(acting, paper.pk)
            else:
                issue_paper(
                    acting,
                    paper.pk,
                    number=f"INV {row.state} {draw.randrange(10**6):06}",
                    expires_on=play.calendar.date(150),
                )


def _ethiopia(play: Play) -> None:
    """No word for weeks, whatever Ploy writes; then Tesfa answers for two thirds of them, and the others wait on."""
    mission, tesfa = play.team.agencies["Embassy of Ethiopia"], play.team.cast["tesfa"]
    rows = _waiting(play, mission)
    if not rows:
        return
    for day in REMINDED_ON[:3]:
        remind(_ploy(play, play.calendar.at(day, 9)), mission, waiting_days=2)
    at = play.calendar.at(TESFA_ANSWERS_ON, 11)
    see_reminders(play.acting(tesfa, at))
    some = rows[: len(rows) * 2 // 3]
    said = {row.pk: _says(play, row) for row in some}
    if some:
        answer_requests(play.acting(tesfa, at), [_answer(row, said[row.pk]) for row in some])
    for row in some:
        if said[row.pk] == Status.REFUTED:
            _refuted(play, row, at + timedelta(days=1))
        elif said[row.pk] == Status.MORE:
            give_more(_ploy(play, at + timedelta(days=2)), row, "The name of the woreda. (invented)")
    _papers(play, mission, at + timedelta(days=1), by=tesfa)
    remind(_ploy(play, play.calendar.at(REMINDED_ON[3], 9)), mission, waiting_days=14)


def _waiting(play: Play, mission: Agency) -> list[VerificationRequest]:
    """In the order of the handover list, which does not depend on ids."""
    rows = VerificationRequest.objects.filter(mission=mission, status=Status.ASKED).select_related(
        "case__person", "case__site", "mission"
    )
    return sorted(rows, key=lambda row: play.place(row.case_id))
