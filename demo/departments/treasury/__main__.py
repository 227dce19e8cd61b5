"""Run the treasury: `python -m demo.departments.treasury --store FILE --payer KEY --key KEY [--faults JSON]`.

The first line printed is the port, the second the public key its answers are signed with.
"""

import argparse
import os
import signal
import sys
import threading
from pathlib import Path

from demo.departments.process import KEY_VARIABLE, die_with
from demo.departments.treasury.books import Books
from demo.departments.treasury.faults import Faults
from demo.departments.treasury.service import TreasuryService
from yimen.core import signing


def main() -> int:
    """Serve until SIGTERM or Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m demo.departments.treasury", description="国库支付系统（演示）")
    parser.add_argument("--port", type=int, default=0, help="0 lets the system choose")
    parser.add_argument("--store", type=Path, required=True, help="folder of its books and its key")
    parser.add_argument("--key", default=os.environ.get(KEY_VARIABLE), help=f"default: {KEY_VARIABLE}")
    parser.add_argument("--payer", required=True, help="public key of whoever may pay, Base64")
    parser.add_argument("--faults", default="", help='how it fails, as JSON: {"seed": 7, "silent_after": 10}')
    parser.add_argument("--parent", type=int, help="process to die with")
    arguments = parser.parse_args()
    if not arguments.key:
        parser.error(f"--key or {KEY_VARIABLE} is needed")
    if arguments.parent is not None:
        die_with(arguments.parent)
    signer = signing.signer_at(arguments.store / "treasury-signing-key.pem")
    books = Books(arguments.store / "books.sqlite", Faults.read(arguments.faults))
    with TreasuryService(
        arguments.port, books=books, key=arguments.key, payer=arguments.payer, signer=signer
    ) as service:
        for ending in (signal.SIGTERM, signal.SIGINT):
            # shutdown() waits for the loop it stops, so it cannot be called from the loop's own thread.
            signal.signal(ending, lambda *_: threading.Thread(target=service.shutdown).start())
        print(service.server_address[1], flush=True)
        print(signer.public_key, flush=True)
        service.serve_forever(poll_interval=0.1)
    return 0


if __name__ == "__main__":
    sys.exit(main())
