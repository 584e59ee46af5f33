"""Addresses of this desk: what people need, who helps them, and what they agreed to."""

from django.urls import URLPattern

app_name = "care"
urlpatterns: list[URLPattern] = []
