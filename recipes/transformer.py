"""The transformer's stage: pictures, film, and film of which a part is known."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import partial
from math import prod
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from himmel.core.errors import HimmelError
from himmel.core.loss import Loss
from himmel.core.shards import index_of, read_shard
from himmel.diffusion.flow_map import Ahead, by_difference, by_halves, flow_map_loss
from himmel.diffusion.guidance import Network
from himmel.diffusion.mixture import beside, chance, draw_levels
from himmel.diffusion.objectives import flow_matching_loss, guided_network, taught_loss
from himmel.models.dit import DiT
from himmel.models.text import TextEncoder, Tokenizer
from himmel.models.video_codec import CodecConfig
from himmel.nn.attention import block_causal
from himmel.nn.rope import grid_positions
from himmel.world import vocabulary, words
from himmel.world.graph import Graph
from himmel.world.vocabulary import names
from himmel_recipes.labels import draw_caption
from himmel_recipes.settings import Settings
from himmel_recipes.text import token_ids

LEAPS: dict[str, Ahead] = {"difference": by_difference, "halves": by_halves}
"""How a flow map finds where a step leads, by the names of AimSettings."""


@dataclass(frozen=True, eq=False)
class Latents:
    """film (N, C, t, h, w) and picture (N, 3, C, 1, h, w) in float16, and the graphs.

    moments (N, 3) are the times of the pictures in their clips, counted in latent frames; film_subject
    (N, 1, t, h, w) and picture_subject (N, 3, 1, 1, h, w) the subject's share of every cell.
    """

    film: Tensor
    picture: Tensor
    moments: Tensor
    film_subject: Tensor
    picture_subject: Tensor
    graphs: list[Graph]

    def to(self, device: str) -> Latents:
        """The same on a device, where batches are then gathered: a GPU holds them all."""
        return self._each(lambda part: part.to(device))

    def of(self, kinds: Collection[str]) -> Latents:
        """Without what shows any of the families' kinds but these; no kinds: all of it."""
        if not kinds:
            return self
        others = {*names(words.KINDS)} - {*names(vocabulary.KINDS)} - {*kinds}
        rows = [i for i, g in enumerate(self.graphs) if others.isdisjoint(_kinds(g))]
        kept = replace(self, graphs=[self.graphs[i] for i in rows])
        return kept._each(lambda part: part[rows])

    def _each(self, change: Callable[[Tensor], Tensor]) -> Latents:
        parts = (f.name for f in fields(self) if f.name != "graphs")
        return replace(self, **{name: change(getattr(self, name)) for name in parts})


def _kinds(graph: Graph) -> list[str]:
    return [graph.kind, *(other.kind for other in graph.others)]


def load_latents(folders: list[Path], codec: CodecConfig) -> Latents:
    """The first `codec.channels` numbers of every latent of some folders.

    Raises HimmelError for older latents, which do not say where subjects are.
    """
    parts: dict[str, list[Tensor]] = {f.name: [] for f in fields(Latents) if f.name != "graphs"}
    graphs: list[Graph] = []
    for folder in folders:
        for name in sorted(index_of(folder)["shards"]):
            shard = read_shard(folder, name, check=False)
            if "film_subject" not in shard.arrays:
                raise HimmelError(
                    f"{folder} does not say where subjects are; remove it and encode it again"
                )
            found = {key: torch.from_numpy(shard.arrays[key]) for key in parts}
            found["film"] = found["film"][:, : codec.channels].clone()  # lets go of the others
            found["picture"] = found["picture"][:, :, : codec.channels].clone()
            found["moments"] = found["moments"].float() / codec.time
            for key, part in found.items():
                parts[key].append(part)
            graphs += [Graph.from_dict(sample["graph"]) for sample in shard.samples]
    return Latents(**{key: torch.cat(part) for key, part in parts.items()}, graphs=graphs)


class DiffusionData:
    """Pictures for the first steps, then film with a share of pictures; captions drawn anew.

    `shaped` are latents of other sizes and lengths, each a bucket of its own; batches of longer or
    larger clips hold fewer of them, so that every step has about as many tokens. `pictures` are latents
    of single pictures, from which those without a clip are drawn, too.
    """

    def __init__(
        self,
        settings: Settings,
        latents: Latents,
        tokenizer: Tokenizer,
        shaped: Sequence[Latents] = (),
        pictures: Latents | None = None,
    ) -> None:
        self.settings, self.latents, self.tokenizer = settings, latents, tokenizer
        self.shaped, self.pictures = shaped, pictures
        self._sums: dict[int, NDArray[np.float64]] = {}  # of the rates in every bucket

    def __call__(self, step: int, rng: np.random.Generator) -> dict[str, Tensor]:
        """The batch of one step: latents "x0" (B, C, T, H, W), the "subject"'s share of their cells
        (B, 1, T, H, W) and token "ids" (B, L).

        With keyframes, "x0" has one latent frame more, a lone picture, and "moment" (B,) its time.
        """
        sizes = self.settings.transformer
        still = bool(rng.random() < sizes.picture_share) or step < sizes.picture_steps
        bucket = self._album(rng) if still else self._bucket(rng)
        index = self._index(bucket, self._count(bucket, still), rng)
        rows, which = torch.from_numpy(index), torch.from_numpy(rng.integers(3, size=len(index)))
        words = self._words(bucket, index, rng, still)
        pictures = (bucket.picture[rows, which], bucket.picture_subject[rows, which])
        x0, subject = pictures if still else (bucket.film[rows], bucket.film_subject[rows])
        batch = {"x0": x0.float(), "subject": subject.float(), "ids": words}
        if not still and rng.random() < sizes.keyframe_share:
            for name, picture in zip(("x0", "subject"), pictures, strict=True):
                batch[name] = torch.cat([batch[name], picture.float()], 2)
            batch["moment"] = bucket.moments[rows, which]
        return batch

    def _bucket(self, rng: np.random.Generator) -> Latents:
        if self.shaped and rng.random() < self.settings.transformer.shaped_share:
            return self.shaped[int(rng.integers(len(self.shaped)))]
        return self.latents

    def _album(self, rng: np.random.Generator) -> Latents:
        """Where pictures come from: single ones as often as they are many, else frames of clips."""
        if self.pictures is None:
            return self._bucket(rng)
        single, moving = len(self.pictures.graphs), len(self.latents.graphs)
        return self.pictures if rng.random() * (single + moving) < single else self._bucket(rng)

    def _index(self, bucket: Latents, count: int, rng: np.random.Generator) -> NDArray[np.int64]:
        """Numbers of `count` clips: each comes as many times as often as its facts in `often` say."""
        often = self.settings.transformer.often
        if not often:
            return rng.integers(len(bucket.graphs), size=count)
        if id(bucket) not in self._sums:
            rates = [prod(often.get(fact, 1.0) for fact in g.facts.values()) for g in bucket.graphs]
            self._sums[id(bucket)] = np.cumsum(rates)
        sums = self._sums[id(bucket)]
        return np.searchsorted(sums, rng.random(count) * sums[-1], side="right")

    def _count(self, bucket: Latents, still: bool) -> int:
        sizes = self.settings.transformer
        usual, other = (x.picture[0, 0] if still else x.film[0] for x in (self.latents, bucket))
        count = sizes.picture_batch if still else sizes.film_batch
        return max(1, round(count * usual.numel() / other.numel()))

    def _words(
        self, bucket: Latents, index: np.ndarray, rng: np.random.Generator, still: bool
    ) -> Tensor:
        styles = self.settings.reading.styles
        said = [draw_caption(bucket.graphs[i], rng, still, styles) for i in index]
        return token_ids(self.tokenizer, said, self.settings.text.length)


def diffusion_loss(
    settings: Settings,
    encoder: TextEncoder,
    model: DiT,
    batch: Mapping[str, Tensor],
    generator: torch.Generator,
    teacher: Teacher | None = None,
) -> Loss:
    """Flow matching on clips of which a part may be known, under one of two attention masks; with a
    `teacher` what it says under guidance is matched, and where that leads.

    The log tells pictures, film and film with keyframes apart. The encoder reads and does not learn.
    """
    sizes, x0 = settings.transformer, batch["x0"]
    with torch.no_grad():
        text = encoder(batch["ids"]).float()
    shift = float(np.exp(sizes.aim.time_mean))
    lone = 1 if "moment" in batch else 0
    frames, rows, columns = x0.shape[2] - lone, *x0.shape[3:]
    levels = draw_levels(sizes.mix, len(x0), (frames, rows, columns), generator, shift)
    known: dict[str, Tensor] = {}
    if lone:
        levels = beside(levels, frames, lone)
        known["positions"] = positions_of(batch["moment"], frames, rows, columns)
    elif frames > 1 and chance(generator) < sizes.causal_share:
        known["mask"] = block_causal(frames, rows * columns).to(x0.device)
    aim, told = sizes.aim, (x0, text, generator)
    counted = 1 + aim.subject_weight * batch["subject"]
    usual = {"levels": levels, "caption_dropout": aim.caption_dropout, "weight": counted}
    network = partial(model, **known)
    if teacher is None:
        loss = flow_matching_loss(network, *told, **usual)
    elif aim.leaps:
        ahead = LEAPS[aim.leap_by]
        says = teacher.of(known)
        loss = flow_map_loss(network, says, *told, leaps=aim.leaps, ahead=ahead, **usual)
    else:
        loss = taught_loss(network, teacher.of(known), *told, **usual)
    name = "keyframe" if lone else "film" if frames > 1 else "picture"
    return Loss(loss.value, {name: loss.parts["flow"]})


@dataclass(frozen=True, eq=False)
class Teacher:
    """A transformer that another one learns from, and the guidance scale under which it is asked."""

    network: DiT
    scale: float

    def of(self, known: Mapping[str, Tensor]) -> Network:
        """What it says of clips with these positions and masks."""
        if self.scale == 1:
            return partial(self.network, **known)
        return guided_network(partial(self.network, **_for_both(known)), self.scale)


def _for_both(known: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The same for a batch that stands there twice, with its captions and without."""
    return {k: torch.cat([v, v]) if k == "positions" else v for k, v in known.items()}


def positions_of(moment: Tensor, frames: int, rows: int, columns: int) -> Tensor:
    """Positions (B, N, 3) of a clip's tokens and of one picture beside it at `moment` (B,)."""
    grid = grid_positions(frames + 1, rows, columns).to(moment.device)
    placed = grid.repeat(len(moment), 1, 1)  # (B, N, 3)
    placed[:, frames * rows * columns :, 0] = moment[:, None].double()
    return placed


@torch.no_grad()
def widen(narrow: DiT, wide: DiT) -> DiT:
    """Copy a transformer into one with more latent channels, or one that knows more of its steps.

    The basis nests, so the old numbers keep their meaning: new inputs start with weight 0 and new
    outputs at 0, and the wide network begins as exactly the narrow one. Parts that the narrow one does
    not have stay as they are.
    """
    old, new = narrow.state_dict(), wide.state_dict()
    for name, value in new.items():
        if name not in old:
            continue
        if value.shape == old[name].shape:
            value.copy_(old[name])
        else:
            value.zero_()
            value[tuple(slice(0, n) for n in old[name].shape)] = old[name]
    wide.load_state_dict(new)
    return wide
