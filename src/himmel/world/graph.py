"""The scene graph: one small record from which pictures, captions and truth are made."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from functools import cache
from typing import TypeVar

import numpy as np

from himmel.core.config import Config
from himmel.core.errors import HimmelError
from himmel.core.rng import derive, numpy_rng
from himmel.world.vocabulary import (
    COLOURS,
    KINDS,
    MOTIONS,
    SCENES,
    SETTINGS,
    TIMES,
    DirectedScene,
    names,
    scene_named,
)

T = TypeVar("T")

CORE = "core"
DIRECTED_SHARE = 0.2
HELD_OUT_PAIRS = 14  # of 18 x 8: about 10 %
_LOST_COLOURS_OF_A_KIND = 2  # every kind keeps at least 6 of 8 colours
_LOST_KINDS_OF_A_COLOUR = 3  # every colour keeps at least 15 of 18 kinds

# Turning about the vertical axis does not change how these look.
_INVISIBLE = frozenset({("tree", "spin"), ("balloon", "spin"), ("mushroom", "spin")})


@dataclasses.dataclass(frozen=True, kw_only=True)
class Graph(Config):
    """What a clip shows, in names of himmel.world.vocabulary.

    `seed` also draws what has no name: camera jitter, speed, sun direction. `scene` is "core" or a
    directed scene; there `setting`, `kind` and `motion` are the scene's own. `colour` is that of the
    subject ("none" for a town), in a snowy city the first person's coat.

    Raises HimmelError for a name the world does not know.
    """

    seed: int
    kind: str
    colour: str
    setting: str
    time: str
    motion: str
    scene: str = CORE
    weather: str = "clear"
    camera: str = "fixed"

    def __post_init__(self) -> None:
        for field, known in _choices(self.scene).items():
            if (value := getattr(self, field)) not in known:
                raise HimmelError(
                    f"{field} {value!r} does not fit the scene {self.scene!r}; "
                    f"known are {', '.join(known)}"
                )

    @property
    def facts(self) -> dict[str, str]:
        """The five facts a clip is judged by: kind, colour, setting, time, motion."""
        return {f: getattr(self, f) for f in ("kind", "colour", "setting", "time", "motion")}


def _choices(scene: str) -> dict[str, tuple[str, ...]]:
    if scene == CORE:
        return {
            "kind": names(KINDS),
            "colour": names(COLOURS),
            "setting": names(SETTINGS),
            "time": names(TIMES),
            "motion": names(MOTIONS),
            "weather": ("clear",),
            "camera": ("fixed",),
        }
    staged = scene_named(scene)
    return {
        "kind": (staged.kind,),
        "colour": staged.colours,
        "setting": (staged.setting,),
        "time": staged.times,
        "motion": (staged.motion,),
        "weather": staged.weathers,
        "camera": staged.cameras,
    }


def allowed(kind: str, motion: str) -> bool:
    """Whether a motion of a kind can be seen: a tree that turns looks like one that stands."""
    return (kind, motion) not in _INVISIBLE


def is_held_out(kind: str, colour: str) -> bool:
    """Whether a pair is kept away from training, to test unseen combinations (about 10 %)."""
    return (kind, colour) in _held_out()


@cache
def _held_out() -> frozenset[tuple[str, str]]:
    """The first pairs in the order of a hash that leave every kind and every colour well known."""
    pairs = [(k, c) for k in names(KINDS) for c in names(COLOURS)]
    chosen: list[tuple[str, str]] = []
    for kind, colour in sorted(pairs, key=lambda pair: derive(0, "held out", *pair)):
        of_kind = sum(k == kind for k, _ in chosen)
        of_colour = sum(c == colour for _, c in chosen)
        if of_kind < _LOST_COLOURS_OF_A_KIND and of_colour < _LOST_KINDS_OF_A_COLOUR:
            chosen.append((kind, colour))
    return frozenset(chosen[:HELD_OUT_PAIRS])


def sample_graph(seed: int, scene: str | None = None, held_out: bool = False) -> Graph:
    """The graph of a seed, the same on every machine.

    `scene` is "core", a directed scene, or None for a mixture with about 20 % directed scenes. With
    `held_out` only pairs of kind and colour that training never sees are drawn (core scenes only),
    without it only the others. Raises HimmelError for an unknown scene.
    """
    rng = numpy_rng(seed, "world", "graph")
    if held_out and scene not in (None, CORE):
        raise HimmelError("held-out pairs are drawn in core scenes; leave the scene out")
    if scene is None:
        directed = not held_out and rng.random() < DIRECTED_SHARE
        scene = pick(rng, names(SCENES)) if directed else CORE
    if scene == CORE:
        return _core_graph(seed, rng, held_out)
    return _directed_graph(seed, rng, scene_named(scene))


def pick(rng: np.random.Generator, options: Sequence[T]) -> T:
    """One of the options, each as likely as the others."""
    return options[int(rng.integers(len(options)))]


def _core_graph(seed: int, rng: np.random.Generator, held_out: bool) -> Graph:
    kinds = tuple(k for k in names(KINDS) if not held_out or _colours(k, held_out))
    kind = pick(rng, kinds)
    return Graph(
        seed=seed,
        kind=kind,
        colour=pick(rng, _colours(kind, held_out)),
        setting=pick(rng, names(SETTINGS)),
        time=pick(rng, names(TIMES)),
        motion=pick(rng, tuple(m for m in names(MOTIONS) if allowed(kind, m))),
    )


def _colours(kind: str, held_out: bool) -> tuple[str, ...]:
    return tuple(c for c in names(COLOURS) if is_held_out(kind, c) == held_out)


def _directed_graph(seed: int, rng: np.random.Generator, staged: DirectedScene) -> Graph:
    colours = tuple(c for c in staged.colours if not is_held_out(staged.kind, c))
    return Graph(
        seed=seed,
        scene=staged.name,
        kind=staged.kind,
        colour=pick(rng, colours),
        setting=staged.setting,
        time=pick(rng, staged.times),
        motion=staged.motion,
        weather=pick(rng, staged.weathers),
        camera=pick(rng, staged.cameras),
    )
