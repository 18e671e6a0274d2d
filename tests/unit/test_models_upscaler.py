"""The upscaler: bicubic before it has learnt, the same frame by frame as at once, small."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from himmel.core.errors import HimmelError
from himmel.models.upscaler import Upscaler, UpscalerConfig
from himmel.train.objectives.upscaler import upscaler_loss

SMALL = UpscalerConfig(width=8, blocks=2)


def learnt(config=SMALL, seed=0):
    """A network whose every weight does something."""
    torch.manual_seed(seed)
    network = Upscaler(config).eval()
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.add_(0.05 * torch.randn_like(parameter))
    return network


def test_untrained_it_is_bicubic_enlargement():
    frames = torch.rand(1, 3, 2, 6, 7) * 2 - 1
    large, _ = Upscaler(SMALL)(frames)
    expected = F.interpolate(frames[0].transpose(0, 1), scale_factor=2, mode="bicubic")
    torch.testing.assert_close(large[0].transpose(0, 1), expected)


@pytest.mark.parametrize("size", [(6, 8), (5, 7), (1, 2)])
@torch.no_grad()
def test_frame_by_frame_equals_at_once(size):
    network, frames = learnt(), torch.rand(2, 3, 5, *size) * 2 - 1
    whole, last = network(frames)
    memory, parts = None, []
    for some in torch.split(frames, [1, 3, 1], dim=2):
        part, memory = network(some, memory)
        parts.append(part)
    torch.testing.assert_close(torch.cat(parts, 2), whole, atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(memory, last, atol=1e-5, rtol=1e-4)
    assert whole.shape == (2, 3, 5, 2 * size[0], 2 * size[1])


@torch.no_grad()
def test_it_looks_at_the_frame_before_and_at_no_later_one():
    network, frames = learnt(), torch.rand(1, 3, 4, 6, 6) * 2 - 1
    changed = frames.clone()
    changed[:, :, 2] = 0
    difference = (network(frames)[0] - network(changed)[0]).abs().amax((0, 1, 3, 4))
    assert difference[0] == difference[1] == 0
    assert difference[2] > 0 and difference[3] > 0


@pytest.mark.parametrize("times", [0, 1, 2])
def test_a_session_takes_chunks_of_any_length(times):
    frames = np.random.default_rng(0).integers(0, 256, (5, 6, 8, 3), np.uint8)
    network = learnt()
    whole = network.session(times)(frames)
    session = network.session(times)
    parts = np.concatenate([session(frames[:2]), session(frames[2:])])
    assert whole.shape == (5, 6 * 2**times, 8 * 2**times, 3)
    assert np.array_equal(whole, parts)
    assert times or np.array_equal(whole, frames)


def test_it_is_small_and_cheap():
    with torch.device("meta"):
        sizes = [sum(p.numel() for p in Upscaler(UpscalerConfig()).parameters())]
    assert sizes[0] <= 400_000


def test_it_learns():
    torch.manual_seed(1)
    network, generator = Upscaler(SMALL), torch.Generator()
    large = torch.nn.functional.avg_pool2d(torch.rand(4 * 3 * 3, 1, 24, 24), 3, 1, 1) * 2 - 1
    large = large.view(4, 3, 3, 24, 24)
    small = F.avg_pool2d(large.flatten(0, 2)[:, None], 2).view(4, 3, 3, 12, 12)
    batch = {"small": small, "large": large}
    optimiser = torch.optim.Adam(network.parameters(), lr=3e-3)
    losses = []
    for _ in range(40):
        loss = upscaler_loss(network, batch, generator)
        optimiser.zero_grad()
        loss.value.backward()
        optimiser.step()
        losses.append(loss.value.item())
    assert losses[-1] < 0.8 * losses[0]


@pytest.mark.parametrize("changes", [{"width": 0}, {"blocks": 1}])
def test_what_cannot_be_built(changes):
    with pytest.raises(HimmelError, match="cannot be built"):
        UpscalerConfig(**changes)
