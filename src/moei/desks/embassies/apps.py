from django.apps import AppConfig


class EmbassiesConfig(AppConfig):
    name = "moei.desks.embassies"
    label = "embassies"
    default_auto_field = "django.db.models.BigAutoField"
