"""The transformer's stages: pictures, film, and film with a wider latent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from himmel.core.loss import Loss
from himmel.core.shards import read_all
from himmel.diffusion.objectives import flow_matching_loss
from himmel.models.dit import DiT
from himmel.models.text import TextEncoder, Tokenizer
from himmel.world.graph import Graph
from himmel_recipes.labels import draw_caption
from himmel_recipes.settings import Settings
from himmel_recipes.text import token_ids


@dataclass(frozen=True, eq=False)
class Latents:
    """film (N, C, t, h, w) and picture (N, 3, C, 1, h, w) in float16, and the graphs."""

    film: Tensor
    picture: Tensor
    graphs: list[Graph]

    def to(self, device: str) -> Latents:
        """The same on a device, where batches are then gathered: a GPU holds them all."""
        return replace(self, film=self.film.to(device), picture=self.picture.to(device))


def load_latents(folders: list[Path], channels: int) -> Latents:
    """The first `channels` numbers of every latent of some folders."""
    film, picture, graphs = [], [], []
    for shard in read_all(folders):
        film.append(torch.from_numpy(shard.arrays["film"][:, :channels].copy()))
        picture.append(torch.from_numpy(shard.arrays["picture"][:, :, :channels].copy()))
        graphs += [Graph.from_dict(sample["graph"]) for sample in shard.samples]
    return Latents(torch.cat(film), torch.cat(picture), graphs)


class DiffusionData:
    """Pictures for the first steps, then film with a share of pictures; captions drawn anew."""

    def __init__(self, settings: Settings, latents: Latents, tokenizer: Tokenizer) -> None:
        self.settings, self.latents, self.tokenizer = settings, latents, tokenizer

    def __call__(self, step: int, rng: np.random.Generator) -> dict[str, Tensor]:
        """The batch of one step: latents "x0" (B, C, T, H, W) and token "ids" (B, L)."""
        sizes = self.settings.transformer
        early = step < sizes.picture_steps
        still = bool(rng.random() < sizes.picture_share) or early
        count = sizes.picture_batch if still else sizes.film_batch
        index = rng.integers(len(self.latents.graphs), size=count)
        if still:
            which = torch.from_numpy(rng.integers(3, size=count))
            x0 = self.latents.picture[torch.from_numpy(index), which]
        else:
            x0 = self.latents.film[torch.from_numpy(index)]
        said = [draw_caption(self.latents.graphs[i], rng, still=still) for i in index]
        ids = token_ids(self.tokenizer, said, self.settings.text.length)
        return {"x0": x0.float(), "ids": ids}


def diffusion_loss(
    settings: Settings,
    encoder: TextEncoder,
    model: DiT,
    batch: Mapping[str, Tensor],
    generator: torch.Generator,
) -> Loss:
    """Flow matching; the log tells pictures and film apart. The encoder reads and does not learn."""
    sizes = settings.transformer
    with torch.no_grad():
        text = encoder(batch["ids"]).float()
    loss = flow_matching_loss(
        model,
        batch["x0"],
        text,
        generator,
        caption_dropout=sizes.caption_dropout,
        shift=float(np.exp(sizes.time_mean)),
    )
    name = "film" if batch["x0"].shape[2] > 1 else "picture"
    return Loss(loss.value, {name: loss.value.detach()})


@torch.no_grad()
def widen(narrow: DiT, wide: DiT) -> DiT:
    """Copy a transformer into one with more latent channels.

    The basis nests, so the old numbers keep their meaning: new inputs start with weight 0 and new
    outputs at 0, and the wide network begins as exactly the narrow one.
    """
    old, new = narrow.state_dict(), wide.state_dict()
    for name, value in new.items():
        if value.shape == old[name].shape:
            value.copy_(old[name])
        else:
            value.zero_()
            value[tuple(slice(0, n) for n in old[name].shape)] = old[name]
    wide.load_state_dict(new)
    return wide
