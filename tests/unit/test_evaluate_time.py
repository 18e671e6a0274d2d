"""Figures over time, on clips whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from himmel.evaluate.steadiness import (
    compared,
    fastest,
    figures_of,
    flicker,
    is_dynamic,
    jerk,
    motion_of,
    pooled,
    smoothness,
    steady,
    track,
)
from himmel.nn.flow import flow_between, seen_in_both, warped


def texture(seed=0, side=72):
    generator = torch.Generator().manual_seed(seed)
    rough = torch.rand(1, 1, side // 3, side // 3, generator=generator)
    return F.interpolate(rough, size=(side, side), mode="bicubic").clamp(0, 1)


def moved(picture, x, y):
    """What lay at p lies at p + (x, y)."""
    shift = torch.tensor([-x, -y], dtype=torch.float32).view(1, 2, 1, 1)
    return warped(picture, shift.expand(1, 2, *picture.shape[-2:]))


def film(frames):
    return (torch.cat(frames)[..., None].squeeze(1).expand(-1, -1, -1, 3) * 255).byte().numpy()


@pytest.mark.parametrize("step", [(0.5, 0.0), (2.0, 1.0), (4.0, -3.0)])
def test_flow_finds_a_shift(step):
    first = texture()
    flow = flow_between(first, moved(first, *step))[0, :, 12:-12, 12:-12]
    assert flow.mean((1, 2)).tolist() == pytest.approx(step, abs=0.05)


def test_what_moves_steadily_has_no_warp_error_and_what_changes_has():
    first = texture()
    slid = film([moved(first, 1.5 * i, 0) for i in range(4)])
    changed = film([texture(i) for i in range(4)])
    assert motion_of(slid)[1] < 1e-3  # the border goes on as a smear
    assert motion_of(changed)[1] > 10 * motion_of(slid)[1]
    assert motion_of(slid[:1])[1] == 0


def test_pixels_that_leave_the_picture_are_not_in_both():
    there = torch.zeros(1, 2, 16, 16)
    there[:, 0] = 4
    seen = seen_in_both(there, -there)[0, 0]
    assert seen[:, :12].all() and not seen[:, 12:].any()
    assert not seen_in_both(there, torch.zeros_like(there)).any()


def test_flicker_is_the_mean_change():
    clip = np.zeros((5, 4, 4, 3), np.uint8)
    assert flicker(clip) == 1
    clip[1::2] = 51
    assert flicker(clip) == pytest.approx(0.8)
    assert flicker(clip[:1]) == 1


def test_an_even_ramp_is_smooth_and_a_zigzag_is_not():
    ramp = np.arange(0, 90, 10, dtype=np.uint8)[:, None, None, None].repeat(3, -1)
    assert smoothness(ramp) == pytest.approx(1)
    zigzag = ramp.copy()
    zigzag[1::2] += 51
    assert smoothness(zigzag) == pytest.approx(0.8)
    assert smoothness(ramp[:2]) == 1


def test_a_twentieth_of_the_picture_makes_a_clip_dynamic():
    flow = torch.zeros(16, 2, 40, 40)
    assert not is_dynamic(flow, 8.0)
    flow[:4, 0, :2] = 3.0  # 80 of 1600 pixels, in four of sixteen steps; the limit is 0.94
    assert fastest(flow)[:4].tolist() == pytest.approx([3.0] * 4)
    assert is_dynamic(flow, 8.0)
    assert not is_dynamic(flow[1:], 8.0)
    assert not is_dynamic(flow / 4, 8.0) and is_dynamic(flow / 4, 24.0)


def test_steady_vectors_are_alike_to_the_one_before_and_to_the_first():
    same = torch.ones(4, 3)
    assert steady(same) == pytest.approx(1)
    turned = torch.tensor([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    assert steady(turned) == pytest.approx(0.5)  # (1 + 1 + 0 + 0) / 4
    assert steady(-turned[[0, 0, 1]] * torch.tensor([[1.0], [-1.0], [1.0]])) == pytest.approx(0.25)
    assert steady(same[:1]) == 1


def test_features_are_pooled_over_marked_cells():
    features = torch.arange(8.0).view(1, 2, 2, 2)
    cells = torch.tensor([[[True, False], [False, True]]])
    assert pooled(features, cells).tolist() == [[1.5, 5.5]]


def test_a_track_follows_the_mask_and_steady_motion_has_no_jerk():
    mask = torch.zeros(4, 8, 8)
    for i in range(4):
        mask[i, 2:4, 2 * i : 2 * i + 2] = 1
    places = track(mask)
    assert places[:, 0].tolist() == pytest.approx([0.125, 0.375, 0.625, 0.875])
    assert places[:, 1].tolist() == pytest.approx([0.375] * 4)
    assert jerk(places) == pytest.approx(0)
    places[2:, 0] += 0.1
    assert jerk(places) == pytest.approx(0.1)
    assert jerk(places[:2]) == 0


def test_all_figures_of_a_clip_are_finite_and_stand_beside_renders(tiny_judge):
    judge = tiny_judge({"kind": ["car"], "motion": ["left"]})
    clips = np.random.default_rng(0).integers(0, 255, (2, 5, 32, 40, 3), dtype=np.uint8)
    figures = [figures_of(judge, clip, 8.0) for clip in clips]
    metrics = compared(figures, figures, ".all")
    assert {"flicker.all", "warp_error.all", "dynamic_degree.all"} <= set(metrics)
    for metric in metrics.values():
        assert np.isfinite(metric.value) and metric.low <= metric.value <= metric.high
        assert metric.ceiling == pytest.approx(metric.value)
    assert compared([{}], [{}]) == {}
