"""Names are found by their sound too, and by an index alone."""

import django.db.models.deletion
from django.db import migrations, models

from moei.casefile.searching import TOKEN_LENGTH
from moei.engines.identity.names import skeleton

CHUNK = 2_000


def add_bones(apps, schema_editor):
    NameToken = apps.get_model("casefile", "NameToken")
    people = NameToken.objects.filter(kind="name").order_by("person_id").values_list("person_id", "token")
    bones = []
    for person, token in people.iterator(CHUNK):
        bones.append(NameToken(person_id=person, kind="bone", token=skeleton(token)[:TOKEN_LENGTH]))
        if len(bones) == CHUNK:
            NameToken.objects.bulk_create(bones, ignore_conflicts=True)
            bones = []
    NameToken.objects.bulk_create(bones, ignore_conflicts=True)


def remove_bones(apps, schema_editor):
    apps.get_model("casefile", "NameToken").objects.filter(kind="bone").delete()


class Migration(migrations.Migration):
    dependencies = [("casefile", "0008_burmese_devanagari_and_arabic_tokens")]

    operations = [
        migrations.RemoveIndex(model_name="nametoken", name="casefile_na_token_f982cd_idx"),
        migrations.RemoveIndex(model_name="nametoken", name="casefile_na_person__ca77dc_idx"),
        migrations.AlterField(
            model_name="nametoken",
            name="kind",
            field=models.CharField(
                choices=[("name", "Name"), ("bone", "Bone"), ("key", "Key")], max_length=4
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
        migrations.RunPython(add_bones, remove_bones),
    ]
