"""Addresses of the screening desk."""

from django.urls import path

from moei.desks.screening.views import determination, interview, worklist

app_name = "screening"
_CASE = "cases/<uuid:case_id>/"
urlpatterns = [
    path("screening/", worklist.worklist, name="worklist"),
    path(_CASE + "screening/", interview.screening, name="record_screening"),
    path(_CASE + "interview/", interview.interview, name="interview"),
    path(_CASE + "interview/start/", interview.start, name="start"),
    path(_CASE + "interview/interpreter/", interview.interpreter, name="interpreter"),
    path(_CASE + "interview/facts/", interview.facts, name="facts"),
    path(_CASE + "interview/answers/", interview.answers, name="answers"),
    path(_CASE + "interview/break/", interview.take_break, name="break"),
    path(_CASE + "interview/resume/", interview.go_on, name="resume"),
    path(_CASE + "interview/stop/", interview.stop, name="stop"),
    path(_CASE + "interview/complete/", interview.complete, name="complete"),
    path(_CASE + "interview/read-back/", interview.confirm_statement, name="read_back"),
    path(_CASE + "determination/", determination.determination, name="determination"),
    path(_CASE + "determination/sign/", determination.sign, name="sign"),
    path(_CASE + "determination/withdraw/", determination.withdraw, name="withdraw"),
    path(_CASE + "determination/not-yet/", determination.not_yet, name="not_yet"),
    path(_CASE + "determination/paper/", determination.paper, name="paper"),
]
