"""The bake-off's opponent: a convolutional autoencoder with as many numbers as the linear codec."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from himmel.core.loss import Loss
from himmel.models.video_codec import CodecConfig
from himmel.models.video_codec.basis import to_groups, unpatchify
from himmel.models.video_codec.decoder import Decoder, Residual
from himmel.train.objectives.codec import reconstruction_loss
from himmel_recipes.codec import as_video
from himmel_recipes.corpus import Corpus


class Autoencoder(nn.Module):
    """Convolutions down to one cell per patch and latent frame; the shipped decoder's shape back.

    The numbers of a cell are normalised over the batch, so that noise on them means something.
    """

    def __init__(self, config: CodecConfig, widths: tuple[int, ...] = (64, 96, 128, 192)) -> None:
        super().__init__()
        self.config = config
        layers: list[nn.Module] = [nn.PixelUnshuffle(2)]
        inputs = (config.time * 3 * 4, *widths)
        for i, (a, b) in enumerate(zip(inputs, widths, strict=False)):
            layers += [nn.Conv2d(a, b, 3, 1 if i == 0 else 2, 1), Residual(b), Residual(b)]
        layers += [nn.SiLU(), nn.Conv2d(widths[-1], config.channels, 1)]
        self.encoder = nn.Sequential(*layers)
        self.normal = nn.BatchNorm2d(config.channels, affine=False, momentum=0.02)
        self.coarse = nn.Linear(config.channels, config.patch_values)
        self.decoder = Decoder(config)

    def encode(self, groups: Tensor) -> Tensor:
        """Groups (B, G, 3, time, H, W) -> numbers (B, G, h, w, C)."""
        flat = groups.flatten(0, 1).flatten(1, 2)
        numbers: Tensor = self.normal(self.encoder(flat).float())
        return numbers.permute(0, 2, 3, 1).unflatten(0, groups.shape[:2])

    def decode(self, numbers: Tensor) -> Tensor:
        """Numbers (B, G, h, w, C) -> groups (B, G, 3, time, H, W)."""
        base = unpatchify(self.coarse(numbers).float(), self.config.time, self.config.patch)
        frames: Tensor = self.decoder(numbers, base, None)[0]
        return frames


def autoencoder_loss(
    network: Autoencoder,
    batch: Mapping[str, Tensor],
    generator: torch.Generator,
    noise: float = 0.1,
) -> Loss:
    """The decoder's loss through both halves, with noise on the numbers between them."""
    numbers = network.encode(batch["groups"])
    numbers = numbers + noise * torch.randn(numbers.shape, generator=generator)
    return reconstruction_loss(network.decode(numbers).float(), batch, 4.0)


class AutoencoderData:
    """Whole clips at the encoder's size, with the subject's mask."""

    def __init__(self, corpus: Corpus, time: int, batch: int = 8) -> None:
        self.corpus, self.time, self.batch = corpus, time, batch

    def __call__(self, step: int, rng: np.random.Generator) -> dict[str, Tensor]:
        """The batch of one step."""
        index = np.sort(rng.integers(len(self.corpus.frames), size=self.batch))
        masks = torch.from_numpy(self.corpus.masks(index)).float()[:, None]
        return {
            "groups": to_groups(as_video(self.corpus.frames[index]), self.time).contiguous(),
            "mask": to_groups(masks.expand(-1, 3, -1, -1, -1), self.time)[:, :, :1].contiguous(),
        }


def bytes_of(groups: Tensor, time: int) -> np.ndarray:
    """Groups (B, G, 3, time, H, W) -> frames uint8 (B, T, H, W, 3)."""
    frames = groups.transpose(1, 2).flatten(2, 3)[:, :, time - 1 :].clamp(-1, 1)
    return F.relu((frames + 1) * 127.5).round().byte().permute(0, 2, 3, 4, 1).numpy()
