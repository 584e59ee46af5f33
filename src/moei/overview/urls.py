"""Addresses of the overview: the board and the bulletins."""

from django.urls import path

from moei.overview import views

app_name = "overview"
urlpatterns = [
    path("board/", views.board, name="board"),
    path("bulletins/", views.bulletins, name="bulletins"),
    path("bulletins/prepare/", views.prepare, name="prepare"),
    path("bulletins/<uuid:bulletin_id>/", views.bulletin, name="bulletin"),
    path("bulletins/<uuid:bulletin_id>/pdf/", views.bulletin_pdf, name="bulletin_pdf"),
]
