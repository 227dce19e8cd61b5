"""Work orders (督办单/工单): something an agency has to see to by a day, and what became of it.

A task knows nothing of what it is about but a kind, a reference and a sentence: rooms above open it, and hear when it
is closed.
"""
