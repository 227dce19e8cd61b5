from django.contrib.postgres.operations import AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models


class Migration(migrations.Migration):
    """Looks through all rows, however many: nothing here keeps anybody from adding one meanwhile."""

    atomic = False

    dependencies = [
        ('ledger', '0010_batch'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='entry',
            index=models.Index(condition=models.Q(('kind', 'BATCH')), fields=['-recorded_at'], name='ledger_batches'),
        ),
        ValidateConstraint(model_name='entry', name='ledger_subject_unless_batch'),
    ]
