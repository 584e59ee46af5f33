"""Care: what people need and who met it, services, referrals, support."""

from django.apps import AppConfig


class CareConfig(AppConfig):
    name = "moei.desks.care"
    label = "care"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from moei.access.actions.remove_agency import add_open
        from moei.casefile.ending_with_consent import when_consent_ends
        from moei.casefile.persons_file import add_part
        from moei.desks.care.actions.end_referral import open_referrals, stop_with_consent
        from moei.desks.care.persons_part import health, referred_to, support

        add_open("open referrals", open_referrals)
        add_part(health)
        add_part(referred_to)
        add_part(support)
        when_consent_ends(stop_with_consent)
