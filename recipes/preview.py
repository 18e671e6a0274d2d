"""A sheet of what the transformer draws, now and then while it trains: a loss has no face."""

from __future__ import annotations

import copy
from collections.abc import Callable

import torch
from torch import Tensor, nn

from himmel.conditions.canvas import blank
from himmel.core.files import whole_file
from himmel.core.geometry import PixelShape
from himmel.evaluate.sampling import draw_latents
from himmel.generate.decode import to_frames
from himmel.media.sheet import contact_sheet
from himmel.models.dit import DiT
from himmel.models.video_codec import LinearCodec
from himmel_recipes.settings import Folders, Settings, drawn_by

SENTENCES = (
    "a red car drives to the right on the street by day",
    "a purple house stands still in the snow in the evening",
    "a yellow dog jumps on the meadow by day",
    "a green elephant comes closer in the desert by day",
    "a white bird moves to the left on the water at night",
    "ein blauer Stuhl dreht sich auf Fliesen am Abend",
    "ein orangener Bus steht in der Wüste am Tag",
    "a black castle in the snow at night",
    "a red car drives along a winding mountain road",
    "a short fluffy monster kneels beside a candle",
    "two people walk through a snowy city",
    "a gold-rush town from above",
)


def preview(
    settings: Settings, codec: LinearCodec, read: Callable[[list[str]], Tensor], folders: Folders
) -> Callable[[nn.Module, int], None]:
    """What PreviewSheet calls: writes preview-STEP.webp into the folder of the run.

    read: sentences -> text states (N, L, D). Noise and sentences are the same in every sheet.
    """
    size = settings.output_size
    shape = codec.compression.latent(PixelShape(settings.world.frames, size, size))
    canvas = blank(shape, len(SENTENCES))
    text = read(list(SENTENCES)).cpu()

    def draw(averaged: nn.Module, step: int) -> None:
        model = copy.deepcopy(averaged).cpu().eval()
        assert isinstance(model, DiT)
        with torch.inference_mode():
            latents = draw_latents(model, text, canvas, range(len(text)), *drawn_by(settings))
            clips = [to_frames(clip[None]) for clip in codec.decode(latents)]
        sheet = contact_sheet(clips, SENTENCES, columns=2, frames_per_clip=4)
        with whole_file(folders.run("transformer") / f"preview-{step:06d}.webp") as temporary:
            sheet.save(temporary, "WEBP", quality=80)

    return draw
