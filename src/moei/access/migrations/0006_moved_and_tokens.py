from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('access', '0005_secret_given'),
    ]

    operations = [
        migrations.AlterField(
            model_name='notice',
            name='kind',
            field=models.CharField(choices=[('emergency', 'A case was opened in an emergency'), ('emergency_role', 'One administrator gave a role alone, in an emergency'), ('many_cases', 'Somebody opened more cases than their quota, in emergencies'), ('guesses', 'Somebody tried case numbers that no case has'), ('guard_gone', 'One administrator alone took a duty to watch or to approve from somebody'), ('secret', 'Two agencies gave somebody a new password or removed their second factor'), ('moved', 'Two agencies agreed that somebody works elsewhere'), ('token', "Somebody collected a token of your agency's service account"), ('canary', 'Somebody touched an invented person who is kept as an alarm')], max_length=20),
        ),
    ]
