"""A plan for a film that begins with films: what is kept, and the windows that draw the rest."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from himmel.conditions.pixels import kept_cells
from himmel.core.errors import HimmelError
from himmel.core.files import sha256
from himmel.core.geometry import PixelShape
from himmel.core.values import Rework
from himmel.generate.colours import Style, find_style
from himmel.generate.config import SystemConfig
from himmel.generate.plan import Cost, Plan, plan_request, reads_rays
from himmel.generate.request import STILLS
from himmel.generate.timeline import Segment
from himmel.generate.verbs import Worked
from himmel.generate.verbs.region import Region, drawn_pixels
from himmel.generate.verbs.source import MOST_FRAMES, Source, find_source, notes_on
from himmel.generate.verbs.timeline import ONE, Reach, Timeline, Window
from himmel.media.formats import check_fps
from himmel.media.sequence import is_sequence
from himmel.media.write import form_of

HALF = 0.5


@dataclass(frozen=True, kw_only=True)
class ReworkPlan(Plan):
    """A plan over films. `pixels` are the finished film's, `latent` is one window's; `rate` that at
    which the sources are read, `region` what of the picture is drawn, None for all of it, `style` the
    picture whose colours the film takes."""

    verb: str
    sources: tuple[Source, ...]
    rate: float
    timeline: Timeline
    region: Region | None = None
    keep_source: bool = False
    style: Style | None = None

    @property
    def parents(self) -> tuple[Path, ...]:
        """The films and the picture of the style, each once."""
        given = (*self.sources, *((self.style,) if self.style else ()))
        return tuple(dict.fromkeys(Path(one.path) for one in given))

    @property
    def nameless(self) -> ReworkPlan:
        """The same without what has nothing to do with the frames."""
        bare = super().nameless
        assert isinstance(bare, ReworkPlan)
        sources = tuple(source.replace(path="") for source in self.sources)
        return bare.replace(
            sources=sources,
            region=self.region and self.region.replace(mask=None),
            style=self.style and self.style.replace(path=""),
        )

    @property
    def sides(self) -> tuple[str, str]:
        """The words for the first clip and for what it becomes, which are mostly the same."""
        return self.segments[0].prompt, self.segments[-1].prompt

    @property
    def about(self) -> dict[str, Any]:
        """What the manifest says of the verb."""
        hashes = [{"sha256": source.sha256} for source in self.sources]
        drawn = {
            place for window in self.timeline.windows for place in range(window.first, window.stop)
        }
        style = {"style": {"sha256": self.style.sha256}} if self.style else {}
        return {"verb": self.verb, "clips": hashes, **style, "redrawn_frames": len(drawn)}


def plan_rework(request: Rework, config: SystemConfig, out: Path) -> ReworkPlan:
    """Look through the films and lay out what is made of them.

    Raises HimmelError for films that cannot be read or are too short or long, verbs that the weights
    were not trained for, results that are no film or too fast for its format, and as plan_request does.
    """
    verb = request.verb
    assert isinstance(verb, Worked)
    _check(request, verb, config, out)
    defaults = config.defaults
    whole = request.replace(seconds=defaults.frames / defaults.fps)
    window = plan_request(whole, config, out)
    sources = tuple(find_source(clip) for clip in verb.clips)
    fps, slowed = verb.rate(sources[0].fps) or (defaults.fps, 1)
    check_fps(form_of(out), fps)
    reach = Reach(defaults.frames, config.codec.compression.time, fps, slowed)
    lengths = [source.frames(fps / slowed) for source in sources]
    timeline = verb.lay_out(lengths, reach)
    _check_lengths(sources, fps / slowed, timeline)
    region, told = _planned(verb.region, sources[0], window.pixels, config)
    canvas = region.canvas if region else None
    fits = [n for source in sources for n in notes_on(source, window.pixels, fps / slowed, canvas)]
    settings = {f.name: getattr(window, f.name) for f in dataclasses.fields(window)}
    pixels = dataclasses.replace(window.pixels, frames=timeline.frames)
    return ReworkPlan(
        **settings
        | {
            "segments": _segments((request.prompt, *verb.words), timeline, reach),
            "pixels": pixels,
            "shown": dataclasses.replace(window.shown, frames=timeline.frames),
            "fps": fps,
            "cost": _cost(window, timeline, pixels),
            "notes": (*window.notes, *dict.fromkeys(fits), *told, *_notes(timeline)),
        },
        verb=verb.name,
        sources=sources,
        rate=fps / slowed,
        timeline=timeline,
        region=region,
        keep_source=request.keep_source,
        style=next(map(find_style, verb.pictures), None),
    )


def _check(request: Rework, verb: Worked, config: SystemConfig, out: Path) -> None:
    if verb.needs_words and not request.prompt.strip():
        raise HimmelError(f"say what to show: himmel {verb.name} CLIP PROMPT")
    if (request.seconds, request.fps) != (None, None) or request.known:
        raise HimmelError("length, rate and pictures of this film come from its verb and its clips")
    if request.camera and reads_rays(config):
        raise HimmelError("the camera of this film is that of its clips; leave --camera out")
    if out.suffix.lower() in STILLS and not is_sequence(out):
        raise HimmelError(
            f"{out.name} is the name of a picture; {verb.name} makes a film, use .mp4"
        )
    if config.shows_pictures or not set(verb.learnt) <= set(config.conditions):
        raise HimmelError(
            f"these weights were not trained to keep parts of a clip, as {verb.name} does; use "
            "--model default"
        )


def _check_lengths(sources: Sequence[Source], rate: float, timeline: Timeline) -> None:
    for source in sources:
        if (length := source.frames(rate)) > MOST_FRAMES:
            raise HimmelError(
                f"{Path(source.path).name} has {length} frames at {rate:g} per second, too many to work "
                f"on; cut it to {MOST_FRAMES} or fewer"
            )
    if timeline.frames > MOST_FRAMES:
        raise HimmelError(
            f"{timeline.frames} frames are too many to work on; make it {MOST_FRAMES} or fewer"
        )


def _planned(
    region: Region | None, source: Source, pixels: PixelShape, config: SystemConfig
) -> tuple[Region | None, tuple[str, ...]]:
    """The region with the hash of its mask, and how well cells can follow it."""
    if region is None:
        return None, ()
    drawn = drawn_pixels(region, source.width, source.height, pixels)
    space = config.codec.compression.space
    kept = kept_cells(torch.from_numpy(~drawn), space)
    if not (count := int(kept.sum())):
        raise HimmelError(
            f"the part to draw touches all cells of {space}x{space} pixels that this model keeps; "
            "make it smaller"
        )
    told = (
        f"{kept.numel() - count} of {kept.numel()} cells of {space}x{space} pixels are drawn; a cell "
        "is drawn whole",
    )
    if region.point is not None:
        told = ("what is at the point is followed by its colours",)
    if region.mask is not None:
        region = region.replace(sha256=sha256(Path(region.mask)))
    return region, told


def _segments(words: Sequence[str], timeline: Timeline, reach: Reach) -> tuple[Segment, ...]:
    """One for each window, or one for the film where nothing is drawn. The first has the first words,
    the last the last, and those between the ones that count more."""
    windows, first, last = timeline.windows, words[0], words[-1]
    if not windows:
        return (Segment(prompt=first, frames=timeline.frames, conditions=("all kept",)),)
    told = [last if window.words > HALF else first for window in windows]
    told = [first, *told[1:-1], last] if len(windows) > 1 else told
    return tuple(
        Segment(prompt=prompt, frames=w.stop - w.first, conditions=_conditions(w, reach))
        for prompt, w in zip(told, windows, strict=True)
    )


def _conditions(window: Window, reach: Reach) -> tuple[str, ...]:
    """In words: which frames of the film are held, and how much."""
    told = []
    for index, strength in enumerate(window.strengths):
        last = window.start + index * reach.time
        first = last if index == 0 else last - reach.time + 1
        if strength:
            which = f"frame {last}" if first == last else f"frames {first} to {last}"
            told.append(f"{which} held at {strength:g}")
    return tuple(told)


def _cost(window: Plan, timeline: Timeline, pixels: PixelShape) -> Cost:
    """Of all windows one after the other, with the film twice in memory."""
    windows = sum(
        len(w.strengths) / window.latent.frames * (2 if 0 < w.words < 1 else 1)
        for w in timeline.windows
    )
    return Cost(
        tokens=window.cost.tokens,
        memory_bytes=window.cost.memory_bytes + 6 * pixels.values,
        flops=round(window.cost.flops * windows) or window.cost.flops,
    )


def _notes(timeline: Timeline) -> Sequence[str]:
    count = sum(len(window.strengths) > 1 and window.side == ONE for window in timeline.windows)
    if count < 2:
        return ()
    return (f"drawn in {count} windows one after the other; what is far from the clip may drift",)
