from django.apps import AppConfig


class ScreeningConfig(AppConfig):
    name = "moei.desks.screening"
    label = "screening"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from moei.casefile.persons_file import add_part
        from moei.desks.screening.persons_part import statement

        add_part(statement)
