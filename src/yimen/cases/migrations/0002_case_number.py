"""Add the sequences case numbers and credit codes are drawn from (办件编号、信用代码): no lock, and gaps are allowed."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]
    operations = [
        migrations.RunSQL(
            sql="CREATE SEQUENCE cases_number OWNED BY cases_case.number",
            reverse_sql="DROP SEQUENCE cases_number",
        ),
        migrations.RunSQL(
            sql="CREATE SEQUENCE cases_organisation OWNED BY cases_case.organisation_id",
            reverse_sql="DROP SEQUENCE cases_organisation",
        ),
    ]
