"""Care: what people need and who met it, services, referrals, support."""

from django.apps import AppConfig


class CareConfig(AppConfig):
    name = "moei.desks.care"
    label = "care"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from moei.casefile.persons_file import add_part
        from moei.desks.care.persons_part import health

        add_part(health)
