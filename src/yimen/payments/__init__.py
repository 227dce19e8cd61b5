"""Money paid out, exactly once (资金拨付)."""
