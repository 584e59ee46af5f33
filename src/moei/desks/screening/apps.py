from django.apps import AppConfig


class ScreeningConfig(AppConfig):
    name = "moei.desks.screening"
    label = "screening"
    default_auto_field = "django.db.models.BigAutoField"
