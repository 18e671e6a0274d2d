"""Pictures in extra channels: what diffusers' tiny pipelines of Wan make of them, and that all counts."""

import dataclasses

import numpy as np
import pytest
import torch
from PIL import Image

from himmel.conditions.canvas import blank
from himmel.core.geometry import PixelShape
from himmel.core.values import Known, Request
from himmel.diffusion.schedules import clock_of
from himmel.generate.config import Guiding
from himmel.generate.denoise import denoise, system_field
from himmel.generate.pictures import read_pictures, with_pictures
from himmel.generate.plan import plan_request
from himmel.generate.system import load_system

tiny = pytest.importorskip("himmel_benchmarks.tiny_wan")

MODELS = ["wan21-i2v", "wan21-flf2v", "wan22-i2v"]
PIXELS = PixelShape(9, 64, 96)


@pytest.fixture(params=MODELS)
def model(request, tmp_path):
    """A pipeline of diffusers, our system of its folder, the pictures, and the plan of a clip."""
    stock = tiny.shown_pipeline(request.param)
    stock.save_pretrained(tmp_path)
    system = load_system(tmp_path, torch.float32)
    rough = np.random.default_rng(1).integers(0, 256, (2, 8, 12, 3), dtype=np.uint8)
    pictures = [Image.fromarray(r).resize((96, 64), Image.Resampling.BILINEAR) for r in rough]
    pictures = pictures[: len(system.config.needed)]
    for i, picture in enumerate(pictures):
        picture.save(tmp_path / f"{i}.png")
    known = [Known(path=str(tmp_path / f"{i}.png"), frame=-i) for i in range(len(pictures))]
    asked = Request(
        prompt="a red car", known=tuple(known), width=96, height=64, steps=6, seconds=9 / 16
    )
    return stock, system, pictures, plan_request(asked, system.config, tmp_path / "a.mp4")


def canvas_of(system, plan):
    return with_pictures(blank(plan.latent), plan.pictures, system.codec, plan.pixels, shown=True)


@torch.no_grad()
def test_channels_are_the_pipelines(model):
    stock, system, pictures, plan = model
    assert plan.pixels == PIXELS
    frames = [stock.video_processor.preprocess(p, PIXELS.height, PIXELS.width) for p in pictures]
    _, expected = stock.prepare_latents(
        frames[0], 1, 4, PIXELS.height, PIXELS.width, PIXELS.frames, torch.float32, "cpu",
        last_image=frames[1] if len(frames) > 1 else None,
    )  # fmt: skip
    channels = canvas_of(system, plan).channels
    assert torch.equal(channels[:, :4], expected[:, :4])
    assert (channels - expected).abs().max() <= 1e-5


@torch.no_grad()
def test_all_that_a_network_is_shown_counts(model):
    """Else comparisons with diffusers would pass without it."""
    _, system, _, plan = model
    canvas, image = canvas_of(system, plan), system.look(read_pictures(plan.pictures, plan.pixels))
    words = system.read_text("a red car"), system.read_text("")
    z = torch.randn(canvas.x0.shape, generator=torch.Generator().manual_seed(3))
    times = torch.tensor(plan.times, dtype=torch.float64)
    clock = clock_of(system.config.defaults.schedule, times, plan.sampler)

    def asked(canvas, image):
        made = system_field(system, canvas, words, 3.0, Guiding(), clock, image)
        return made(z, torch.full((1, 1, 1, 1, 1), 0.8))

    expected = asked(canvas, image)
    for i in range(canvas.channels.shape[1]):
        other = canvas.channels.clone()
        other[:, i] += 1
        replaced = dataclasses.replace(canvas, channels=other)
        assert (asked(replaced, image) - expected).abs().max() > 1e-2
    if image is not None:
        assert (asked(canvas, -image) - expected).abs().max() > 1e-2


def test_one_text_at_a_time_draws_the_same(model):
    _, system, _, plan = model
    alone = plan.replace(guiding=plan.guiding.replace(batched=False))
    assert plan.guiding.batched
    assert (denoise(plan, system) - denoise(alone, system)).abs().max() <= 1e-5


@pytest.mark.parametrize("model", ["wan22-i2v"], indirect=True)
def test_both_experts_draw(model):
    _, system, _, plan = model
    assert plan.times[1] > system.config.boundary > plan.times[-2]
