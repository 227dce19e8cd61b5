"""Policies (政策通): collected, taken apart into measures, published, matched, delivered, handled, paid, evaluated.

Every measure (政策条款/奖补项) is a decision over facts, as an item is.
"""
