"""A small network trained on renders, never on generated clips.

Every group of facts has one more class than it has names, `unreadable`: a judge that must always
name something calls mush by the most likely name.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from himmel.core.config import Config

UNREADABLE = "unreadable"


@dataclass(frozen=True, kw_only=True)
class JudgeConfig(Config):
    """size: input side in pixels; frames: how many a clip is read by, evenly spread; classes: names
    per group without `unreadable`; widths: channels at 1/2, 1/4, 1/8; order: the groups as the network
    answers them, because a dictionary's own order does not survive sorted JSON."""

    classes: dict[str, list[str]]
    order: tuple[str, ...] = ("kind", "colour", "setting", "time", "motion")
    size: int = 64
    frames: int = 9
    widths: tuple[int, ...] = (32, 64, 128)

    def group_sizes(self) -> dict[str, int]:
        """Classes per group, `unreadable` included."""
        return {n: len(self.classes[n]) + 1 for n in self.order if n in self.classes}


@dataclass(frozen=True)
class Verdict:
    """Logits per group (B, classes + 1); of the subject's share of each cell (B, F, h, w)."""

    facts: dict[str, Tensor]
    frame_facts: dict[str, Tensor]
    mask: Tensor


class Residual(nn.Module):
    """Two convolutions beside a way past them."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(width, width, 3, padding=1)
        self.second = nn.Conv2d(width, width, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        """(N, width, h, w) -> the same shape."""
        out: Tensor = x + self.second(F.relu(self.first(F.relu(x))))
        return out


class Judge(nn.Module):
    """Frames (B, F, 3, size, size) in [-1, 1] -> Verdict."""

    def __init__(self, config: JudgeConfig) -> None:
        super().__init__()
        low, mid, high = config.widths
        sizes = config.group_sizes()
        self.config = config
        self.still = [name for name in sizes if name != "motion"]
        self.sizes = [sizes[name] for name in self.still]
        self.trunk = nn.Sequential(
            nn.Conv2d(12, low, 3, padding=1),
            nn.ReLU(),
            nn.Conv2d(low, mid, 3, 2, 1),
            Residual(mid),
            nn.ReLU(),
            nn.Conv2d(mid, high, 3, 2, 1),
            Residual(high),
            nn.ReLU(),
        )
        cells = (config.size // 16) ** 2
        self.appearance = _reader(high, high, cells, sum(self.sizes))
        self.mask = nn.Conv2d(high, 1, 1)
        self.narrow = nn.Conv2d(high, 24, 1)
        self.motion = nn.Sequential(
            nn.Conv2d(24 * config.frames, high, 3, padding=1),
            nn.ReLU(),
            *_reader(high, high, cells, sizes["motion"]),
        )

    def forward(self, frames: Tensor) -> Verdict:
        """Read clips. The logits of a clip are the mean over its frames, but for motion."""
        b, f = frames.shape[:2]
        features = self._trunk(frames)
        per_frame = self.appearance(features).float().unflatten(0, (b, f))
        parts = dict(zip(self.still, per_frame.split(self.sizes, -1), strict=True))
        facts = {name: part.mean(1) for name, part in parts.items()}
        stacked = self.narrow(features).unflatten(0, (b, f)).flatten(1, 2)  # (B, F * 24, h, w)
        facts["motion"] = self.motion(stacked).float()
        mask = self.mask(features).float().unflatten(0, (b, f))[:, :, 0]
        return Verdict(facts, parts, mask)

    def _trunk(self, frames: Tensor) -> Tensor:
        """Frames (B, F, 3, size, size) -> features of their cells (BF, high, size/8, size/8)."""
        x = F.pixel_unshuffle(frames.flatten(0, 1), 2).contiguous(memory_format=torch.channels_last)
        seen: Tensor = self.trunk(x)
        return seen

    def prepare(self, frames: Tensor) -> Tensor:
        """Clips (B, T, H, W, 3) uint8 -> what `forward` reads: spread, area-averaged, scaled."""
        spread = torch.linspace(0, frames.shape[1] - 1, self.config.frames).round().long()
        return self._scaled(frames[:, spread])

    def _scaled(self, frames: Tensor) -> Tensor:
        x = frames.permute(0, 1, 4, 2, 3).float() / 127.5 - 1
        size = self.config.size
        if x.shape[-1] == size and x.shape[-2] == size:
            return x
        small: Tensor = F.adaptive_avg_pool2d(x.flatten(0, 1), size)
        return small.reshape(*x.shape[:3], size, size)

    @torch.no_grad()
    def features(self, frames: Tensor) -> Tensor:
        """Clips (B, T, H, W, 3) uint8 -> (B, 256): what the last layers read, of appearance (the mean
        over the frames that a clip is read by) and of motion."""
        x = self.prepare(frames)
        seen, (b, f) = self._trunk(x), x.shape[:2]
        still = self.appearance[:-1](seen).unflatten(0, (b, f)).mean(1)
        stacked = self.narrow(seen).unflatten(0, (b, f)).flatten(1, 2)
        return torch.cat([still, self.motion[:-1](stacked)], 1).float()

    @torch.no_grad()
    def cells(self, frames: Tensor) -> tuple[Tensor, Tensor]:
        """Of every frame of clips (B, T, H, W, 3) uint8 the features of its cells (B, T, C, h, w) and
        the share of each cell that the subject covers (B, T, h, w)."""
        x = self._scaled(frames)
        seen, (b, f) = self._trunk(x), x.shape[:2]
        mask = self.mask(seen).float().unflatten(0, (b, f))[:, :, 0]
        return seen.float().reshape(b, f, *seen.shape[1:]), mask.sigmoid()

    @torch.no_grad()
    def read(self, frames: Tensor) -> list[dict[str, str]]:
        """Facts of clips (B, T, H, W, 3) uint8, one dictionary of names each."""
        verdict = self(self.prepare(frames))
        best = {name: logits.argmax(-1).tolist() for name, logits in verdict.facts.items()}
        names = {group: [*kinds, UNREADABLE] for group, kinds in self.config.classes.items()}
        return [{g: names[g][best[g][i]] for g in names} for i in range(len(frames))]


def _reader(width: int, inner: int, cells: int, out: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(width, inner, 3, 2, 1),
        nn.ReLU(),
        nn.Flatten(),
        nn.Dropout(0.2),
        nn.Linear(inner * cells, 128),
        nn.ReLU(),
        nn.Linear(128, out),
    )
