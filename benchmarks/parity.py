"""The parity table: every configuration of Wan at toy size, our answers against diffusers'.

The same random weights and the same noise go to both. Figures are the largest absolute differences:
of velocities, of pixels in [-1, 1], of latents, of text states, and of a clip's pixels in [0, 1].
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import diffusers
import numpy as np
import torch
from PIL import Image
from torch import Tensor

from himmel.conditions.canvas import blank
from himmel.core.values import Known, Request
from himmel.generate.denoise import denoise, noise
from himmel.generate.plan import Plan, plan_request
from himmel.generate.system import load_system
from himmel.interop.diffusers import load_codec, load_text_encoder
from himmel.interop.wan import MODELS
from himmel.models.dit import DiT, DiTConfig
from himmel_benchmarks import tiny_wan as tiny

Figures = Iterator[tuple[str, float]]
HEIGHT, WIDTH, FRAMES = 64, 96, 9


@torch.no_grad()
def differences(seed: int = 0) -> dict[str, float]:
    """All figures by name, part.configuration.case; the largest absolute difference of each."""
    found: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        for part in (
            _transformers(seed),
            _networks(Path(folder), seed),
            _clips(Path(folder), seed),
        ):
            found |= dict(part)
    return found


def apart(ours: Tensor, theirs: Tensor) -> float:
    """The largest absolute difference. The shapes have to be the same."""
    assert ours.shape == theirs.shape
    return float((ours - theirs).abs().max())


def shrunk(full: DiTConfig) -> DiTConfig:
    """A configuration with everything smaller that does not tell it from the others."""
    small = full.replace(num_attention_heads=2, attention_head_dim=16, ffn_dim=24, num_layers=2)
    small = small.replace(text_dim=12, freq_dim=32)
    if full.image_dim is not None:
        small = small.replace(image_dim=10, added_kv_proj_dim=32)
    return small.replace(pos_embed_seq_len=full.pos_embed_seq_len and 6)


def _transformers(seed: int) -> Figures:
    """One noise level per sample, and one per token."""
    for name, model in MODELS.items():
        config, rng = shrunk(model.transformer), torch.Generator().manual_seed(seed)
        ours = DiT(config, seed=seed).eval()
        for parameter in ours.parameters():
            parameter.add_(0.1 * torch.randn(parameter.shape, generator=rng))
        stock = diffusers.WanTransformer3DModel(**config.to_dict()).eval()
        stock.load_state_dict(ours.state_dict())
        latents = torch.randn(1, config.in_channels, 2, 4, 6, generator=rng)
        text = torch.randn(1, 512, config.text_dim, generator=rng)
        images = torch.randn(2 if config.pos_embed_seq_len else 1, 3, 10, generator=rng)
        image = None if config.image_dim is None else images
        per_token = 1000 * torch.rand(1, 12, generator=rng)
        for rank, times in (("sample", torch.tensor([700.0])), ("token", per_token)):
            theirs = stock(latents, times, text, image, return_dict=False)[0]
            yield _key("transformer", name, rank), apart(ours(latents, times, text, image), theirs)


def _networks(folder: Path, seed: int) -> Figures:
    """Both generations of the codec, and the text encoder."""
    rng = torch.Generator().manual_seed(seed)
    for name, second in (("Wan2.1", False), ("Wan2.2", True)):
        torch.manual_seed(seed)
        stock = tiny.codec(second).eval()
        stock.save_pretrained(folder / name)
        ours = load_codec(folder / name).eval()
        clip = 2 * torch.rand(1, 3, FRAMES, HEIGHT, WIDTH, generator=rng) - 1
        mean, std = ours.statistics(clip)
        raw = stock.encode(clip).latent_dist.mode()
        latents = ours.encode(clip)
        yield _key("codec", name, "encode"), apart(latents, (raw - mean) / std)
        decoded = stock.decode(raw).sample
        yield _key("codec", name, "decode"), apart(ours.decode((raw - mean) / std), decoded)
        session = ours.stream()
        pieces = [session.push(z) for z in ((raw - mean) / std).split(1, 2)]
        yield _key("codec", name, "stream"), apart(torch.cat(pieces, 2), decoded)
    torch.manual_seed(seed)
    reader = tiny.text_encoder()
    reader.save_pretrained(folder / "reader")
    ids = torch.randint(2, 20, (1, 16), generator=rng)
    states = reader(ids, torch.ones_like(ids)).last_hidden_state
    yield "text.umt5", apart(load_text_encoder(folder / "reader").eval()(ids), states)


def _clips(folder: Path, seed: int) -> Figures:
    """Whole pipelines through our own door: from words, and from words and one or two pictures."""
    rng = np.random.default_rng(seed)
    pictures, known = {}, []
    for name, frame in (("image", 0), ("last_image", -1)):
        pictures[name] = Image.fromarray(rng.integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8))
        pictures[name].save(folder / f"{name}.png")
        known.append(Known(path=str(folder / f"{name}.png"), frame=frame))
    first = {"image": pictures["image"]}
    for scheduler in ("euler", "unipc"):
        for name, second in (("Wan2.1", False), ("Wan2.2", True)):
            stock = tiny.text_pipeline(second, scheduler)
            yield from _both(folder, f"{name}-text-{scheduler}", stock, [], seed)
        stock = tiny.experts_pipeline(scheduler)
        yield from _both(folder, f"Wan2.2-A14B-text-{scheduler}", stock, [], seed)
        stock = tiny.image_pipeline(scheduler)
        yield from _both(folder, f"Wan2.2-image-{scheduler}", stock, known[:1], seed, **first)
        stock = tiny.shown_pipeline("wan21-i2v", scheduler)
        yield from _both(folder, f"Wan2.1-image-{scheduler}", stock, known[:1], seed, **first)
        stock = tiny.shown_pipeline("wan21-flf2v", scheduler)
        yield from _both(folder, f"Wan2.1-FLF2V-{scheduler}", stock, known, seed, **pictures)
        stock = tiny.shown_pipeline("wan22-i2v", scheduler)
        yield from _both(folder, f"Wan2.2-A14B-image-{scheduler}", stock, known, seed, **pictures)


def _both(
    folder: Path, name: str, stock: Any, known: list[Known], seed: int, **more: Any
) -> Figures:
    stock.save_pretrained(folder / name)
    system = load_system(folder / name, torch.float32)
    request = Request(
        prompt="a red car", negative="cars", known=tuple(known), width=WIDTH, height=HEIGHT, steps=4,
        guidance=3.0, seconds=FRAMES / system.config.defaults.fps, seed=seed,
    )  # fmt: skip
    plan = plan_request(request, system.config, Path("out.mp4"))
    latents = denoise(plan, system)
    frames = system.codec.decode(latents)
    yield _key("pipeline", name, "latents"), apart(latents, _theirs(stock, plan, "latent", more))
    theirs = _theirs(stock, plan, "pt", more).transpose(1, 2)
    yield _key("pipeline", name, "frames"), apart((frames + 1) / 2, theirs)


def _theirs(stock: Any, plan: Plan, output: str, more: dict[str, Any]) -> Tensor:
    drawn: Tensor = stock(
        prompt=plan.prompt, negative_prompt=plan.negative, height=plan.pixels.height,
        width=plan.pixels.width, num_frames=plan.pixels.frames, guidance_scale=plan.guidance,
        num_inference_steps=len(plan.times) - 1, latents=noise(plan.seed, blank(plan.latent)),
        output_type=output, **more,
    ).frames  # fmt: skip
    return drawn


def _key(*words: str) -> str:
    """Words joined by dots; a name has none of its own."""
    return ".".join(word.replace(".", "_") for word in words)
