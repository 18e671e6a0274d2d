"""The scene graph: one small record from which pictures, captions and truth are made."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, TypeVar

import numpy as np

from himmel.core.config import Config
from himmel.core.errors import HimmelError
from himmel.core.rng import derive, numpy_rng
from himmel.world.props import library as props
from himmel.world.vocabulary import (
    COLOURS,
    KINDS,
    MOTIONS,
    SCENES,
    SETTINGS,
    TIMES,
    DirectedScene,
    entry,
    names,
    scene_named,
)
from himmel.world.words import FAMILIES, ROUND, TRAITS
from himmel.world.words.rows import OWN, Family, Quantity
from himmel.world.words.vetoes import sensible

T = TypeVar("T")

CORE = "core"
DIRECTED_SHARE = 0.2
HELD_OUT_PAIRS = 14  # of 18 x 8: about 10 %
_LOST_COLOURS_OF_A_KIND = 2  # every kind keeps at least 6 of 8 colours
_LOST_KINDS_OF_A_COLOUR = 3  # every colour keeps at least 15 of 18 kinds
_KEPT_OF, _FEW = 10, 3  # one of ten combinations of the families is kept away
_DRAWS = 200
_PLAIN_SHARE = 0.6  # of weathers and looks that nobody fixed
_NAMED_SHARE = 0.3  # of values for which there is a word
_LEADERS = ("setting", "time", "weather", "look")
_GOLDEN = "golden"  # gold has no other colour

# Turning about the vertical axis does not change how these look.
_INVISIBLE = frozenset({("tree", "spin"), ("balloon", "spin"), ("mushroom", "spin")})


@dataclasses.dataclass(frozen=True, kw_only=True)
class Other(Config):
    """A further thing beside the subject: "left" means that it stands to the left of the subject."""

    kind: str
    colour: str
    relation: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class Graph(Config):
    """What a clip shows, in names of himmel.world.vocabulary and himmel.world.words.

    `seed` also draws what has no name: camera jitter, speed, sun direction. `scene` is "core", a
    directed scene or a family; in a directed scene `setting`, `kind` and `motion` are the scene's own.
    `colour` is that of the subject ("none" for a town, "own" where nobody asked), in a snowy city the
    first person's coat. `values` are quantities by name, in their units (gravity in m/s^2).

    Raises HimmelError for a name the world does not know, a value out of its range, and relations or
    traits that exclude each other.
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
    look: str = "natural"
    count: int = 1
    traits: tuple[str, ...] = ()
    others: tuple[Other, ...] = ()
    values: dict[str, float] = dataclasses.field(default_factory=dict)

    def __post_init__(self) -> None:
        for field, known in _choices(self.scene).items():
            if (value := getattr(self, field)) not in known:
                raise HimmelError(
                    f"{field} {value!r} does not fit the scene {self.scene!r}; "
                    f"known are {', '.join(map(str, known))}"
                )
        _check_family(self, family_of(self.scene))

    def to_dict(self) -> dict[str, Any]:
        """Plain values; what has its default and came after the first release is left out."""
        plain = super().to_dict()
        return {key: value for key, value in plain.items() if value != _LATER.get(key, ())}

    @property
    def facts(self) -> dict[str, str]:
        """The five facts a clip is judged by: kind, colour, setting, time, motion."""
        return {f: getattr(self, f) for f in ("kind", "colour", "setting", "time", "motion")}


# A graph's bytes are part of what names a clip, so graphs of old keep theirs.
_LATER: dict[str, Any] = {"look": "natural", "count": 1, "traits": [], "others": [], "values": {}}
_NOTHING = Family("", (), (), (), (), ())


def family_of(scene: str) -> Family:
    """What may vary in the scenes of a family; nothing in core and directed scenes.

    Raises HimmelError for props where none are given.
    """
    if scene == props.SCENE:
        return props.family()
    return next((family for family in FAMILIES if family.name == scene), _NOTHING)


def _choices(scene: str) -> dict[str, tuple[Any, ...]]:
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
    staged = family_of(scene)
    if staged is _NOTHING:
        return _directed_choices(_directed(scene))
    return {
        "kind": staged.kinds,
        "colour": staged.colours,
        "setting": staged.settings,
        "time": staged.times,
        "motion": staged.motions,
        "weather": staged.weathers,
        "camera": staged.cameras,
    }


def _directed(scene: str) -> DirectedScene:
    known = (CORE, *names(SCENES), *names(FAMILIES))
    if scene not in known:
        raise HimmelError(f"there is no scene {scene!r}; known are {', '.join(known)}")
    return scene_named(scene)


def _directed_choices(staged: DirectedScene) -> dict[str, tuple[str, ...]]:
    return {
        "kind": (staged.kind,),
        "colour": staged.colours,
        "setting": (staged.setting,),
        "time": staged.times,
        "motion": (staged.motion,),
        "weather": staged.weathers,
        "camera": staged.cameras,
    }


def _check_family(graph: Graph, family: Family) -> None:
    """Look, count, traits, others and values; see Graph."""
    looks = family.looks or ("natural",)
    _known(graph, "look", graph.look, looks)
    _known(graph, "count", graph.count, family.counts)
    for trait in graph.traits:
        _known(graph, "trait", trait, family.traits)
    _apart(graph, "traits", [entry(TRAITS, trait, "trait").group for trait in graph.traits])
    if len(graph.others) > family.others:
        raise HimmelError(
            f"{len(graph.others)} other things do not fit the scene {graph.scene!r}; "
            f"it holds at most {family.others}"
        )
    for other in graph.others:
        _known(graph, "kind", other.kind, family.kinds)
        _known(graph, "colour", other.colour, family.colours)
        _known(graph, "relation", other.relation, family.relations)
    _apart(graph, "relations", [other.relation for other in graph.others])
    for name, value in graph.values.items():
        _known(graph, "value", name, names(family.quantities))
        quantity = entry(family.quantities, name, "value")
        if not isinstance(value, (int, float)) or not quantity.holds(value):
            raise HimmelError(
                f"{name}={value} lies outside what the scene {graph.scene!r} can show; "
                f"use {quantity.low:g} to {quantity.top:g} {quantity.unit}".rstrip()
            )


def _known(graph: Graph, what: str, value: object, known: Sequence[object]) -> None:
    if value not in known:
        listed = ", ".join(map(str, known)) or "none"
        raise HimmelError(
            f"{what} {value!r} does not fit the scene {graph.scene!r}; known are {listed}"
        )


def _apart(graph: Graph, what: str, groups: list[str]) -> None:
    """Two materials of one thing, or two things in one place, contradict each other."""
    if doubled := [group for group in groups if groups.count(group) > 1]:
        raise HimmelError(f"{what} of the scene {graph.scene!r} contradict: {doubled[0]} twice")


def allowed(kind: str, motion: str) -> bool:
    """Whether a motion of a kind can be seen: a tree that turns looks like one that stands."""
    return (kind, motion) not in _INVISIBLE and not (motion == "spin" and kind in ROUND)


def is_held_out(kind: str, colour: str) -> bool:
    """Whether a pair is kept away from training, to test unseen combinations (about 10 %)."""
    return (kind, colour) in _held_out()


def is_kept_away(graph: Graph) -> bool:
    """Whether a combination in a graph is kept from training, to test what was never seen together:
    kind and colour, kind and colour and motion, a relation and the kind of what stands there, a kind
    in a number above three, a quantity in its gap or beyond its range."""
    if is_held_out(graph.kind, graph.colour):
        return True
    if graph.scene == CORE or (family := family_of(graph.scene)) is _NOTHING:
        return False
    if any(entry(family.quantities, n, "value").split(v) != "in" for n, v in graph.values.items()):
        return True
    return any(derive(0, "kept away", *c) % _KEPT_OF == 0 for c in _combinations(graph))


def _combinations(graph: Graph) -> Iterator[tuple[str, ...]]:
    if graph.kind not in names(KINDS) and graph.colour != OWN:
        yield ("pair", graph.kind, graph.colour)
    if graph.scene == "wide":
        yield ("triple", graph.kind, graph.colour, graph.motion)
    if graph.count > _FEW:
        yield ("count", graph.kind, str(graph.count))
    yield from (("relation", other.relation, other.kind) for other in graph.others)


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

    `scene` is "core", a directed scene, a family, or None for a mixture of core and about 20 % directed
    scenes. With `held_out` only combinations that training never sees are drawn (see is_kept_away; not
    in directed scenes), without it only the others. Raises HimmelError for an unknown scene.
    """
    rng = numpy_rng(seed, "world", "graph")
    if held_out and scene in names(SCENES):
        raise HimmelError(f"nothing is kept from training in {scene!r}; leave the scene out")
    if scene is None:
        directed = not held_out and rng.random() < DIRECTED_SHARE
        scene = pick(rng, names(SCENES)) if directed else CORE
    if scene == CORE:
        return _core_graph(seed, rng, held_out)
    if (family := family_of(scene)) is not _NOTHING:
        return _family_graph(seed, rng, family, held_out)
    return _directed_graph(seed, rng, _directed(scene))


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


def _family_graph(seed: int, rng: np.random.Generator, family: Family, held_out: bool) -> Graph:
    """Drawn anew until it can be seen, and is for training or with held_out kept from it.

    One name is fixed before, so that what fits few others (a storm, the moon) is not drawn seldom.
    """
    for _ in range(_DRAWS):
        leader = pick(rng, _LEADERS)
        fixed = {leader: pick(rng, getattr(family, f"{leader}s"))}
        for _ in range(_DRAWS):
            graph = _draw(seed, rng, family, held_out, fixed)
            if _can_be_seen(graph) and is_kept_away(graph) == held_out:
                return graph
    raise HimmelError(f"nothing of the scene {family.name!r} is kept from training")


def _can_be_seen(graph: Graph) -> bool:
    if graph.camera == "follow-shot" and graph.motion == "still":
        return False
    return sensible(
        setting=graph.setting,
        time=graph.time,
        weather=graph.weather,
        look=graph.look,
        kind=graph.kind,
        colour=graph.colour,
        motion=graph.motion,
        traits=graph.traits,
    )


def _draw(
    seed: int, rng: np.random.Generator, family: Family, held_out: bool, fixed: dict[str, str]
) -> Graph:
    """Every name as likely as its neighbours, but most weathers and looks are the plain ones."""
    kind = pick(rng, family.kinds)
    count, traits = pick(rng, family.counts), _traits(rng, family)
    room = family.others if count == 1 else 0
    drawn = Graph(
        seed=seed,
        scene=family.name,
        kind=kind,
        colour=OWN if _GOLDEN in traits else pick(rng, family.colours),
        setting=pick(rng, family.settings),
        time=pick(rng, family.times),
        motion=pick(rng, tuple(m for m in family.motions if allowed(kind, m))),
        weather=_often_first(rng, family.weathers),
        camera=pick(rng, family.cameras),
        look=_often_first(rng, family.looks),
        count=count,
        traits=traits,
        others=_others(rng, family, room),
        values={q.name: _value(rng, q, held_out) for q in family.quantities},
    )
    return drawn.replace(**fixed)


def _often_first(rng: np.random.Generator, options: Sequence[T]) -> T:
    return options[0] if rng.random() < _PLAIN_SHARE else pick(rng, options)


def _traits(rng: np.random.Generator, family: Family) -> tuple[str, ...]:
    """Of every group one trait or none; of the only group always one."""
    groups: dict[str, list[str]] = {}
    for name in family.traits:
        groups.setdefault(entry(TRAITS, name, "trait").group, []).append(name)
    kept = [g for g in groups.values() if len(groups) == 1 or rng.random() < 0.4]
    return tuple(pick(rng, group) for group in kept)


def _others(rng: np.random.Generator, family: Family, room: int) -> tuple[Other, ...]:
    number = int(rng.integers(0, room + 1)) if room else 0
    places = rng.permutation(len(family.relations))[:number]
    return tuple(
        Other(
            kind=pick(rng, family.kinds),
            colour=pick(rng, family.colours),
            relation=family.relations[int(i)],
        )
        for i in places
    )


def _value(rng: np.random.Generator, quantity: Quantity, held_out: bool) -> float:
    """A value that training may see; with held_out one in the gap or beyond, where there are any."""
    known = [value for _, value in quantity.named if quantity.split(value) == "in"]
    if known and not held_out and rng.random() < _NAMED_SHARE:
        return pick(rng, known)
    top = quantity.top if held_out else quantity.high
    unseen = held_out and (top > quantity.high or quantity.gap[0] < top)
    while True:
        value = round(float(rng.uniform(quantity.low, top)), 2)
        if (quantity.split(value) != "in") == unseen:
            return value
