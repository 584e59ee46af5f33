from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('leaving', '0001_initial'),
    ]

    operations = [
        migrations.AlterField(
            model_name='departure',
            name='kind',
            field=models.CharField(choices=[('attachment', 'Attached file'), ('determination', 'Determination on paper'), ('problems', 'Problems of a list'), ('journal', 'Entries of the journal'), ('persons_file', 'The file, for the person'), ('disclosures', 'Register of disclosures, for the person'), ('receipt', 'Receipt for property'), ('wristband', 'Wristband'), ('paper_pack', 'Blank sheets'), ('bulletin', 'Bulletin'), ('anchor', 'Anchor of the journal'), ('api', 'Names over the API'), ('other', 'Another file')], max_length=16),
        ),
    ]
