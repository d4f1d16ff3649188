"""A dry run and an approval speak of the values of a proposal, so the database refuses to change them."""

from django.db import migrations

FORBID = """
CREATE FUNCTION lookup_proposal_is_never_edited() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    decided text[] := ARRAY[
        'approved_by_id', 'approved_at', 'revision_id', 'withdrawn_by_id', 'withdrawn_at'
    ];
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(OLD) - decided = to_jsonb(NEW) - decided
        AND OLD.approved_at IS NULL AND OLD.withdrawn_at IS NULL
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a proposal is decided once and never edited: withdraw it and propose anew'
        USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER proposal_is_never_edited BEFORE UPDATE OR DELETE ON lookup_policyproposal
    FOR EACH ROW EXECUTE FUNCTION lookup_proposal_is_never_edited();
"""
ALLOW = """
DROP TRIGGER proposal_is_never_edited ON lookup_policyproposal;
DROP FUNCTION lookup_proposal_is_never_edited();
"""


class Migration(migrations.Migration):
    dependencies = [("lookup", "0006_proposals_and_shares")]

    operations = [migrations.RunSQL(FORBID, reverse_sql=ALLOW)]
