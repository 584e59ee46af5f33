"""Names in Burmese, Devanagari and Arabic script meet by other Latin letters than before: what they meet by is made anew."""

from django.db import migrations

from moei.engines.identity.names import name_tokens, skeleton
from moei.engines.identity.respelt import ARABIC, BURMESE, DEVANAGARI

LENGTH = 40


def make_anew(apps, schema_editor):
    Fact = apps.get_model("investigations", "Fact")
    NamePart = apps.get_model("investigations", "NamePart")
    named = set(NamePart.objects.values_list("fact_id", flat=True))
    for fact, text in Fact.objects.values_list("pk", "text").iterator():
        if fact not in named or not any(
            script.search(text) for script in (ARABIC, BURMESE, DEVANAGARI)
        ):
            continue
        tokens = name_tokens(text)
        bones = {skeleton(part)[:LENGTH] for part in (*tokens, "".join(tokens)) if part}
        NamePart.objects.filter(fact_id=fact).delete()
        NamePart.objects.bulk_create([NamePart(fact_id=fact, bones=one) for one in sorted(bones)])


class Migration(migrations.Migration):
    dependencies = [("investigations", "0002_thai_lao_and_khmer_parts")]

    operations = [migrations.RunPython(make_anew, migrations.RunPython.noop)]
