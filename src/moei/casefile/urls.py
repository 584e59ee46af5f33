"""Addresses of case files."""

from django.urls import path

from moei.casefile import access_views, consent_views, property_views, rights_views, views

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
    path("complaints/", rights_views.complaints, name="complaints"),
    path("complaints/<uuid:complaint_id>/", rights_views.answer_complaint, name="answer_complaint"),
    path("<uuid:case_id>/disclosures/register/", rights_views.disclosures, name="disclosures"),
    path("<uuid:case_id>/disclosures/print/", rights_views.print_disclosures, name="print_disclosures"),
    path("<uuid:case_id>/rights/", rights_views.rights, name="rights"),
    path("<uuid:case_id>/rights/print/", rights_views.print_file, name="print_file"),
    path("<uuid:case_id>/rights/wishes/", rights_views.wish, name="wish"),
    path("<uuid:case_id>/rights/wishes/<uuid:wish_id>/end/", rights_views.wish_ends, name="wish_ends"),
    path("<uuid:case_id>/rights/requests/", rights_views.ask_right, name="ask_right"),
    path("<uuid:case_id>/rights/requests/<uuid:request_id>/", rights_views.answer_right, name="answer_right"),
    path("<uuid:case_id>/rights/complaints/", rights_views.complain_of, name="complain"),
    path("<uuid:case_id>/rights/contact/", rights_views.plan_contact, name="plan_contact"),
    path("<uuid:case_id>/rights/contact/end/", rights_views.plan_ends, name="plan_ends"),
    path("<uuid:case_id>/rights/contact/open/", rights_views.plan_opened, name="plan_opened"),
    path("<uuid:case_id>/rights/filmed/", rights_views.filmed, name="filmed"),
    path("<uuid:case_id>/rights/filmed/<uuid:filming_id>/", rights_views.filmed_done, name="filmed_done"),
    path("<uuid:case_id>/property/", property_views.belongings, name="property"),
    path("<uuid:case_id>/property/take/", property_views.take, name="take_property"),
    path("<uuid:case_id>/property/<uuid:item_id>/return/", property_views.give_back, name="give_back"),
    path("<uuid:case_id>/property/<uuid:item_id>/receipt/", property_views.receipt, name="receipt"),
    path("<uuid:case_id>/access/", access_views.assign, name="assign"),
    path("<uuid:case_id>/access/end/", access_views.end_assigned, name="end_assigned"),
    path("<uuid:case_id>/support/", access_views.name_support, name="name_support"),
    path("<uuid:case_id>/support/end/", access_views.end_support, name="end_support"),
]
