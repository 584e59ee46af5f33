from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('access', '0006_moved_and_tokens'),
    ]

    operations = [
        migrations.AddField(
            model_name='rolegrant',
            name='taken_back',
            field=models.BooleanField(default=False),
        ),
    ]
