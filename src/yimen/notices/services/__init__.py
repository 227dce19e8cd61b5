"""Verbs on notices: write, open, choose how to have them, compose what goes out, deliver it."""

from yimen.notices.services.composing import compose_due
from yimen.notices.services.delivering import recover, send_due
from yimen.notices.services.preferring import (
    BadCode,
    BadPreference,
    Choice,
    TooManyChannels,
    add_channel,
    confirm_channel,
    prefer,
    remove_channel,
    renew_code,
    send_code,
)
from yimen.notices.services.reading import open_notice
from yimen.notices.services.writing import notify

__all__ = [
    "BadCode",
    "BadPreference",
    "Choice",
    "TooManyChannels",
    "add_channel",
    "compose_due",
    "confirm_channel",
    "notify",
    "open_notice",
    "prefer",
    "recover",
    "remove_channel",
    "renew_code",
    "send_code",
    "send_due",
]
