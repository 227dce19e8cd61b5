"""A row of a list has an identifier of its own, by which what is paid for it says where it comes from."""

from uuid import uuid4

from django.db import migrations, models


class Migration(migrations.Migration):
    """Added empty, filled by the database, then required and unique."""

    dependencies = [("policies", "0062_payout_award")]

    operations = [
        migrations.AddField(
            "beneficiary",
            "reference",
            models.UUIDField("对象标识", null=True, editable=False, help_text="兑付时引用。"),
        ),
        migrations.RunSQL(
            "UPDATE policies_beneficiary SET reference = gen_random_uuid() WHERE reference IS NULL",
            migrations.RunSQL.noop,
        ),
        migrations.AlterField(
            "beneficiary",
            "reference",
            models.UUIDField("对象标识", default=uuid4, unique=True, editable=False, help_text="兑付时引用。"),
        ),
    ]
