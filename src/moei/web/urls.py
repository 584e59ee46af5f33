"""Every address of the program."""

from django.urls import include, path

urlpatterns = [
    path("account/", include("allauth.account.urls")),
]
