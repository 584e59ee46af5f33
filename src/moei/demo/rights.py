"""The person's own rights in the play: a few of each, all invented, so that no page is empty."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from moei.casefile.actions.belongings import Thing, return_property, take_property
from moei.casefile.actions.complain import close_complaint, complain
from moei.casefile.actions.contact_plan import make_contact_plan
from moei.casefile.actions.filmed import finish_filming, record_filming
from moei.casefile.actions.rights import answer_request, record_request, record_wish
from moei.casefile.models import Case, Complaint, ContactPlan, Filming, PropertyItem, Request, Wish
from moei.demo.calendar import DAYS_AGO
from moei.demo.play import Play


def play_rights(play: Play) -> None:
    """Kanya records what people say, Anong what was taken, Somsak answers for the oversight office."""
    cases = play.assigned_to_kanya()
    if len(cases) < 4:
        return
    with transaction.atomic():
        _property(play, cases)
        _wishes_and_requests(play, cases)
        _complaints(play, cases)
        _films(play, cases)


def settle_rights(play: Play) -> None:
    """What was asked for in the first week is answered in the second; a passport stays with Immigration."""
    cases = play.assigned_to_kanya()
    cast = play.team.cast
    kanya = play.acting(cast["kanya"], play.calendar.at(9, 15))
    with transaction.atomic():
        for item in PropertyItem.objects.filter(
            case__in=cases, returned_at__isnull=True, kind=PropertyItem.Kind.PHONE
        ):
            acting = play.acting(cast["anong"], play.calendar.at(7, 16))
            return_property(acting, item, to="the person", signed=True)
        for asked in Request.objects.filter(case__in=cases, state=Request.State.OPEN).order_by("pk"):
            answer_request(kanya, asked, done=True, answer="Read together, and kept in the file. (invented)")
        somsak = play.acting(cast["somsak"], play.calendar.at(10, 10))
        for complaint in Complaint.objects.filter(case__in=cases, closed_at__isnull=True):
            close_complaint(somsak, complaint, answer="Blankets were brought to every room. (invented)")
        taken_down = Filming.objects.filter(case__in=cases, wanted=Filming.Wanted.TAKE_DOWN)
        for filming in taken_down.filter(done_at__isnull=True):
            later = play.acting(cast["kanya"], play.calendar.at(10, 11))
            finish_filming(later, filming, outcome="The platform took it down. (invented)")
        if cases:  # one that is open, for whoever answers today
            kanya = play.acting(cast["kanya"], play.calendar.at(DAYS_AGO - 1, 16))
            about = "The telephone that was taken at the bridge has not come back. (invented)"
            complain(kanya, cases[-1], about, body=play.team.agencies["Audit"])


def _property(play: Play, cases: list[Case]) -> None:
    cast, at = play.team.cast, play.calendar.at(1, 16)
    anong = play.acting(cast["anong"], at)
    taken = play.calendar.began + timedelta(minutes=40)
    phone = Thing(
        PropertyItem.Kind.PHONE,
        "Black telephone, cracked glass (invented)",
        "An officer at the bridge (invented)",
        taken,
        "search on arrival",
        "Locker 4 of the centre",
        number="INVENTED-0001",
        back_by=play.calendar.date(2),
    )
    passport = Thing(
        PropertyItem.Kind.PASSPORT,
        "Passport in a plastic cover (invented)",
        "Immigration at the bridge (invented)",
        taken,
        "to be shown to Immigration",
        "Immigration office",
        back_by=play.calendar.date(50),
    )
    take_property(anong, cases[0], phone)
    take_property(anong, cases[1], passport)
    back = take_property(anong, cases[2], phone)
    return_property(play.acting(cast["anong"], at + timedelta(days=1)), back, to="the person", signed=True)


def _wishes_and_requests(play: Play, cases: list[Case]) -> None:
    kanya = play.acting(play.team.cast["kanya"], play.calendar.at(3, 15))
    record_wish(kanya, cases[1], Wish.Kind.HOLD_PAPERS)
    record_wish(kanya, cases[2], Wish.Kind.NO_PAPERS)
    record_wish(kanya, cases[3], Wish.Kind.NEVER_CONTACT)
    asked = record_request(
        kanya, cases[0], Request.Kind.CORRECT, "My father's name is written wrongly. (invented)"
    )
    answer_request(kanya, asked, done=False, answer="It stands so in the passport. (invented)")
    record_request(kanya, cases[0], Request.Kind.STATEMENT, "The passport is wrong as well. (invented)")
    record_request(kanya, cases[1], Request.Kind.SEE, "I want to know what is written. (invented)")
    make_contact_plan(
        kanya,
        cases[0],
        channel=ContactPlan.Channel.MESSAGE,
        address="invented, no number",
        code_word="invented word",
        safe_hours="Evenings, not on Sundays (invented)",
        expires_on=play.calendar.date(90),
    )


def _complaints(play: Play, cases: list[Case]) -> None:
    cast = play.team.cast
    kanya = play.acting(cast["kanya"], play.calendar.at(3, 16))
    body = play.team.agencies["Audit"]
    first = complain(kanya, cases[0], "Nobody told me how long it would take. (invented)", body=body)
    complain(kanya, cases[2], "The room was cold at night. (invented)", body=body)
    somsak = play.acting(cast["somsak"], play.calendar.at(4, 10))
    close_complaint(somsak, first, answer="The centre now tells everybody on arrival. (invented)")


def _films(play: Play, cases: list[Case]) -> None:
    cast = play.team.cast
    kanya = play.acting(cast["kanya"], play.calendar.at(3, 17))

    def told(case: Case, wanted: Filming.Wanted) -> Filming:
        return record_filming(
            kanya,
            case,
            where="In the yard of the compound (invented)",
            when="last year",
            by_whom="somebody of the company (invented)",
            wanted=wanted,
            followed_by=cast["kanya"],
            due_on=play.calendar.date(10 if wanted == Filming.Wanted.TAKE_DOWN else 50),
        )

    told(cases[0], Filming.Wanted.TAKE_DOWN)
    told(cases[1], Filming.Wanted.SAY_NOTHING)
    done = told(cases[2], Filming.Wanted.TAKE_DOWN)
    later = play.acting(cast["kanya"], play.calendar.at(4, 11))
    finish_filming(later, done, outcome="The page took it down. (invented)")
