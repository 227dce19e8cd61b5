import pytest


@pytest.fixture
def keys(settings, tmp_path):
    """Keys of this test's own."""
    settings.YIMEN_SECRETS_KEY = str(tmp_path / "secrets-key")
    settings.YIMEN_PAYMENT_KEY = str(tmp_path / "payment.pem")
    settings.YIMEN_LEDGER_KEY = str(tmp_path / "ledger.pem")
    settings.YIMEN_LEDGER_HEADS = str(tmp_path / "heads.jsonl")
    return tmp_path
