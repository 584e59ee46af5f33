"""Addresses of this desk: what statements say of the network, under pseudonyms; evidence with its custody."""

from django.urls import URLPattern

app_name = "investigations"
urlpatterns: list[URLPattern] = []
