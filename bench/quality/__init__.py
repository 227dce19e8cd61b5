"""Twenty rules of quality over a million rows, beside the same twenty written by hand in DuckDB's SQL."""
