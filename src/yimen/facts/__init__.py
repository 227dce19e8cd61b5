"""Facts (事实): the dictionary of what can be known about a subject, and the resolver that fetches it when a rule asks.

Serves 个人信息保护法 art. 6: a fact nobody asks for never moves.
"""
