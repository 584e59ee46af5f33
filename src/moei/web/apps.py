from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "moei.web"
    label = "web"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_out

        from moei.web.sign_out import sign_the_journal

        user_logged_out.connect(sign_the_journal, dispatch_uid="sign_the_journal")
