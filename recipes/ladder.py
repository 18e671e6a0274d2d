"""The ladder: the same transformer from 25 million to 18 thousand million weights, as plans.

Nothing here was trained. A plan says the network, the clips of its stages and the machines; what that
takes is worked out: floating-point operations from the network, memory from a rehearsal on a pretended
mesh, days and cost from rates that name their source.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

import torch

from himmel.core.config import Config
from himmel.core.errors import HimmelError
from himmel.core.geometry import Compression, PixelShape
from himmel.models.dit import DiT, DiTConfig
from himmel.parallel import SpreadConfig, kept_for_gradient, pretend_shards, pretended, shard_bytes
from himmel.train.optimisers import is_hidden_matrix

CODEC = Compression(time=4, space=16, channels=48)  # of the latents that Wan2.2-TI2V-5B reads
TEXT = 512  # tokens of a prompt


@dataclass(frozen=True, kw_only=True)
class Rate:
    """A number that is not ours, and where it comes from."""

    value: float
    unit: str
    source: str


PEAK = Rate(value=989e12, unit="FLOP/s of a GPU", source="NVIDIA H100 SXM data sheet, bf16, dense")
SHARE = Rate(value=0.36, unit="share of the peak", source="Aquarius, arXiv:2505.10584, in training")
PRICE = Rate(
    value=107_500 / (2_240 * 24),
    unit="US dollars per GPU hour",
    source="Open-Sora 2.0, arXiv:2503.09642: 107,500 dollars for 2,240 GPU days",
)


@dataclass(frozen=True, kw_only=True)
class Stage(Config):
    """Clips of one shape, so many in the whole of training. How many is this plan's choice."""

    width: int
    height: int
    frames: int
    clips: int

    def tokens(self, patch: tuple[int, int, int]) -> int:
        """Tokens of a clip."""
        latent = CODEC.latent(PixelShape(self.frames, self.height, self.width))
        sides = (latent.frames, latent.height, latent.width)
        time, rows, columns = (n // p for n, p in zip(sides, patch, strict=True))
        return time * rows * columns


@dataclass(frozen=True, kw_only=True)
class Rung(Config):
    """One size: the network, its stages from small clips to large ones, the GPUs and how they share."""

    name: str
    dit: DiTConfig
    stages: tuple[Stage, ...]
    gpus: int
    spread: SpreadConfig


_SMALL = Stage(width=256, height=256, frames=49, clips=8_000_000)
_MIDDLE = Stage(width=832, height=480, frames=81, clips=2_000_000)
_LARGE = Stage(width=1280, height=704, frames=121, clips=1_000_000)


def _dit(heads: int, head_dim: int, ffn: int, layers: int, text: int = 4096) -> DiTConfig:
    return DiTConfig(
        patch_size=(1, 2, 2), num_attention_heads=heads, attention_head_dim=head_dim, ffn_dim=ffn,
        num_layers=layers, in_channels=CODEC.channels, out_channels=CODEC.channels,
        text_dim=text,
    )  # fmt: skip


def ladder_25m() -> Rung:
    """One GPU, small clips."""
    return Rung(
        name="ladder-25m",
        dit=_dit(6, 64, 1536, 10, text=256),
        stages=(_SMALL,),
        gpus=1,
        spread=SpreadConfig(),
    )


def ladder_1b() -> Rung:
    """The network of Wan2.1-T2V-1.3B on one machine of eight GPUs."""
    return Rung(
        name="ladder-1b",
        dit=_dit(12, 128, 8960, 30),
        stages=(_SMALL.replace(clips=35_000_000), _MIDDLE),
        gpus=8,
        spread=SpreadConfig(recompute=True, gather="bf16"),
    )


def ladder_5b() -> Rung:
    """The network of Wan2.2-TI2V-5B. The first stage has as many clips as that of Open-Sora 2.0."""
    first, second = _SMALL.replace(clips=70_000_000), _MIDDLE.replace(clips=10_000_000)
    return Rung(
        name="ladder-5b",
        dit=_dit(24, 128, 14336, 30),
        stages=(first, second, _LARGE),
        gpus=64,
        spread=SpreadConfig(context=2, recompute=True, gather="bf16"),
    )


def ladder_18b() -> Rung:
    """Twice the width of the one below; eight GPUs share a clip."""
    below = ladder_5b()
    return below.replace(
        name="ladder-18b",
        dit=_dit(48, 128, 16384, 36),
        spread=below.spread.replace(context=8),
    )


RUNGS: dict[str, Callable[[], Rung]] = {
    "ladder-25m": ladder_25m,
    "ladder-1b": ladder_1b,
    "ladder-5b": ladder_5b,
    "ladder-18b": ladder_18b,
}


def rungs_of(name: str, gpus: int | None = None) -> list[Rung]:
    """One rung, or all of them by the name "ladder". Raises HimmelError for gpus < 1."""
    if gpus is not None and gpus < 1:
        raise HimmelError(f"{gpus} GPUs train nothing; use 1 or more")
    chosen = [make() for key, make in RUNGS.items() if name in (key, "ladder")]
    return [rung.replace(gpus=gpus or rung.gpus) for rung in chosen]


def rehearse(rung: Rung) -> dict[str, Any]:
    """A step on the largest clip by the first of the GPUs: tokens, and bytes by what they are for.

    Two depths are rehearsed, and each further block takes what the second one did. Tensors that live
    only inside an operation are not counted, nor what the allocator wastes.
    """
    tokens = max(stage.tokens(rung.dit.patch_size) for stage in rung.stages)
    one, two = (_bytes(rung, tokens, depth) for depth in (1, 2))
    held = {key: one[key] + (rung.dit.num_layers - 1) * (two[key] - one[key]) for key in one}
    held |= {"gathered": _gathered(rung), "block": _recomputed(rung, tokens)}
    return {"tokens": tokens, "tokens_here": -(-tokens // rung.spread.context), **held}


def _bytes(rung: Rung, tokens: int, depth: int) -> dict[str, int]:
    with pretended(rung.gpus, rung.spread) as team:
        model = pretend_shards(_network(rung, depth), team, rung.spread)
        named = dict(model.named_parameters())  # before a pass, after which some are whole
        matrices = [p for n, p in named.items() if is_hidden_matrix(n, p)]
        weights, moved = shard_bytes(named.values()), shard_bytes(matrices)
        _, kept = kept_for_gradient(model, partial(_forward, model, rung, tokens))
    # Muon keeps one moment of a matrix, AdamW two of everything else.
    optimiser = moved + 2 * (weights - moved)
    same = dict.fromkeys(("weights", "gradients", "average"), weights)
    return {**same, "optimiser": optimiser, "activations": kept}


def _recomputed(rung: Rung, tokens: int) -> int:
    """What one block keeps while its activations are there again; 0 where they are kept anyway."""
    if not rung.spread.recompute:
        return 0
    plain = rung.replace(spread=rung.spread.replace(recompute=False))
    one, two = (_bytes(plain, tokens, depth)["activations"] for depth in (1, 2))
    return two - one


def _network(rung: Rung, depth: int) -> DiT:
    with torch.device("meta"):
        return DiT(rung.dit.replace(num_layers=depth))


def _forward(model: torch.nn.Module, rung: Rung, tokens: int) -> torch.Tensor:
    """A clip's tokens, a noise level each, through the network in mixed precision."""
    patch, width = rung.dit.patch_size, rung.dit.in_channels
    latents = torch.empty(1, width, patch[0], patch[1], tokens * patch[2])
    text = torch.empty(1, TEXT, rung.dit.text_dim)
    with torch.autocast("cpu", torch.bfloat16):
        out: torch.Tensor = model(latents, torch.empty(1, tokens), text)
    return out


def _gathered(rung: Rung) -> int:
    """Whole weights: two blocks, the one at work and the next on its way, and all outside of blocks."""
    if rung.gpus == 1:
        return 0
    network, size = _network(rung, 1), 2 if rung.spread.gather == "bf16" else 4
    every = sum(p.numel() for p in network.parameters())
    block = sum(p.numel() for p in network.blocks.parameters())
    return 2 * size * block + 4 * (every - block)


def cost(rung: Rung, rate: Rate | None = None, price: Rate = PRICE) -> dict[str, Any]:
    """What training takes. `rate` is the rate of one GPU in training; without one, `SHARE` of `PEAK`."""
    network = _network(rung, rung.dit.num_layers)
    stages = [
        {
            **stage.to_dict(),
            "tokens": tokens,
            "flops": 3 * network.flops(tokens, TEXT) * stage.clips,
        }
        for stage in rung.stages
        for tokens in [stage.tokens(rung.dit.patch_size)]
    ]
    flops = sum(stage["flops"] for stage in stages)
    reached = PEAK.value * SHARE.value if rate is None else rate.value
    hours = flops / reached / 3600
    return {
        "name": rung.name,
        "parameters": sum(p.numel() for p in network.parameters()),
        "gpus": rung.gpus,
        "context": rung.spread.context,
        "stages": stages,
        "flops": flops,
        "days": hours / rung.gpus / 24,
        "gpu_hours": hours,
        "dollars": hours * price.value,
        "rates": [asdict(r) for r in ((PEAK, SHARE) if rate is None else (rate,))]
        + [asdict(price)],
    }


def plan(
    name: str, gpus: int | None = None, teraflops: float | None = None, price: float | None = None
) -> dict[str, Any]:
    """Every rung of a name with its cost and its memory, ready to print.

    teraflops and price replace the rates of others by those of the one who asks.
    """
    asked = "given on the command line"
    rate = teraflops and Rate(value=1e12 * teraflops, unit="FLOP/s of a GPU", source=asked)
    dear = price and Rate(value=price, unit="US dollars per GPU hour", source=asked)
    rungs = [
        {**cost(rung, rate or None, dear or PRICE), "memory": rehearse(rung)}
        for rung in rungs_of(name, gpus)
    ]
    return {"rungs": rungs}
