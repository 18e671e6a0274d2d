"""The judge of the wide world: what stands in the picture from a few frames, what moves from all.

Like the core's judge it is trained on renders alone and may answer `unreadable` in every group.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from himmel.core.config import Config
from himmel.models.judge.model import UNREADABLE, Residual, Verdict


@dataclass(frozen=True, kw_only=True)
class WideJudgeConfig(Config):
    """size: side in pixels at which pictures are read, motion_size: at which motion is; stills: of how
    many frames the picture is read, frames: of how many the motion, both evenly spread; classes: names
    per group without `unreadable`; still, moving: the groups that pictures and motion answer, in order;
    widths: channels at 1/4, 1/8 and 1/16; blocks: of each width."""

    classes: dict[str, list[str]]
    still: tuple[str, ...]
    moving: tuple[str, ...] = ("motion", "camera")
    size: int = 96
    motion_size: int = 48
    stills: int = 3
    frames: int = 9
    widths: tuple[int, ...] = (64, 128, 192)
    blocks: tuple[int, ...] = (1, 2, 2)

    def group_sizes(self, groups: tuple[str, ...]) -> dict[str, int]:
        """Classes of some groups, `unreadable` included."""
        return {name: len(self.classes[name]) + 1 for name in groups}


class WideJudge(nn.Module):
    """Frames (B, F, 3, size, size) in [-1, 1] -> Verdict; with fewer than `frames` only of pictures."""

    def __init__(self, config: WideJudgeConfig) -> None:
        super().__init__()
        self.config = config
        low, mid, high = config.widths
        still = config.group_sizes(config.still)
        self.fine = nn.Sequential(nn.Conv2d(48, low, 1), *_blocks(low, config.blocks[0]))
        self.middle = nn.Sequential(nn.Conv2d(low, mid, 3, 2, 1), *_blocks(mid, config.blocks[1]))
        self.coarse = nn.Sequential(nn.Conv2d(mid, high, 3, 2, 1), *_blocks(high, config.blocks[2]))
        self.place = nn.Parameter(torch.zeros(1, high, config.size // 16, config.size // 16))
        self.pool = nn.Linear(high, 4)  # four looks at the picture, each a weighting of its cells
        self.read_out = nn.Sequential(
            nn.LayerNorm(4 * high),
            nn.Dropout(0.1),
            nn.Linear(4 * high, high),
            nn.GELU(),
            nn.Linear(high, sum(still.values())),
        )
        self.mask = nn.Conv2d(mid, 1, 1)
        self.motion = _Motion(config)

    def forward(self, frames: Tensor) -> Verdict:
        """Read clips. The logits of a picture group are the mean over the frames that are looked at."""
        config, count = self.config, frames.shape[1]
        looked = frames[:, spread(count, min(config.stills, count))]
        b, f = looked.shape[:2]
        per_frame, mask = self.look(looked.flatten(0, 1))
        sizes = config.group_sizes(config.still)
        answers = torch.split(per_frame.float().reshape(b, f, -1), list(sizes.values()), -1)
        parts = dict(zip(sizes, answers, strict=True))
        facts = {name: part.mean(1) for name, part in parts.items()}
        if count >= config.frames:
            facts |= self.motion(frames[:, spread(count, config.frames)])
        return Verdict(facts, parts, mask.float().reshape(b, f, *mask.shape[2:]))

    def look(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """Pictures (N, 3, size, size) -> logits (N, classes), the subject's mask (N, 1, h, w)."""
        cells = self._encode(pictures)
        pooled = self._pooled(self.coarse(cells))
        logits: Tensor = self.read_out(pooled)
        mask: Tensor = self.mask(cells)
        return logits, mask

    def _encode(self, pictures: Tensor) -> Tensor:
        x = F.pixel_unshuffle(pictures, 4).contiguous(memory_format=torch.channels_last)
        cells: Tensor = self.middle(self.fine(x))  # (N, mid, size / 8, size / 8)
        return cells

    def _pooled(self, coarse: Tensor) -> Tensor:
        """Four weighted means over the cells: (N, high, h, w) -> (N, 4 * high)."""
        flat = (coarse + self.place).flatten(2).mT  # (N, h * w, high)
        weight = self.pool(flat).softmax(1)
        pooled: Tensor = (weight.mT @ flat).flatten(1)
        return pooled

    @torch.no_grad()
    def features(self, frames: Tensor) -> Tensor:
        """Clips (B, T, H, W, 3) uint8 -> (B, D): what the last layers read, of pictures (the mean over
        the frames that are looked at) and, where there are frames enough, of motion."""
        x = self.prepare(frames)
        looked = x[:, spread(x.shape[1], min(self.config.stills, x.shape[1]))]
        pooled = self._pooled(self.coarse(self._encode(looked.flatten(0, 1))))
        still = self.read_out[:-1](pooled).reshape(len(x), looked.shape[1], -1).mean(1)
        if x.shape[1] < self.config.frames:
            return Tensor.float(still)
        both: Tensor = torch.cat([still, self.motion.seen(x)], 1)
        return both.float()

    @torch.no_grad()
    def cells(self, frames: Tensor) -> tuple[Tensor, Tensor]:
        """Of every frame of clips (B, T, H, W, 3) uint8 the features of its cells (B, T, C, h, w) and
        the share of each cell that the subject covers (B, T, h, w)."""
        x = resized(frames.permute(0, 1, 4, 2, 3).float() / 127.5 - 1, self.config.size)
        seen, (b, t) = self._encode(x.flatten(0, 1)), x.shape[:2]
        mask = self.mask(seen).float().reshape(b, t, *seen.shape[2:])
        return seen.float().reshape(b, t, *seen.shape[1:]), mask.sigmoid()

    def prepare(self, frames: Tensor) -> Tensor:
        """Clips (B, T, H, W, 3) uint8 -> what `forward` reads: spread, area-averaged, scaled."""
        count = min(self.config.frames, frames.shape[1])
        x = frames[:, spread(frames.shape[1], count)].permute(0, 1, 4, 2, 3).float() / 127.5 - 1
        return resized(x, self.config.size)

    @torch.no_grad()
    def read(self, frames: Tensor) -> list[dict[str, str]]:
        """Facts of clips (B, T, H, W, 3) uint8, one dictionary of names each."""
        verdict = self(self.prepare(frames))
        best = {name: logits.argmax(-1).tolist() for name, logits in verdict.facts.items()}
        names = {group: [*self.config.classes[group], UNREADABLE] for group in best}
        return [{g: names[g][best[g][i]] for g in names} for i in range(len(frames))]


class _Motion(nn.Module):
    """What moves: small frames side by side, and what changes from each to the next."""

    def __init__(self, config: WideJudgeConfig) -> None:
        super().__init__()
        self.config = config
        width, sizes = config.widths[0], config.group_sizes(config.moving)
        self.each = nn.Sequential(
            nn.Conv2d(96, width, 1), Residual(width), nn.ReLU(), nn.Conv2d(width, 32, 1), nn.ReLU()
        )
        self.over_time = nn.Sequential(
            nn.Conv2d(32 * (config.frames - 1), width, 3, padding=1),
            Residual(width),
            nn.Conv2d(width, width, 3, 2, 1),
            Residual(width),
            nn.ReLU(),
            nn.Flatten(),
            nn.Dropout(0.2),
            nn.Linear(width * (config.motion_size // 8) ** 2, 128),
            nn.ReLU(),
        )
        self.answers = nn.ModuleDict({name: nn.Linear(128, n) for name, n in sizes.items()})

    def forward(self, frames: Tensor) -> dict[str, Tensor]:
        x = self.seen(frames)
        return {name: answer(x).float() for name, answer in self.answers.items()}

    def seen(self, frames: Tensor) -> Tensor:
        """Clips (B, F, 3, S, S) -> (B, 128)."""
        b, f = frames.shape[:2]
        small = resized(frames, self.config.motion_size)
        flat = F.pixel_unshuffle(small.flatten(0, 1), 4)
        cells = flat.reshape(b, f, *flat.shape[1:])  # (B, F, 48, h, w)
        pairs = torch.cat([cells[:, :-1], cells[:, 1:] - cells[:, :-1]], 2)  # (B, F - 1, 96, h, w)
        seen = self.each(pairs.flatten(0, 1))
        x: Tensor = self.over_time(seen.reshape(b, -1, *seen.shape[2:]))
        return x


def _blocks(width: int, count: int) -> list[nn.Module]:
    return [*(Residual(width) for _ in range(count)), nn.ReLU()]


def spread(count: int, kept: int) -> Tensor:
    """`kept` of `count` frame numbers, evenly spread, the first and the last among them."""
    return torch.linspace(0, count - 1, kept).round().long()


def resized(frames: Tensor, size: int) -> Tensor:
    """Frames (B, F, C, H, W) as squares of `size` pixels, by area."""
    if frames.shape[-2:] == (size, size):
        return frames
    small: Tensor = F.adaptive_avg_pool2d(frames.flatten(0, 1), size)
    return small.reshape(*frames.shape[:3], size, size)
