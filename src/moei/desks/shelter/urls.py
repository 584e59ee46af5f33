"""Addresses of this desk: places with beds: who sleeps where, and where everybody is."""

from django.urls import URLPattern

app_name = "shelter"
urlpatterns: list[URLPattern] = []
