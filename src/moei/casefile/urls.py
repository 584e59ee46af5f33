"""Addresses of case files."""

from django.urls import path

from moei.casefile import access_views, consent_views, views

app_name = "cases"
urlpatterns = [
    path("", views.cases, name="list"),
    path("emergency/", access_views.emergency, name="emergency"),
    path("<uuid:case_id>/", views.case_file, name="file"),
    path("<uuid:case_id>/identity/", views.identity, name="identity"),
    path("<uuid:case_id>/family/", views.family, name="family"),
    path("<uuid:case_id>/needs/", views.needs, name="needs"),
    path("<uuid:case_id>/attachments/", views.attach, name="attach"),
    path("<uuid:case_id>/attachments/<uuid:attachment_id>/", views.attachment, name="attachment"),
    path("<uuid:case_id>/wristband/renew/", views.renew_wristband, name="renew_wristband"),
    path("<uuid:case_id>/merge/", views.merge, name="merge"),
    path("<uuid:case_id>/merge/<uuid:merge_id>/undo/", views.unmerge, name="unmerge"),
    path("<uuid:case_id>/events/<uuid:event_id>/void/", views.void, name="void"),
    path("<uuid:case_id>/consents/ask/", consent_views.ask, name="ask"),
    path("<uuid:case_id>/consents/withdraw/", consent_views.withdraw_everything, name="withdraw_everything"),
    path("<uuid:case_id>/consents/<uuid:consent_id>/withdraw/", consent_views.withdraw, name="withdraw"),
    path("<uuid:case_id>/disclosures/", consent_views.disclose, name="disclose"),
    path("<uuid:case_id>/access/", access_views.assign, name="assign"),
    path("<uuid:case_id>/access/end/", access_views.end_assigned, name="end_assigned"),
    path("<uuid:case_id>/support/", access_views.name_support, name="name_support"),
    path("<uuid:case_id>/support/end/", access_views.end_support, name="end_support"),
]
