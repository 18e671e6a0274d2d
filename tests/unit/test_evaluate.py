"""Figures against cases that can be worked out by hand."""

import numpy as np
import pytest
import torch

from himmel.core.errors import HimmelError
from himmel.evaluate import suites
from himmel.evaluate.adherence import questions
from himmel.evaluate.codec import codec_gate, kept
from himmel.evaluate.intervals import bootstrap, share, wilson
from himmel.evaluate.reading import compare
from himmel.evaluate.sharpness import beat_ratio, border_ratio, box_of, edge_energy
from himmel.models.judge import UNREADABLE, Judge, JudgeConfig
from himmel.train.objectives.judge import spoil
from himmel.world.graph import is_held_out


def test_wilson_against_the_textbook():
    low, high = wilson(8, 10)
    assert (round(low, 3), round(high, 3)) == (0.490, 0.943)
    assert wilson(0, 0) == (0.0, 1.0)


def test_shares_and_means_carry_their_intervals():
    assert share([True, False, True, True]).value == 0.75
    mean = bootstrap(np.full(20, 3.0), unit="s")
    assert (mean.value, mean.low, mean.high) == (3.0, 3.0, 3.0)
    assert bootstrap([0.0, 1.0] * 50).low < 0.5 < bootstrap([0.0, 1.0] * 50).high


def test_questions_are_balanced_and_fixed_by_the_seed():
    asked = questions(16, seed=3)
    assert asked == questions(16, seed=3)
    assert sum(q.held_out for q in asked) == 8
    assert sum(q.language == "de" for q in asked) == 8
    assert all(is_held_out(q.graph.kind, q.graph.colour) == q.held_out for q in asked)


def test_all_facts_needs_every_fact_and_unreadable_is_wrong():
    graph = questions(1, seed=0)[0].graph
    truth = dict(graph.facts)
    right = compare([truth, {**truth, "kind": UNREADABLE}], [graph, graph])
    assert right["kind"].tolist() == [True, False]
    assert right["all_facts"].tolist() == [True, False]


def test_nothing_is_kept_where_there_was_nothing_to_keep():
    got = {"kind": np.array([True, False]), "motion": np.array([True, False])}
    best = {"kind": np.array([True, True]), "motion": np.array([False, False])}
    figures = kept(got, best, ".moving")
    assert figures["kind.moving"].value == figures["kept.kind.moving"].value == 0.5
    assert (figures["motion.moving"].value, figures["motion.moving"].ceiling) == (0.5, 0.0)
    assert "kept.motion.moving" not in figures


def test_what_is_kept_is_told_as_exactly_as_pairs_allow():
    rng = np.random.default_rng(0)
    best = rng.random(600) < 0.95
    got = best & (rng.random(600) < 0.99)
    metric = kept({"kind": got}, {"kind": best})["kept.kind"]
    assert metric.value == pytest.approx(got.sum() / best.sum())
    assert metric.high - metric.low < 0.025  # unpaired it is .04


def test_the_codec_gate_needs_no_subject_that_moves(tiny_system, tiny_judge):
    seed = next(s for s in range(99) if questions(1, s)[0].graph.motion == "still")
    classes = {"kind": ["car", "dog"], "motion": ["still"]}
    judge = tiny_judge(classes)
    figures = codec_gate(tiny_system, {"judge": judge}, 1, seed, suites.silent)
    assert {"psnr", "kind", "all_facts", "sharpness"} <= set(figures)
    assert not [name for name in figures if name.endswith(".moving")]
    assert all(np.isfinite(figure.value) for figure in figures.values())


def test_block_edges_are_seen_and_even_pictures_are_not():
    rng = np.random.default_rng(0)
    noise = rng.integers(0, 255, (1, 64, 64, 3), dtype=np.uint8)
    assert border_ratio(noise, 16) == pytest.approx(1, abs=0.1)
    blocks = np.kron(rng.integers(0, 255, (4, 4, 1)), np.ones((16, 16, 3))).astype(np.uint8)
    soft = blocks[None] // 2 + noise // 16
    assert border_ratio(soft, 16) > 2


def test_a_beat_is_change_between_latent_frames():
    ramp = np.arange(0, 18, 2)  # 9 frames, every step alike: one frame, then two times four
    even = np.zeros((9, 4, 4, 3), np.uint8) + ramp[:, None, None, None].astype(np.uint8)
    assert beat_ratio(even, 4) == pytest.approx(1)
    jumping = even + (4 * ((np.arange(9) + 3) // 4)).astype(np.uint8)[:, None, None, None]
    assert beat_ratio(jumping, 4) == pytest.approx(3)  # steps of 6 between, of 2 within
    assert beat_ratio(np.zeros((9, 4, 4, 3), np.uint8), 4) == 1
    assert beat_ratio(even[:1], 4) == 1


def test_edge_energy_of_one_bright_pixel():
    frame = np.zeros((1, 9, 9, 3), np.uint8)
    frame[0, 4, 4] = 100
    assert edge_energy(frame, (0, 0, 9, 9)) == pytest.approx(800 / 81, rel=1e-4)
    assert edge_energy(frame, (0, 0, 3, 3)) == 0


def test_the_box_encloses_the_cells():
    mask = np.zeros((4, 4))
    mask[1, 2] = mask[2, 3] = 1
    assert box_of(mask, (32, 32)) == (16, 8, 32, 24)
    assert box_of(np.zeros((4, 4)), (32, 32)) is None


def test_the_judge_reads_any_size_and_length(tiny_judge):
    judge = tiny_judge({"kind": ["car", "dog"], "motion": ["left"]})
    frames = torch.randint(0, 255, (2, 7, 40, 48, 3), dtype=torch.uint8)
    verdict = judge(judge.prepare(frames))
    assert verdict.facts["kind"].shape == (2, 3)
    assert verdict.facts["motion"].shape == (2, 2)
    assert verdict.mask.shape == (2, 3, 4, 4)
    assert set(judge.read(frames)[0]) == {"kind", "setting", "motion"}


def test_a_judge_means_the_same_after_its_configuration_was_sorted(tiny_judge):
    judge = tiny_judge({"kind": ["car", "dog", "bus"], "colour": ["red"], "motion": ["left"]})
    again = Judge(JudgeConfig.from_json(judge.config.to_json())).eval()
    again.load_state_dict(judge.state_dict())
    frames = torch.randint(0, 255, (4, 3, 16, 16, 3), dtype=torch.uint8)
    assert judge.read(frames) == again.read(frames)
    prepared = judge.prepare(frames)
    assert torch.equal(judge(prepared).facts["kind"], again(prepared).facts["kind"])


def test_spoilt_clips_keep_their_shape_but_not_their_pixels():
    frames = torch.rand(6, 2, 3, 16, 16) * 2 - 1
    spoilt = spoil(frames, frames.roll(1, 0), torch.Generator().manual_seed(0))
    assert spoilt.shape == frames.shape
    assert ((spoilt - frames).abs().mean((1, 2, 3, 4)) > 0.05).all()


def test_unknown_suites_are_refused():
    with pytest.raises(HimmelError, match="there is no suite"):
        suites.run("beauty")
    with pytest.raises(HimmelError, match="cannot be asked"):
        suites.run("adherence", n=0)
