"""A plan for films of many windows: longer than what the weights draw at once, or of several cards."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from himmel.core.errors import HimmelError
from himmel.core.values import Request
from himmel.generate.config import SystemConfig
from himmel.generate.pictures import pictures_of
from himmel.generate.plan import DECODER_FLOPS_PER_PIXEL, Cost, Plan, plan_request, reads_rays
from himmel.generate.request import check_request
from himmel.generate.rolling import Rolling
from himmel.generate.shots import Understood
from himmel.generate.timeline import (
    Segment,
    frames_of,
    parts_of,
    rolling_of,
    segments_of,
    starts_of,
    starts_of_cards,
    window_of,
    windows_of,
)
from himmel.media.formats import check_fps
from himmel.media.write import form_of


@dataclass(frozen=True, kw_only=True)
class LongPlan(Plan):
    """A plan of many windows, which `rolling` says how to draw. `pixels` are the whole film's, `latent`
    is one window's."""

    rolling: Rolling

    @property
    def about(self) -> dict[str, Any]:
        """What the manifest says of its timeline."""
        frames = [segment.frames for segment in self.segments]
        return {"segments": frames, "rolling": self.rolling.to_dict()}

    def lines(self) -> list[str]:
        """The timeline for people, a line for each segment."""
        lines = []
        for start, segment in zip(starts_of(self.segments), self.segments, strict=True):
            stop = min(start + segment.frames, self.shown.frames)
            first, last = start / self.fps, stop / self.fps
            way = f"{segment.transition}, again" if segment.again else segment.transition
            way += ", from its keyframe" if segment.recall is not None else ""
            way += "".join(f", with {name}" for name in segment.conditions)
            lines.append(f"{first:6.2f} to {last:6.2f} s  {way}: {segment.prompt}")
        return lines


def plan_long(
    request: Request, config: SystemConfig, out: Path, understood: Understood
) -> LongPlan:
    """The plan of one window, for as many as the film needs. Its end is cut off where none ends there.

    Raises HimmelError for cards that make no timeline, weights that cannot go on from what is known, and
    as plan_request does.
    """
    fps = request.fps or config.defaults.fps
    check_fps(form_of(out), fps)
    for part in parts_of(request):
        check_request(part)
    if request.camera and reads_rays(config):
        raise HimmelError("the camera's path leads through one window; ask for a shorter film")
    rolling = rolling_of(config, request.guidance)
    segments = segments_of(request, config, fps, understood)
    plain = {field.name: getattr(request, field.name) for field in dataclasses.fields(Request)}
    plain |= {"seconds": window_of(config) / fps, "known": ()}
    one = plan_request(Request(**plain), config, out)
    # Later windows have a guidance of their own: two predictions where the first may take one.
    later = plan_request(Request(**(plain | {"guidance": rolling.guidance})), config, out)
    pixels = dataclasses.replace(one.pixels, frames=frames_of(segments))
    pictures, remarks = pictures_of(request, starts_of_cards(segments), config, one.pixels)
    assert request.seconds is not None
    settings = {field.name: getattr(one, field.name) for field in dataclasses.fields(Plan)} | {
        "segments": segments,
        "pictures": pictures,
        "pixels": pixels,
        "shown": dataclasses.replace(one.shown, frames=round(request.seconds * fps)),
        "guiding": one.guiding.replace(batched=one.guiding.batched and later.guiding.batched),
        "cost": _cost(
            later, windows_of(segments, rolling, config.codec.compression.time), pixels.values
        ),
        "notes": (*one.notes, *remarks, *_on_shots(segments)),
    }
    return LongPlan(**settings, rolling=rolling)


def _on_shots(segments: tuple[Segment, ...]) -> tuple[str, ...]:
    """What a person should know where one shot cannot hold what is told."""
    if not any(segment.again for segment in segments):
        return ()
    return ("one shot cannot hold this for so long; it is shown again, shot after shot",)


def _cost(one: Plan, windows: int, values: int) -> Cost:
    """Of so many windows, one after the other, and of decoding so many values once."""
    decoding, all_decoding = (int(DECODER_FLOPS_PER_PIXEL * n) for n in (one.pixels.values, values))
    return one.cost.replace(flops=windows * (one.cost.flops - decoding) + all_decoding)
