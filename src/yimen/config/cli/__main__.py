"""`python -m yimen.config.cli` is `yimen`."""

from yimen.config.cli import main

main()
