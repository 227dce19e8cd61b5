"""Secrets open only with their key, as the secret of what they were sealed for."""

import stat

import pytest

from yimen.core import vault
from yimen.core.settings import SettingError


@pytest.fixture
def path(tmp_path):
    return tmp_path / "keys" / "secrets-key"


def test_what_was_sealed_opens_again_and_does_not_show(path):
    kept = vault.vault_at(path)

    key_id, sealed = kept.seal("密码 pw", of="police")

    assert "密码 pw".encode() not in sealed
    assert vault.vault_at(path).open(key_id, sealed, of="police") == "密码 pw"
    assert kept.seal("密码 pw", of="police")[1] != sealed


def test_a_secret_moved_to_another_source_or_changed_does_not_open(path):
    kept = vault.vault_at(path)
    key_id, sealed = kept.seal("pw", of="police")

    for wrong, of in ((sealed, "tax"), (sealed[:-1] + bytes([sealed[-1] ^ 1]), "police"), (b"", "police")):
        with pytest.raises(vault.NotOpened):
            kept.open(key_id, wrong, of=of)
    with pytest.raises(vault.NotOpened, match="gone"):
        kept.open("gone", sealed, of="police")


def test_a_new_key_seals_and_the_old_one_still_opens(path):
    key_id, sealed = vault.vault_at(path).seal("pw", of="police")

    changed = vault.add_key(path)

    assert changed.current != key_id
    assert changed.open(key_id, sealed, of="police") == "pw"


def test_only_its_owner_reads_the_keys(path):
    vault.vault_at(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600

    path.chmod(0o644)
    with pytest.raises(SettingError, match="chmod 600"):
        vault.vault_at(path)


@pytest.mark.parametrize("content", ["", "abc", "id notbase64!", "id YWJj"])
def test_a_file_without_keys_is_a_setting_that_is_wrong(path, content):
    path.parent.mkdir()
    path.write_text(content, encoding="ascii")
    path.chmod(0o600)

    with pytest.raises(SettingError):
        vault.vault_at(path)


def test_keys_are_not_shown_when_the_vault_is(path):
    kept = vault.vault_at(path)

    assert str(next(iter(kept.keys.values()))) not in repr(kept)
