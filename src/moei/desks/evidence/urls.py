"""Addresses of this desk: evidence with its custody."""

from django.urls import path

from moei.desks.evidence.views import files, leaving

app_name = "evidence"
_PIECE = "evidence/<uuid:evidence_id>/"
urlpatterns = [
    path("evidence/", files.pieces, name="pieces"),
    path("evidence/add/", files.add, name="add"),
    path(_PIECE, files.piece, name="piece"),
    path(_PIECE + "verify/", files.verify, name="verify"),
    path(_PIECE + "correct/", files.correct, name="correct"),
    path(_PIECE + "take/", leaving.take, name="take"),
    path(_PIECE + "disclose/", leaving.disclose, name="disclose"),
]
