"""Addresses of this desk: the way home: journeys, seats, and what follows."""

from django.urls import URLPattern

app_name = "returns"
urlpatterns: list[URLPattern] = []
