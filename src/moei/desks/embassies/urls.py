"""Addresses of this desk: embassies: what they are asked, what they answer, papers for the journey."""

from django.urls import URLPattern

app_name = "embassies"
urlpatterns: list[URLPattern] = []
