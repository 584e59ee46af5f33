"""Addresses of this desk: the way home: journeys, seats, and what follows."""

from django.urls import path

from moei.desks.returns.views import boarding, follow_up, journeys, person

app_name = "returns"
_JOURNEY = "returns/<uuid:journey_id>/"
_SEAT = _JOURNEY + "seats/<uuid:seat_id>/"
_CASE = "cases/<uuid:case_id>/return/"
urlpatterns = [
    path("returns/", journeys.journeys, name="journeys"),
    path("returns/new/", journeys.new, name="new"),
    path(_JOURNEY, journeys.journey, name="journey"),
    path(_JOURNEY + "change/", journeys.change, name="change"),
    path(_JOURNEY + "cancel/", journeys.cancel, name="cancel"),
    path(_JOURNEY + "hold/", journeys.hold, name="hold"),
    path(_SEAT + "release/", journeys.release, name="release"),
    path(_SEAT + "confirm/", journeys.confirm, name="confirm"),
    path(_JOURNEY + "boarding/", boarding.start, name="start_boarding"),
    path(_JOURNEY + "depart/", boarding.depart, name="depart"),
    path(_JOURNEY + "manifest.xlsx", boarding.manifest_sheet, name="manifest_sheet"),
    path(_JOURNEY + "manifest.pdf", boarding.manifest_paper, name="manifest_paper"),
    path(_JOURNEY + "cards.pdf", boarding.cards, name="cards"),
    path(_SEAT + "board/", boarding.board, name="board"),
    path(_SEAT + "stays/", boarding.leave, name="leave"),
    path(_SEAT + "arrived/", boarding.arrive, name="arrive"),
    path(_CASE, person.way_home, name="person"),
    path(_CASE + "check/", person.check, name="check"),
    path(_CASE + "contact/", follow_up.plan, name="plan_contact"),
    path(_CASE + "contact/<uuid:follow_up_id>/", follow_up.reach, name="reach"),
    path(_CASE + "contact/<uuid:follow_up_id>/outcome/", follow_up.outcome, name="outcome"),
    path(_CASE + "close/", follow_up.close, name="close"),
]
