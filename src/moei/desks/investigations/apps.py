from django.apps import AppConfig


class InvestigationsConfig(AppConfig):
    name = "moei.desks.investigations"
    label = "investigations"
    default_auto_field = "django.db.models.BigAutoField"
