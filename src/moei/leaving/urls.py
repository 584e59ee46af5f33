"""The address of the question why a file is taken."""

from django.urls import path

from moei.leaving import views

app_name = "leaving"
urlpatterns = [path("files/why/", views.why, name="why")]
