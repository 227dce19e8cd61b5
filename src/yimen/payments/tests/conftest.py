import pytest

from demo.departments.treasury.faults import Faults
from yimen.payments.tests import treasury


@pytest.fixture
def keys(settings, tmp_path):
    """Keys of this test's own."""
    settings.YIMEN_SECRETS_KEY = str(tmp_path / "secrets-key")
    settings.YIMEN_PAYMENT_KEY = str(tmp_path / "payment.pem")
    settings.YIMEN_LEDGER_KEY = str(tmp_path / "ledger.pem")
    settings.YIMEN_LEDGER_HEADS = str(tmp_path / "heads.jsonl")
    return tmp_path


@pytest.fixture
def bank(keys):
    """Start the treasury with these faults: its books, and the client."""
    opened = []

    def start(timeout_s=2.0, **faults):
        running = treasury.running(
            keys / "treasury", Faults(**faults), payment_key=keys / "payment.pem", timeout_s=timeout_s
        )
        opened.append(running)
        return running.__enter__()

    yield start
    for running in opened:
        running.__exit__(None, None, None)
