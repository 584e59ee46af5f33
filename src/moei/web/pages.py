"""Addresses of the pages that belong to no desk: first page, journal, staff."""

from django.urls import path

import moei.web.agency_views as agency_views
import moei.web.file_views as file_views
import moei.web.journal_anchor_views as anchor_views
import moei.web.journal_views as journal_views
import moei.web.proposal_views as proposal_views
import moei.web.sign_in_views as sign_in_views
import moei.web.staff_views as staff_views
import moei.web.views as views
import moei.web.watching_views as watching_views

app_name = "web"
urlpatterns = [
    path("", views.home, name="home"),
    path("release/", views.choose_release, name="release"),
    path("second-factor/", views.second_factor, name="second_factor"),
    path("sign-in/", sign_in_views.own, name="sign_in"),
    path("sign-in/end/", sign_in_views.end_sessions, name="end_sessions"),
    path("sign-in/devices/<uuid:device_id>/forget/", sign_in_views.forget, name="forget_device"),
    path("sign-in/notices/", sign_in_views.notices, name="sign_in_notices"),
    path("sign-in/notices/<uuid:notice_id>/", sign_in_views.seen, name="see_notice"),
    path("staff/<uuid:staff_id>/sessions/end/", sign_in_views.end_of, name="end_sessions_of"),
    path("emergency/end/", views.end_emergency, name="end_emergency"),
    path("journal/", journal_views.journal, name="journal"),
    path("journal/verify/", journal_views.verify_journal, name="verify_journal"),
    path("journal/readings/", journal_views.readings, name="readings"),
    path("journal/unusual/", journal_views.unusual_reading, name="unusual"),
    path("journal/anchors/", anchor_views.anchors, name="anchors"),
    path("journal/anchors/sign/", anchor_views.sign, name="sign_anchor"),
    path("journal/anchors/<uuid:anchor_id>/paper/", anchor_views.anchor_paper, name="anchor_paper"),
    path("journal/anchors/<uuid:anchor_id>/file/", anchor_views.anchor_file, name="anchor_file"),
    path("journal/anchors/to/<uuid:recipient_id>/end/", anchor_views.end, name="end_recipient"),
    path("journal/export/", journal_views.export_journal, name="export_journal"),
    path("files/left/", file_views.files_left, name="files_left"),
    path("journal/emergencies/", journal_views.emergencies, name="emergencies"),
    path("journal/emergencies/<uuid:opened_id>/", journal_views.review_emergency, name="review_emergency"),
    path("staff/", staff_views.staff_list, name="staff"),
    path("staff/agencies/<uuid:agency_id>/remove/", agency_views.remove_agency, name="remove_agency"),
    path("staff/add/", staff_views.add, name="add_staff"),
    path("staff/add/emergency/", staff_views.add_alone, name="add_in_emergency"),
    path("staff/<uuid:staff_id>/", staff_views.member, name="member"),
    path("staff/<uuid:staff_id>/propose/<slug:kind>/", staff_views.propose_change, name="propose"),
    path("staff/<uuid:staff_id>/emergency/", staff_views.emergency_role, name="emergency_role"),
    path("staff/<uuid:staff_id>/roles/<uuid:grant_id>/end/", staff_views.end, name="end_role"),
    path("staff/<uuid:staff_id>/close/", staff_views.close, name="close_account"),
    path("staff/<uuid:staff_id>/tokens/<uuid:token_id>/revoke/", staff_views.revoke, name="revoke_token"),
    path("search/reason/", watching_views.search_reason, name="say_why"),
    path("more/", watching_views.ask_more, name="ask_more"),
    path("more/decide/", watching_views.allowances, name="allowances"),
    path("notices/", watching_views.notices, name="notices"),
    path("notices/canaries/", watching_views.canaries, name="canaries"),
    path("notices/look-ups/", watching_views.lookups, name="lookups"),
    path("changes/", proposal_views.proposals, name="proposals"),
    path("changes/policy/", proposal_views.propose_policy, name="propose_policy"),
    path("changes/<uuid:proposal_id>/", proposal_views.proposal, name="proposal"),
    path("changes/<uuid:proposal_id>/collect/", proposal_views.collect_secret, name="collect"),
    path("changes/roles/<uuid:given_id>/", proposal_views.review_role, name="review_role"),
]
