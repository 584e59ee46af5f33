"""Evidence: files with their custody, what was done against the compounds, and the map of both."""

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    name = "moei.desks.evidence"
    label = "evidence"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from moei.journal.triggers import keep_append_only

        keep_append_only("evidence_custody")
