"""Addresses of this desk: people in care, services, needs and what the health service wrote."""

from django.urls import path

from moei.desks.care.views import of_case, people, services

app_name = "care"
_CASE = "cases/<uuid:case_id>/care/"
urlpatterns = [
    path("care/", people.people, name="people"),
    path("care/services/", services.services, name="services"),
    path("care/services/new/", services.new, name="new_service"),
    path("care/services/<uuid:service_id>/", services.change, name="service"),
    path("care/services/<uuid:service_id>/end/", services.end, name="end_service"),
    path(_CASE, of_case.case, name="case"),
    path(_CASE + "needs/", of_case.assess, name="assess"),
    path(_CASE + "needs/<uuid:need_id>/met/", of_case.met, name="met"),
    path(_CASE + "medical/", of_case.medical, name="medical"),
    path(_CASE + "medical/note/", of_case.write, name="write_medical"),
]
