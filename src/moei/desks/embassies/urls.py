"""Addresses of this desk: embassies: what they are asked, what they answer, papers for the journey."""

from django.urls import path

from moei.desks.embassies.views import batches, concerns, missions, nationals, of_case

app_name = "embassies"
_CASE = "cases/<uuid:case_id>/embassy/"
_ASKED = _CASE + "asked/<uuid:verification_id>/"
urlpatterns = [
    path("embassies/", missions.missions, name="missions"),
    path("embassies/undecided/", missions.undecided, name="undecided"),
    path("embassies/<uuid:mission_id>/", missions.mission, name="mission"),
    path("embassies/<uuid:mission_id>/send/", missions.send, name="send"),
    path("embassies/<uuid:mission_id>/remind/", missions.remind_mission, name="remind"),
    path("embassies/<uuid:mission_id>/states/", missions.states, name="states"),
    path("embassies/<uuid:mission_id>/states/<uuid:served_id>/end/", missions.end, name="end_state"),
    path("embassies/batches/<uuid:batch_id>/", batches.batch, name="batch"),
    path("embassies/batches/<uuid:batch_id>/sheet/", batches.sheet, name="batch_sheet"),
    path("embassies/batches/<uuid:batch_id>/answers/", batches.answers, name="batch_answers"),
    path(_CASE, of_case.case, name="case"),
    path(_CASE + "concern/", concerns.record, name="concern"),
    path(_CASE + "concern/<uuid:concern_id>/", concerns.path, name="concern_path"),
    path(_CASE + "concern/<uuid:concern_id>/end/", concerns.end, name="end_concern"),
    path(_CASE + "state/", of_case.agree, name="agree"),
    path(_CASE + "state/<uuid:agreed_id>/end/", of_case.disagree, name="disagree"),
    path(_CASE + "ask/<uuid:mission_id>/", of_case.ask, name="ask"),
    path(_CASE + "paper/", of_case.paper, name="paper"),
    path(_CASE + "paper/own/", of_case.own_paper, name="own_paper"),
    path(_CASE + "paper/<uuid:paper_id>/", of_case.paper_outcome, name="paper_outcome"),
    path(_CASE + "paper/<uuid:paper_id>/void/", of_case.paper_void, name="paper_void"),
    path(_CASE + "check/", of_case.check, name="check"),
    path(_CASE + "needs/", of_case.needs, name="needs"),
    path(_ASKED + "follow/", of_case.follow, name="follow"),
    path(_ASKED + "more/", of_case.more, name="more"),
    path(_ASKED + "answer/", of_case.answer, name="record_answer"),
    path("nationals/", nationals.listed, name="nationals"),
    path("nationals/reminders/seen/", nationals.seen, name="seen"),
    path("nationals/sheet/", nationals.upload, name="answer_sheet"),
    path("nationals/sheet/download/", nationals.download, name="nationals_sheet"),
    path("nationals/<uuid:case_id>/", nationals.one, name="national"),
    path("nationals/asked/<uuid:verification_id>/", nationals.answer, name="answer"),
    path("nationals/papers/<uuid:paper_id>/", nationals.paper, name="answer_paper"),
]
