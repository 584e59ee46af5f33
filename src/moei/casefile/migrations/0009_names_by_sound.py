"""Names are found by their sound too, and by an index alone."""

import django.db.models.deletion
from django.db import migrations, models

from moei.casefile.searching import tokens_of

CHUNK = 500


def add_sounds(apps, schema_editor):
    PersonName = apps.get_model("casefile", "PersonName")
    NameToken = apps.get_model("casefile", "NameToken")
    people = sorted(set(NameToken.objects.filter(kind="name").values_list("person_id", flat=True)), key=str)
    for start in range(0, len(people), CHUNK):
        part = people[start : start + CHUNK]
        names = {}
        for person, text in PersonName.objects.filter(person_id__in=part).values_list("person_id", "text"):
            names.setdefault(person, []).append(text)
        found = [row for person, texts in names.items() for row in tokens_of(person, texts, ())]
        NameToken.objects.bulk_create(
            [
                NameToken(person_id=row.person_id, kind=row.kind, token=row.token)
                for row in found
                if row.kind in ("bone", "pair")
            ],
            ignore_conflicts=True,
        )


def remove_sounds(apps, schema_editor):
    apps.get_model("casefile", "NameToken").objects.filter(kind__in=("bone", "pair")).delete()


class Migration(migrations.Migration):
    dependencies = [("casefile", "0008_burmese_devanagari_and_arabic_tokens")]

    operations = [
        migrations.RemoveIndex(model_name="nametoken", name="casefile_na_token_f982cd_idx"),
        migrations.RemoveIndex(model_name="nametoken", name="casefile_na_person__ca77dc_idx"),
        migrations.AlterField(
            model_name="nametoken",
            name="kind",
            field=models.CharField(
                choices=[("name", "Name"), ("bone", "Bone"), ("pair", "Pair"), ("key", "Key")], max_length=4
            ),
        ),
        migrations.AlterField(
            model_name="nametoken",
            name="person",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="tokens",
                to="casefile.person",
            ),
        ),
        migrations.AddIndex(
            model_name="nametoken",
            index=models.Index(
                fields=["kind", "token", "person"],
                name="who_is_called_so",
                opclasses=["varchar_pattern_ops", "varchar_pattern_ops", "uuid_ops"],
            ),
        ),
        migrations.RunPython(add_sounds, remove_sounds),
    ]
