"""Messages to people and organisations (消息), each sent once: the inbox always, and what they chose beside it.

A notice knows nothing of what it is about but a topic, a key and words: rooms above write it, and hear when it is read.
"""
