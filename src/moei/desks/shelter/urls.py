"""Addresses of this desk: places with beds, who is where, and who is kept apart."""

from django.urls import path

from moei.desks.shelter.views import addresses, person, places, safety

app_name = "shelter"
_PLACE = "shelter/<uuid:place_id>/"
_CASE = "cases/<uuid:case_id>/shelter/"
_SAFETY = "cases/<uuid:case_id>/safety/"
urlpatterns = [
    path("shelter/", places.places, name="places"),
    path("shelter/new/", places.new, name="new"),
    path("shelter/without-bed/", places.without_bed, name="without_bed"),
    path("shelter/outside/", places.outside, name="outside"),
    path("shelter/safety/", safety.flags, name="flags"),
    path("shelter/addresses/", addresses.openings, name="addresses"),
    path("shelter/addresses/<uuid:opening_id>/decide/", addresses.decide, name="decide_address"),
    path("shelter/addresses/<uuid:opening_id>/open/", addresses.read, name="read_address"),
    path(_PLACE, places.place, name="place"),
    path(_PLACE + "rooms/", places.rooms, name="rooms"),
    path(_PLACE + "address/", addresses.write, name="write_address"),
    path(_PLACE + "address/ask/", addresses.ask, name="ask_address"),
    path(_PLACE + "close/", places.close, name="close"),
    path(_CASE, person.stay, name="person"),
    path(_CASE + "in/", person.give_bed, name="give_bed"),
    path(_CASE + "family/", person.family, name="family"),
    path(_CASE + "came/", person.came, name="came"),
    path(_CASE + "move/", person.move, name="move"),
    path(_CASE + "out/", person.leave, name="leave"),
    path(_CASE + "declined/", person.decline, name="decline"),
    path(_SAFETY, safety.of_case, name="safety"),
    path(_SAFETY + "add/", safety.add, name="add_flag"),
    path(_SAFETY + "group/", safety.group, name="group"),
    path(_SAFETY + "<uuid:flag_id>/", safety.look_again, name="look_again"),
]
