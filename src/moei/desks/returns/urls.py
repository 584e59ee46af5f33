"""Addresses of this desk: the way home: journeys, seats, and what follows."""

from django.urls import path

from moei.desks.returns.views import journeys, person

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
    path(_CASE, person.way_home, name="person"),
    path(_CASE + "check/", person.check, name="check"),
]
