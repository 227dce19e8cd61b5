"""The signed document and its file: whatever is changed in either is noticed, with the published keys alone."""

import base64
import json
from dataclasses import replace
from datetime import timedelta, timezone

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from yimen.core import signing
from yimen.core.signing import Ed25519Signer
from yimen.licences import documents
from yimen.licences.tests.factories import NOW, STATEMENT

SIGNER = Ed25519Signer(Ed25519PrivateKey.generate())
KEY = {"id": SIGNER.key_id, "algorithm": "Ed25519", "public_key": SIGNER.public_key, "retired_at": ""}
DOCUMENT = STATEMENT.canonical()
SIGNATURE = SIGNER.sign(DOCUMENT)


def file(document=DOCUMENT, signer=SIGNER):
    return documents.export(document=document, signature=signer.sign(document), key_id=signer.key_id)


def examine(data, *keys):
    return documents.check_offline(data, keys or (KEY,))


def test_the_document_is_canonical_json_with_everything_the_licence_states():
    content = json.loads(DOCUMENT)

    assert list(content) == sorted(content)
    assert content["format"] == "yimen-licence/1"
    assert content["holder"] == {"code": "440399200305140017", "code_type": "111", "name": "陈晓雯"}
    assert (content["valid_from"], content["valid_until"]) == ("2026-11-22", "2027-05-21")
    assert "陈晓雯".encode() in DOCUMENT


def test_a_long_term_licence_ends_with_an_empty_date():
    assert json.loads(replace(STATEMENT, valid_until=None).canonical())["valid_until"] == ""


def test_the_same_instant_in_another_time_zone_gives_the_same_document():
    here = NOW.astimezone(timezone(timedelta(hours=8)))

    assert replace(STATEMENT, issued_at=here).canonical() == DOCUMENT


@given(st.dictionaries(st.text(max_size=20), st.text(max_size=60), max_size=6), st.text(max_size=40))
def test_whatever_is_on_the_face_survives_the_file(face, name):
    document = replace(STATEMENT, face=face, holder_name=name).canonical()

    seen = examine(file(document))

    assert seen.is_genuine
    assert seen.content["face"] == face


def test_every_changed_byte_of_the_document_is_noticed():
    for place, byte in enumerate(DOCUMENT):
        changed = DOCUMENT[:place] + bytes([byte ^ 1]) + DOCUMENT[place + 1 :]
        assert not signing.is_signed(changed, SIGNATURE, SIGNER.public_key), place


def test_every_changed_byte_of_the_signature_is_noticed():
    for place, byte in enumerate(SIGNATURE):
        changed = SIGNATURE[:place] + bytes([byte ^ 1]) + SIGNATURE[place + 1 :]
        assert not signing.is_signed(DOCUMENT, changed, SIGNER.public_key), place


@pytest.mark.parametrize("flip", [0x01, 0x20, 0x80], ids=hex)
def test_every_changed_byte_of_the_file_is_noticed_unless_it_changes_nothing_said(flip):
    data = file()
    said = json.loads(data)

    for place, byte in enumerate(data):
        changed = data[:place] + bytes([byte ^ flip]) + data[place + 1 :]
        try:
            passes = examine(changed).is_genuine
        except documents.NotALicence:
            continue
        assert not passes or json.loads(changed) == said, place


def test_a_file_that_was_only_laid_out_anew_is_still_genuine():
    assert examine(json.dumps(json.loads(file())).encode()).is_genuine


def sentence(seen, name="signature"):
    return next(check.sentence for check in seen.checks if check.name == name)


def test_a_licence_signed_by_somebody_else_is_not_genuine():
    stranger = Ed25519Signer(Ed25519PrivateKey.generate())

    seen = examine(file(signer=stranger))

    assert not seen.is_genuine
    assert "不是本市公布的密钥" in sentence(seen)


def test_a_stranger_who_names_our_key_is_not_believed():
    stranger = Ed25519Signer(Ed25519PrivateKey.generate())
    data = documents.export(document=DOCUMENT, signature=stranger.sign(DOCUMENT), key_id=SIGNER.key_id)

    assert "不符" in sentence(examine(data))


def test_an_algorithm_we_cannot_check_is_said_to_be_so():
    seen = examine(file(), {**KEY, "algorithm": "SM2"})

    assert not seen.is_genuine
    assert "SM2" in sentence(seen)


@pytest.mark.parametrize(
    ("retired_at", "is_genuine"),
    [
        ((NOW + timedelta(seconds=1)).isoformat(), True),
        (NOW.isoformat(), False),
        ((NOW - timedelta(days=1)).isoformat(), False),
        ("2026-11-30", False),
        ("soon", False),
    ],
)
def test_a_retired_key_vouches_for_what_it_signed_before_and_for_nothing_after(retired_at, is_genuine):
    assert examine(file(), {**KEY, "retired_at": retired_at}).is_genuine is is_genuine


def test_keys_published_before_keys_could_retire_still_check_a_licence():
    published = {name: KEY[name] for name in ("id", "algorithm", "public_key")}

    assert examine(file(), published).is_genuine


@pytest.mark.parametrize("public_key", ["", "!", base64.b64encode(b"short").decode()])
def test_a_published_key_that_is_no_key_proves_nothing(public_key):
    assert not examine(file(), {**KEY, "public_key": public_key}).is_genuine


def test_a_wrong_identifier_is_noticed_even_when_signed():
    document = replace(STATEMENT, identifier=STATEMENT.identifier[:-1] + "*").canonical()

    seen = examine(file(document))

    assert [check.is_ok for check in seen.checks] == [False, True]


def altered(**members):
    return json.dumps({**json.loads(file()), **members}).encode()


def inside(**members):
    return altered(document={**json.loads(DOCUMENT), **members})


PADDED = json.loads(file())["signature"]


@pytest.mark.parametrize(
    "data",
    [
        altered(note="本证照终身有效"),
        altered(format="yimen-licence/2"),
        inside(format="yimen-licence/2"),
        file().replace(b'"key":', b'"key": "x", "key":'),
        file().replace(b'"item":', b'"item": "other", "item":'),
        altered(signature=PADDED[:-3] + chr(ord(PADDED[-3]) + 1) + "=="),
        altered(signature=PADDED + "\n"),
        altered(signature=7),
        altered(key=["x"]),
        altered(document=[["identifier", "x"]]),
        altered(document="text"),
        altered(document=None),
        inside(item=float("nan")),
        inside(item=10**30),
        inside(item="\ud800"),
    ],
)
def test_a_file_that_says_more_or_other_than_was_signed_is_no_licence(data):
    with pytest.raises(documents.NotALicence):
        examine(data)
