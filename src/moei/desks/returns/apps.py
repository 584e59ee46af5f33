"""The way home: journeys, seats, and what follows."""

from django.apps import AppConfig


class ReturnsConfig(AppConfig):
    name = "moei.desks.returns"
    label = "returns"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from moei.casefile.ending_with_consent import when_consent_ends
        from moei.casefile.feared_states import when_feared
        from moei.casefile.holds import when_somebody_died
        from moei.casefile.persons_file import add_part
        from moei.desks.returns.ending import release_of_the_dead, release_when_feared, release_with_consent
        from moei.desks.returns.persons_part import journeys

        add_part(journeys)
        when_consent_ends(release_with_consent)
        when_feared(release_when_feared)
        when_somebody_died(release_of_the_dead)
