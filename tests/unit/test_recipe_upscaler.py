"""What the upscaler learns from: crops of large clips that belong to their small versions."""

import numpy as np
import pytest
import torch

from himmel.core.rng import numpy_rng
from himmel.models.video_codec import CodecConfig, LinearCodec
from himmel_recipes.catalogue import settings_of
from himmel_recipes.export import _upscaler
from himmel_recipes.settings import Folders
from himmel_recipes.stages import Job
from himmel_recipes.upscaler import UpscalerData, halved, through

CODEC = CodecConfig(
    patch=4, time=4, upscale=2, channels=6, basis_channels=8, widths=(8, 8, 8), blocks=(1, 1, 1)
)


def clips(count=2):
    """Smooth clips uint8 (N, 5, 32, 32, 3): a ramp that moves, another in every clip."""
    y, x = np.mgrid[:32, :32]
    moved = [[(3 * x + 2 * y + 5 * t + 40 * n) % 200 for t in range(5)] for n in range(count)]
    return np.repeat(np.array(moved, np.uint8)[..., None], 3, axis=-1)


def test_half_the_size_is_the_mean_of_four():
    clip = np.zeros((1, 4, 4, 3), np.uint8)
    clip[0, :2, :2] = [[[0] * 3, [80] * 3], [[100] * 3, [60] * 3]]
    small = halved(clip)
    assert small.shape == (1, 2, 2, 3)
    assert np.abs(small[0, 0, 0].astype(int) - 60).max() <= 1 and small[0, 1, 1].max() == 0


def test_there_and_back_through_the_codec_keeps_the_shape():
    torch.manual_seed(0)
    assert through(LinearCodec(CODEC).eval(), halved(clips()[0])).shape == (5, 16, 16, 3)


def test_crops_belong_together():
    torch.manual_seed(0)
    data = UpscalerData(clips(), LinearCodec(CODEC).eval(), batch=6, crop=8)
    data.coded = data.small  # the codec is untrained: only places are looked at
    batch = data(0, numpy_rng(3, "crops"))
    assert batch["small"].shape == (6, 3, 3, 8, 8) and batch["large"].shape == (6, 3, 3, 16, 16)
    shrunk = torch.nn.functional.avg_pool2d(batch["large"].flatten(0, 1), 2).unflatten(0, (6, 3))
    assert (shrunk - batch["small"]).abs().max() < 0.01
    again = data(0, numpy_rng(3, "crops"))
    assert torch.equal(again["small"], batch["small"])


@pytest.mark.parametrize(("start", "width"), [("default", 32), ("", None)])
def test_a_model_that_goes_on_from_another_keeps_its_upscaler(tmp_path, start, width):
    settings = settings_of("embedded").replace(start=start)
    kept = _upscaler(Job(settings, Folders(tmp_path)))
    assert (kept and kept.config.width) == width
