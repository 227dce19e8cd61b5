"""How fast a whole table is taken, and in how much memory: `make bench-lake`."""
