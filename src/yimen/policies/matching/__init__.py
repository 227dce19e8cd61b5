"""Matching enterprises with measures (精准匹配)."""
