"""The film that a verb makes, as places for frames: which clip fills them, which windows draw them.

A model draws one window at a time. Where more is to be drawn, the next window begins with the end of
what the last one drew.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from himmel.core.config import Config
from himmel.core.errors import HimmelError

CURVES = ("linear", "smooth", "early", "late")
ONE, OTHER, BOTH = "one", "other", "both"
_TURN = (
    8.0  # how much faster than the pictures the words of one film give way to those of the other
)
GIVEN = 2  # latent frames that a window is shown where there are as many: motion needs two of them


@dataclass(frozen=True, kw_only=True)
class Cut(Config):
    """`frames` places of the film, in order: those of clip `source` from its frame `first` on.

    source None: nothing is known, all is drawn. kept: the clip's frames come back. into: the clip that
    takes over meanwhile, from its frame `into_first` on (None: from frames before its first), by `curve`;
    see Window.side. slowed: of so many places one is a
    frame of the clip, the others lie between. even: what is drawn is paced so that all steps are alike.
    sparing: where a drawing changes the clip's picture by little, that stays. still: what lies outside
    the part that is drawn stands as in the first frame.
    """

    frames: int
    source: int | None = None
    first: int = 0
    kept: bool = True
    into: int | None = None
    into_first: int | None = 0
    curve: str = "linear"
    slowed: int = 1
    even: bool = False
    sparing: bool = False
    still: bool = False


@dataclass(frozen=True, kw_only=True)
class Window(Config):
    """One canvas: from place `start` on, how much each of its latent frames is held, 0 to 1.

    `start` may lie before the film and the window may end behind it. It draws places `first` to
    before `stop`; the rest is there to be looked at. Where one clip becomes another, `side` says which
    of them it looks at and writes, or both: a mixture, and what comes of it. words: how far those of the
    other clip count, 0 to 1.
    """

    start: int
    strengths: tuple[float, ...]
    first: int
    stop: int
    side: str = ONE
    words: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Timeline(Config):
    """All places of a film and the windows that draw some of them, in their order.

    loops: the first place follows the last one.
    """

    cuts: tuple[Cut, ...]
    windows: tuple[Window, ...]
    loops: bool = False

    @property
    def frames(self) -> int:
        """The length of the film."""
        return sum(cut.frames for cut in self.cuts)


@dataclass(frozen=True)
class Reach:
    """How a model cuts time: frames of a window, frames that a latent frame covers, frames a second.

    The first latent frame of a window covers one frame alone. slowed: places for every frame of a clip.
    """

    window: int
    time: int
    fps: float
    slowed: int = 1

    @property
    def latents(self) -> int:
        """Latent frames of a window."""
        return 1 + (self.window - 1) // self.time

    @property
    def most(self) -> int:
        """Latent frames that one window draws between what lies before and what lies after them."""
        return self.latents - 1 - min(GIVEN, self.latents - 2)

    def places(self, seconds: float) -> int:
        """Frames that last so many seconds, one at least."""
        return max(1, round(seconds * self.fps))

    def covering(self, frames: int) -> int:
        """Latent frames that cover so many frames behind the first one."""
        return -(-frames // self.time)

    def onward(self, start: int, stop: int) -> list[Window]:
        """Windows that draw from `start`, above 0, to before `stop`, each from what lies before it."""
        windows = []
        while start < stop:
            wanted = max(self.latents - self.covering(stop - start), GIVEN)
            before = min(wanted, self._before(start))
            end = min(start + (self.latents - before) * self.time, stop)
            windows.append(self._window(start, before, self.latents - before, start, end))
            start = end
        return windows

    def back(self, stop: int, known: int, least: int = 0) -> list[Window]:
        """Windows that draw from place `least` to before `stop` from `known` places that follow.

        Raises HimmelError where those fill no latent frame.
        """
        windows = []
        while stop > least:
            wanted = max(self.latents - 1 - self.covering(stop - least - 1), GIVEN)
            after = min(wanted, self._after(known))
            drawn = self.latents - after
            start = stop - 1 - (drawn - 1) * self.time
            strengths = (0.0,) * drawn + (1.0,) * after
            first = max(start, least)
            windows.append(Window(start=start, strengths=strengths, first=first, stop=stop))
            stop, known = first, known + stop - first
        return windows

    def becoming(self, start: int, stop: int, curve: str, strength: float) -> list[Window]:
        """Pictures, each drawn alone, from `start` to before `stop`, in which one film becomes another.

        Half way `strength` is held of the mixture, all of it at the ends. The words turn faster than the
        pictures, so that few show both films.
        """
        windows = []
        for place in range(start, stop):
            share = (place - start + 1) / (stop - start + 1)
            held = 1 - (1 - strength) * math.sin(math.pi * share)
            words = 1 / (1 + math.exp(-_TURN * (weight(curve, share) - 0.5)))
            lone = Window(start=place, strengths=(held,), first=place, stop=place + 1)
            windows.append(lone.replace(side=BOTH, words=words))
        return windows

    def between(self, start: int, stop: int, known: int) -> list[Window]:
        """Windows that draw from `start`, above 0, to before `stop`, and lead to `known` places after.

        A latent frame that lies partly behind `stop` is drawn as a whole, or begins before `start` where
        too little would be left to lead to. Raises HimmelError where that does not help either.
        """
        if (extra := stop - start - self.most * self.time) > 0:
            middle = start + self.covering(extra) * self.time
            return [*self.onward(start, middle), *self.between(middle, stop, known)]
        drawn = self.covering(stop - start)
        over = drawn * self.time - (stop - start)
        earlier = min(max(over + self.time - known, 0), over, start - 1)
        start, over = start - earlier, over - earlier
        spare = self.latents - drawn
        before = min(max(spare // 2, self.latents - 1 - self.most), self._before(start))
        after = min(spare - before, self._after(known - over))
        window = self._window(start, before, drawn, start, start + drawn * self.time)
        held = (1.0,) * after + (0.0,) * (spare - before - after)
        return [window.replace(strengths=window.strengths + held)]

    def over(self, length: int, strength: float) -> list[Window]:
        """Windows that draw a whole film anew, held by `strength`; none where all of it is kept."""
        if strength == 1:
            return []
        held, stop = (strength,) * self.latents, min(self.window, length)
        windows = [Window(start=0, strengths=held, first=0, stop=stop)]
        while stop < length:
            behind = self.onward(stop, stop + (self.latents - GIVEN) * self.time)[0]
            strengths = tuple(s or strength for s in behind.strengths)
            end = min(behind.stop, length)
            windows.append(behind.replace(strengths=strengths, stop=end))
            stop = end
        return windows

    def _window(self, start: int, before: int, drawn: int, first: int, stop: int) -> Window:
        given = 1 + (before - 1) * self.time
        strengths = (1.0,) * before + (0.0,) * drawn
        return Window(start=start - given, strengths=strengths, first=first, stop=stop)

    def _before(self, start: int) -> int:
        """Latent frames that the places before `start` fill."""
        return 1 + (start - 1) // self.time

    def _after(self, known: int) -> int:
        if known < self.time:
            raise HimmelError(
                f"{max(known, 0)} frames at {self.fps:g} per second are too few to lead to; keep "
                f"{self.time} or more ({self.time / self.fps:g} s)"
            )
        return known // self.time


def weight(curve: str, share: float) -> float:
    """How far the second clip has come, 0 to 1, at a share of the way.

    >>> [weight(curve, 0.25) for curve in ("linear", "early")]
    [0.25, 0.5]
    """
    curves: dict[str, float] = {
        "linear": share,
        "smooth": share * share * (3 - 2 * share),
        "early": share**0.5,
        "late": share**2,
    }
    return curves[curve]
