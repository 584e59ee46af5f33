"""What people choose to tell of those who held them, for investigators: without their names."""

from django.apps import AppConfig


class InvestigationsConfig(AppConfig):
    name = "moei.desks.investigations"
    label = "investigations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from moei.casefile.ending_with_consent import when_consent_ends
        from moei.casefile.erased_with_person import when_erased
        from moei.casefile.persons_file import add_part
        from moei.desks.investigations.ending import erase_with_person, lock_with_consent, remove_with_consent
        from moei.desks.investigations.persons_part import told_to_investigators

        when_consent_ends(remove_with_consent, lock=lock_with_consent)
        when_erased(erase_with_person)
        add_part(told_to_investigators)
