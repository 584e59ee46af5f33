"""What was told, opened and said before belongs to the release in which the journal says that it happened."""

from django.db import migrations

# Of each table: who did it, and when, which is also when the journal recorded it.
ROWS = (("BreakGlass", "staff_id", "opened_at"), ("LookupReason", "staff_id", "given_at"), ("Notice", "who_id", "at"))


def take_from_journal(apps, schema_editor):
    """A row of which the journal does not say it stays without: it is for those whose duty reaches every release."""
    entries = apps.get_model("journal", "Entry").objects.filter(release__isnull=False)
    there = set(apps.get_model("access", "Release").objects.values_list("pk", flat=True))
    for name, who, when in ROWS:
        for row in apps.get_model("access", name).objects.filter(release__isnull=True).iterator():
            entry = entries.filter(actor=getattr(row, who), recorded_at=getattr(row, when)).order_by("seq").first()
            if entry is not None and entry.release in there:
                row.release_id = entry.release
                row.save(update_fields=["release"])


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0008_release_of_what_is_watched"),
        ("journal", "0003_anchors"),
    ]

    operations = [migrations.RunPython(take_from_journal, migrations.RunPython.noop)]
