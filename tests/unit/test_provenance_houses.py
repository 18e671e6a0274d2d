"""Other houses, other customers of one authority, readers that do not answer: what may not be said."""

import os
import signal

import pytest
from sealing import MANIFEST, signed, waves

from himmel.cli.main import main
from himmel.core.errors import DamagedFileError, HimmelError
from himmel.core.values import Clip
from himmel.media import apart
from himmel.media.write import write_clip
from himmel.provenance import certificates as certs
from himmel.provenance import credentials, identity
from himmel.provenance.credentials import read_credentials
from himmel.provenance.registry import Registry
from himmel.provenance.signed import SignedSeal
from himmel.provenance.verify import FOREIGN, NOTHING, OURS, TAMPERED, verify
from himmel.provenance.xmp import AI_GENERATED, COMPOSITE


@pytest.fixture
def out(tmp_path, monkeypatch):
    monkeypatch.setenv("HIMMEL_DATA", str(tmp_path / "data"))
    (tmp_path / "out").mkdir()
    return tmp_path / "out"


@pytest.fixture(autouse=True, scope="module")
def _without_searching():
    """A search for a watermark takes seconds, and none is about one here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("himmel.provenance.verify.WATERMARK", "himmel.provenance.no_watermark")
        yield


def ours(path):
    return read_credentials(path, identity.anchors())


def layers_of(verdict):
    return {name for name, layer in verdict.layers.items() if layer.found}


def customers(*names):
    """Identities of those to whom one public root issued certificates."""
    root_key = certs.new_key()
    root = certs.issue("Public CA", root_key)
    return [_customer(name, root, root_key) for name in names]


def _customer(name, root, root_key):
    key = certs.new_key()
    leaf = certs.issue(name, key, (root, root_key), days=(0, 30))
    return identity.Identity(certs.to_pem(leaf, root), certs.key_to_pem(key))


def name_operator(monkeypatch, folder, who):
    """Let HIMMEL_CERTIFICATE and HIMMEL_KEY name files that hold an identity."""
    for name, content in {"HIMMEL_CERTIFICATE": who.chain, "HIMMEL_KEY": who.key}.items():
        path = folder / name
        path.touch(mode=0o600)
        path.write_bytes(content)
        monkeypatch.setenv(name, str(path))


@pytest.fixture
def house(tmp_path, monkeypatch):
    """Lets another house have its turn: keys and registry of its own, and whoever signs there."""

    def enter(name, who=None):
        monkeypatch.setenv("HIMMEL_DATA", str(tmp_path / name))
        if who is not None:
            name_operator(monkeypatch, tmp_path, who)

    return enter


def test_another_customer_of_the_operators_authority_is_someone_else(out, house):
    operator, other = customers("operator", "stranger")
    house("theirs", other)
    theirs = signed(out / "theirs.mp4", 3)
    house("operhouse", operator)
    before = verify(theirs)
    own = signed(out / "own.mp4", 3)
    for verdict in (before, verify(theirs)):
        assert verdict.verdict == FOREIGN and "stranger" in verdict.says
        assert verdict.layers["c2pa"].evidence["state"] == "valid"
    Registry.own().path.unlink()
    assert verify(own).verdict == OURS


def test_a_file_under_our_label_is_not_ours_for_it(out, house, monkeypatch):
    operator, other = customers("operator", "stranger")
    house("operhouse", operator)
    own = signed(out / "own.png")
    label = verify(own).layers["registry"].evidence["row"]["seal"]
    house("theirs", other)
    monkeypatch.setattr("himmel.provenance.signed.new_label", lambda: label)
    theirs = signed(out / "theirs.png", seed=8)
    house("operhouse", operator)
    assert verify(theirs).verdict == FOREIGN


def test_what_was_signed_before_the_certificate_was_renewed_is_ours(out, house):
    operator, renewed, other = customers("operator", "operator", "stranger")
    house("operhouse", operator)
    own = signed(out / "own.png")
    house("theirs", other)
    theirs = signed(out / "theirs.png")
    house("operhouse", renewed)
    Registry.own().path.unlink()
    assert (verify(own).verdict, verify(theirs).verdict) == (OURS, FOREIGN)


# --- credentials that nobody could look at ------------------------------------------------------


def hangs(monkeypatch):
    """Stop the confined process before it is asked."""
    ask = apart._Reader.ask

    def stopped(self, question, path):
        os.kill(self._process.pid, signal.SIGSTOP)
        yield from ask(self, question, path)

    monkeypatch.setattr(apart, "MAX_WAIT", 0.05)
    monkeypatch.setattr(apart._Reader, "ask", stopped)


def does_not_start(monkeypatch):
    def refuse():
        raise HimmelError("no process to read files in can be started (no memory)")

    apart.close()
    monkeypatch.setattr(apart, "_started", refuse)


def operator_away(monkeypatch):
    for name in ("HIMMEL_CERTIFICATE", "HIMMEL_KEY"):
        monkeypatch.setenv(name, "/nowhere/at/all.pem")


@pytest.mark.parametrize("fault", [hangs, does_not_start, operator_away], ids=lambda f: f.__name__)
def test_without_a_look_at_its_credentials_nothing_is_called_tampered(
    out, house, monkeypatch, capsys, fault
):
    house("theirs")
    theirs = signed(out / "theirs.mp4", 3)
    house("ours")
    own = signed(out / "own.mp4", 3)
    fault(monkeypatch)
    verdict = verify(own)
    assert verdict.verdict == OURS and verdict.layers["c2pa"].evidence["failed"]
    with pytest.raises(HimmelError, match="no verdict, its credentials could not be looked at: "):
        verify(theirs)
    assert main(["verify", str(theirs)]) == 1
    said = capsys.readouterr()
    assert said.out == "" and "tampered" not in said.err and said.err.count("\n") == 1


def test_exactly_our_bytes_are_ours_whatever_their_reader_says(out, monkeypatch):
    def dies(*_):
        raise DamagedFileError("a.mp4 made its reader stop (SIGSEGV)")

    path = signed(out / "a.mp4", 3)
    (out / "b.mp4").write_bytes(path.read_bytes() + b"\x00\x00\x00\x0cfreejunk")
    monkeypatch.setattr(credentials, "read_report", dies)
    assert verify(path).verdict == OURS and "does not hold" in verify(path).says
    assert verify(out / "b.mp4").verdict == TAMPERED


def test_a_saved_stream_and_its_sidecar(out, house):
    house("theirs")
    with (out / "s.mp4").open("wb") as file:
        SignedSeal().stream(iter([waves(3)]), file, out / "s.c2pa", 8.0, MANIFEST)
    house("ours")
    assert verify(out / "s.mp4").verdict == FOREIGN
    house("theirs")
    assert verify(out / "s.mp4").verdict == OURS
    Registry.own().path.unlink()
    verdict = verify(out / "s.mp4")
    assert verdict.verdict == OURS and layers_of(verdict) == {"c2pa", "xmp"}
    film = bytearray((out / "s.mp4").read_bytes())
    film[len(film) // 2] ^= 1
    (out / "s.mp4").write_bytes(film)
    assert verify(out / "s.mp4").verdict == TAMPERED


def test_a_sidecar_of_another_film_does_not_count(out):
    signed(out / "a.webm", 3)
    write_clip(out / "a.mp4", Clip(waves(9), 8.0))
    assert verify(out / "a.mp4").verdict == NOTHING  # no change of what a.c2pa seals
    sealed = signed(out / "b.mp4", 3)
    (out / "b.c2pa").write_bytes((out / "a.c2pa").read_bytes())
    assert verify(sealed).layers["c2pa"].evidence["state"] == "trusted"  # what is inside counts


def test_a_source_of_another_customer_is_not_wholly_ours(out, monkeypatch):
    operator, other = customers("operator", "stranger")
    name_operator(monkeypatch, out.parent, operator)
    own = signed(out / "own.png")
    monkeypatch.setenv("HIMMEL_DATA", str(out.parent / "theirs"))
    name_operator(monkeypatch, out.parent, other)
    theirs = signed(out / "theirs.png")
    monkeypatch.setenv("HIMMEL_DATA", str(out.parent / "data"))
    name_operator(monkeypatch, out.parent, operator)
    assert ours(signed(out / "a.png", parents=[own])).source_type == AI_GENERATED
    assert ours(signed(out / "b.png", parents=[own, theirs])).source_type == COMPOSITE


def test_a_source_that_nobody_could_look_at_is_not_ours_and_stops_nothing(out, monkeypatch):
    def late(*_):
        raise HimmelError("a.png kept its reader busy for more than 15 seconds")

    source = signed(out / "a.png")
    with monkeypatch.context() as patch:
        patch.setattr(credentials, "read_report", late)
        signed(out / "b.png", parents=[source])
    assert ours(out / "b.png").source_type == COMPOSITE


@pytest.mark.parametrize("name", ["a.mp4", "a.webm"])
def test_credentials_that_nobody_could_look_at_are_not_unreadable(out, name, monkeypatch):
    path = signed(out / name, 3)
    hangs(monkeypatch)
    with pytest.raises(HimmelError, match="kept its reader busy"):
        read_credentials(path, b"")
