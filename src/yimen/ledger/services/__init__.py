"""The verbs of the ledger: record a read, record an act, seal what was recorded."""

from yimen.ledger.services.recording import READ, act, record_act, record_read
from yimen.ledger.services.sealing import publish, seal

__all__ = ["READ", "act", "publish", "record_act", "record_read", "seal"]
