"""The demo's treasury on this machine, over real HTTP, in a thread of the test's."""

import threading
from contextlib import contextmanager
from pathlib import Path

from demo.departments.treasury.books import Books
from demo.departments.treasury.faults import Faults
from demo.departments.treasury.service import TreasuryService
from yimen.core import signing
from yimen.payments.treasuries import over_http
from yimen.payments.treasuries.over_http import HttpTreasury

KEY = "a-key-of-the-treasury"


@contextmanager
def running(folder: Path, faults: Faults, *, payment_key: Path, timeout_s: float = 2.0):
    """The treasury's books, and a client of it that signs with the platform's key."""
    books = Books(folder / "books.sqlite", faults)
    payer = signing.signer_at(payment_key)
    signer = signing.signer_at(folder / "treasury.pem")
    with TreasuryService(0, books=books, key=KEY, payer=payer.public_key, signer=signer) as service:
        threading.Thread(target=service.serve_forever, args=(0.01,), daemon=True).start()
        url = f"http://127.0.0.1:{service.server_address[1]}"
        yield books, HttpTreasury(url, key=KEY, public_key=signer.public_key, signer=payer, timeout_s=timeout_s)
        over_http._client().close()  # its connections are to a treasury that is gone
        over_http._client.cache_clear()
        service.shutdown()
