from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('signin', '0002_givenpassword'),
    ]

    operations = [
        migrations.AddField(
            model_name='knowndevice',
            name='agent',
            field=models.CharField(blank=True, help_text='Kind of browser and device, when last used', max_length=60),
        ),
    ]
