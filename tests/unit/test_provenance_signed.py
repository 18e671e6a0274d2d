"""Every output is signed last, its sources are kept, and without a working seal nothing is published."""

import errno
import os
import socket
import sqlite3
from pathlib import Path

import numpy as np
import pytest
from sealing import FORMS, MANIFEST, chain, raw_signature, signed, stranger, waves

from himmel.core.errors import HimmelError
from himmel.provenance import certificates as certs
from himmel.provenance import credentials, identity
from himmel.provenance.credentials import read_credentials
from himmel.provenance.read import read_manifest
from himmel.provenance.registry import Registry
from himmel.provenance.seal import complete
from himmel.provenance.signed import SignedSeal
from himmel.provenance.xmp import AI_GENERATED, COMPOSITE


@pytest.fixture
def out(tmp_path, monkeypatch):
    """A folder for what is made, beside keys and registry of its own."""
    monkeypatch.setenv("HIMMEL_DATA", str(tmp_path / "data"))
    (tmp_path / "out").mkdir()
    return tmp_path / "out"


def ours(path):
    return read_credentials(path, identity.anchors())


@pytest.mark.parametrize("name", FORMS)
def test_every_form_is_trusted_here_and_valid_elsewhere(out, name):
    path = signed(out / name, FORMS[name])
    found = ours(path)
    assert (found.state, found.problems) == ("trusted", ())
    assert (found.actions, found.source_type) == (("c2pa.created",), AI_GENERATED)
    assert found.stated == read_manifest(path) == complete(MANIFEST)
    assert found.training == "refused" and found.parents == ()
    assert read_credentials(path, b"").state == "valid"
    beside = {path.name, "a.c2pa"} if name == "a.webm" else {path.name}
    assert {p.name for p in out.iterdir()} == beside
    assert Registry.own().by_seal(found.label).name == name


@pytest.mark.parametrize("name", ["pictures", "p%03d.png"])
def test_each_of_single_pictures_is_signed(out, name):
    signed(out / name, 3)
    files = [p for p in out.rglob("*") if p.is_file()]
    assert len(files) == 3 == len({ours(p).label for p in files if ours(p).state == "trusted"})
    assert len(Registry.own().by_mark(0x0A1B2C3D)) == 3


def test_a_name_that_is_no_utf8_is_written_and_found_again(out):
    path = signed(out / os.fsdecode(b"caf\xe9.png"))
    assert Registry.own().by_seal(ours(path).label).name == "caf?.png"
    child = signed(out / "b.png", parents=[path])
    assert ours(child).parents == ("caf?.png",)


def test_a_film_without_its_sidecar_has_no_credentials(out):
    path = signed(out / "a.webm", 3)
    (out / "a.c2pa").write_bytes((out / "a.c2pa").read_bytes()[:-400])
    assert ours(path).state in ("invalid", "unreadable")
    (out / "a.c2pa").unlink()
    assert ours(path) is None


def test_no_socket_is_needed(out, monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert ours(signed(out / "a.mp4", 3)).state == "trusted"


def test_five_edits_keep_every_source(out):
    path, other = signed(out / "0.png"), signed(out / "other.jpg")
    for number in range(1, 6):
        path = signed(out / f"{number}.png", parents=[path, other])
    found = ours(path)
    assert found.state == "trusted" and found.manifests == 7
    assert found.parents == ("4.png", "other.jpg")
    assert found.actions == ("c2pa.opened", "c2pa.placed", "c2pa.edited")
    assert found.source_type == AI_GENERATED  # nothing real went in


def test_a_foreign_manifest_is_kept_and_what_it_makes_is_a_composite(out):
    foreign = signed(out / "foreign.png", seal=SignedSeal(identity=stranger()))
    assert ours(foreign).state == "valid" and "an operator" in ours(foreign).signer
    found = ours(signed(out / "a.mp4", 3, parents=[foreign]))
    assert (found.state, found.manifests, found.source_type) == ("trusted", 2, COMPOSITE)
    assert found.stated["digital_source_type"] == COMPOSITE


@pytest.mark.parametrize("name", ["plain.png", "note.txt"])
def test_a_source_without_credentials_is_named(out, name):
    from PIL import Image

    Image.fromarray(waves(1)[0]).save(out / "plain.png")
    (out / "note.txt").write_text("hello")
    found = ours(signed(out / "a.png", parents=[out / name]))
    assert (found.state, found.parents, found.source_type) == ("trusted", (name,), COMPOSITE)


def test_credentials_beside_a_source_are_kept(out):
    found = ours(signed(out / "b.webm", 3, parents=[signed(out / "a.webm", 3)]))
    assert (found.state, found.manifests, found.parents) == ("trusted", 2, ("a.webm",))


def test_damaged_credentials_of_a_source_do_not_stop_us(out):
    source = signed(out / "a.png")
    content = bytearray(source.read_bytes())
    at = content.index(b"jumb")
    content[at + 10 : at + 60] = bytes(50)
    source.write_bytes(content)
    found = ours(signed(out / "b.png", parents=[source]))
    assert (found.state, found.parents, found.source_type) == ("trusted", ("a.png",), COMPOSITE)


def test_the_watermark_is_bound_where_there_is_one(out):
    import json

    import c2pa

    path = signed(out / "a.png", watermark="himmel.tiles.1")
    with path.open("rb") as stream, c2pa.Reader("image/png", stream) as reader:
        active = reader.get_active_manifest()
    bound = {a["label"]: a["data"] for a in active["assertions"]}["c2pa.soft-binding"]
    assert bound["alg"] == "himmel.tiles.1" and "0a1b2c3d" in json.dumps(bound)
    assert ours(path).actions == ("c2pa.created", "c2pa.watermarked.bound")
    assert "soft-binding" not in str(ours(signed(out / "b.png")).actions)


def test_a_key_elsewhere_signs(out):
    text, key = chain()
    seal = SignedSeal(identity=identity.Identity(text, sign=raw_signature(key)))
    path = signed(out / "a.mp4", 3, seal)
    root = certs.to_pem(certs.chain_from_pem(text)[-1])
    assert read_credentials(path, root).state == "trusted"


def test_an_operators_certificate_signs_and_is_ours(out, monkeypatch):
    text, key = chain()
    for name, content in {"HIMMEL_CERTIFICATE": text, "HIMMEL_KEY": certs.key_to_pem(key)}.items():
        path = out.parent / name
        path.write_bytes(content)
        path.chmod(0o600)
        monkeypatch.setenv(name, str(path))
    assert "an operator" in ours(signed(out / "a.png")).signer
    assert ours(out / "a.png").state == "trusted"


def test_a_saved_stream_is_a_source_with_its_sidecar(out):
    with (out / "s.mp4").open("wb") as file:
        SignedSeal().stream(iter([waves(3)]), file, out / "s.c2pa", 8.0, MANIFEST)
    assert ours(out / "s.mp4").state == "trusted"
    found = ours(signed(out / "a.mp4", 3, parents=[out / "s.mp4"]))
    assert (found.manifests, found.parents, found.source_type) == (2, ("s.mp4",), AI_GENERATED)


# --- faults: each leaves nothing behind ---------------------------------------------------------


def expired(_):
    text, key = chain((-9, -2))
    return SignedSeal(identity=identity.Identity(text, certs.key_to_pem(key)))


def without_purpose(_):
    text, key = chain(usages=("1.3.6.1.5.5.7.3.1",))
    return SignedSeal(identity=identity.Identity(text, certs.key_to_pem(key)))


def missing_key(_):
    identity.own_folder()
    (identity.seal_folder() / identity.KEY).unlink()
    return SignedSeal()


def foreign_registry(_):
    Registry(Registry.own().path, "somebody else").check()
    return SignedSeal()


def damaged_registry(_):
    Registry.own().path.write_bytes(b"junk" * 999)
    return SignedSeal()


def absent_service(_):
    def away(_):
        raise RuntimeError("the service does not answer")

    return SignedSeal(identity=identity.Identity(chain()[0], sign=away))


def wrong_signature(_):
    return SignedSeal(identity=identity.Identity(chain()[0], sign=lambda _: b"x" * 64))


class FullDisk:
    """An open file that takes no byte."""

    def __init__(self, file):
        self._file = file

    def __getattr__(self, name):
        return getattr(self._file, name)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._file.close()

    def write(self, _):
        raise OSError(errno.ENOSPC, "No space left on device")


def full_disk(monkeypatch):
    opened = Path.open

    def open_full(self, mode="r", *args, **kwargs):
        file = opened(self, mode, *args, **kwargs)
        return FullDisk(file) if mode == "w+b" else file

    monkeypatch.setattr(Path, "open", open_full)
    return SignedSeal()


def full_disk_for_the_sidecar(monkeypatch):
    written = Path.write_bytes

    def write(self, data):
        if self.suffix == credentials.SIDECAR:
            raise OSError(errno.ENOSPC, "No space left on device")
        return written(self, data)

    monkeypatch.setattr(Path, "write_bytes", write)
    return SignedSeal()


def full_disk_for_the_registry(monkeypatch):
    def refuse(*_):
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr("himmel.provenance.registry.astuple", refuse)
    return SignedSeal()


FAULTS = [
    expired, without_purpose, missing_key, foreign_registry, damaged_registry, absent_service,
    wrong_signature, full_disk, full_disk_for_the_registry,
]  # fmt: skip


@pytest.mark.parametrize("name", ["a.mp4", "a.png", "a.webm", "a.gif", "pictures"])
@pytest.mark.parametrize("fault", FAULTS, ids=lambda f: f.__name__)
def test_a_fault_publishes_nothing_and_says_why(out, monkeypatch, fault, name):
    seal = fault(monkeypatch)
    with pytest.raises(HimmelError) as caught:
        signed(out / name, 1 if name == "a.png" else 3, seal)
    assert list(out.iterdir()) == []
    assert "\n" not in str(caught.value)


def test_a_sidecar_that_cannot_be_written_keeps_the_film_back(out, monkeypatch):
    with pytest.raises(HimmelError, match="No space left"):
        signed(out / "a.webm", 3, full_disk_for_the_sidecar(monkeypatch))
    assert list(out.iterdir()) == []


def test_a_film_that_cannot_be_named_takes_its_sidecar_back(out, monkeypatch):
    with pytest.raises(HimmelError, match="Input/output error"):
        signed(out / "a.webm", 3, unnamed_film(monkeypatch))
    assert list(out.iterdir()) == []


def unnamed_film(monkeypatch):
    replace = Path.replace

    def refuse(self, target):
        if Path(target).suffix == ".webm":
            raise OSError(errno.EIO, "Input/output error")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", refuse)
    return SignedSeal()


def killed_before_the_film_has_its_name(monkeypatch):
    """Whatever would clean up after a failure does not run either."""
    seal = unnamed_film(monkeypatch)
    monkeypatch.setattr("himmel.provenance.signed._settle", lambda *_, **__: None)
    return seal


@pytest.mark.parametrize(
    "fault",
    [
        full_disk_for_the_sidecar, full_disk_for_the_registry, unnamed_film,
        killed_before_the_film_has_its_name,
    ],
    ids=lambda f: f.__name__,
)  # fmt: skip
def test_a_fault_leaves_the_film_that_was_there_and_its_sidecar(out, monkeypatch, fault):
    film = signed(out / "a.webm", 3)
    kept = {path.name: path.read_bytes() for path in out.iterdir()}
    with monkeypatch.context() as patch, pytest.raises(HimmelError):
        signed(film, 5, fault(patch), seed=8)
    assert {p.name: p.read_bytes() for p in out.iterdir() if p.name[0] != "."} == kept
    assert ours(film).state == "trusted"
    if "killed" not in fault.__name__:
        assert set(kept) == {path.name for path in out.iterdir()}
    signed(film, 5, seed=8)
    assert (ours(film).state, ours(film).stated["seed"]) == ("trusted", 8)
    assert film.read_bytes() != kept["a.webm"]


def test_a_first_film_never_stands_without_its_sidecar(out, monkeypatch):
    replace, seen = Path.replace, []

    def watched(self, target):
        seen.append(Path(target).name)
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", watched)
    signed(out / "a.webm", 3)
    assert seen.index("a.c2pa") < seen.index("a.webm")


def test_a_sidecar_that_cannot_have_its_name_is_found_before_the_film_has_its_own(out):
    film = signed(out / "a.webm", 3)
    kept = film.read_bytes()
    (out / "a.c2pa").unlink()
    (out / "a.c2pa").mkdir()
    with pytest.raises(HimmelError, match="it is a folder"):
        signed(film, 5, seed=8)
    assert film.read_bytes() == kept


def test_a_fault_of_the_registry_leaves_nothing_beside_a_stream(out, monkeypatch):
    seal = full_disk_for_the_registry(monkeypatch)
    with (out.parent / "s.mp4").open("wb") as file, pytest.raises(HimmelError, match="is full"):
        seal.stream(iter([waves(3)]), file, out / "s.c2pa", 8.0, MANIFEST)
    assert list(out.iterdir()) == []


@pytest.mark.parametrize("fault", [expired, missing_key, foreign_registry])
def test_a_broken_seal_is_found_before_the_work(out, monkeypatch, fault):
    drawn = []

    def chunks():
        drawn.append(1)
        yield waves(1)

    with pytest.raises(HimmelError):
        fault(monkeypatch).sign(chunks(), out / "a.mp4", 8.0, MANIFEST)
    assert drawn == []


def test_a_source_that_went_away_keeps_the_result_back(out):
    with pytest.raises(HimmelError, match="cannot be read"):
        signed(out / "a.png", parents=[out / "gone.png"])
    assert list(out.iterdir()) == []


def test_a_request_with_a_picture_names_it_as_its_source(tiny_system, out):
    from himmel.core.values import Known, Request
    from himmel.generate.door import generate

    first = signed(out / "first.png", seal=SignedSeal(identity=stranger()))
    asked = Request(prompt="a red car", known=(Known(path=str(first)),))
    result = generate(asked, tiny_system, out / "a.mp4")
    found = ours(out / "a.mp4")
    assert (found.parents, found.manifests, found.source_type) == (("first.png",), 2, COMPOSITE)
    assert found.stated == result.manifest
    assert result.manifest["digital_source_type"] == COMPOSITE


def test_frames_before_and_after_sealing_are_the_same(out):
    clip, _ = SignedSeal().sign(iter([waves(4)]), out / "a.apng", 8.0, MANIFEST)
    from himmel.media.read import read_clip

    assert np.array_equal(read_clip(out / "a.apng").frames, clip.frames)
