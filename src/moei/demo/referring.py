"""Care in the play: what people need, services, and referrals with consent, one of which is declined."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from moei.access.models import Agency
from moei.casefile.actions.consent import record_consent
from moei.casefile.actions.load_wordings import current_wording
from moei.casefile.actions.needs import assess_needs
from moei.casefile.models import Case, Need, Purpose
from moei.demo.invented import language_of
from moei.demo.play import Play
from moei.desks.care.actions.answer_referral import accept_referral, decline_referral, finish_referral
from moei.desks.care.actions.keep_services import Offer, add_service
from moei.desks.care.actions.offer_referral import offer_referral
from moei.desks.care.models import Referral, Service

HOW_MANY = 24
AGREES = 0.7
TALKS, CLOTHES = "Talks with a counsellor", "Clothes and things for every day"


def play_referrals(play: Play) -> None:
    """Day 6 and 7: Kanya asks what people need, and refers those who agree to Baan Dao, where Dao answers."""
    cases = play.assigned_to_kanya()[:HOW_MANY]
    if not cases:
        return
    baan_dao = play.team.agencies["Baan Dao"]
    dao = play.acting(play.team.cast["dao"], play.calendar.at(5, 9))
    with transaction.atomic():
        talks = add_service(dao, baan_dao, Offer(TALKS, Service.Kind.MENTAL_HEALTH, languages=("th", "en")))
        clothes = add_service(dao, baan_dao, Offer(CLOTHES, Service.Kind.BASICS, capacity=20))
    offered = []
    for place, case in enumerate(cases):
        play.tick("Referrals", place, len(cases))
        with transaction.atomic():
            service, need = ((talks, Need.Code.MENTAL_HEALTH), (clothes, Need.Code.CLOTHING))[place % 2]
            referral = _offered(play, case, baan_dao, service, need, place)
            if referral is not None:
                offered.append(referral)
    play.tick("Referrals", len(cases), len(cases))
    for place, referral in enumerate(offered):
        at = play.calendar.at(7, 9) + timedelta(minutes=10 * place)
        with transaction.atomic():
            _answered(play, referral, place, at)


def _offered(
    play: Play, case: Case, agency: Agency, service: Service, need: Need.Code, place: int
) -> Referral | None:
    kanya = play.acting(play.team.cast["kanya"], play.calendar.at(6, 9) + timedelta(minutes=10 * place))
    standing = Need.objects.filter(person=case.person_id, ended_at__isnull=True)
    found = dict(standing.values_list("code", "urgency")) | {str(need): Need.Urgency.WEEK}
    assess_needs(kanya, case, found)
    translator, text = play.team.translator(language_of(case.person))
    wording = current_wording(Purpose.REFERRAL, text)
    given = play.dice.of("consent", f"{play.keys[case.id]}|referral").random() < AGREES
    if wording is None:
        return None
    record_consent(
        kanya,
        case,
        Purpose.REFERRAL,
        given=given,
        wording=wording,
        recipient=agency,
        translated_by=translator,
    )
    if not given:
        return None
    return offer_referral(kanya, case, service, needs=[need], sections=["needs"], urgency=Need.Urgency.WEEK)


def _answered(play: Play, referral: Referral, place: int, at: object) -> None:
    """The third is declined; of the others every second one is done two days later."""
    dao = play.acting(play.team.cast["dao"], at)  # type: ignore[arg-type]
    if place == 2:
        decline_referral(dao, referral, why=Referral.Declined.LANGUAGE)
        return
    accepted = accept_referral(dao, referral)
    if place % 2 == 0:
        finish_referral(play.acting(play.team.cast["dao"], dao.now + timedelta(days=2)), accepted)
