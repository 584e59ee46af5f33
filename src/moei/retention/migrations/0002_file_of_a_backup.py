from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('retention', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='backup',
            name='size',
            field=models.PositiveBigIntegerField(help_text='Bytes', null=True),
        ),
        migrations.AddField(
            model_name='backup',
            name='sha256',
            field=models.CharField(blank=True, help_text='By which its file is known again', max_length=64),
        ),
    ]
