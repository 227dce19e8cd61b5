"""The verbs of the ledger: record a read, record an act, seal what was recorded."""

from yimen.ledger.services.recording import READ, TAKEN, act, record_act, record_batch, record_read
from yimen.ledger.services.sealing import publish, seal

__all__ = ["READ", "TAKEN", "act", "publish", "record_act", "record_batch", "record_read", "seal"]
