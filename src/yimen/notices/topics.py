"""What notices can be about: each room above says so when it is wired, and people may switch a topic off."""

from collections.abc import Mapping

_TITLES: dict[str, str] = {}
CHANNEL = "channel"
"""Told by this room itself: how a channel fares. It stays inside and cannot be switched off."""


def register(topic: str, title: str) -> None:
    """Make a topic known with its Chinese title (消息主题); a second time with another title is a slip of ours.

    Raises:
        ValueError: the topic has another title already.
    """
    if _TITLES.setdefault(topic, title) != title:
        raise ValueError(f"{topic} is {_TITLES[topic]} already")


def switchable() -> Mapping[str, str]:
    """Return the topics somebody may switch off, with their titles."""
    return {topic: title for topic, title in _TITLES.items() if topic != CHANNEL}


def title(topic: str) -> str:
    """Return a topic in Chinese, itself where nobody named it."""
    return _TITLES.get(topic, topic)


register(CHANNEL, "消息通道")
