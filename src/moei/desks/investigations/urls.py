"""Addresses of this desk. Nothing of a person or of a number stands in any of them."""

from django.urls import path

from moei.desks.investigations.views import exports, links, network, of_case, statements

app_name = "investigations"
_CASE = "cases/<uuid:case_id>/statements/"
_DESK = "investigations/"
_LINK = "links/<uuid:link_request_id>/"
urlpatterns = [
    path(_CASE, of_case.case, name="case"),
    path(_CASE + "give/", of_case.give, name="give"),
    path(_DESK, statements.statements, name="statements"),
    path(_DESK + "statements/<uuid:statement_id>/", statements.statement, name="statement"),
    path(_DESK + "tellers/<uuid:teller_id>/link/", statements.ask, name="ask_link"),
    path(_DESK + "network/", network.entities, name="entities"),
    path(_DESK + "network/<uuid:fact_id>/", network.entity, name="entity"),
    path(_DESK + "network/<uuid:fact_id>/graph.json", network.graph, name="graph"),
    path(_DESK + "names/", network.names, name="names"),
    path(_DESK + "judgements/<uuid:verdict_id>/undo/", network.undo, name="undo_judgement"),
    path(_DESK + "timeline/", network.timeline, name="timeline"),
    path(_DESK + "files/", exports.exports, name="exports"),
    path(_DESK + "files/new/", exports.new, name="export"),
    path(_DESK + "files/<uuid:export_id>/", exports.export, name="exported"),
    path(_DESK + "sources/new/", exports.take, name="take_in"),
    path(_DESK + "sources/<uuid:source_id>/remove/", exports.remove, name="remove_source"),
    path("links/", links.links, name="links"),
    path("links/key/", links.give_key, name="give_link_key"),
    path(_LINK, links.answer, name="answer_link"),
    path(_LINK + "sealed/", links.sealed, name="sealed_link"),
]
