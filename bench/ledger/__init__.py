"""How fast the ledger is sealed, and how fast it is verified: `make bench-ledger`."""
