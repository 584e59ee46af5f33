"""Addresses of this desk: evidence with its custody, interventions and their map."""

from django.urls import path

from moei.desks.evidence.views import files, interventions, leaving

app_name = "evidence"
_PIECE = "evidence/<uuid:evidence_id>/"
_INTERVENTION = "evidence/interventions/<uuid:intervention_id>/"
urlpatterns = [
    path("evidence/", files.pieces, name="pieces"),
    path("evidence/add/", files.add, name="add"),
    path("evidence/map/", interventions.whole_map, name="map"),
    path("evidence/places/add/", interventions.add_place, name="add_place"),
    path("evidence/places/<uuid:compound_id>/", interventions.change_place, name="change_place"),
    path("evidence/interventions/", interventions.interventions, name="interventions"),
    path("evidence/interventions/add/", interventions.add_intervention, name="add_intervention"),
    path("evidence/interventions/import/", interventions.import_table, name="import_interventions"),
    path(_INTERVENTION, interventions.correct_intervention, name="correct_intervention"),
    path(_INTERVENTION + "take-back/", interventions.void_intervention, name="void_intervention"),
    path("evidence/harm/add/", interventions.add_harm, name="add_harm"),
    path("evidence/harm/<uuid:harm_id>/take-back/", interventions.void_harm, name="void_harm"),
    path(_PIECE, files.piece, name="piece"),
    path(_PIECE + "verify/", files.verify, name="verify"),
    path(_PIECE + "correct/", files.correct, name="correct"),
    path(_PIECE + "take/", leaving.take, name="take"),
    path(_PIECE + "disclose/", leaving.disclose, name="disclose"),
]
