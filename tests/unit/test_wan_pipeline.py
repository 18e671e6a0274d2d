"""Tiny pipelines of Wan, written by diffusers: our parts, put together, draw the same clips."""

import pytest
import torch

from himmel.diffusion.guidance import guided
from himmel.diffusion.samplers import euler
from himmel.diffusion.state import LatentState
from himmel.interop.diffusers import (
    load_codec,
    load_text_encoder,
    load_tokenizer,
    load_transformer,
)

diffusers = pytest.importorskip("diffusers")
tiny = pytest.importorskip("himmel_benchmarks.tiny_wan")

PROMPT, NEGATIVE = "a  red car &amp; dogs", "cars"
LENGTH, STEPS, GUIDANCE = 16, 4, 3.0
HEIGHT, WIDTH, FRAMES = 64, 96, 9


def eps(codec):
    scale = codec.compression.space
    shape = (1, 4, (FRAMES - 1) // 4 + 1, HEIGHT // scale, WIDTH // scale)
    return torch.randn(shape, generator=torch.Generator().manual_seed(1))


def asked(noise):
    return {
        "prompt": PROMPT, "negative_prompt": NEGATIVE, "height": HEIGHT, "width": WIDTH,
        "num_frames": FRAMES, "num_inference_steps": STEPS, "guidance_scale": GUIDANCE,
        "latents": noise.clone(), "max_sequence_length": LENGTH, "output_type": "pt",
    }  # fmt: skip


def read(folder, text):
    ids = torch.tensor([load_tokenizer(folder).encode(text, LENGTH)])
    return load_text_encoder(folder).eval()(ids)


def draw(folder, stock, noise, x0=None, strength=None, parts=("transformer",), boundary=0.0):
    """Our sampler over the same times; `parts` are the experts from high noise to low."""
    words = read(folder, PROMPT), read(folder, NEGATIVE)
    nets = [load_transformer(folder, part).eval() for part in parts]
    fields = [guided(n, *words, GUIDANCE, prepare=n.cache_text, patch=(1, 2, 2)) for n in nets]
    x0 = torch.zeros_like(noise) if x0 is None else x0
    free = torch.zeros(1, 1, 1, 1, 1)
    state = LatentState.begin(x0, free if strength is None else strength, noise)
    times = stock.scheduler.sigmas  # theirs, set by the call before: schedules have their own tests

    def velocity(z, moments):
        return fields[0 if float(moments.max()) >= boundary else -1](z, moments)

    return load_codec(folder).eval().decode(euler(velocity, state, times).z)


def difference(clip, video):
    """Both in [0, 1]; theirs are frames, colours, rows, columns."""
    return ((clip + 1) / 2 - video.transpose(1, 2)).abs().max()


@pytest.mark.parametrize("second", [False, True], ids=["wan21", "wan22"])
@torch.no_grad()
def test_text_to_video(second, tmp_path):
    stock = tiny.pipeline(diffusers.WanPipeline, second, expand_timesteps=second)
    stock.save_pretrained(tmp_path)
    noise = eps(load_codec(tmp_path))
    video = stock(**asked(noise)).frames
    assert difference(draw(tmp_path, stock, noise), video) <= 1e-4


@torch.no_grad()
def test_two_experts(tmp_path):
    torch.manual_seed(2)
    second = tiny.transformer(2.0).eval()
    stock = tiny.pipeline(diffusers.WanPipeline, False, transformer_2=second, boundary_ratio=0.875)
    stock.save_pretrained(tmp_path)
    noise = eps(load_codec(tmp_path))
    video = stock(**asked(noise)).frames
    assert stock.scheduler.sigmas[0] >= 0.875 > stock.scheduler.sigmas[-2]
    clip = draw(tmp_path, stock, noise, parts=("transformer", "transformer_2"), boundary=0.875)
    assert difference(clip, video) <= 1e-4


@torch.no_grad()
def test_image_to_video(tmp_path):
    """Wan2.2-5B: the image is latent frame 0 of the canvas, known from the beginning."""
    stock = tiny.pipeline(
        diffusers.WanImageToVideoPipeline, True, expand_timesteps=True,
        image_encoder=None, image_processor=None,
    )  # fmt: skip
    stock.save_pretrained(tmp_path)
    image = torch.rand(1, 3, HEIGHT, WIDTH, generator=torch.Generator().manual_seed(3))
    ours = load_codec(tmp_path).eval()
    noise = eps(ours)
    video = stock(image=image, **asked(noise)).frames
    x0, strength = torch.zeros_like(noise), torch.zeros_like(noise[:, :1])
    x0[:, :, :1], strength[:, :, :1] = ours.encode(image.unsqueeze(2) * 2 - 1), 1
    assert difference(draw(tmp_path, stock, noise, x0, strength), video) <= 1e-4


@torch.no_grad()
def test_prompts_are_read_as_the_pipeline_reads_them(tmp_path):
    stock = tiny.pipeline(diffusers.WanPipeline, True)
    stock.save_pretrained(tmp_path)
    for text in (PROMPT, NEGATIVE, "", "red " * 40):
        expected, _ = stock.encode_prompt(text, None, False, max_sequence_length=LENGTH)
        assert (read(tmp_path, text) - expected).abs().max() <= 1e-5
