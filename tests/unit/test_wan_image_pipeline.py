"""Image to video of the concat type: our parts draw the latents that diffusers' tiny pipelines draw."""

import dataclasses
from functools import partial

import numpy as np
import pytest
import torch
from PIL import Image

from himmel.conditions.canvas import blank
from himmel.conditions.channels import pictures_shown, shown_to
from himmel.core.geometry import PixelShape
from himmel.diffusion import path
from himmel.diffusion.experts import switched
from himmel.diffusion.guidance import guided
from himmel.diffusion.samplers import SAMPLERS
from himmel.diffusion.schedules import flow_match_euler_times, unipc_times
from himmel.interop.diffusers import (
    load_codec,
    load_image_encoder,
    load_preparation,
    load_transformer,
)
from himmel.models.clip_vision import prepare

diffusers = pytest.importorskip("diffusers")
transformers = pytest.importorskip("transformers")

PIXELS = PixelShape(9, 64, 96)
STEPS, SHIFT, GUIDANCE = 6, 5.0, (3.0, 4.5)
CHANNELS, TOKENS, LOOKED, TEXT = 4, 5, 20, 24
BOUNDARY = 0.9
MODELS = ["wan21-i2v", "wan21-flf2v", "wan22-i2v"]


def codec(packed):
    sizes = {"base_dim": 4, "z_dim": CHANNELS, "dim_mult": [1, 2, 2, 2], "num_res_blocks": 1}
    numbers = {"latents_mean": [0.1, -0.2, 0.3, 0.0], "latents_std": [2.0, 1.5, 0.5, 1.0]}
    second = {"is_residual": True, "in_channels": 12, "out_channels": 12, "patch_size": 2}
    second |= {"decoder_base_dim": 8, "scale_factor_spatial": 16}
    return diffusers.AutoencoderKLWan(**sizes, **numbers, **(second if packed else {})).eval()


def transformer(model, strength):
    looks = {"image_dim": LOOKED, "added_kv_proj_dim": 32} if "wan21" in model else {}
    looks |= {"pos_embed_seq_len": 2 * TOKENS} if "flf2v" in model else {}
    net = diffusers.WanTransformer3DModel(
        num_attention_heads=2, attention_head_dim=16, in_channels=2 * CHANNELS + 4,
        out_channels=CHANNELS, text_dim=TEXT, freq_dim=32, ffn_dim=48, num_layers=2, **looks,
    )  # fmt: skip
    for parameter in net.parameters():
        parameter.data.add_(torch.randn_like(parameter) * strength)
    return net.eval()


def encoder():
    config = transformers.CLIPVisionConfig(
        hidden_size=LOOKED, intermediate_size=24, num_hidden_layers=3, num_attention_heads=2,
        image_size=28, patch_size=14, hidden_act="gelu",
    )  # fmt: skip
    net = transformers.CLIPVisionModel(config)
    for parameter in net.parameters():
        parameter.data.add_(torch.randn_like(parameter) * 0.2)
    return net.eval()


def schedule(sampler):
    if sampler == "euler":
        return diffusers.FlowMatchEulerDiscreteScheduler(shift=SHIFT)
    return diffusers.UniPCMultistepScheduler(
        prediction_type="flow_prediction", use_flow_sigmas=True, flow_shift=SHIFT
    )


def pipeline(model, sampler, packed=False):
    """Texts are given as states: reading them has tests of its own."""
    torch.manual_seed(0)
    parts = {"image_encoder": None, "image_processor": None}
    if "wan21" in model:
        module = "transformers.models.clip.image_processing_pil_clip"
        kind = pytest.importorskip(module).CLIPImageProcessorPil
        prepares = kind(size={"shortest_edge": 28}, crop_size=28)
        parts = {"image_encoder": encoder(), "image_processor": prepares}
    if "wan22" in model:
        parts |= {"transformer_2": transformer(model, 0.2), "boundary_ratio": BOUNDARY}
    stock = diffusers.WanImageToVideoPipeline(
        tokenizer=None, text_encoder=None, vae=codec(packed), scheduler=schedule(sampler),
        transformer=transformer(model, 0.1), **parts,
    )  # fmt: skip
    stock.set_progress_bar_config(disable=True)
    return stock


def pictures(model):
    rng = np.random.default_rng(1)
    rough = rng.integers(0, 256, (2, 8, 12, 3), dtype=np.uint8)
    size, smooth = (PIXELS.width, PIXELS.height), Image.Resampling.BILINEAR
    both = [Image.fromarray(r).resize(size, smooth) for r in rough]
    return both if "flf2v" in model else both[:1]


def texts():
    rng = torch.Generator().manual_seed(2)
    return torch.randn(1, 512, TEXT, generator=rng), torch.randn(1, 512, TEXT, generator=rng)


def theirs(stock, model, noise):
    text, negative = texts()
    named = dict(zip(("image", "last_image"), pictures(model), strict=False))
    options = {"guidance_scale_2": GUIDANCE[1]} if "wan22" in model else {}
    return stock(
        **named, **options, prompt_embeds=text, negative_prompt_embeds=negative,
        height=PIXELS.height, width=PIXELS.width, num_frames=PIXELS.frames, guidance_scale=GUIDANCE[0],
        num_inference_steps=STEPS, latents=noise.clone(), output_type="latent",
    ).frames  # fmt: skip


def canvas_of(folder, model):
    vae = load_codec(folder).eval()
    given = (torch.tensor(np.asarray(p)).permute(2, 0, 1) / 127.5 - 1 for p in pictures(model))
    shown = dict(zip((0, PIXELS.frames - 1), given, strict=False))
    return pictures_shown(vae, shown)(blank(vae.compression.latent(PIXELS)))


def looked(folder, model):
    """What the image encoder says of all pictures, None for models without one."""
    if "wan21" not in model:
        return None
    preparation = load_preparation(folder)
    ready = [prepare(np.asarray(picture), preparation) for picture in pictures(model)]
    return load_image_encoder(folder).eval()(torch.stack(ready))


def field(folder, part, canvas, image, guidance, clock, batched):
    net = load_transformer(folder, part).eval()
    return guided(
        shown_to(net, canvas, net.config.in_channels), *texts(), guidance, clock=clock,
        prepare=partial(net.cache_text, image=image), patch=net.config.patch_size, batched=batched,
    )  # fmt: skip


def ours(folder, model, sampler, canvas, noise, batched=True):
    euler = sampler == "euler"
    times = (flow_match_euler_times if euler else unipc_times)(STEPS, SHIFT)
    clock = path.timestep if euler else path.whole_timestep(times)
    made = partial(field, folder, canvas=canvas, image=looked(folder, model), clock=clock)
    velocity = made("transformer", guidance=GUIDANCE[0], batched=batched)
    if "wan22" in model:
        low = made("transformer_2", guidance=GUIDANCE[1], batched=batched)
        velocity = switched(velocity, low, BOUNDARY, clock)
    return SAMPLERS[sampler](velocity, canvas.begin(noise), times.float(), lambda *_: None).z


@pytest.mark.parametrize("packed", [False, True], ids=["codec21", "codec22"])
@pytest.mark.parametrize("sampler", ["euler", "unipc"])
@pytest.mark.parametrize("model", MODELS)
@torch.no_grad()
def test_latents_are_the_pipelines(model, sampler, packed, tmp_path):
    stock = pipeline(model, sampler, packed)
    stock.save_pretrained(tmp_path)
    canvas = canvas_of(tmp_path, model)
    noise = torch.randn(canvas.x0.shape, generator=torch.Generator().manual_seed(3))
    expected = theirs(stock, model, noise)
    drawn = ours(tmp_path, model, sampler, canvas, noise)
    assert (expected - noise).abs().max() > 0.1
    assert (drawn - expected).abs().max() <= 1e-4


@torch.no_grad()
def test_one_text_at_a_time_draws_the_same(tmp_path):
    stock = pipeline("wan21-flf2v", "unipc")
    stock.save_pretrained(tmp_path)
    canvas = canvas_of(tmp_path, "wan21-flf2v")
    noise = torch.randn(canvas.x0.shape, generator=torch.Generator().manual_seed(3))
    once, twice = (
        ours(tmp_path, "wan21-flf2v", "unipc", canvas, noise, batched) for batched in (True, False)
    )
    assert (once - twice).abs().max() <= 1e-5


@pytest.mark.parametrize("model", MODELS)
@torch.no_grad()
def test_channels_are_the_pipelines(model, tmp_path):
    stock = pipeline(model, "euler")
    stock.save_pretrained(tmp_path)
    frames = [
        stock.video_processor.preprocess(p, PIXELS.height, PIXELS.width) for p in pictures(model)
    ]
    _, expected = stock.prepare_latents(
        frames[0], 1, CHANNELS, PIXELS.height, PIXELS.width, PIXELS.frames, torch.float32, "cpu",
        last_image=frames[1] if len(frames) > 1 else None,
    )  # fmt: skip
    channels = canvas_of(tmp_path, model).channels
    assert torch.equal(channels[:, :4], expected[:, :4])
    assert (channels - expected).abs().max() <= 1e-5


@pytest.mark.parametrize("model", MODELS)
@torch.no_grad()
def test_all_that_a_network_is_shown_counts(model, tmp_path):
    """Else the comparisons above would pass without it."""
    stock = pipeline(model, "euler")
    stock.save_pretrained(tmp_path)
    canvas, image = canvas_of(tmp_path, model), looked(tmp_path, model)
    z = torch.randn(canvas.x0.shape, generator=torch.Generator().manual_seed(3))

    def asked(canvas, image):
        made = field(tmp_path, "transformer", canvas, image, GUIDANCE[0], path.timestep, True)
        return made(z, torch.full((1, 1, 1, 1, 1), 0.8))

    expected = asked(canvas, image)
    for i in range(canvas.channels.shape[1]):
        other = canvas.channels.clone()
        other[:, i] += 1
        replaced = dataclasses.replace(canvas, channels=other)
        assert (asked(replaced, image) - expected).abs().max() > 1e-2
    if image is not None:
        assert (asked(canvas, -image) - expected).abs().max() > 1e-2


def test_both_experts_were_compared():
    times = unipc_times(STEPS, SHIFT)
    assert times[1] > BOUNDARY > times[-2]
