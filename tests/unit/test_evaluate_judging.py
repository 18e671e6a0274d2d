"""Judges held against renders, whole and harmed."""

from __future__ import annotations

import numpy as np
import pytest

from himmel.evaluate.harms import blurred, noisy, recoded
from himmel.evaluate.judging import HOLDING_OUT, SCENES, judged_graphs, judging, rights
from himmel.world.graph import is_held_out, sample_graph


@pytest.fixture
def clip():
    frames = np.zeros((5, 32, 48, 3), np.uint8)
    frames[:, 8:24, 16:32] = (200, 60, 30)
    return frames


def test_blur_softens_edges_within_a_frame_alone(clip):
    clip[3:] = 0
    soft = blurred(clip)
    assert soft.shape == clip.shape and soft.dtype == np.uint8
    assert 0 < soft[0, 7, 20, 0] < 200
    assert soft[3:].max() == 0


def test_noise_is_new_in_every_frame_and_of_its_strength(clip):
    clip[:] = 128
    off = noisy(clip, np.random.default_rng(0)).astype(float) - 128
    assert off.std() == pytest.approx(16, rel=0.05)
    assert abs(np.corrcoef(off[0].ravel(), off[1].ravel())[0, 1]) < 0.05


def test_another_encoding_keeps_shape_and_roughly_colours(clip):
    back = recoded(clip, 8.0)
    assert back.shape == clip.shape
    assert 0 < np.abs(back.astype(int) - clip).mean() < 12


def test_scenes_come_by_turns_and_half_of_two_are_held_out():
    graphs, held_out = judged_graphs(36, seed=0)
    assert [g.scene for g in graphs[:9]] == list(SCENES)
    for scene in HOLDING_OUT:
        flags = [h for g, h in zip(graphs, held_out, strict=True) if g.scene == scene]
        assert sum(flags) == len(flags) // 2
    core = [(g, h) for g, h in zip(graphs, held_out, strict=True) if g.scene == "core"]
    assert all(is_held_out(g.kind, g.colour) == h for g, h in core)


def test_what_a_clip_does_not_show_is_not_asked():
    graphs = [sample_graph(1, "core"), sample_graph(2, "face")]
    read = [{"motion": graphs[0].motion, "kind": "?"}, {"motion": "left", "kind": graphs[1].kind}]
    assert rights(read, graphs) == {"motion": {0: True}, "kind": {0: False, 1: True}}


def test_the_suite_tells_what_every_harm_costs(tiny_system, tiny_judge):
    judge = tiny_judge({"kind": ["car"], "colour": ["red"], "motion": ["left"]})
    metrics = judging(tiny_system, {"judge": judge}, 9, 0, lambda *_: None)
    for name in ("", ".held_in", ".held_out", ".blur", ".noise", ".recoded", ".codec"):
        assert f"kind.wide{name}" in metrics
    assert "kind.core.parser" in metrics and "motion.camera" not in metrics
    assert metrics["kind.core.blur"].ceiling == metrics["kind.core"].value
