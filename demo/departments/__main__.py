"""Run a department's service: `python -m demo.departments NAME --port N --store FILE --key KEY`."""

import argparse
import os
import signal
import sys
import threading
from pathlib import Path

from demo.departments import education, finance, housing, market, tax
from demo.departments.process import KEY_VARIABLE, die_with
from demo.departments.service import Service

TABLES = {
    "education": education.TABLES,
    "finance": finance.TABLES,
    "housing": housing.TABLES,
    "market": market.TABLES,
    "tax": tax.TABLES,
}


def main() -> int:
    """Serve until SIGTERM or Ctrl-C; the first line printed is the port."""
    parser = argparse.ArgumentParser(prog="python -m demo.departments", description="部门现有系统（演示）")
    parser.add_argument("name", choices=sorted(TABLES))
    parser.add_argument("--port", type=int, default=0, help="0 lets the system choose")
    parser.add_argument("--store", type=Path, required=True)
    parser.add_argument("--key", default=os.environ.get(KEY_VARIABLE), help=f"default: {KEY_VARIABLE}")
    parser.add_argument("--parent", type=int, help="process to die with")
    arguments = parser.parse_args()
    if not arguments.key:
        parser.error(f"--key or {KEY_VARIABLE} is needed")
    if arguments.parent is not None:
        die_with(arguments.parent)
    tables = TABLES[arguments.name]
    with Service(arguments.port, tables=tables, store_path=arguments.store, key=arguments.key) as service:
        for ending in (signal.SIGTERM, signal.SIGINT):
            # shutdown() waits for the loop it stops, so it cannot be called from the loop's own thread.
            signal.signal(ending, lambda *_: threading.Thread(target=service.shutdown).start())
        print(service.server_address[1], flush=True)
        service.serve_forever(poll_interval=0.1)
    return 0


if __name__ == "__main__":
    sys.exit(main())
