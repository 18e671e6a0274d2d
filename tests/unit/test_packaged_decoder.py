"""What the packaged decoder makes of latents that the packaged transformer drew."""

import pytest
import torch
import torch.nn.functional as F

from himmel.evaluate.sampling import sample_latents
from himmel.generate.system import load_system

TILES = (
    "A purple ball is rolling across a checkered floor right in the evening.",
    "Ein lila Hund bewegt sich nachts über einen Fliesenboden nach rechts",
)


@pytest.fixture(scope="module")
def system():
    return load_system("default")


@torch.inference_mode()
def test_far_tiles_are_not_repainted(system):
    """Cells that only guess where far tiles lie are as no encoder writes them; the decoder that was
    packaged until 2026-11-29 filled them with speckle, half of all brightness away from what they say."""
    codec = system.codec
    latents = sample_latents(system, TILES, (11, 12), steps=6, guidance=3.5)
    frames, said = codec.groups(latents)[0].float(), codec.linear(latents).float()
    decoded = F.avg_pool2d(frames.flatten(0, 3), 4)
    apart = (decoded - F.avg_pool2d(said.flatten(0, 3), 4 // codec.config.upscale)).abs()
    assert apart.mean() < 0.035 and apart.max() < 0.5
