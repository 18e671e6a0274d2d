"""Keys are made once, kept to their owner, and refused in one sentence when they cannot be used."""

import stat

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from sealing import chain, raw_signature

from himmel.core.errors import HimmelError
from himmel.provenance import certificates as certs
from himmel.provenance import identity


@pytest.fixture
def data(tmp_path, monkeypatch):
    monkeypatch.setenv("HIMMEL_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


def test_keys_are_made_on_first_use_and_kept_to_their_owner(data):
    first = identity.current_identity()
    first.check()
    assert identity.current_identity().key == first.key
    modes = {p.name: stat.S_IMODE(p.stat().st_mode) for p in identity.seal_folder().iterdir()}
    private = {identity.KEY, identity.ROOT_KEY, identity.SECRET}
    assert modes == {name: 0o600 if name in private else 0o644 for name in modes}
    assert private < set(modes)
    assert [p.name for p in data.iterdir()] == ["seal"]
    assert len(identity.secret()) == 32 and len(identity.owner()) == 32
    assert identity.secret().hex()[:32] != identity.owner()


def test_our_leaf_says_what_readers_ask_for(data):
    leaf, root = certs.chain_from_pem(identity.current_identity().chain)
    assert leaf.issuer == root.subject == root.issuer
    leaf.verify_directly_issued_by(root)
    years = (leaf.not_valid_after_utc - leaf.not_valid_before_utc).days / 365.25
    assert 9.9 < years < 10.1
    assert identity.anchors() == certs.to_pem(root)


def test_anchors_without_keys_are_empty_and_make_none(data):
    assert identity.anchors() == b""
    assert not data.exists()


def test_two_that_begin_at_once_share_the_keys_of_the_quicker(data, monkeypatch):
    fill = identity._fill

    def slow(folder):
        monkeypatch.setattr(identity, "_fill", fill)
        identity.own_folder()  # another process gets there first
        fill(folder)

    monkeypatch.setattr(identity, "_fill", slow)
    identity.own_folder()
    identity.current_identity().check()
    assert [p.name for p in data.iterdir()] == ["seal"]


@pytest.mark.parametrize(
    ("days", "says"), [((-9, -2), "expired on"), ((3, 9), "valid from .* check the clock")]
)
def test_a_chain_out_of_its_time_is_refused(days, says):
    text, key = chain(days)
    with pytest.raises(HimmelError, match=says):
        identity.Identity(text, certs.key_to_pem(key)).check()


@pytest.mark.parametrize("usages", [("1.3.6.1.5.5.7.3.1",), (certs.C2PA_SIGNING,)])
def test_a_certificate_for_something_else_is_refused(usages):
    text, key = chain(usages=usages)
    with pytest.raises(HimmelError, match="lacks the extended key usage emailProtection"):
        identity.Identity(text, certs.key_to_pem(key)).check()


def test_a_root_is_no_signer():
    key = certs.new_key()
    with pytest.raises(HimmelError, match="emailProtection"):
        identity.Identity(certs.to_pem(certs.issue("root", key)), certs.key_to_pem(key)).check()


def test_a_key_of_another_certificate_curve_or_form_is_refused():
    text, key = chain()
    other = ec.generate_private_key(ec.SECP384R1())
    for pem, says in (
        (certs.key_to_pem(certs.new_key()), "does not belong"),
        (certs.key_to_pem(other), "P-256"),
        (b"not a key", "cannot be read"),
        (certs.key_to_pem(key)[:-40], "cannot be read"),
    ):
        with pytest.raises(HimmelError, match=says):
            identity.Identity(text, pem).check()
    with pytest.raises(HimmelError, match="no key to sign with"):
        identity.Identity(text).check()
    with pytest.raises(HimmelError, match="certificate cannot be read"):
        identity.Identity(b"nothing", certs.key_to_pem(key)).check()


def test_a_missing_key_is_named(data):
    identity.current_identity()
    (identity.seal_folder() / identity.KEY).unlink()
    with pytest.raises(HimmelError, match=r"seal\.key of the seal cannot be read.*restore"):
        identity.current_identity()


def test_a_key_that_others_can_read_is_refused(data):
    identity.current_identity()
    (identity.seal_folder() / identity.KEY).chmod(0o640)
    with pytest.raises(HimmelError, match="chmod 600"):
        identity.current_identity()


def test_a_folder_that_cannot_be_written_is_one_sentence(data):
    data.parent.joinpath("data").write_text("a file")
    with pytest.raises(HimmelError, match="HIMMEL_DATA"):
        identity.own_folder()


def test_an_operators_certificate_replaces_ours(data, tmp_path, monkeypatch):
    text, key = chain()
    named = {"HIMMEL_CERTIFICATE": text, "HIMMEL_KEY": certs.key_to_pem(key)}
    monkeypatch.setenv("HIMMEL_CERTIFICATE", str(tmp_path / "HIMMEL_CERTIFICATE"))
    with pytest.raises(HimmelError, match="set both"):
        identity.current_identity()
    for name, content in named.items():
        (tmp_path / name).write_bytes(content)
        (tmp_path / name).chmod(0o600)
        monkeypatch.setenv(name, str(tmp_path / name))
    found = identity.current_identity()
    found.check()
    assert (found.chain, found.key) == (text, named["HIMMEL_KEY"])
    assert text.startswith(identity.anchors()) and identity.anchors()  # and not the operator's root
    identity.own_folder()
    assert identity.anchors().count(b"BEGIN CERTIFICATE") == 2  # what we sealed before stays ours


def test_signers_are_kept_once_and_are_no_secret(data):
    (text, _), (other, _) = chain(), chain()
    for signer in (text, other, text):
        identity.remember(signer)
    kept = list((identity.seal_folder() / identity.SIGNERS).iterdir())
    assert [stat.S_IMODE(path.stat().st_mode) for path in kept] == [0o644, 0o644]
    found = certs.chain_from_pem(identity.anchors())[1:]
    assert {c.serial_number for c in found} == {
        certs.chain_from_pem(pem)[0].serial_number for pem in (text, other)
    }


def test_anchors_that_cannot_be_read_are_one_sentence(data):
    identity.own_folder()
    (identity.seal_folder() / identity.ROOT).write_bytes(b"junk")
    with pytest.raises(HimmelError, match="certificate cannot be read"):
        identity.anchors()


def test_a_key_elsewhere_is_enough():
    text, key = chain()
    identity.Identity(text, sign=raw_signature(key)).check()
    assert len(raw_signature(key)(b"abc")) == 64
