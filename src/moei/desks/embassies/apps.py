from django.apps import AppConfig


class EmbassiesConfig(AppConfig):
    name = "moei.desks.embassies"
    label = "embassies"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from moei.casefile.ending_with_consent import when_consent_ends
        from moei.casefile.feared_states import add_states, when_feared
        from moei.casefile.persons_file import add_part
        from moei.desks.embassies.actions.take_back import stop_at_missions, stop_with_consent
        from moei.desks.embassies.persons_part import asked_of_missions, own_papers
        from moei.desks.embassies.readiness import states_served

        add_states(states_served)
        when_feared(stop_at_missions)
        when_consent_ends(stop_with_consent)
        add_part(asked_of_missions)
        add_part(own_papers)
