"""A signing key: one for everybody, in a file only its owner reads."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from yimen.core import signing
from yimen.core.settings import SettingError


def pem(key, encryption=None):
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption or NoEncryption())


def write(path, content, mode=0o600):
    path.write_bytes(content)
    path.chmod(mode)
    return path


def test_signs_as_the_first_example_of_rfc_8032_does():
    secret = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    signer = signing.Ed25519Signer(Ed25519PrivateKey.from_private_bytes(secret))

    signature = signer.sign(b"")

    assert signature.hex() == (
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
    )
    assert signing.is_signed(b"", signature, signer.public_key)


def test_threads_that_need_the_key_at_once_get_the_same_one(tmp_path):
    path, start = tmp_path / "key.pem", Barrier(12)

    def sign():
        start.wait()
        return signing.signer_at(path).key_id

    with ThreadPoolExecutor(12) as pool:
        ids = {one.result() for one in [pool.submit(sign) for _ in range(12)]}

    signing.signer_at.cache_clear()
    assert ids == {signing.signer_at(path).key_id}
    assert [one.name for one in tmp_path.iterdir()] == ["key.pem"]


def test_processes_that_need_the_key_at_once_get_the_same_one(tmp_path):
    path = tmp_path / "deep" / "key.pem"
    script = "import sys, pathlib; from yimen.core.signing import signer_at; print(signer_at(pathlib.Path(sys.argv[1])).key_id)"
    command = [sys.executable, "-c", script, str(path)]

    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    said = {one.communicate()[0].strip() for one in running}

    assert said == {signing.signer_at(path).key_id}
    assert [one.name for one in path.parent.iterdir()] == ["key.pem"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o666], ids=oct)
def test_a_key_that_others_can_reach_is_refused(tmp_path, mode):
    path = write(tmp_path / "key.pem", pem(Ed25519PrivateKey.generate()), mode)

    with pytest.raises(SettingError, match="权限过宽"):
        signing.signer_at(path)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (pem(generate_private_key(SECP256R1())), "不是 Ed25519"),
        (pem(Ed25519PrivateKey.generate(), BestAvailableEncryption(b"secret")), "未加密"),
        (b"", "PEM"),
    ],
    ids=["elliptic", "encrypted", "empty"],
)
def test_what_holds_no_usable_key_is_refused(tmp_path, content, words):
    with pytest.raises(SettingError, match=words):
        signing.signer_at(write(tmp_path / "key.pem", content))


def test_a_place_where_no_key_can_be_made_is_refused_in_words(tmp_path):
    occupied = write(tmp_path / "file", b"")

    with pytest.raises(SettingError, match="无法读写"):
        signing.signer_at(occupied / "key.pem")


def test_a_refusal_is_forgotten_once_the_file_is_mended(tmp_path):
    path = write(tmp_path / "key.pem", pem(Ed25519PrivateKey.generate()), 0o644)
    with pytest.raises(SettingError):
        signing.signer_at(path)

    path.chmod(0o600)

    assert signing.signer_at(path).key_id
