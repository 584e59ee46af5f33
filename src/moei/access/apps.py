from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "moei.access"
    label = "access"
    verbose_name = "Agencies, staff and roles"
    default_auto_field = "django.db.models.BigAutoField"
