"""Regular expressions as XPath and XML Schema write them (XPath Functions 3.1, 5.6), matched in bounded time.

A pattern is parsed to a tree of character sets; Python's `re` matches it where its backtracking cannot run away, and a
machine that goes through the text once (Thompson's) where it could. No package does this without C or a second syntax.
"""
