"""What repeats its training clips is not released; the exact model of a few clips is flagged."""

import numpy as np
import pytest
import torch

from himmel.core.errors import HimmelError
from himmel.diffusion.samplers import euler
from himmel.diffusion.schedules import shifted_times
from himmel.diffusion.state import LatentState
from himmel.evaluate.codec import reconstruct, to_frames
from himmel.evaluate.features import points, small_pixels
from himmel.evaluate.memorisation import (
    COPIED,
    drawn_again,
    release_gate,
    told_distance,
    training_clips,
    unseen_clips,
)
from himmel.generate.system import load_system

FEW = 3


def report(n=600, copies=0.0, planted=1.0, **other):
    metrics = {"copies": {"value": copies}, "planted": {"value": planted}}
    return {"name": "memorisation", "n": n, "metrics": metrics, **other}


def test_a_model_that_repeats_nothing_may_be_released():
    release_gate(report())
    release_gate(report(copies=0.005))


@pytest.mark.parametrize(
    ("told", "match"),
    [
        (report(copies=0.0051), "do not release"),
        (report(n=499), "too few"),
        (report(planted=0.5), "says nothing"),
        (report(name="adherence"), "no report"),
        (report(metrics={}), "no report"),
        ({}, "no report"),
    ],
)
def test_others_may_not(told, match):
    with pytest.raises(HimmelError, match=match):
        release_gate(told)


@torch.inference_mode()
def overfitted(system, clips):
    """Clips of the exact velocity field of a data set of these alone: what training on them tends to."""
    videos = [torch.from_numpy(c).permute(3, 0, 1, 2)[None].float() / 127.5 - 1 for c in clips]
    latents = torch.cat([system.codec.encode_small(video) for video in videos])

    def velocity(z, times):
        t = times.reshape(-1)[0].clamp(min=1e-4)
        squared = (z[:, None] - (1 - t) * latents[None]).square().flatten(2).sum(-1)
        weights = torch.softmax(-squared / (2 * t * t), 1)
        return (z - (weights @ latents.flatten(1)).view_as(z)) / t

    zeros = torch.zeros_like(latents)
    eps = torch.randn(zeros.shape, generator=torch.Generator().manual_seed(1))
    state = LatentState.begin(zeros, torch.zeros(len(zeros), 1, 1, 1, 1), eps)
    drawn = euler(velocity, state, shifted_times(12, 1.5)).z
    return [to_frames(system.codec.decode(one[None])) for one in drawn]


@pytest.fixture(scope="module")
def known():
    graphs, clips = zip(*training_clips(FEW), strict=True)
    return list(graphs), list(clips), points({"pixels": small_pixels}, clips)["pixels"]


def test_an_overfitted_model_is_flagged_and_other_clips_are_not(known):
    system = load_system("default")
    graphs, clips, pixels = known
    fresh = [reconstruct(system.codec, clip) for clip in unseen_clips(graphs, 7)]
    far = told_distance(system, fresh, pixels, graphs)
    near = told_distance(system, overfitted(system, clips), pixels, graphs)
    assert near.shape == (FEW,) and near.max() < COPIED < far.min()


def test_what_the_model_draws_again_is_found_among_others(known):
    system = load_system("default")
    graphs, _, pixels = known
    again = drawn_again(system, graphs[1:2])
    assert 0 < told_distance(system, again, pixels, graphs)[0] < COPIED
    others = np.delete(pixels, 1, 0)
    assert told_distance(system, again, others, graphs[:1] + graphs[2:])[0] > COPIED
