"""The keeper's way in: `python -m yimen.core.postgres`, used by the starter alone."""

import sys

from yimen.core.postgres import keeper

keeper.main(sys.argv[1:])
