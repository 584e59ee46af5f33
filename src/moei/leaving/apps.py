from django.apps import AppConfig


class LeavingConfig(AppConfig):
    name = "moei.leaving"
    label = "leaving"
    default_auto_field = "django.db.models.BigAutoField"
