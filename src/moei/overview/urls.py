"""Addresses of the overview: the board, statistics, bulletins."""

from django.urls import path

from moei.overview import statistics_views, views

app_name = "overview"
urlpatterns = [
    path("board/", views.board, name="board"),
    path("statistics/", statistics_views.statistics, name="statistics"),
    path("statistics/count/", statistics_views.count, name="count"),
    path("statistics/<uuid:statistics_id>/", statistics_views.statistics_as_of, name="statistics_as_of"),
    path(
        "statistics/<uuid:statistics_id>/file.<slug:extension>",
        statistics_views.statistics_file,
        name="statistics_file",
    ),
    path("bulletins/", views.bulletins, name="bulletins"),
    path("bulletins/prepare/", views.prepare, name="prepare"),
    path("bulletins/<uuid:bulletin_id>/", views.bulletin, name="bulletin"),
    path("bulletins/<uuid:bulletin_id>/pdf/", views.bulletin_pdf, name="bulletin_pdf"),
]
