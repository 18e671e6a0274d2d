"""The codec's stages: the linear basis, the latents of a corpus, the decoder."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from himmel.core.config import Config
from himmel.core.files import write_text
from himmel.core.rng import numpy_rng
from himmel.core.shards import Shard, index_of, read_all, read_shard, write_shard
from himmel.models.video_codec import CodecConfig, LinearCodec
from himmel.models.video_codec.basis import (
    half_whitening,
    patchify,
    principal_components,
    to_groups,
)
from himmel_recipes.corpus import Corpus
from himmel_recipes.settings import Settings

Choose = Callable[[str, int, int], np.ndarray]
"""Name of a shard, number of its clips and of their frames -> numbers of frames (clips, 3)."""
PICTURES_PER_CLIP = 3
WINDOW = 3  # latent frames that the decoder is trained on at a time


def as_video(frames: np.ndarray) -> Tensor:
    """uint8 (N, T, H, W, 3) -> float (N, 3, T, H, W) in [-1, 1]."""
    return torch.from_numpy(frames).permute(0, 4, 1, 2, 3).float() / 127.5 - 1


def fit_basis(settings: Settings, corpus: Corpus, patches: int = 60_000) -> LinearCodec:
    """A codec whose basis is the principal components of patches drawn from a corpus."""
    rng = numpy_rng(settings.seed, "basis")
    config = settings.codec
    per_clip = _patches(config, corpus.frames[:1]).shape[0]
    clips = rng.permutation(len(corpus.frames))[: max(64, 12 * patches // per_clip)]
    rows = [
        _take(_patches(config, corpus.frames[part]), patches * len(part) // len(clips) + 1, rng)
        for part in np.array_split(clips, max(1, len(clips) // 64))
    ]
    mean, basis, variance = principal_components(torch.cat(rows), config.basis_channels)
    codec = LinearCodec(config)
    codec.mean.copy_(mean)
    codec.basis.copy_(basis)
    codec.divisor.copy_(half_whitening(variance, config.channels))
    return codec


def _patches(config: Config, frames: np.ndarray) -> Tensor:
    groups = to_groups(as_video(frames), config.time)  # type: ignore[attr-defined]
    return patchify(groups, config.patch).flatten(0, 3)  # type: ignore[attr-defined]


def _take(rows: Tensor, count: int, rng: np.random.Generator) -> Tensor:
    return rows[torch.from_numpy(rng.permutation(len(rows))[:count])]


@torch.no_grad()
def encode_corpus(codec: LinearCodec, source: Path, target: Path, choose: Choose) -> None:
    """Latents of every clip and of frames that `choose` says, shard by shard; listed shards are kept.

    Arrays: film (N, C, t, h, w) and picture (N, 3, C, 1, h, w), both float16, moments (N, 3), the
    frames that the pictures are, and the subject's share of every cell of both, `film_subject` (N, 1,
    t, h, w) and `picture_subject` (N, 3, 1, 1, h, w), float16.
    """
    wide = LinearCodec(codec.config.replace(channels=codec.config.basis_channels, decoder=False))
    wide.load_state_dict(codec.state_dict(), strict=False)
    done = index_of(target)["shards"]
    for name, entry in sorted(index_of(source)["shards"].items()):
        if done.get(name, {}).get("samples") == entry["samples"]:
            continue
        shard = read_shard(source, name, check=False)
        frames = shard.arrays["frames"]
        chosen = choose(name, len(frames), frames.shape[1])
        stills = np.take_along_axis(frames, chosen[:, :, None, None, None], 1)
        pictures = wide.encode_small(as_video(stills.reshape(-1, 1, *frames.shape[2:])))
        arrays = {
            "film": wide.encode_small(as_video(frames)).half().numpy(),
            "picture": pictures.unflatten(0, (len(frames), -1)).half().numpy(),
            "moments": chosen,
            **subject_arrays(shard.arrays["mask"], chosen, codec.config),
        }
        samples = [{k: s[k] for k in ("id", "graph", "rights")} for s in shard.samples]
        write_shard(target, int(name), Shard(arrays, samples))


def subject_arrays(
    packed: np.ndarray, moments: np.ndarray, config: CodecConfig
) -> dict[str, np.ndarray]:
    """The subject's share of every cell of clips and of a few of their frames, see encode_corpus, from a
    corpus's masks (N, T, H, W / 8) and the numbers (N, 3) of the frames."""
    masks = np.unpackbits(packed, axis=-1)
    stills = np.take_along_axis(masks, moments[:, :, None, None], 1).reshape(
        -1, 1, *masks.shape[2:]
    )
    pictures = subject_share(stills, config).unflatten(0, moments.shape)
    return {
        "film_subject": subject_share(masks, config).half().numpy(),
        "picture_subject": pictures.half().numpy(),
    }


def subject_share(masks: np.ndarray, config: CodecConfig) -> Tensor:
    """Masks (N, T, H, W) in {0, 1} -> the subject's share of every latent cell (N, 1, t, h, w)."""
    groups = to_groups(torch.from_numpy(masks)[:, None].float(), config.time)
    cells = F.avg_pool2d(groups.flatten(0, 3)[:, None], config.patch)
    return cells.reshape(*groups.shape[:4], *cells.shape[-2:]).mean(3).transpose(1, 2)


def picture_moments(seed: int, shard: str, clips: int, frames: int) -> np.ndarray:
    """Which frames of a shard's clips are encoded as pictures, too: (clips, 3) frame numbers."""
    rng = numpy_rng(seed, "pictures", shard)
    return rng.integers(frames, size=(clips, PICTURES_PER_CLIP))


def decoder_batch(
    settings: Settings, corpus: Corpus, rng: np.random.Generator
) -> dict[str, Tensor]:
    """Windows of three latent frames: the beginning of a clip (with its lone frame) or an inner part."""
    time, count = settings.codec.time, WINDOW
    index = np.sort(rng.integers(len(corpus.frames), size=settings.decoder.batch))
    latent_frames = (corpus.frames.shape[1] - 1) // time + 1
    start = int(rng.integers(latent_frames - count + 1))
    moments = _moments(start, count, time)
    frames = as_video(corpus.frames[index][:, moments])
    masks = torch.from_numpy(corpus.masks(index)[:, moments]).float()[:, None]
    cut = (count, time)
    return {
        "groups": frames.unflatten(2, cut).transpose(1, 2).contiguous(),
        "mask": masks.unflatten(2, cut).transpose(1, 2).contiguous(),
    }


def with_dreams(
    batch: dict[str, Tensor], dreams: Tensor | None, rng: np.random.Generator, count: int
) -> dict[str, Tensor]:
    """A decoder's batch with windows of `count` clips that a transformer made: (N, C, t, h, w)."""
    if dreams is None:
        return batch
    index = np.sort(rng.integers(len(dreams), size=count))
    start = int(rng.integers(dreams.shape[2] - WINDOW + 1))
    return {**batch, "dreams": dreams[index, :, start : start + WINDOW].float()}


def load_dreams(folder: Path) -> Tensor | None:
    """Latents of the stage `dreams`, or None where it was never run."""
    if not index_of(folder)["shards"]:
        return None
    return torch.cat([torch.from_numpy(s.arrays["latents"]) for s in read_all([folder])])


def _moments(start: int, count: int, time: int) -> np.ndarray:
    """Frame numbers of `count` latent frames from `start`; latent frame 0 shows frame 0 throughout."""
    last = (np.arange(start, start + count) * time)[:, None]
    return np.maximum(last - np.arange(time - 1, -1, -1), 0).reshape(-1)


def save_report(folder: Path, report: dict[str, object]) -> None:
    """A stage's figures beside its weights."""
    write_text(folder / "report.json", json.dumps(report, indent=2))
