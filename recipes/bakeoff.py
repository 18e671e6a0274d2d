"""Which codec? Linear arms against each other and against a convolutional encoder, by the judge.

python -m himmel_recipes.bakeoff [--root FOLDER] [--arm NAME ...] [--conv-minutes M] [--out FILE]

Every arm is fitted on the same training clips at the encoder's size and read on renders that neither
judge nor arm has seen. A linear arm is decoded twice: by the transposed basis, patch by patch, and
by a ridge regression on 3 x 3 neighbouring cells, the least that a learned decoder can do.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from himmel.core.env import train_dir
from himmel.core.errors import HimmelError
from himmel.core.files import write_text
from himmel.core.rng import numpy_rng
from himmel.core.shards import read_all
from himmel.evaluate.adherence import load_judge
from himmel.evaluate.codec import psnr
from himmel.evaluate.reading import facts_right
from himmel.evaluate.sharpness import border_ratio, edge_energy
from himmel.generate.decode import to_frames
from himmel.models.judge import Judge
from himmel.models.video_codec import CodecConfig
from himmel.models.video_codec.basis import patchify, principal_components, to_groups, unpatchify
from himmel.train.optimisers import OptimiserConfig
from himmel.train.schedule import ScheduleConfig
from himmel_recipes.autoencoder import Autoencoder, AutoencoderData, autoencoder_loss, bytes_of
from himmel_recipes.catalogue import embedded
from himmel_recipes.codec import as_video
from himmel_recipes.corpus import Corpus, load_corpus
from himmel_recipes.settings import Folders
from himmel_recipes.stages import Job, fit


@dataclass(frozen=True)
class Arm:
    """A linear codec: patch side, frames per latent, numbers per cell, overlap in pixels a side."""

    patch: int
    time: int
    count: int
    overlap: int = 0


ARMS = {
    "4x16x16, 96": Arm(16, 4, 96),
    "4x16x16, 192": Arm(16, 4, 192),
    "4x16x16, 96, lapped by 4": Arm(16, 4, 96, overlap=4),
    "2x16x16, 96": Arm(16, 2, 96),
    "2x16x16, 192": Arm(16, 2, 192),
    "4x8x8, 24": Arm(8, 4, 24),
    "4x8x8, 48": Arm(8, 4, 48),
}


class Fitted:
    """An arm with its basis and its regression."""

    def __init__(self, arm: Arm, frames: NDArray[np.uint8]) -> None:
        self.arm = arm
        windows = torch.cat([self._windows(part).flatten(0, 3) for part in _parts(frames)])
        rows = torch.from_numpy(numpy_rng(0, "bakeoff").permutation(len(windows))[:50_000])
        self.mean, self.basis, _ = principal_components(windows[rows], arm.count)
        self.scale = ((windows[rows] - self.mean) @ self.basis).std(0)
        self.weights = self._regress(frames)

    def encode(self, frames: NDArray[np.uint8]) -> Tensor:
        """uint8 (N, T, H, W, 3) -> numbers of unit variance (N, t, h, w, count)."""
        numbers: Tensor = (self._windows(frames) - self.mean) @ self.basis / self.scale
        return numbers

    def by_basis(self, numbers: Tensor) -> Tensor:
        """The transposed basis -> frames (N, 3, T, H, W). Only for arms without overlap."""
        return self._frames((numbers * self.scale) @ self.basis.T + self.mean)

    def by_neighbours(self, numbers: Tensor) -> Tensor:
        """The regression -> frames (N, 3, T, H, W)."""
        return self._frames(_neighbours(numbers) @ self.weights)

    def _windows(self, frames: NDArray[np.uint8]) -> Tensor:
        groups = to_groups(as_video(frames), self.arm.time)  # (N, t, 3, time, H, W)
        if not self.arm.overlap:
            return patchify(groups, self.arm.patch)
        edge, side = self.arm.overlap, self.arm.patch + 2 * self.arm.overlap
        n, t = groups.shape[:2]
        flat = F.pad(groups.flatten(0, 1).flatten(1, 2), (edge,) * 4, mode="replicate")
        cut = F.unfold(flat, side, stride=self.arm.patch)  # (N * t, V, h * w)
        fade = _fade(self.arm.patch, edge)
        cut = cut.transpose(1, 2).unflatten(2, (-1, side * side)) * fade.flatten()
        cells = groups.shape[-1] // self.arm.patch
        return cut.flatten(2).reshape(n, t, cells, cells, -1)

    def _regress(self, frames: NDArray[np.uint8], ridge: float = 1e-3) -> Tensor:
        square: Tensor | float = 0.0
        product: Tensor | float = 0.0
        for part in _parts(frames):
            x = _neighbours(self.encode(part)).flatten(0, 3)
            y = patchify(to_groups(as_video(part), self.arm.time), self.arm.patch).flatten(0, 3)
            square, product = square + x.T @ x, product + x.T @ y
        assert isinstance(square, Tensor)
        damp = ridge * square.diagonal().mean() * torch.eye(len(square))
        return torch.linalg.solve(square + damp, product)

    def _frames(self, patches: Tensor) -> Tensor:
        groups = unpatchify(patches, self.arm.time, self.arm.patch)
        return groups.transpose(1, 2).flatten(2, 3)[:, :, self.arm.time - 1 :]


def _parts(frames: NDArray[np.uint8], size: int = 32) -> list[NDArray[np.uint8]]:
    return np.array_split(frames, max(1, len(frames) // size))


def _fade(patch: int, edge: int) -> Tensor:
    """A window whose squares, shifted by the patch, add up to one (Princen and Bradley 1986)."""
    rise = torch.sin((torch.arange(2 * edge) + 0.5) / (4 * edge) * torch.pi)
    line = torch.cat([rise, torch.ones(patch - 2 * edge), rise.flip(0)])
    return torch.outer(line, line)


def _neighbours(numbers: Tensor) -> Tensor:
    """Every cell with its 8 neighbours and a one: (N, t, h, w, C) -> (N, t, h, w, 9 C + 1)."""
    n, t, h, w, c = numbers.shape
    flat = F.pad(numbers.flatten(0, 1).permute(0, 3, 1, 2), (1, 1, 1, 1), mode="replicate")
    around = F.unfold(flat, 3).transpose(1, 2).reshape(n, t, h, w, 9 * c)
    return torch.cat([around, torch.ones(n, t, h, w, 1)], -1)


@dataclass(frozen=True, eq=False)
class Exam:
    """Clips at the encoder's size that no arm has seen, the judge, and its figures on renders."""

    frames: NDArray[np.uint8]
    corpus: Corpus
    judge: Judge

    def mark(self, made: NDArray[np.uint8], patch: int) -> dict[str, float]:
        """PSNR, kept facts, sharpness in the subject's box and patch borders against renders."""
        graphs = self.corpus.graphs
        moving = np.array([g.motion != "still" for g in graphs])
        best, got = (facts_right(self.judge, clips, graphs) for clips in (self.frames, made))
        figures = {"psnr": float(np.mean(list(map(psnr, self.frames, made))))}
        for name in ("kind", "colour", "motion", "all_facts"):
            figures[f"kept.{name}"] = got[name].mean() / max(best[name].mean(), 1e-9)
        figures["kept.kind.moving"] = got["kind"][moving].mean() / best["kind"][moving].mean()
        figures["sharpness"] = self._sharpness(made)
        edges = [
            np.mean([border_ratio(clip, patch) for clip in clips]) for clips in (made, self.frames)
        ]
        figures["borders"] = float(edges[0] / edges[1])
        return {name: round(float(value), 3) for name, value in figures.items()}

    def _sharpness(self, made: NDArray[np.uint8]) -> float:
        masks = self.corpus.masks(np.arange(len(made)))
        scale = masks.shape[-1] // made.shape[2]
        ratios = []
        for clip, render, mask in zip(made, self.frames, masks, strict=True):
            ys, xs = np.nonzero(mask[0])
            box = (
                xs.min() // scale,
                ys.min() // scale,
                xs.max() // scale + 1,
                ys.max() // scale + 1,
            )
            ratios.append(edge_energy(clip[:1], box) / max(edge_energy(render[:1], box), 1e-6))
        return float(np.mean(ratios))


def run_arm(arm: Arm, train: NDArray[np.uint8], exam: Exam) -> dict[str, dict[str, float]]:
    """Fit one arm and mark both of its decoders."""
    fitted = Fitted(arm, train)
    ways: dict[str, Callable[[Tensor], Tensor]] = {"neighbours": fitted.by_neighbours}
    if not arm.overlap:
        ways["basis"] = fitted.by_basis
    marks = {}
    for name, decode in ways.items():
        made = [
            to_frames(clip[None])
            for part in _parts(exam.frames)
            for clip in decode(fitted.encode(part))
        ]
        marks[name] = exam.mark(np.stack(made), arm.patch)
    return marks


def run_autoencoder(folders: Folders, minutes: float, exam: Exam) -> dict[str, dict[str, float]]:
    """Train the convolutional arm for so many minutes (all calls together) and mark it."""
    config = CodecConfig(upscale=1, channels=96, basis_channels=96)
    corpus = load_corpus(folders.corpus("small"))
    settings = embedded().replace(name="bakeoff", codec=config, threads=1, compile=False)
    job = Job(settings, folders, minutes)
    network = fit(
        job,
        "autoencoder",
        Autoencoder(config).to(memory_format=torch.channels_last),
        autoencoder_loss,
        AutoencoderData(corpus, config.time),
        ScheduleConfig(steps=100_000, warmup=60, cooldown=0.4, final=0.02),
        OptimiserConfig(muon_lr=None, adamw_lr=1e-3),
    ).eval()
    assert isinstance(network, Autoencoder)
    with torch.inference_mode():
        made = [
            bytes_of(network.decode(network.encode(to_groups(as_video(part), config.time))), 4)
            for part in _parts(exam.frames)
        ]
    return {"network": exam.mark(np.concatenate(made), config.patch)}


def small_frames(corpus: Corpus, size: int) -> NDArray[np.uint8]:
    """Frames area-averaged to `size`, as the encoder sees them. Raises HimmelError where that is no whole
    part of theirs."""
    n, t, side = corpus.frames.shape[:3]
    factor, rest = divmod(side, size)
    if rest:
        raise HimmelError(f"clips of {side} pixels cannot be averaged to {size}")
    cells = corpus.frames.reshape(n, t, size, factor, size, factor, 3)
    return np.stack([c.astype(np.float32).mean((2, 4)).round().astype(np.uint8) for c in cells])


def main(argv: list[str] | None = None) -> int:
    """Run the arms one by one; a line of figures each on stdout."""
    parser = argparse.ArgumentParser(prog="himmel_recipes.bakeoff", description=__doc__)
    parser.add_argument("--root", type=Path, help="folder of the corpora and weights")
    parser.add_argument("--clips", type=int, default=1_200, help="training clips")
    parser.add_argument("--arm", action="append", choices=list(ARMS), help="only this one")
    parser.add_argument("--conv-minutes", type=float, help="train and mark the convolutional arm")
    parser.add_argument("--out", type=Path, help="a JSON file for the figures")
    args = parser.parse_args(argv)
    folders = Folders(args.root or train_dir("embedded"))
    judge = load_judge(folders.model)
    corpus = load_corpus(folders.corpus("validation"), folders.corpus("held-out"))
    exam = Exam(small_frames(corpus, embedded().encoder_size), corpus, judge)
    shards = islice(read_all([folders.corpus("small")]), -(-args.clips // 128))
    train = np.concatenate([shard.arrays["frames"] for shard in shards])
    figures = {}
    for name in args.arm or ([] if args.conv_minutes else ARMS):
        figures[name] = run_arm(ARMS[name], train, exam)
        sys.stdout.write(f"{name}: {json.dumps(figures[name])}\n")
        sys.stdout.flush()
    if args.conv_minutes:
        name = f"convolutional, 96, {args.conv_minutes:g} minutes"
        figures[name] = run_autoencoder(folders, args.conv_minutes, exam)
        sys.stdout.write(f"{name}: {json.dumps(figures[name])}\n")
    if args.out:
        write_text(args.out, json.dumps(figures, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
