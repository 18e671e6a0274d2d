"""From a command to the network in few steps: the network writes down who called it."""

from __future__ import annotations

import sys
from pathlib import Path

import house
import numpy as np
import pytest

from himmel.cli.main import main
from himmel.core.values import Clip
from himmel.media.write import write_clip
from himmel.models.dit import DiT

MOST_GENERATING, MOST_TRAINING = 6, 5
MOST_WITH_RECIPES = 8  # recipes compose stages, outside the house; this may only shrink


class Reached(Exception):
    """The network was called: enough is known."""


@pytest.fixture
def calls(monkeypatch):
    """Call stacks above DiT.forward, outermost first, each (folder of the repository, function)."""
    stacks: list[list[tuple[str, str]]] = []

    def recording(self, *args, **kwargs):
        stacks.append(list(reversed(list(_ours(sys._getframe(1))))))
        raise Reached

    monkeypatch.setattr(DiT, "forward", recording)
    return stacks


def test_generating(calls, tiny_model_folder, tmp_path):
    out = tmp_path / "clip.mp4"
    with pytest.raises(Reached):
        main(["generate", "a red ball", "--model", str(tiny_model_folder), "-o", str(out)])
    path = _from_the_command(calls[0])
    assert 2 <= len(path) <= MOST_GENERATING, path


def test_reworking(calls, tiny_model_folder, tmp_path):
    clip, options = tmp_path / "a.apng", ["--model", str(tiny_model_folder)]
    frames = np.random.default_rng(0).integers(0, 255, (9, 16, 16, 3), np.uint8)
    write_clip(clip, Clip(frames, 8.0))
    with pytest.raises(Reached):
        main(["extend", str(clip), "a red ball", *options, "-o", str(tmp_path / "b.mp4")])
    path = _from_the_command(calls[0])
    assert 2 <= len(path) <= MOST_GENERATING, path


def test_training(calls, tmp_path, monkeypatch):
    monkeypatch.setenv("HIMMEL_CACHE", str(tmp_path))
    with pytest.raises(Reached):
        main(["train", "toy"])
    path = _from_the_command(calls[0])
    inside = [step for step in path if step[0].startswith("src/")]
    assert 2 <= len(inside) <= MOST_TRAINING, path
    assert len(path) <= MOST_WITH_RECIPES, path


def _ours(frame):
    """Frames of the house and its neighbours; comprehensions are not steps."""
    while frame is not None:
        path, name = Path(frame.f_code.co_filename), frame.f_code.co_name
        if path in house.sources() and not name.startswith("<"):
            yield house.name(path), name
        frame = frame.f_back


def _from_the_command(stack):
    first = next(n for n, (file, name) in enumerate(stack) if "/cli/" in file and name == "run")
    return stack[first:]
