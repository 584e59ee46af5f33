from django.apps import AppConfig


class SigninConfig(AppConfig):
    name = "moei.signin"
    label = "signin"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from moei.signin import receivers, second_factors

        receivers.connect()
        second_factors.connect()
