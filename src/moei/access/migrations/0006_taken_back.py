from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('access', '0005_secret_given'),
    ]

    operations = [
        migrations.AddField(
            model_name='rolegrant',
            name='taken_back',
            field=models.BooleanField(default=False),
        ),
    ]
