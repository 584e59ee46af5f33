"""Triggers: the database itself refuses to change or remove journal entries."""

from django.db import migrations

from moei.journal import triggers


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]
    operations = [
        migrations.RunPython(
            lambda _apps, editor: triggers.install_append_only(editor, ("journal_entry",)),
            lambda _apps, editor: triggers.remove(editor),
        )
    ]
