"""Addresses of the arrivals desk."""

from django.urls import path

from moei.desks.arrivals.views import lists, reconciliation, register, review

app_name = "arrivals"
urlpatterns = [
    path("lists/", lists.lists, name="lists"),
    path("lists/upload/", lists.upload, name="upload"),
    path("lists/reconciliation/", reconciliation.reconciliation, name="reconciliation"),
    path("lists/<uuid:import_id>/", lists.one, name="import"),
    path("lists/<uuid:import_id>/correct/", lists.correct, name="correct"),
    path("lists/<uuid:import_id>/commit/", lists.commit, name="commit"),
    path("lists/<uuid:import_id>/state/", lists.state, name="state"),
    path("lists/<uuid:import_id>/undo/", lists.undo, name="undo"),
    path("lists/<uuid:import_id>/problems/", lists.problems, name="problems"),
    path("lists/<uuid:import_id>/changes/<uuid:old_id>/", lists.changes, name="changes"),
    path("people/review/", review.review, name="review"),
    path("people/review/decisions/", review.decisions, name="decisions"),
    path("people/review/decisions/<uuid:judgement_id>/take-back/", review.take_back, name="take_back"),
    path("people/review/match/", review.match, name="match"),
    path("people/review/<uuid:pair_id>/", review.judge, name="judge"),
    path("register/", register.register, name="register"),
    path("register/paper/", register.paper, name="paper"),
    path("register/<uuid:case_id>/wristband/", register.wristband, name="wristband"),
]
