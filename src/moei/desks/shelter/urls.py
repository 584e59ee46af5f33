"""Addresses of this desk: places with beds, who is where, and who is kept apart."""

from django.urls import path

from moei.desks.shelter.views import addresses, counts, person, places, safety, shifts, whereabouts

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
    path("shelter/counts/", counts.counts, name="counts"),
    path("shelter/counts/<uuid:count_id>/", counts.count, name="count"),
    path("shelter/counts/<uuid:count_id>/end/", counts.end, name="end_count"),
    path("shelter/counts/<uuid:count_id>/again/", counts.again, name="count_again"),
    path("shelter/counts/<uuid:count_id>/seen/<uuid:counted_id>/", counts.seen, name="seen"),
    path(_PLACE + "count/", counts.of_place, name="count_place"),
    path(_PLACE + "notes/", shifts.notes, name="notes"),
    path(_PLACE + "notes/<uuid:note_id>/", shifts.take, name="take_note"),
    path(_PLACE + "hold/", shifts.hold, name="hold_place"),
    path(_PLACE, places.place, name="place"),
    path(_PLACE + "rooms/", places.rooms, name="rooms"),
    path(_PLACE + "rooms/<uuid:room_id>/", places.room, name="room"),
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
    path(_CASE + "outcome/", whereabouts.record, name="outcome"),
    path(_CASE + "outcome/<uuid:outcome_id>/", whereabouts.steps, name="steps"),
    path(_CASE + "outcome/<uuid:outcome_id>/back/", whereabouts.back, name="back"),
    path(_CASE + "health/", whereabouts.health, name="health"),
    path(_SAFETY, safety.of_case, name="safety"),
    path(_SAFETY + "add/", safety.add, name="add_flag"),
    path(_SAFETY + "group/", safety.group, name="group"),
    path(_SAFETY + "<uuid:flag_id>/", safety.look_again, name="look_again"),
]
