"""A policy row that was in force explains past answers, so the database refuses to change one."""

from django.db import migrations

FORBID = """
CREATE FUNCTION lookup_policy_is_never_edited() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a policy is added, never edited: add a new one' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER policy_is_never_edited BEFORE UPDATE OR DELETE ON lookup_policyrevision
    FOR EACH ROW EXECUTE FUNCTION lookup_policy_is_never_edited();
"""
ALLOW = """
DROP TRIGGER policy_is_never_edited ON lookup_policyrevision;
DROP FUNCTION lookup_policy_is_never_edited();
"""


class Migration(migrations.Migration):
    dependencies = [("lookup", "0002_policies_of_2022")]

    operations = [migrations.RunSQL(FORBID, reverse_sql=ALLOW)]
