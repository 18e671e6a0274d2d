"""Measure what docs/trust.md says of rights in data: removal, near-copies, memorisation, Croissant.

python runs/rights.py --out records/trust/NAME [--clips 200]

Times are seconds of the processor, since other work may keep the machine busy.
"""

from __future__ import annotations

import argparse
import io
import json
import sys
import tempfile
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import torch

from himmel.conditions.canvas import blank
from himmel.core.geometry import PixelShape
from himmel.core.rng import derive, numpy_rng
from himmel.core.shards import Shard, write_shard
from himmel.data.copies import LIMIT, near_copies, views
from himmel.data.croissant import write_croissant
from himmel.data.manifest import manifest
from himmel.data.removal import remove
from himmel.diffusion.samplers import euler
from himmel.diffusion.schedules import shifted_times
from himmel.diffusion.state import LatentState
from himmel.evaluate.codec import reconstruct, to_frames
from himmel.evaluate.features import points, small_pixels
from himmel.evaluate.intervals import share
from himmel.evaluate.memorisation import (
    COPIED,
    told_distance,
    training_clips,
    unseen_clips,
)
from himmel.generate.system import load_system
from himmel.world.clip import make_clip
from himmel.world.graph import sample_graph
from himmel.world.rights import own_rights

RECORDS, TO_A_SHARD = 100_000, 1_000
OVERFITTED, FRESH = 20, 400
Change = Callable[[np.ndarray, np.random.Generator], np.ndarray]


def removal() -> dict[str, Any]:
    """100,000 records, half of clips, half of their latents; one goes by hash, one by address."""
    with tempfile.TemporaryDirectory() as name:
        root, first = Path(name), ""
        for number in range(RECORDS // TO_A_SHARD // 2):
            values = np.arange(TO_A_SHARD, dtype=np.int64)[:, None] + number * TO_A_SHARD
            samples = [_footage(int(value)) for value in values[:, 0]]
            first = first or samples[7]["rights"]["sha256"]
            for kind in ("world", "latents"):
                write_shard(root / kind / "a", number, Shard({kind: values}, samples))
        begun, told = time.process_time(), {}
        manifest(root)
        told["list_seconds"] = time.process_time() - begun
        for key in (first, "https://example.org/9.mp4"):
            begun, wall = time.process_time(), time.perf_counter()
            done = remove(root, key, "asked")
            way = "hash" if key == first else "address"
            told[f"{way}_seconds"] = time.process_time() - begun
            told[f"{way}_wall_seconds"] = time.perf_counter() - wall
            told[f"{way}_absent"] = float(all(proof.holds for proof in done.proof))
            told[f"{way}_places"] = done.places
        return told


def _footage(number: int) -> dict[str, Any]:
    record = own_rights(np.full((1, 8, 8, 3), number % 256, np.uint8), number)
    digest = own_rights(np.array([number]), number)["sha256"]
    source = f"https://example.org/{number}.mp4"
    return {"id": str(number), "rights": {**record, "sha256": digest, "source": source}}


def _encoded(frames: np.ndarray, crf: int) -> np.ndarray:
    stream = io.BytesIO()
    with av.open(stream, "w", format="mp4") as film:
        track = film.add_stream("libx264", rate=Fraction(8), options={"crf": str(crf)})
        track.width, track.height = frames.shape[2], frames.shape[1]
        track.pix_fmt = "yuv420p"
        for frame in [*frames, None]:
            packet = (
                av.VideoFrame.from_ndarray(np.ascontiguousarray(frame))
                if frame is not None
                else None
            )
            film.mux(track.encode(packet))
    stream.seek(0)
    with av.open(stream) as film:
        return np.stack([frame.to_ndarray(format="rgb24") for frame in film.decode(video=0)])


def _cropped(frames: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    height, width = (round(0.9 * n) for n in frames.shape[1:3])
    top, left = (int(rng.integers(full - part + 1)) for full, part in
                 zip(frames.shape[1:3], (height, width), strict=True))  # fmt: skip
    return frames[:, top : top + height, left : left + width]


def _trimmed(frames: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    start = int(rng.integers(len(frames) - 8))
    return frames[start : start + 9]  # a second of two


def _noisy(frames: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return np.clip(frames + rng.normal(0, 8, frames.shape), 0, 255).astype(np.uint8)


CHANGES: dict[str, Change] = {
    "encoded_crf_30": lambda frames, rng: _encoded(frames, 30),
    "scaled_half": lambda frames, rng: frames.reshape(
        len(frames), frames.shape[1] // 2, 2, frames.shape[2] // 2, 2, 3
    ).mean((2, 4)).astype(np.uint8),
    "noise_8": _noisy,
    "trimmed_1_s": _trimmed,
    "mirrored": lambda frames, rng: frames[:, :, ::-1],
    "cropped_0.9": _cropped,
}  # fmt: skip


def near(clips: int) -> dict[str, Any]:
    """Clips of the whole world at 128 pixels, and a changed copy of some by each way."""
    rng = numpy_rng(5, "copies")
    films = [make_clip(sample_graph(derive(5, "copies", i)), 128).frames for i in range(clips)]
    every = clips // len(CHANGES)
    planted = []
    for way, (name, change) in enumerate(CHANGES.items()):
        for source in range(way * every, way * every + every):
            planted.append((name, source))
            films.append(change(films[source], rng))
    begun = time.process_time()
    held = [views(film) for film in films]
    pairs = near_copies(held)
    seconds = time.process_time() - begun
    found = {(pair.first, pair.second) for pair in pairs}
    wanted = {(source, clips + row) for row, (_, source) in enumerate(planted)}
    told = {"limit": LIMIT, "clips": len(films), "planted": len(planted), "seconds": seconds}
    told["recall"] = share([pair in found for pair in sorted(wanted)]).to_dict()
    told["precision"] = share([pair in wanted for pair in sorted(found)]).to_dict()
    for name in CHANGES:
        of = [(s, clips + row) for row, (by, s) in enumerate(planted) if by == name]
        told[f"recall.{name}"] = float(np.mean([pair in found for pair in of]))
    return told


def memory() -> dict[str, Any]:
    """What is flagged of the clips of a perfectly overfitted model, and of clips that nobody trained on.

    Its velocity is the exact one for a world of 20 clips, which training on them alone tends to.
    """
    system = load_system("default")
    graphs, clips = (list(part) for part in zip(*training_clips(OVERFITTED), strict=True))
    known = points({"pixels": small_pixels}, clips)["pixels"]
    with torch.inference_mode():
        latents = torch.cat([_latent(system, frames) for frames in clips])
        drawn = [to_frames(system.codec.decode(one[None])) for one in _overfitted(latents, system)]
    fresh = unseen_clips(graphs * (FRESH // OVERFITTED), 77)
    told = {}
    for name, films in (
        ("overfitted", drawn),
        ("fresh", (reconstruct(system.codec, film) for film in fresh)),
    ):
        flags = told_distance(system, films, known, graphs) < COPIED
        told[name] = {"n": len(flags), **share(flags).to_dict()}
    return told


def _latent(system: Any, frames: np.ndarray) -> torch.Tensor:
    video = torch.from_numpy(frames).permute(3, 0, 1, 2)[None].float() / 127.5 - 1
    latent: torch.Tensor = system.codec.encode_small(video)
    return latent


def _overfitted(latents: torch.Tensor, system: Any) -> torch.Tensor:
    """Draws of the exact velocity field of a data set of these latents (N, C, T, H, W)."""

    def velocity(z: torch.Tensor, times: torch.Tensor) -> torch.Tensor:
        t = times.reshape(-1)[0].clamp(min=1e-4)
        squared = (z[:, None] - (1 - t) * latents[None]).square().flatten(2).sum(-1)
        weights = torch.softmax(-squared / (2 * t * t), 1)
        return (z - (weights @ latents.flatten(1)).view_as(z)) / t

    shape = system.config.codec.compression.latent(PixelShape(17, 128, 128))
    canvas = blank(shape, OVERFITTED)
    eps = torch.randn(canvas.x0.shape, generator=torch.Generator().manual_seed(0))
    state = LatentState.begin(canvas.x0, canvas.strength, eps)
    return euler(velocity, state, shifted_times(12, 1.5)).z


def described() -> dict[str, Any]:
    """A folder of clips described and read by mlcroissant."""
    import mlcroissant

    from himmel.world.dataset import Corpus, render_corpus

    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        render_corpus(root / "small", Corpus(count=8, size=16, frames=5, shard_size=4))
        read = mlcroissant.Dataset(str(write_croissant(root, "himmel-clips", "2026-11-28")))
        issues = read.metadata.ctx.issues
        licences = manifest(root)["licences"]
        return {
            "errors": len(issues.errors),
            "warnings": len(issues.warnings),
            "records": len(list(read.records("clips"))),
            "licences": licences,
        }


def main() -> None:
    """Measure everything, or what is named, and write result.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--clips", type=int, default=200)
    parser.add_argument("--only", nargs="+", default=["removal", "copies", "memory", "described"])
    args = parser.parse_args()
    does = {
        "removal": removal,
        "copies": lambda: near(args.clips),
        "memory": memory,
        "described": described,
    }
    path = args.out / "result.json"
    args.out.mkdir(parents=True, exist_ok=True)
    told = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    for name in args.only:
        told[name] = does[name]()
        path.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
        sys.stdout.write(f"{name}: {json.dumps(told[name])}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
