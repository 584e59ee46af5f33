"""Names in Burmese, Devanagari and Arabic script are found by other Latin letters than before: their tokens are made anew."""

from django.db import migrations

from moei.casefile.searching import TOKEN_LENGTH
from moei.engines.identity.names import name_tokens
from moei.engines.identity.respelt import ARABIC, BURMESE, DEVANAGARI

CHUNK = 500


def make_anew(apps, schema_editor):
    PersonName = apps.get_model("casefile", "PersonName")
    NameToken = apps.get_model("casefile", "NameToken")
    people = {
        person
        for person, text in PersonName.objects.values_list("person_id", "text").iterator()
        if any(script.search(text) for script in (ARABIC, BURMESE, DEVANAGARI))
    }
    ordered = sorted(people, key=str)
    for start in range(0, len(ordered), CHUNK):
        part = ordered[start : start + CHUNK]
        NameToken.objects.filter(person_id__in=part, kind="name").delete()
        names = PersonName.objects.filter(person_id__in=part).values_list("person_id", "text")
        tokens = {(person, word[:TOKEN_LENGTH]) for person, text in names for word in name_tokens(text)}
        NameToken.objects.bulk_create(
            [NameToken(person_id=person, kind="name", token=token) for person, token in sorted(tokens, key=str)],
            ignore_conflicts=True,
        )


class Migration(migrations.Migration):
    dependencies = [("casefile", "0007_thai_lao_and_khmer_tokens")]

    operations = [migrations.RunPython(make_anew, migrations.RunPython.noop)]
