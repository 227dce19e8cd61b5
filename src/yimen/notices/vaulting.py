"""Seal and open addresses with the platform's own keys (YIMEN_SECRETS_KEY)."""

from pathlib import Path

from django.conf import settings

from yimen.core.vault import vault_at
from yimen.notices.models import Channel


def seal(channel: Channel, url: str) -> None:
    """Put the address into the channel, sealed as the secret of this channel alone."""
    vault = vault_at(Path(settings.YIMEN_SECRETS_KEY))
    channel.address_key_id, channel.address = vault.seal(url, of=f"notices.channel:{channel.pk}")


def opened(channel: Channel) -> str:
    """Return the address.

    Raises:
        NotOpened: its key is gone, or it was changed. SettingError: the file of keys cannot be used.
    """
    vault = vault_at(Path(settings.YIMEN_SECRETS_KEY))
    return vault.open(channel.address_key_id, bytes(channel.address), of=f"notices.channel:{channel.pk}")
