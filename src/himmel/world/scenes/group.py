"""Several of one kind, clearly apart, or one thing and how up to two others stand to it.

Things of all kinds are brought to one size; then the camera goes back until all of them fit.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from himmel.core.errors import HimmelError
from himmel.core.rng import numpy_rng
from himmel.world.graph import Graph
from himmel.world.kinds import draw
from himmel.world.poses import Array, corners, outline
from himmel.world.render import Camera, Primitives, look_at
from himmel.world.render.shapes import CENTRE
from himmel.world.scenes.backdrop import backdrop
from himmel.world.scenes.stands import Stand, put_stand, scan, top_of
from himmel.world.stage import CLIP_S, SUBJECT
from himmel.world.take import Actor, Event, Moment, Take

_NEAREST = 6.0  # metres
_ROOM = (0.94, 0.9)  # shares of the frame that all things together may fill
_SIZE, _LONGEST = 1.7, 2.5  # metres: mean side of a thing as it is seen, and its longest
_FRONT = -math.pi / 2  # the heading that faces the camera
_LEAP = 0.3  # height of a jump, as a share of the thing's
_ENOUGH = 0.08  # of the frame: the smallest box that a thing of a group needs
_APART = 0.02  # of the frame, at least, between two things of a group
_GAP = 0.3  # metres between neighbours
_WIDER, _TRIES = 1.1, 20  # how gaps grow until things are free
_SIDES = {"left": 1, "right": -1}  # and on which side of the subject there is room then

# Rows of so many things, nearest first. The fuller row stands behind, where things look smaller.
_ROWS: dict[int, tuple[tuple[int, ...], ...]] = {
    1: ((1,),),
    2: ((2,),),
    3: ((3,), (1, 2)),
    4: ((4,), (2, 2), (1, 3)),
    5: ((5,), (2, 3)),
}
# Things on the ground are as large in the picture as they lie below the horizon. Two rows look alike in
# size only when the horizon is far above the picture, so they are seen from high up and far away.
_LEVEL, _HIGH = (0.2, 44.0), (0.65, 24.0)  # radians that the camera looks down, its field of view
_SIZES = {"behind": 1.15, "front": 0.8, "on": 0.8}  # of others, beside the subject
# One thing covers another by such shares of its width, or stands so far aside, until enough is seen.
_COVERS = (0.55, 0.4, 0.25, 0.1, -0.05, -0.2)
_SEEN = {"behind": 0.55}  # of a thing; of all others 0.7


@dataclass(frozen=True, eq=False)
class Thing:
    """A thing in its place: `body` is the thing at rest at the origin, `start` the share of a jump that
    is over at time 0, `stand` what it stands on, if not the ground.
    """

    actor: Actor
    scale: float
    heading: float
    body: Primitives
    place: Array
    leap: float = 0.0
    start: float = 0.0
    stand: Stand | None = None

    @property
    def box(self) -> tuple[Array, Array]:
        """Lowest and highest corner (3,), (3,) round the origin."""
        return corners(self.body.rows)

    def at(self, x: float, y: float, z: float = 0.0) -> Thing:
        """The same thing in another place."""
        return replace(self, place=np.array([x, y, z]))

    def position(self, time: float) -> Array:
        """Where its foot is (3,)."""
        share = (time + self.start) % 1.0
        return _lifted(self.place, 4 * self.leap * share * (1 - share))

    def swept(self) -> Array:
        """Its bodies (N, COLUMNS) where it stands, and again at the top of its jump."""
        rows = self.body.rows.copy()
        rows[:, CENTRE] += self.place
        if not self.leap:
            return rows
        raised = rows.copy()
        raised[:, 2] += self.leap
        return np.concatenate([rows, raised])


def direct(graph: Graph, seconds: float) -> Take:
    """Stage a graph of the family "group" for a clip of `seconds`.

    Raises HimmelError for several subjects with other things beside them.
    """
    if graph.count > 1 and graph.others:
        raise HimmelError(
            f"{graph.count} subjects have no others beside them; leave out one of the two"
        )
    rng = numpy_rng(graph.seed, "world", graph.scene)
    if graph.others:
        things, camera = _related(graph, rng)
    else:
        things, camera = _counted(graph, rng)
    ground = backdrop(graph, rng)
    scenery = ground.begin()
    for thing in things:
        if thing.stand:
            put_stand(scenery, thing.stand)

    def at(time: float) -> Moment:
        primitives = scenery.copy()
        positions = tuple(thing.position(time) for thing in things)
        for thing, position in zip(things, positions, strict=True):
            _put(primitives, thing, position)
        return Moment(ground.scene(primitives, time, camera), camera, positions)

    return Take(tuple(thing.actor for thing in things), at, _landings(things, seconds))


def _lifted(place: Array, height: float) -> Array:
    lifted: Array = place + np.array([0.0, 0.0, height])
    return lifted


def _put(primitives: Primitives, thing: Thing, position: Array) -> None:
    """Drawn at its height above what it stands on, then raised: a rocket on a table does not burn."""
    primitives.object_id, first = thing.actor.id, len(primitives)
    foot = _lifted(position, -thing.place[2])
    draw(
        thing.actor.kind,
        primitives,
        foot,
        thing.heading,
        0.0,
        thing.actor.colour,
        scale=thing.scale,
    )
    primitives.rows[first:, 2] += thing.place[2]


def _landings(things: Sequence[Thing], seconds: float) -> tuple[Event, ...]:
    last = math.ceil(max(seconds, CLIP_S)) + 1
    found = [
        Event(round(n - thing.start, 4), "ground_contact", thing.actor.id)
        for thing in things
        for n in range(1, last + 1)
        if thing.leap
    ]
    return tuple(sorted(found, key=lambda event: (event.seconds, event.id)))


def _thing(id: int, kind: str, colour: str, heading: float, size: float = 1.0) -> Thing:
    """A thing at the origin, as large as the others whatever its kind."""
    low, high = corners(_drawn(kind, colour, heading, 1.0).rows)
    wide, tall = high[0] - low[0], high[2] - min(low[2], 0.0)
    scale = size * min(_SIZE / math.sqrt(wide * tall), _LONGEST / max(wide, tall))
    body = _drawn(kind, colour, heading, scale)
    return Thing(Actor(id, kind, colour), scale, heading, body, np.zeros(3))


def _drawn(kind: str, colour: str, heading: float, scale: float) -> Primitives:
    primitives = Primitives()
    draw(kind, primitives, (0, 0, 0), heading, 0.0, colour, scale=scale)
    return primitives


def _jumping(things: list[Thing], rng: np.random.Generator) -> list[Thing]:
    """All of them jump, in step or each in its own time."""
    together = rng.random() < 0.5
    starts = rng.uniform(0, 0.9, len(things))
    return [
        replace(
            thing,
            leap=_LEAP * float(thing.box[1][2]),
            start=float(starts[0] if together else start),
        )
        for thing, start in zip(things, starts, strict=True)
    ]


# ---- several of one kind -----------------------------------------------------------------------


def _counted(graph: Graph, rng: np.random.Generator) -> tuple[list[Thing], Camera]:
    """In one row under the sky where that leaves things large enough, else as large as may be."""
    turn = (0.67 if graph.count <= 3 else 0.4) * (1 if rng.random() < 0.5 else -1)
    headings = _FRONT + turn + rng.uniform(-0.12, 0.12, graph.count)
    things = [
        _thing(SUBJECT + i, graph.kind, graph.colour, float(heading))
        for i, heading in enumerate(headings)
    ]
    if graph.motion == "jump":
        things = _jumping(things, rng)
    azimuth = rng.uniform(-0.08, 0.08)
    ways = [_standing(things, rows, azimuth) for rows in _ROWS[graph.count]]
    return ways[0] if _smallest(*ways[0]) > _ENOUGH else max(ways, key=lambda way: _smallest(*way))


def _smallest(things: list[Thing], camera: Camera) -> float:
    x0, y0, x1, y1 = _boxes(things, camera).T
    return float(((x1 - x0) * (y1 - y0)).min())


def _boxes(things: Sequence[Thing], camera: Camera) -> Array:
    return np.stack([outline(thing.swept(), camera) for thing in things])


def _standing(
    things: list[Thing], rows: tuple[int, ...], azimuth: float
) -> tuple[list[Thing], Camera]:
    """Things in rows, moved apart until none covers another."""
    gap, depth = (_GAP if len(rows) == 1 else _GAP / 2), 1.0
    for _ in range(2 * _TRIES):
        placed = _in_rows(things, rows, gap, depth)
        camera = _fitting(placed, _LEVEL if len(rows) == 1 else _HIGH, azimuth)
        boxes = _boxes(placed, camera)
        if not _free(boxes[: rows[0]], beside=True) or not _free(boxes[rows[0] :], beside=True):
            gap *= _WIDER
        elif not _free(boxes):
            depth *= _WIDER
        else:
            break
    return placed, camera


def _in_rows(things: list[Thing], rows: tuple[int, ...], gap: float, depth: float) -> list[Thing]:
    placed, left = [], list(things)
    for back, number in enumerate(rows):
        row, left = left[:number], left[number:]
        placed += _in_a_row(row, gap, back * depth)
    return placed


def _in_a_row(things: list[Thing], gap: float, y: float) -> list[Thing]:
    """Side by side, the middle of the row at x = 0."""
    placed, edge = [], 0.0
    for thing in things:
        low, high = thing.box
        placed.append(thing.at(edge - low[0], y))
        edge += high[0] - low[0] + gap
    middle = (edge - gap) / 2
    return [thing.at(thing.place[0] - middle, y) for thing in placed]


def _free(boxes: Array, beside: bool = False) -> bool:
    """Whether boxes (N, 4) lie apart in the picture; with `beside` in its width alone."""
    for one, two in combinations(boxes, 2):
        x, y = (max(one[i] - two[i + 2], two[i] - one[i + 2]) for i in (0, 1))
        if (x if beside else max(x, y)) < _APART:
            return False
    return True


def _fitting(things: Sequence[Thing], view: tuple[float, float], azimuth: float) -> Camera:
    """The nearest camera in a direction that has all things in its picture."""
    pitch, fov = view
    back = np.array(
        [
            -math.cos(pitch) * math.sin(azimuth),
            -math.cos(pitch) * math.cos(azimuth),
            math.sin(pitch),
        ]
    )
    rows = np.concatenate([thing.swept() for thing in things])
    aim, distance = np.array([0.0, 0.0, 1.0]), 9.0
    for _ in range(8):
        camera = look_at(aim + distance * back, aim, fov)
        x0, y0, x1, y1 = outline(rows, camera)
        metres = 2 * distance * camera.slope
        aim = aim + (x0 + x1 - 1) / 2 * metres * camera.right
        aim = aim - ((y0 + y1) / 2 - 0.53) * metres * camera.up
        distance = max(_NEAREST, distance * max((x1 - x0) / _ROOM[0], (y1 - y0) / _ROOM[1]))
    return look_at(aim + distance * back, aim, fov)


# ---- one thing and others ----------------------------------------------------------------------


def _related(graph: Graph, rng: np.random.Generator) -> tuple[list[Thing], Camera]:
    """The subject, and every other thing where its relation says."""
    relations = [other.relation for other in graph.others]
    turns = rng.uniform(0.45, 0.75, 1 + len(relations)) * rng.choice([-1, 1], 1 + len(relations))
    subject = _thing(SUBJECT, graph.kind, graph.colour, _FRONT + float(turns[0]))
    others = [
        _thing(
            SUBJECT + 1 + i, other.kind, other.colour, _FRONT + float(turns[1 + i]),
            _SIZES.get(other.relation, 1.0),
        )
        for i, other in enumerate(graph.others)
    ]  # fmt: skip
    if graph.motion == "jump":
        subject = _jumping([subject], rng)[0]
    azimuth, coin = rng.uniform(-0.08, 0.08), 1 if rng.random() < 0.5 else -1
    named = dict(zip(relations, others, strict=True))
    for cover in _COVERS:
        things, camera = _beside(subject, named, cover, coin, azimuth)
        if _clear(things, relations, camera):
            break
    return things, camera


def _beside(
    subject: Thing, others: dict[str, Thing], cover: float, coin: int, azimuth: float
) -> tuple[list[Thing], Camera]:
    """All things; what stands to the left and right is moved away until it stands free."""
    flanks = [0, *(1 + i for i, relation in enumerate(others) if relation in _SIDES)]
    gap = _GAP
    for _ in range(_TRIES):
        things = _placed(subject, others, gap, cover, coin)
        camera = _fitting(things, _LEVEL, azimuth)
        if _free(_boxes(things, camera)[flanks], beside=True):
            break
        gap *= _WIDER
    return things, camera


def _clear(things: list[Thing], relations: list[str], camera: Camera) -> bool:
    """Whether enough is seen of every thing, at rest and at the top of a jump."""
    for raised in {0.0, things[0].leap}:
        ids = scan(_all(things, raised), camera).ids
        for thing, relation in zip(things, ["", *relations], strict=True):
            alone = scan(_all([thing], raised), camera).ids == thing.actor.id
            if (ids == thing.actor.id).sum() < _SEEN.get(relation, 0.7) * alone.sum():
                return False
    return True


def _all(things: Sequence[Thing], raised: float) -> Primitives:
    primitives = Primitives()
    for thing in things:
        if thing.stand:
            put_stand(primitives, thing.stand)
        _put(primitives, thing, _lifted(thing.place, raised if thing.leap else 0.0))
    return primitives


def _placed(
    subject: Thing, others: dict[str, Thing], gap: float, cover: float, coin: int
) -> list[Thing]:
    """All things, the subject first, the others in their order."""
    if "under" in others:
        subject = _raised(subject, others["under"])
    free = next((_SIDES[r] for r in others if r in _SIDES), coin)
    low, high = subject.box
    if subject.stand:
        low, high = np.minimum(low, -subject.stand.half), np.maximum(high, subject.stand.half)
    found = [subject]
    for relation, other in others.items():
        first, last = other.box
        if relation == "under":
            found.append(other.at(-(first + last)[0] / 2, low[1] + 0.15 - first[1]))
        elif relation == "on":
            found.append(_carried(subject, other))
        elif relation == "left":
            found.append(other.at(low[0] - gap - last[0], 0.0))
        elif relation == "right":
            found.append(other.at(high[0] + gap - first[0], 0.0))
        else:
            way = free if relation == "behind" else -free if "behind" in others else free
            found.append(_in_depth(other, (low, high), relation, way, cover))
    return found


def _in_depth(
    other: Thing, box: tuple[Array, Array], relation: str, way: int, cover: float
) -> Thing:
    """Behind or in front, a little to the right (+1) or left; `cover` of the narrower width overlaps."""
    (low, high), (first, last) = box, other.box
    overlap = cover * min(high[0] - low[0], last[0] - first[0])
    x = high[0] - overlap - first[0] if way > 0 else low[0] + overlap - last[0]
    y = high[1] + _GAP - first[1] if relation == "behind" else low[1] - _GAP - last[1]
    return other.at(x, y)


def _raised(subject: Thing, below: Thing) -> Thing:
    """The subject on a table under which another thing has room, and so high that the edge of the
    board hides nothing of it from above."""
    (low, high), (first, last) = subject.box, below.box
    half = float(max(np.abs([low[:2], high[:2]]).max(), (last - first)[:2].max() / 2)) + 0.1
    table = Stand(np.zeros(3), half, float(last[2]) + 0.25 + 0.2 * half, legs=True)
    return replace(subject, place=np.array([0.0, 0.0, table.top]), stand=table)


def _carried(subject: Thing, other: Thing) -> Thing:
    """On the subject's flat top, or on a board that lies on its highest point."""
    first, last = other.box
    half = float((last - first)[:2].max()) / 2
    place, flat = top_of(subject.body, half)
    place = place + subject.place
    board = None if flat else Stand(place, 0.8 * half, float(place[2]) + 0.08)
    foot = place - (*((first + last)[:2] / 2), 0.0 if board is None else -0.08)
    return replace(other, place=foot, stand=board, leap=subject.leap, start=subject.start)
