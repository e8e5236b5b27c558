"""A run decides on the facts it froze when it began, and what it decided on is never rewritten."""

from django.db import migrations

FROZEN = """
CREATE FUNCTION lending_guard_frozen_facts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.facts_hash IS DISTINCT FROM OLD.facts_hash OR NEW.facts IS DISTINCT FROM OLD.facts THEN
        IF OLD.status IN ('decided', 'failed')
           OR OLD.status = 'running' AND OLD.facts_hash <> '' AND NEW.claim_token IS NOT DISTINCT FROM OLD.claim_token
        THEN
            RAISE EXCEPTION 'the facts of run % are frozen', OLD.id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'run_facts_are_frozen';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER lending_frozen_facts BEFORE UPDATE ON lending_decisionrun
    FOR EACH ROW EXECUTE FUNCTION lending_guard_frozen_facts();
"""


class Migration(migrations.Migration):
    dependencies = [("lending", "0006_review_desk")]
    operations = [migrations.RunSQL(FROZEN, "DROP FUNCTION lending_guard_frozen_facts() CASCADE;")]
