from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "moei.web"
    label = "web"
