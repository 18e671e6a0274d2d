"""Nothing leaves unreviewed or unsealed: a canary is drawn and looked for behind every way out."""

from __future__ import annotations

import ast
import dataclasses
import json

import av
import house
import numpy as np
import pytest

from himmel.cli.main import main
from himmel.core.errors import HimmelError
from himmel.core.values import Request
from himmel.generate import door
from himmel.generate.system import System, load_system
from himmel.generate.verify import verify
from himmel.provenance.read import read_manifest
from himmel.safety.frames import shows_canary
from himmel.safety.policy import Refused, RulePolicy

REQUEST = Request(prompt="a red ball jumps on the meadow")


def canary(frames: int, height: int, width: int) -> np.ndarray:
    """The test picture that is never let out: a magenta triangle on green."""
    picture = np.zeros((frames, height, width, 3), np.uint8)
    picture[..., 1] = 220
    top, rows = height // 4, height // 2
    for row in range(rows):
        half = max(1, row * width // (4 * rows))
        picture[:, top + row, width // 2 - half : width // 2 + half] = (255, 0, 255)
    return picture


@pytest.fixture
def out(tmp_path):
    """Where the clip goes: a folder of its own, so that nothing left behind is overlooked."""
    (tmp_path / "out").mkdir()
    return tmp_path / "out" / "clip.mp4"


@pytest.fixture
def poisoned(monkeypatch):
    """The decoder draws the canary from its second chunk on."""
    decode = door.decode

    def drawing(*args, **kwargs):
        for number, chunk in enumerate(decode(*args, **kwargs)):
            yield chunk if number == 0 else canary(*chunk.shape[:3])

    monkeypatch.setattr(door, "decode", drawing)


def test_the_canary_is_seen_at_all():
    assert shows_canary(canary(1, 32, 32))
    assert not shows_canary(np.zeros((1, 32, 32, 3), np.uint8))


@pytest.mark.parametrize("name", ["clip.mp4", "clip.webm", "clip.gif", "pictures", "p%03d.png"])
def test_the_canary_reaches_no_callback_and_no_file(poisoned, tiny_model_folder, out, name):
    seen, out = [], out.with_name(name)
    result = door.generate(REQUEST, load_system(tiny_model_folder), out, on_chunk=seen.append)
    assert not result.allowed
    assert result.clip is None and result.path is None
    assert result.decisions[-1].stage == "frames"
    assert not any(shows_canary(chunk) for chunk in seen)
    assert list(out.parent.iterdir()) == []


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_the_canary_reaches_no_terminal(poisoned, tiny_model_folder, out, capfd, options):
    words = ["generate", REQUEST.prompt, "--model", str(tiny_model_folder)]
    assert main([*words, "-o", str(out), *options]) == 1
    said = capfd.readouterr()
    assert "never let out" in said.err
    assert not options or json.loads(said.out)["path"] is None
    assert len(said.out) < 2000
    assert list(out.parent.iterdir()) == []


def test_what_leaves_is_reviewed_and_sealed(tiny_model_folder, out):
    seen = []
    system = load_system(tiny_model_folder)
    result = door.generate(REQUEST, system, out, on_chunk=seen.append)
    assert np.array_equal(np.concatenate(seen), result.clip.frames)
    manifest = read_manifest(out)
    assert manifest["id"] == result.manifest["id"]
    assert manifest["checks"] == list(system.policy.checks)
    assert verify(out).verdict == "ours"
    with av.open(str(out)) as container:
        assert sum(1 for _ in container.decode(video=0)) == len(result.clip.frames)


def test_a_seal_that_cannot_sign_is_found_before_anything_is_drawn(
    tiny_model_folder, out, monkeypatch
):
    system = load_system(tiny_model_folder)
    monkeypatch.setenv("HIMMEL_CERTIFICATE", str(out.with_name("missing.pem")))
    monkeypatch.setenv("HIMMEL_KEY", str(out.with_name("missing.key")))
    monkeypatch.setattr(door, "denoise", None)
    with pytest.raises(HimmelError, match="cannot be read"):
        door.generate(REQUEST, system, out)
    assert list(out.parent.iterdir()) == []


def test_a_check_that_cannot_run_refuses(tiny_model_folder, out):
    system = load_system(tiny_model_folder)

    def broken(frames):
        raise RuntimeError("out of order")

    check = dataclasses.replace(system.policy.frame_checks[0], find=broken)
    system = dataclasses.replace(system, policy=RulePolicy(frame_checks=(check,)))
    result = door.generate(REQUEST, system, out)
    assert not result.allowed
    assert "could not run" in result.decisions[-1].reason
    assert list(out.parent.iterdir()) == []


@pytest.mark.parametrize("guard", ["policy", "seal"])
def test_no_system_without_its_guards(tiny_model_folder, guard):
    fields = {f.name: f for f in dataclasses.fields(System)}
    assert fields[guard].default is dataclasses.MISSING
    with pytest.raises(ValueError, match="policy and a seal"):
        dataclasses.replace(load_system(tiny_model_folder), **{guard: None})


def test_review_is_lazy_and_ends_at_the_first_finding():
    drawn = []

    def chunks():
        for frames in (np.zeros((1, 32, 32, 3), np.uint8), canary(1, 32, 32), canary(1, 32, 32)):
            drawn.append(1)
            yield frames

    reviewed = RulePolicy().review(chunks())
    next(reviewed)
    with pytest.raises(Refused):
        next(reviewed)
    assert len(drawn) == 2


def test_only_the_seal_and_the_world_write_films():
    """Whoever could write frames to a file would be a second door."""
    writers = {"ClipWriter", "StreamWriter", "write_clip", "write_picture"}
    allowed = ("src/himmel/provenance/", "src/himmel/media/", "src/himmel/cli/world.py")
    found = [
        f"{house.name(path)}:{node.lineno} {alias.name}"
        for path in house.sources()
        for node in ast.walk(house.tree(path))
        if isinstance(node, ast.ImportFrom) and not house.name(path).startswith(allowed)
        for alias in node.names
        if alias.name in writers
    ]
    assert not found
