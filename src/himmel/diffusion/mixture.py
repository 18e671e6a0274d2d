"""Which noise levels the cells of a training clip have: the objects that sampling will meet.

Sampling writes what is known into a canvas and moves every cell at its own time; training draws such
canvases at random, so that one network animates, extends, joins and repairs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from himmel.core.config import Config
from himmel.core.errors import HimmelError
from himmel.diffusion.schedules import logit_normal_times

Grid = tuple[int, int, int]  # latent frames, rows, columns


@dataclass(frozen=True, eq=False)
class Levels:
    """Noise levels in [0, 1]: (B, 1, 1, 1, 1) where all cells of a clip agree, (B, 1, T, 1, 1) where
    those of a latent frame do, else (B, 1, T, H, W). A network is cheaper with fewer of them.

    times: how noisy the cells are; told: what the network hears. They differ where something known
    is a little dirty and nobody says so. Cells told 0 are given and carry no loss.
    """

    times: Tensor
    told: Tensor


@dataclass(frozen=True, kw_only=True)
class NoiseMix(Config):
    """Shares of the ways in which a clip's noise levels are drawn; they sum to 1.

    even: one level for all cells (text to video). rising: sorted over time, the past cleaner
    (streaming; the rule of SkyReels-V2, 2504.13074). apart: every latent frame its own (Diffusion
    Forcing, 2407.01392). kept: some latent frames known, the others at one level (animate, extend,
    join, fill in). region: a box through all frames at one level, the rest at another or known.
    dirty: how often known frames carry a little noise that nobody tells, exp(N(-3.5, 0.5)) as in
    Wan 2.2's image-to-video training; aware: how often they are told it, U(0, 0.15).
    """

    even: float = 0.30
    rising: float = 0.25
    apart: float = 0.15
    kept: float = 0.20
    region: float = 0.10
    dirty: float = 0.50
    aware: float = 0.25

    def __post_init__(self) -> None:
        if min(self.shares) < 0 or abs(sum(self.shares) - 1) > 1e-6:
            raise HimmelError(f"shares of a noise mix must sum to 1, not {sum(self.shares):g}")
        if min(self.dirty, self.aware) < 0 or self.dirty + self.aware > 1:
            raise HimmelError("dirty and aware are shares of the known frames; together at most 1")

    @property
    def shares(self) -> tuple[float, float, float, float, float]:
        """even, rising, apart, kept, region."""
        return (self.even, self.rising, self.apart, self.kept, self.region)


def draw_levels(
    mix: NoiseMix, batch: int, grid: Grid, generator: torch.Generator, shift: float = 1.0
) -> Levels:
    """Noise levels of a batch: all clips by one way, drawn here, and each with numbers of its own.

    One way for all keeps the levels as few as that way has: see Levels.
    """
    shares = torch.tensor(mix.shares, device=generator.device)
    way = _WAYS[int(torch.multinomial(shares, 1, generator=generator))]
    clips = [way(mix, grid, generator, shift) for _ in range(batch)]
    times, told = (torch.stack(maps) for maps in zip(*clips, strict=True))
    return Levels(times, told)


def alike(times: Tensor) -> Levels:
    """One level (B,) for all cells of a clip, and the network hears it."""
    times = times.view(-1, 1, 1, 1, 1)
    return Levels(times, times)


def beside(levels: Levels, frames: int, count: int) -> Levels:
    """The same with `count` known latent frames after the clip's `frames`: pictures beside it."""

    def longer(values: Tensor) -> Tensor:
        spread = values.expand(-1, -1, frames, -1, -1)
        return torch.cat([spread, torch.zeros_like(spread[:, :, :1]).repeat(1, 1, count, 1, 1)], 2)

    return Levels(longer(levels.times), longer(levels.told))


Maps = tuple[Tensor, Tensor]  # times and told of one clip, shaped as in Levels without the batch


def _even(mix: NoiseMix, grid: Grid, generator: torch.Generator, shift: float) -> Maps:
    return _per_frame(logit_normal_times(1, generator, shift))


def _rising(mix: NoiseMix, grid: Grid, generator: torch.Generator, shift: float) -> Maps:
    return _per_frame(logit_normal_times(grid[0], generator, shift).sort().values)


def _apart(mix: NoiseMix, grid: Grid, generator: torch.Generator, shift: float) -> Maps:
    return _per_frame(logit_normal_times(grid[0], generator, shift))


def _kept(mix: NoiseMix, grid: Grid, generator: torch.Generator, shift: float) -> Maps:
    frames = grid[0]
    if frames == 1:  # nothing would be left to draw
        return _even(mix, grid, generator, shift)
    known = _known_frames(frames, generator)
    times, told = _per_frame(logit_normal_times(1, generator, shift).expand(frames))
    level, heard = _given(mix, generator)
    mask = known.view(1, -1, 1, 1)
    return times.masked_fill(mask, level), told.masked_fill(mask, heard)


def _region(mix: NoiseMix, grid: Grid, generator: torch.Generator, shift: float) -> Maps:
    inside = _box(grid, generator)
    drawn, other = logit_normal_times(2, generator, shift).tolist()
    level, heard = _given(mix, generator) if chance(generator) < 0.5 else (other, other)
    full = torch.full((1, *grid), drawn, device=generator.device)
    return full.masked_fill(~inside, level), full.masked_fill(~inside, heard)


_WAYS: tuple[Callable[[NoiseMix, Grid, torch.Generator, float], Maps], ...] = (
    _even,
    _rising,
    _apart,
    _kept,
    _region,
)


def _known_frames(frames: int, generator: torch.Generator) -> Tensor:
    """(T,) True where known: the first frame, a beginning, an end, both ends, or any; never all."""
    place = torch.arange(frames, device=generator.device)
    way = _whole(0, 5, generator)
    count = _whole(1, frames, generator)  # 1 .. frames - 1
    if way == 0:
        return place == 0
    if way == 1:
        return place < count
    if way == 2:
        return place >= frames - count
    if way == 3:
        head = _whole(0, count + 1, generator)
        return (place < head) | (place >= frames - count + head)
    order = torch.rand(frames, generator=generator, device=generator.device).argsort()
    return order < count


def _box(grid: Grid, generator: torch.Generator) -> Tensor:
    """(1, T, H, W) True inside a box of at least one cell that runs through all frames."""
    _, height, width = grid
    inside = torch.zeros(1, *grid, dtype=torch.bool, device=generator.device)
    tall, wide = _whole(1, height + 1, generator), _whole(1, width + 1, generator)
    top = _whole(0, height - tall + 1, generator)
    left = _whole(0, width - wide + 1, generator)
    inside[:, :, top : top + tall, left : left + wide] = True
    return inside


def _given(mix: NoiseMix, generator: torch.Generator) -> tuple[float, float]:
    """Level and told level of what is known: clean, a little dirty, or dirty and told so."""
    draw = chance(generator)
    if draw < mix.dirty:
        normal = torch.randn((), generator=generator, device=generator.device)
        return min(float((-3.5 + 0.5 * normal).exp()), 1.0), 0.0
    level = 0.15 * chance(generator) if draw < mix.dirty + mix.aware else 0.0
    return level, level


def _per_frame(times: Tensor) -> Maps:
    levels = times.view(1, -1, 1, 1)
    return levels, levels


def chance(generator: torch.Generator) -> float:
    """A number drawn evenly from [0, 1)."""
    return float(torch.rand((), generator=generator, device=generator.device))


def _whole(low: int, high: int, generator: torch.Generator) -> int:
    return int(torch.randint(low, high, (), generator=generator, device=generator.device))
