"""Ours, someone else's, tampered, nothing found: what each layer sees, whatever was done to the file."""

import dataclasses
import json
import sys
import types

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from sealing import FORMS, MANIFEST, signed, stranger, waves

from himmel.cli.main import main
from himmel.core.errors import HimmelError
from himmel.media.write import write_clip
from himmel.provenance import certificates as certs
from himmel.provenance import identity
from himmel.provenance.boxes import XMP_UUID
from himmel.provenance.registry import Registry
from himmel.provenance.seal import MetadataSeal
from himmel.provenance.signed import SignedSeal
from himmel.provenance.verify import FOREIGN, NOTHING, OURS, TAMPERED, WATERMARK, verify

VERDICTS = {OURS, FOREIGN, TAMPERED, NOTHING}


@pytest.fixture
def out(tmp_path, monkeypatch):
    monkeypatch.setenv("HIMMEL_DATA", str(tmp_path / "data"))
    (tmp_path / "out").mkdir()
    return tmp_path / "out"


@pytest.fixture(autouse=True, scope="module")
def _without_searching():
    """A search for a watermark takes seconds; the test that is about one puts it back."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("himmel.provenance.verify.WATERMARK", "himmel.provenance.no_watermark")
        yield


def found(verdict):
    return {name for name, layer in verdict.layers.items() if layer.found}


@pytest.mark.parametrize("name", FORMS)
def test_what_left_here_is_ours(out, name):
    verdict = verify(signed(out / name, FORMS[name]))
    assert verdict.verdict == OURS
    assert found(verdict) >= {"c2pa", "xmp", "registry"}
    assert verdict.layers["c2pa"].evidence["state"] == "trusted"
    json.dumps(verdict.told())


def test_without_the_registry_the_seal_still_says_ours(out):
    path = signed(out / "a.mp4", 3)
    Registry.own().path.unlink()
    verdict = verify(path)
    assert (verdict.verdict, found(verdict)) == (OURS, {"c2pa", "xmp"})


def test_somebody_elses(out):
    path = signed(out / "a.mp4", 3, SignedSeal(identity=stranger()))
    Registry.own().path.unlink()
    verdict = verify(path)
    assert verdict.verdict == FOREIGN and "an operator" in verdict.says


def test_nothing_found_and_no_keys_made_by_looking(out):
    Image.fromarray(waves(1)[0]).save(out / "plain.png")
    (out / "note.txt").write_text("hello")
    (out / "empty.mp4").touch()
    for name in ("plain.png", "note.txt", "empty.mp4"):
        verdict = verify(out / name, similar=True)
        assert (verdict.verdict, found(verdict), verdict.similar) == (NOTHING, set(), ())
    assert not identity.seal_folder().exists()
    with pytest.raises(HimmelError, match="cannot be read"):
        verify(out / "missing.mp4")
    with pytest.raises(HimmelError, match="one by one"):
        verify(out)


def test_a_damaged_film_of_a_stranger_is_not_called_tampered(out):
    write_clip(out / "whole.mp4", _clip())
    (out / "cut.mp4").write_bytes((out / "whole.mp4").read_bytes()[:-50])
    verdict = verify(out / "cut.mp4")
    assert verdict.verdict == NOTHING and "damaged" in verdict.layers["xmp"].says


def test_a_name_without_an_ending_is_a_file(out):
    (out / "film").write_bytes(signed(out / "a.mp4", 3).read_bytes())
    assert verify(out / "film").verdict == OURS


def test_a_stranger_does_not_steer_the_terminal(out, capsys):
    root_key, key = certs.new_key(), certs.new_key()
    root = certs.issue("\x1b[2Jroot", root_key)
    text = certs.to_pem(certs.issue("\x1b[2Jleaf", key, (root, root_key)), root)
    path = signed(
        out / "a.png", seal=SignedSeal(identity=identity.Identity(text, certs.key_to_pem(key)))
    )
    Registry.own().path.unlink()
    assert main(["verify", str(path)]) == 0
    said = capsys.readouterr().out
    assert "someone else's" in said and "[2Jleaf" in said and "\x1b" not in said


def stripped(path):
    """An MP4 whose credentials were taken out and whose note was left in."""
    content = path.read_bytes()
    note = content[content.rindex(XMP_UUID) - 8 :]
    with av.open(str(path)) as source:
        frames = np.stack([f.to_ndarray(format="rgb24") for f in source.decode(video=0)])
    bare = path.with_name("stripped.mp4")
    MetadataSeal().sign(iter([frames]), bare, 8.0, {})
    written = bare.read_bytes()
    bare.write_bytes(written[: written.rindex(XMP_UUID) - 8] + note)
    return bare


def test_a_note_without_the_seal_is_tampering(out):
    verdict = verify(stripped(signed(out / "a.mp4", 3)))
    assert verdict.verdict == TAMPERED and "without our seal" in verdict.says


def test_a_changed_note_is_tampering(out):
    path = signed(out / "a.mp4", 3)
    path.write_bytes(path.read_bytes().replace(b"Made with AI</rdf", b"Made by Anna</rdf"))
    verdict = verify(path)
    assert verdict.verdict == TAMPERED and "changed after it was sealed" in verdict.says


def test_bytes_that_the_seal_leaves_out_are_noticed_by_the_registry(out):
    path = signed(out / "a.mp4", 3)
    path.write_bytes(path.read_bytes() + b"\x00\x00\x00\x0cfreejunk")
    verdict = verify(path)
    assert verdict.verdict == OURS and "leaves out were changed" in verdict.says
    assert verdict.layers["registry"].evidence["changed"]


@pytest.mark.parametrize("name", ["a.mp4", "a.png", "a.webp", "a.gif", "a.jpg"])
def test_one_changed_byte_is_always_found(out, name):
    """40 of every form. Where the specification excludes a byte, the registry notices it."""
    path, rng = signed(out / name, FORMS[name]), np.random.default_rng(0)
    whole, hostile = path.read_bytes(), out / f"hostile.{name[2:]}"
    inside = 0
    for at in rng.integers(0, len(whole), 40):
        changed = bytearray(whole)
        changed[at] ^= 1 << rng.integers(8)
        hostile.write_bytes(changed)
        verdict = verify(hostile)
        assert (
            verdict.verdict == TAMPERED
            or "leaves out" in verdict.says
            or found(verdict) <= {"registry"}
        )
        inside += verdict.verdict == TAMPERED
    assert inside >= 30


@pytest.mark.parametrize("name", FORMS)
def test_a_file_cut_short_is_not_called_ours(out, name):
    path = signed(out / name, FORMS[name])
    whole, hostile = path.read_bytes(), out / f"cut{path.suffix}"
    if path.suffix == ".webm":
        (out / "cut.c2pa").write_bytes((out / "a.c2pa").read_bytes())
    for share in (0.2, 0.5, 0.9, 0.999):
        hostile.write_bytes(whole[: int(share * len(whole))])
        assert verify(hostile).verdict in (TAMPERED, NOTHING)


def reencoded(path, crf=28):
    target = path.with_name(f"crf{crf}.mp4")
    with av.open(str(path)) as source, av.open(str(target), "w") as film:
        stream = film.add_stream("libx264", rate=8, options={"crf": str(crf)})
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for frame in source.decode(video=0):
            film.mux(stream.encode(av.VideoFrame.from_ndarray(frame.to_ndarray(format="rgb24"))))
        film.mux(stream.encode())
    return target


def test_a_re_encoded_copy_is_recognised_by_its_looks(out):
    copy = reencoded(signed(out / "a.mp4", 9))
    (out / "other.mp4").write_bytes(b"")
    write_clip(out / "other.mp4", dataclasses.replace(_clip(), frames=waves(9, seed=4)))
    verdict = verify(copy, similar=True)
    assert verdict.verdict == NOTHING and "looks like a.mp4" in verdict.says
    assert verdict.similar[0]["name"] == "a.mp4"
    assert verify(out / "other.mp4", similar=True).similar == ()


def _clip():
    from himmel.core.values import Clip

    return Clip(waves(9), 8.0)


def test_a_watermark_of_ours_makes_a_copy_ours(out, monkeypatch):
    copy = reencoded(signed(out / "a.mp4", 9))
    module, asked = types.ModuleType(WATERMARK), []

    def find(frames, key, issued=()):
        asked.append((frames.shape, len(key), list(issued)))
        return types.SimpleNamespace(mark=0x0A1B2C3D)

    module.find = find
    module.__spec__ = types.SimpleNamespace()
    monkeypatch.setattr("himmel.provenance.verify.WATERMARK", WATERMARK)
    monkeypatch.setitem(sys.modules, WATERMARK, module)
    verdict = verify(copy)
    assert verdict.verdict == OURS and "stands for a.mp4" in verdict.says
    assert asked == [((9, 48, 64, 3), 32, [0x0A1B2C3D])]
    module.find = lambda *_: types.SimpleNamespace(mark=5, score=np.float32(9))
    assert "is not in the registry" in verify(copy).says
    assert json.loads(json.dumps(verify(copy).told()))["layers"]["watermark"]["score"] == 9
    module.find = lambda *_: None
    assert not verify(copy).layers["watermark"].found


def test_a_broken_registry_hides_no_other_layer(out):
    path = signed(out / "a.mp4", 3)
    Registry.own().path.write_bytes(b"junk" * 999)
    verdict = verify(path)
    assert verdict.verdict == OURS and "cannot be used" in verdict.layers["registry"].says


@given(
    name=st.sampled_from(["a.mp4", "a.png", "a.webp", "a.gif", "a.jpg", "a.webm"]), data=st.data()
)
@settings(max_examples=150, deadline=None)
def test_hostile_files_give_a_verdict(hostile_house, name, data):
    path = hostile_house / name
    content = bytearray(path.read_bytes())
    marker = content.find(b"jumb")
    for _ in range(data.draw(st.integers(1, 8))):
        low = marker if marker >= 0 and data.draw(st.booleans()) else 0
        content[data.draw(st.integers(low, min(low + 4000, len(content) - 1)))] = data.draw(
            st.integers(0, 255)
        )
    cut = data.draw(st.just(len(content)) | st.integers(0, len(content)))
    hostile = path.with_name(f"hostile{path.suffix}")
    hostile.write_bytes(content[:cut])
    assert verify(hostile).verdict in VERDICTS


@pytest.fixture(scope="module")
def hostile_house(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    for name in ("a.mp4", "a.png", "a.webp", "a.gif", "a.jpg", "a.webm"):
        signed(folder / name, FORMS[name])
    (folder / "hostile.c2pa").write_bytes((folder / "a.c2pa").read_bytes())
    return folder


def test_the_command_for_people_and_for_programs(out, capsys):
    path = signed(out / "a.mp4", 3)
    assert main(["verify", str(path)]) == 0
    said = capsys.readouterr().out
    assert said.startswith("a.mp4: ours; ") and "model default, seed 7" in said
    assert main(["verify", str(path), "--json", "--similar"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["verdict"] == "ours"
    assert all(told["layers"][n]["found"] for n in ("c2pa", "registry"))
    assert told["layers"]["watermark"]["found"] in (True, False)
    assert main(["verify", str(out / "missing.mp4")]) == 1
    assert "cannot be read" in capsys.readouterr().err
    copy = reencoded(path)
    assert main(["verify", str(copy), "--similar"]) == 0
    assert "similar    a.mp4" in capsys.readouterr().out


def test_the_manifest_in_the_verdict_is_the_signed_one(out):
    stated = verify(signed(out / "a.mp4", 3)).layers["c2pa"].evidence["manifest"]
    assert stated["seed"] == MANIFEST["seed"] and "prompt" not in stated
