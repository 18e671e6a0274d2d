"""A network trained on renders, never on generated clips: what stands in the picture from a few frames,
what moves from all.

Every group of facts has one more class than it has names, `unreadable`: a judge that must always
name something calls mush by the most likely name.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from himmel.core.config import Config
from himmel.models.judge.finder import Finder, cut, square_round
from himmel.models.judge.layers import Norm, Residual

UNREADABLE = "unreadable"
_CLOSER = (0.8, 1.0, 1.2)  # half sides of the square, times that of the mask


@dataclass(frozen=True, kw_only=True)
class JudgeConfig(Config):
    """size: side in pixels at which pictures are read, crop: of the square round the subject,
    motion_size: at which motion is read; stills: of how many frames the picture is read, frames: of how
    many the motion, both evenly spread; classes: names per group without `unreadable`; subject, place,
    moving: the groups that the square, the picture and motion answer, in order; widths: channels at 1/4,
    1/8 and 1/16 of the picture, subject_widths: at 1/2, 1/4 and 1/8 of the square, finder_widths: at 1/4,
    1/8 and 1/16 of the picture where the subject is looked for."""

    classes: dict[str, list[str]]
    subject: tuple[str, ...] = ("kind", "colour", "material", "expression")
    place: tuple[str, ...] = ("setting", "time", "weather", "look", "count")
    moving: tuple[str, ...] = ("motion", "camera")
    size: int = 96
    crop: int = 48
    motion_size: int = 48
    stills: int = 3
    frames: int = 9
    widths: tuple[int, ...] = (48, 96, 128)
    subject_widths: tuple[int, ...] = (64, 128, 192)
    finder_widths: tuple[int, ...] = (48, 80, 128)

    def group_sizes(self, groups: tuple[str, ...]) -> dict[str, int]:
        """Classes of some groups, `unreadable` included."""
        return {name: len(self.classes[name]) + 1 for name in groups if name in self.classes}


@dataclass(frozen=True)
class Verdict:
    """Logits per group (B, classes + 1); of the subject's share of each cell (B, F, h, w)."""

    facts: dict[str, Tensor]
    frame_facts: dict[str, Tensor]
    mask: Tensor


class Judge(nn.Module):
    """Frames (B, F, 3, size, size) in [-1, 1] -> Verdict; with fewer than `frames` only of pictures.

    A picture is looked at twice: as a whole, and in the square round the subject, once that is found.
    """

    def __init__(self, config: JudgeConfig) -> None:
        super().__init__()
        self.config = config
        low, mid, high = config.widths
        self.fine = nn.Sequential(nn.Conv2d(48, low, 1), Residual(low), nn.ReLU())
        self.middle = nn.Sequential(nn.Conv2d(low, mid, 3, 2, 1), Residual(mid), nn.ReLU())
        self.coarse = nn.Sequential(nn.Conv2d(mid, high, 3, 2, 1), Residual(high), nn.ReLU())
        self.finder = Finder(config.finder_widths)
        self.place = _Answers(high, config.size // 16, config.group_sizes(config.place))
        self.near = Near(config)
        self.motion = _Motion(config)

    def train(self, mode: bool = True) -> Judge:
        """As ever, but for what finds the subject: it learns alone, before."""
        super().train(mode)
        self.finder.eval()
        return self

    def forward(self, frames: Tensor) -> Verdict:
        """Read clips. The logits of a picture group are the mean over the frames that are looked at."""
        config, count = self.config, frames.shape[1]
        looked = frames[:, spread(count, min(config.stills, count))]
        b, f = looked.shape[:2]
        answers, mask = self.look(looked.flatten(0, 1))
        parts = {name: part.float().reshape(b, f, -1) for name, part in answers.items()}
        facts = {name: part.mean(1) for name, part in parts.items()}
        if count >= config.frames:
            facts |= self.motion(frames[:, spread(count, config.frames)])
        return Verdict(facts, parts, mask.float().reshape(b, f, *mask.shape[2:]))

    def look(self, pictures: Tensor) -> tuple[dict[str, Tensor], Tensor]:
        """Pictures (N, 3, size, size) -> logits per group, the subject's mask (N, 1, h, w)."""
        with torch.no_grad():
            mask: Tensor = self.finder(pictures)
        near = self._near(pictures, square_round(mask.float().sigmoid()[:, 0]))
        return self.place(self.coarse(self._encode(pictures))) | near, mask

    def _near(self, pictures: Tensor, square: Tensor) -> dict[str, Tensor]:
        """The square's answers; after training the mean of six looks, a little closer and further and in
        the mirror: what a thing is hangs neither on the mask's edge nor on where the thing faces."""
        if self.training:
            answers: dict[str, Tensor] = self.near(cut(pictures, square, self.config.crop))
            return answers
        scales = torch.tensor([[1.0, 1.0, scale] for scale in _CLOSER], device=square.device)
        looks = [cut(pictures, square * scale, self.config.crop) for scale in scales]
        read = [self.near(look) for seen in looks for look in (seen, seen.flip(-1))]
        likely = {
            name: torch.stack([r[name].float().softmax(-1) for r in read]) for name in read[0]
        }
        return {name: part.mean(0).clamp(min=1e-9).log() for name, part in likely.items()}

    def _encode(self, pictures: Tensor) -> Tensor:
        x = F.pixel_unshuffle(pictures, 4).contiguous(memory_format=torch.channels_last)
        cells: Tensor = self.middle(self.fine(x))  # (N, mid, size / 8, size / 8)
        return cells

    @torch.no_grad()
    def features(self, frames: Tensor) -> Tensor:
        """Clips (B, T, H, W, 3) uint8 -> (B, D): what the last layers read, of pictures (the mean over
        the frames that are looked at) and, where there are frames enough, of motion."""
        x = self.prepare(frames)
        looked = x[:, spread(x.shape[1], min(self.config.stills, x.shape[1]))]
        pictures = looked.flatten(0, 1)
        square = cut(pictures, self.finder.square(pictures), self.config.crop)
        whole = self.place.seen(self.coarse(self._encode(pictures)))
        both_looks = torch.cat([whole, self.near.seen(square)], 1)
        still = both_looks.reshape(len(x), looked.shape[1], -1).mean(1)
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
        share = F.avg_pool2d(self.finder(x.flatten(0, 1)).float().sigmoid(), 2)
        return seen.float().reshape(b, t, *seen.shape[1:]), share.reshape(b, t, *seen.shape[2:])

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


class _Answers(nn.Module):
    """Features of cells (N, width, side, side) -> logits per group, by four weightings of the cells."""

    def __init__(self, width: int, side: int, sizes: dict[str, int]) -> None:
        super().__init__()
        self.sizes = sizes
        self.where = nn.Parameter(torch.zeros(1, width, side, side))
        self.looks = nn.Linear(width, 4)
        self.narrow = nn.Sequential(
            nn.LayerNorm(4 * width), nn.Dropout(0.1), nn.Linear(4 * width, width), nn.GELU()
        )
        self.out = nn.Linear(width, sum(sizes.values()))

    def forward(self, cells: Tensor) -> dict[str, Tensor]:
        parts = torch.split(self.out(self.seen(cells)), list(self.sizes.values()), -1)
        return dict(zip(self.sizes, parts, strict=True))

    def seen(self, cells: Tensor) -> Tensor:
        """(N, width, side, side) -> (N, width)."""
        flat = (cells + self.where).flatten(2).mT  # (N, side * side, width)
        weight = self.looks(flat).softmax(1)
        seen: Tensor = self.narrow((weight.mT @ flat).flatten(1))
        return seen


class Near(nn.Module):
    """The square round the subject (N, 3, crop, crop) -> logits of its groups."""

    def __init__(self, config: JudgeConfig) -> None:
        super().__init__()
        self.side = config.crop
        low, mid, high = config.subject_widths
        self.trunk = nn.Sequential(
            nn.Conv2d(12, low, 3, padding=1),
            Norm(low),
            nn.ReLU(),
            nn.Conv2d(low, mid, 3, 2, 1),
            Residual(mid),
            Residual(mid),
            Norm(mid),
            nn.ReLU(),
            nn.Conv2d(mid, high, 3, 2, 1),
            Residual(high),
            Residual(high),
            Norm(high),
            nn.ReLU(),
        )
        self.answers = _Answers(high, config.crop // 8, config.group_sizes(config.subject))

    def forward(self, square: Tensor) -> dict[str, Tensor]:
        """(N, 3, crop, crop) -> logits (N, classes + 1) per group."""
        answers: dict[str, Tensor] = self.answers(self._encode(square))
        return answers

    def seen(self, square: Tensor) -> Tensor:
        """(N, 3, crop, crop) -> (N, width)."""
        return self.answers.seen(self._encode(square))

    def _encode(self, square: Tensor) -> Tensor:
        x = F.pixel_unshuffle(square, 2).contiguous(memory_format=torch.channels_last)
        cells: Tensor = self.trunk(x)
        return cells


class _Motion(nn.Module):
    """What moves: small frames side by side, and what changes from each to the next."""

    def __init__(self, config: JudgeConfig) -> None:
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


def spread(count: int, kept: int) -> Tensor:
    """`kept` of `count` frame numbers, evenly spread, the first and the last among them."""
    return torch.linspace(0, count - 1, kept).round().long()


def resized(frames: Tensor, size: int) -> Tensor:
    """Frames (B, F, C, H, W) as squares of `size` pixels, by area."""
    if frames.shape[-2:] == (size, size):
        return frames
    small: Tensor = F.adaptive_avg_pool2d(frames.flatten(0, 1), size)
    return small.reshape(*frames.shape[:3], size, size)
