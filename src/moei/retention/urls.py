"""Addresses of retention."""

from django.urls import path

from moei.retention import views

app_name = "retention"
urlpatterns = [
    path("retention/", views.overview, name="overview"),
    path("retention/propose/", views.propose, name="propose"),
    path("retention/runs/<uuid:run_id>/approve/", views.approve, name="approve"),
    path("retention/runs/<uuid:run_id>/stop/", views.stop, name="stop"),
    path("retention/runs/<uuid:run_id>/carry-out/", views.carry_out, name="carry_out"),
    path("retention/holds/", views.holds, name="holds"),
    path("retention/holds/add/", views.add_hold, name="add_hold"),
    path("retention/holds/<uuid:hold_id>/", views.end_hold, name="end_hold"),
    path("retention/backups/", views.backups, name="backups"),
    path("retention/backups/<uuid:backup_id>/destroyed/", views.destroyed, name="destroyed"),
]
