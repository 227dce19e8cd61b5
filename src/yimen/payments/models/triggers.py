"""What the database itself refuses, whoever asks: to change a frozen batch, or what was said to the treasury."""

import pgtrigger

CONTENT = (
    "reference",
    "cause",
    "payee_id",
    "account_key_id",
    "account_sealed",
    "account_masked",
    "bank",
    "amount_yuan",
    "budget_id",
    "purpose_item",
    "purpose_title",
    "case_id",
    "batch_id",
    "ordered_at",
)
"""The columns of a payment that are fixed once its batch is frozen: all but how far it is."""

_OLD = ", ".join(f"OLD.{name}" for name in CONTENT)
_NEW = ", ".join(f"NEW.{name}" for name in CONTENT)

FROZEN_PAYMENT = pgtrigger.Trigger(
    name="frozen_stays",
    level=pgtrigger.Row,
    when=pgtrigger.Before,
    operation=pgtrigger.Update | pgtrigger.Delete,
    func=f"""
        IF OLD.batch_id IS NOT NULL
            AND EXISTS (SELECT FROM payments_paymentbatch b WHERE b.id = OLD.batch_id AND b.state <> 'OPEN')
        THEN
            IF TG_OP = 'DELETE' THEN
                RAISE EXCEPTION 'a payment of a frozen batch is never deleted';
            END IF;
            IF ({_NEW}) IS DISTINCT FROM ({_OLD}) THEN
                RAISE EXCEPTION 'a payment of a frozen batch does not change';
            END IF;
        END IF;
        IF TG_OP = 'DELETE' THEN
            RETURN OLD;
        END IF;
        RETURN NEW;
    """,  # noqa: S608 - names of our own columns
)

NOTHING_ADDED = pgtrigger.Trigger(
    name="nothing_added",
    level=pgtrigger.Row,
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.Update,
    declare=[("batch_state", "text")],
    func="""
        IF NEW.batch_id IS NOT NULL AND (TG_OP = 'INSERT' OR NEW.batch_id IS DISTINCT FROM OLD.batch_id) THEN
            SELECT state INTO batch_state FROM payments_paymentbatch WHERE id = NEW.batch_id FOR SHARE;
            IF batch_state <> 'OPEN' THEN
                RAISE EXCEPTION 'nothing is added to a frozen batch';
            END IF;
        END IF;
        RETURN NEW;
    """,
)

FROZEN_BATCH = pgtrigger.Trigger(
    name="frozen_stays",
    level=pgtrigger.Row,
    when=pgtrigger.Before,
    operation=pgtrigger.Update | pgtrigger.Delete,
    func="""
        IF TG_OP = 'DELETE' THEN
            IF OLD.state <> 'OPEN' THEN
                RAISE EXCEPTION 'a frozen batch is never deleted';
            END IF;
            RETURN OLD;
        END IF;
        IF OLD.state = 'OPEN' THEN
            RETURN NEW;
        END IF;
        IF (NEW.number, NEW.agency_id, NEW.made_at, NEW.frozen_at, NEW.frozen_by, NEW.frozen_by_label, NEW.count,
                NEW.total_yuan, NEW.digest, NEW.public_key, NEW.signature)
            IS DISTINCT FROM (OLD.number, OLD.agency_id, OLD.made_at, OLD.frozen_at, OLD.frozen_by,
                OLD.frozen_by_label, OLD.count, OLD.total_yuan, OLD.digest, OLD.public_key, OLD.signature)
        THEN
            RAISE EXCEPTION 'a frozen batch does not change';
        END IF;
        IF OLD.approved_at IS NOT NULL
            AND (NEW.approved_at, NEW.approved_by, NEW.approved_by_label)
                IS DISTINCT FROM (OLD.approved_at, OLD.approved_by, OLD.approved_by_label)
        THEN
            RAISE EXCEPTION 'an approval does not change';
        END IF;
        IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (('FROZEN', 'APPROVED'), ('FROZEN', 'REFUSED'),
            ('APPROVED', 'SENDING'), ('APPROVED', 'REFUSED'), ('SENDING', 'SETTLED'))
        THEN
            RAISE EXCEPTION 'a batch only goes forward';
        END IF;
        RETURN NEW;
    """,
)

NO_TRUNCATE = pgtrigger.Trigger(
    name="no_truncate",
    level=pgtrigger.Statement,
    when=pgtrigger.Before,
    operation=pgtrigger.Truncate,
    func="""
    IF current_database() LIKE 'test\\_%' THEN
        RETURN NULL;  -- test databases are emptied between tests, and hold nobody's money
    END IF;
    RAISE EXCEPTION 'payments are never dropped';
    """,
)

APPEND_ONLY = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete), NO_TRUNCATE]

ANSWERED_ONCE = [
    pgtrigger.Trigger(
        name="answered_once",
        level=pgtrigger.Row,
        when=pgtrigger.Before,
        operation=pgtrigger.Update | pgtrigger.Delete,
        func="""
            IF TG_OP = 'DELETE' OR OLD.answered_at IS NOT NULL
                OR (NEW.payment_id, NEW.number, NEW.kind, NEW.sent_at)
                    IS DISTINCT FROM (OLD.payment_id, OLD.number, OLD.kind, OLD.sent_at)
            THEN
                RAISE EXCEPTION 'what was said to the treasury does not change';
            END IF;
            RETURN NEW;
        """,
    ),
    NO_TRUNCATE,
]
