"""Shelter: places with beds, and where everyone is."""

from django.apps import AppConfig


class ShelterConfig(AppConfig):
    name = "moei.desks.shelter"
    label = "shelter"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from moei.casefile.holds import before_interview, before_journey
        from moei.casefile.persons_file import add_part
        from moei.desks.shelter.actions.health import before_interview as health_notice
        from moei.desks.shelter.actions.outcome import no_journey
        from moei.desks.shelter.persons_part import where_you_stayed

        add_part(where_you_stayed)
        before_interview(health_notice)
        before_journey(no_journey)
