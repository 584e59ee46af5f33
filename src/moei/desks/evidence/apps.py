"""Evidence: files with their custody, what was done against the compounds, and the map of both."""

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    name = "moei.desks.evidence"
    label = "evidence"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from moei.desks.evidence.package_part import PART
        from moei.journal.triggers import keep_append_only
        from moei.standards.package_parts import add_package_part

        add_package_part(PART)
        keep_append_only("evidence_custody")
