"""What must never be false, whatever the code does: findings and decisions only grow, and nobody, machine or person,
approves over a hard rule that failed, was unknown, or was not applied."""

from django.db import migrations

SEQUENCE = "CREATE SEQUENCE lending_application_number START 1;"

FULL_SET = """
CREATE FUNCTION lending_every_hard_rule_passed(run uuid, expected integer) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT expected > 0
       AND count(*) FILTER (WHERE severity IN ('hard', 'stop')) = expected
       AND count(*) FILTER (WHERE severity IN ('hard', 'stop') AND result <> 'passed') = 0
      FROM lending_finding WHERE run_id = run
$$;
"""

REASONS = """
CREATE FUNCTION lending_one_to_four(reasons jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN jsonb_typeof(reasons) = 'array' THEN jsonb_array_length(reasons) BETWEEN 1 AND 4 ELSE false END
$$;
"""

DECISION_GUARD = """
CREATE FUNCTION lending_guard_decision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.outcome = 'APPROVED' AND NOT lending_every_hard_rule_passed(NEW.run_id, NEW.hard_rules) THEN
        RAISE EXCEPTION 'approval refused: a hard rule of run % failed, is unknown or was not applied', NEW.run_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'decision_approved_needs_every_hard_rule';
    END IF;
    IF NEW.outcome = 'DECLINED' AND NOT lending_one_to_four(NEW.reasons) THEN
        RAISE EXCEPTION 'decline refused: run % carries no principal reasons, or more than four', NEW.run_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'decision_declined_has_one_to_four_reasons';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER lending_decision_guard BEFORE INSERT ON lending_decision
    FOR EACH ROW EXECUTE FUNCTION lending_guard_decision();
"""

REVIEW_GUARD = """
CREATE FUNCTION lending_guard_review() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    expected integer;
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.status <> 'open' THEN
        RAISE EXCEPTION 'review % is closed', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'review_closed_once';
    END IF;
    IF NEW.outcome = 'APPROVED' THEN
        SELECT hard_rules INTO expected FROM lending_decision WHERE run_id = NEW.run_id;
        IF NOT lending_every_hard_rule_passed(NEW.run_id, coalesce(expected, 0)) THEN
            RAISE EXCEPTION 'approval refused: a hard rule of run % failed, is unknown or was not applied', NEW.run_id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'review_approved_needs_every_hard_rule';
        END IF;
    END IF;
    IF NEW.outcome = 'DECLINED' AND NEW.status IN ('confirmed', 'overridden')
       AND NOT lending_one_to_four(NEW.reasons) THEN
        RAISE EXCEPTION 'decline refused: review % carries no principal reasons, or more than four', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'review_declined_has_one_to_four_reasons';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER lending_review_guard BEFORE INSERT OR UPDATE ON lending_review
    FOR EACH ROW EXECUTE FUNCTION lending_guard_review();
"""

FINDING_GUARD = """
CREATE FUNCTION lending_guard_finding() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM lending_decision WHERE run_id = NEW.run_id) THEN
        RAISE EXCEPTION 'run % is decided: its findings are closed', NEW.run_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'finding_before_decision';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER lending_finding_guard BEFORE INSERT ON lending_finding
    FOR EACH ROW EXECUTE FUNCTION lending_guard_finding();
"""


def append_only(table: str) -> migrations.RunSQL:
    """Return the operation that refuses changes to a table; its function came with the audit trail."""
    return migrations.RunSQL(
        f"""
        CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER {table}_never_truncated BEFORE TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
        """,
        f"DROP TRIGGER {table}_append_only ON {table}; DROP TRIGGER {table}_never_truncated ON {table};",
    )


class Migration(migrations.Migration):
    dependencies = [("lending", "0001_initial"), ("audit", "0002_append_only")]
    operations = [
        migrations.RunSQL(SEQUENCE, "DROP SEQUENCE lending_application_number;"),
        migrations.RunSQL(FULL_SET, "DROP FUNCTION lending_every_hard_rule_passed(uuid, integer);"),
        migrations.RunSQL(REASONS, "DROP FUNCTION lending_one_to_four(jsonb);"),
        migrations.RunSQL(DECISION_GUARD, "DROP FUNCTION lending_guard_decision() CASCADE;"),
        migrations.RunSQL(REVIEW_GUARD, "DROP FUNCTION lending_guard_review() CASCADE;"),
        migrations.RunSQL(FINDING_GUARD, "DROP FUNCTION lending_guard_finding() CASCADE;"),
        append_only("lending_finding"),
        append_only("lending_decision"),
    ]
