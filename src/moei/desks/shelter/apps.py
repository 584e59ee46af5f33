from django.apps import AppConfig


class ShelterConfig(AppConfig):
    name = "moei.desks.shelter"
    label = "shelter"
    default_auto_field = "django.db.models.BigAutoField"
