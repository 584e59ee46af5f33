"""Addresses of this desk: people in care, services, needs and what the health service wrote."""

from django.urls import path

from moei.desks.care.views import claims, of_case, people, refer, referrals, services, support

app_name = "care"
_CASE = "cases/<uuid:case_id>/care/"
urlpatterns = [
    path("care/", people.people, name="people"),
    path("care/services/", services.services, name="services"),
    path("care/services/new/", services.new, name="new_service"),
    path("care/services/<uuid:service_id>/", services.change, name="service"),
    path("care/services/<uuid:service_id>/end/", services.end, name="end_service"),
    path("care/referrals/", referrals.referrals, name="referrals"),
    path("care/referrals/<uuid:referral_id>/", referrals.referral, name="referral"),
    path("care/referrals/<uuid:referral_id>/accept/", referrals.accept, name="accept"),
    path("care/referrals/<uuid:referral_id>/decline/", referrals.decline, name="decline"),
    path("care/referrals/<uuid:referral_id>/done/", referrals.done, name="done"),
    path("care/caseload/", support.caseload, name="caseload"),
    path(_CASE, of_case.case, name="case"),
    path(_CASE + "needs/", of_case.assess, name="assess"),
    path(_CASE + "needs/<uuid:need_id>/met/", of_case.met, name="met"),
    path(_CASE + "refer/", refer.refer, name="refer"),
    path(_CASE + "agreed/<uuid:agency_id>/", refer.agree, name="agree"),
    path(_CASE + "referrals/<uuid:referral_id>/revoke/", refer.revoke, name="revoke"),
    path(_CASE + "referrals/<uuid:referral_id>/answer/", refer.answer, name="answer"),
    path(_CASE + "plan/", support.make, name="make_plan"),
    path(_CASE + "plan/<uuid:plan_id>/", support.review, name="review_plan"),
    path(_CASE + "plan/<uuid:plan_id>/end/", support.end, name="end_plan"),
    path(_CASE + "plan/<uuid:plan_id>/goal/", support.goal, name="set_goal"),
    path(_CASE + "goals/<uuid:goal_id>/", support.settle, name="settle_goal"),
    path(_CASE + "note/", support.note, name="note"),
    path(_CASE + "rights/", support.rights, name="rights"),
    path(_CASE + "claim/", claims.claim, name="claim"),
    path(_CASE + "claim/withdraw/", claims.withdraw, name="withdraw_claim"),
    path(_CASE + "medical/", of_case.medical, name="medical"),
    path(_CASE + "medical/note/", of_case.write, name="write_medical"),
]
