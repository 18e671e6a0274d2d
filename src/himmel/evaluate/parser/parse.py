"""Facts from frames by rules and tables."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache, cached_property

import numpy as np

from himmel.core.values import Frames
from himmel.evaluate.parser.motion import UNREADABLE, contacts, motion_of
from himmel.evaluate.parser.segment import Segmented, segment, shrink
from himmel.evaluate.parser.shape import FEWEST, Shapes, build_shapes, describe
from himmel.evaluate.parser.tables import SIDE, Floats, Tables, Words, build_tables
from himmel.evaluate.parser.track import Track, empty, track_of

_READ = 9  # frames whose silhouettes are compared
_ALIEN = 0.75  # distance to the nearest silhouette, as a share of its own length, that is too far


@dataclass(frozen=True, eq=False)
class Parsed:
    """What a clip shows, by name or "unreadable"; the subject's track in pixels of the clip; times in
    seconds at which the subject touches the ground."""

    kind: str
    colour: str
    setting: str
    time: str
    motion: str
    track: Track
    contacts: tuple[float, ...] = ()

    @property
    def facts(self) -> dict[str, str]:
        """The facts under the names of a graph."""
        names = ("kind", "colour", "setting", "time", "motion")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True)
class Parser:
    """Reads clips within a vocabulary. Its tables are rendered at the first clip, which takes seconds."""

    words: Words = field(default_factory=Words)

    @cached_property
    def tables(self) -> Tables:
        """Colours of grounds, skies and paints."""
        return build_tables(self.words)

    @cached_property
    def shapes(self) -> Shapes:
        """Silhouettes of the kinds."""
        return build_shapes(self.words)

    def parse(self, frames: Frames, fps: float = 8.0) -> Parsed:
        """Read one clip (T, H, W, 3) of any size and aspect."""
        small = shrink(frames)
        found = segment(small, self.tables)
        if found is None:
            return _nothing(len(frames))
        described, frame_kinds = self._silhouettes(small, found)
        words = self.words
        track = track_of(found.mask)
        scale = min(frames.shape[1:3]) / SIDE
        return Parsed(
            kind=words.kinds[frame_kinds] if frame_kinds is not None else UNREADABLE,
            colour=words.colours[found.colour],
            setting=words.settings[found.setting],
            time=words.times[found.time],
            motion=motion_of(track, SIDE, described),
            track=Track(scale * track.centroids, scale * track.boxes, scale**2 * track.areas),
            contacts=contacts(track, fps),
        )

    def read(self, clips: Iterable[Frames]) -> list[dict[str, str]]:
        """Facts of clips (T, H, W, 3), one dictionary of names each."""
        return [self.parse(clip).facts for clip in clips]

    def _silhouettes(self, frames: Frames, found: Segmented) -> tuple[Floats, int | None]:
        """Descriptions (M, D) of frames spread over the clip, and the kind that is nearest in all."""
        spread = np.unique(np.linspace(0, len(frames) - 1, _READ).round().astype(int))
        read = [i for i in spread if found.mask[i].sum() >= FEWEST]
        if not read:
            return np.zeros((0, 1), np.float32), None
        described = np.stack([describe(frames[i], found.mask[i], found.painted[i]) for i in read])
        distances = self.shapes.distances(described).sum(0)
        length = np.linalg.norm(described, axis=1).sum()
        best = int(distances.argmin())
        return described, best if distances[best] < _ALIEN * length else None


@cache
def core_parser() -> Parser:
    """The parser of the core's words."""
    return Parser()


def _nothing(frames: int) -> Parsed:
    return Parsed(UNREADABLE, UNREADABLE, UNREADABLE, UNREADABLE, UNREADABLE, empty(frames))
