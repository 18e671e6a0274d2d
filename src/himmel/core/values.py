"""Request -> Clip -> Decision -> Result: what a person asked and what they got. All frozen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from himmel.core.config import Config

Frames = NDArray[np.uint8]  # (T, H, W, 3)


@dataclass(frozen=True, kw_only=True)
class Known(Config):
    """A picture that the clip shows at one of its frames.

    frame counts from 0, or from the end when below 0: -1 is the last one. strength in [0, 1]: 1 keeps
    the picture, less lets it be redrawn.
    """

    path: str
    frame: int = 0
    strength: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Words(Config):
    """What a person says, and what may be made of their words.

    camera is a move by name and amount ("orbit-left:45") or the name of a .json file with a path;
    upsample: tell the prompt again with more said; strict: refuse what cannot be drawn.
    """

    prompt: str
    negative: str = ""
    camera: str | None = None
    upsample: bool = False
    strict: bool = False


@dataclass(frozen=True, kw_only=True)
class Request(Words):
    """What a person asked. None means: what the weights were trained for.

    seconds > 0; width and height in pixels; steps 1..1000; guidance >= 1 (1 = none); seed >= 0;
    sampler and guidance_mode by name (diffusion.samplers.SAMPLERS, guidance.GUIDANCE_MODES).
    """

    known: tuple[Known, ...] = ()
    seconds: float | None = None
    width: int | None = None
    height: int | None = None
    fps: float | None = None
    steps: int | None = None
    guidance: float | None = None
    sampler: str | None = None
    guidance_mode: str | None = None
    seed: int = 0
    model: str = "default"

    @property
    def clips(self) -> tuple[str, ...]:
        """Films that a person hands in; see Rework."""
        return ()

    @property
    def also(self) -> tuple[str, ...]:
        """Words besides the prompt; see Rework."""
        return ()

    @property
    def pictures(self) -> tuple[str, ...]:
        """Pictures that a person hands in."""
        return tuple(known.path for known in self.known)


@dataclass(frozen=True, kw_only=True)
class Verb(Config):
    """What is made of films that a person hands in; generate.verbs has one for each verb."""

    @property
    def clips(self) -> tuple[str, ...]:
        """The films, in their order; the first one is what is worked on."""
        raise NotImplementedError

    @property
    def words(self) -> tuple[str, ...]:
        """What is to be shown besides the prompt's."""
        return ()

    @property
    def pictures(self) -> tuple[str, ...]:
        """Pictures that it looks at besides the films."""
        return ()


@dataclass(frozen=True, kw_only=True)
class Rework(Request):
    """A request that begins with films. Its prompt may be empty where nothing has to be said.

    keep_source: frames that are kept are the film's own, bit for bit before marks and encoding, and not
    what the codec makes of them.
    """

    verb: Verb
    keep_source: bool = False

    @property
    def clips(self) -> tuple[str, ...]:
        """The films of the verb."""
        return self.verb.clips

    @property
    def also(self) -> tuple[str, ...]:
        """The verb's further words."""
        return self.verb.words

    @property
    def pictures(self) -> tuple[str, ...]:
        """Those of any request, and the verb's."""
        return (*super().pictures, *self.verb.pictures)


@dataclass(frozen=True, eq=False)
class Sound:
    """Samples float32 (N, channels) between -1 and 1, `rate` of them a second."""

    samples: NDArray[np.float32]
    rate: int

    @property
    def seconds(self) -> float:
        """Duration."""
        return len(self.samples) / self.rate


@dataclass(frozen=True, eq=False)
class Clip:
    """Frames as they are shown: uint8 (T, H, W, 3), sRGB; sound starts with the first of them."""

    frames: Frames
    fps: float
    sound: Sound | None = None

    @property
    def seconds(self) -> float:
        """Duration: every frame is shown for 1 / fps."""
        return len(self.frames) / self.fps


@dataclass(frozen=True, kw_only=True)
class Extent(Config):
    """How large and long a film is that nobody holds as a whole."""

    frames: int
    height: int
    width: int
    fps: float

    @property
    def seconds(self) -> float:
        """Duration: every frame is shown for 1 / fps."""
        return self.frames / self.fps


@dataclass(frozen=True, kw_only=True)
class Decision(Config):
    """A policy's answer and the checks that really ran.

    stage: prompt, rewritten, joint (words with pictures) or frames. rule: which one refuses. A refusal
    has its reason in English and German, and the way to have it looked at again.
    """

    allowed: bool
    stage: str
    category: str | None = None
    rule: str | None = None
    reason: str = ""
    reason_de: str = ""
    appeal: str = ""
    checks: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Result:
    """A sealed clip with the manifest that stands in its file, or a refusal that says why.

    `extent` is known of every sealed film; a long one is never held, and has no `clip`.
    """

    decisions: tuple[Decision, ...]
    clip: Clip | None = None
    manifest: dict[str, Any] = field(default_factory=dict)
    timings: dict[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    path: Path | None = None
    extent: Extent | None = None

    @classmethod
    def refused(cls, *decisions: Decision) -> Result:
        """A result without a clip."""
        return cls(decisions=decisions)

    @property
    def allowed(self) -> bool:
        """True when every check that ran let the clip pass."""
        return all(d.allowed for d in self.decisions)


OnChunk = Callable[[Frames], None]
Stop = Callable[[], bool]
"""Asked while a film is drawn: True ends it where it is."""


def ignore(_: Frames) -> None:
    """The callback for those who only want the result."""


def never() -> bool:
    """The answer of those who wait for the end."""
    return False
