"""Chains of causes, simulated: a ball fells a row of dominoes or a stack of blocks. Needs MuJoCo."""

from __future__ import annotations

import importlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from himmel.core.errors import MissingExtraError
from himmel.world.experiments.bench import (
    Bench,
    Path,
    Placed,
    Thing,
    bench,
    contrasting,
    event,
    value_of,
)
from himmel.world.experiments.dynamics import EARTH, Track
from himmel.world.graph import Graph
from himmel.world.kinds.figure import Figure
from himmel.world.kinds.paints import PAINTS, marking, shade
from himmel.world.render import Primitives, rotation_y
from himmel.world.take import Event, Take

_STEP_S = 0.002
_DOMINOES, _BLOCKS = 8, 4
_START = -0.36  # of the ball, as a share of the view

# Everything moves in the plane y = 0: along x and z and about y.
_WORLD = """
<mujoco>
  <option timestep="{step}" integrator="implicitfast" gravity="0 0 -{gravity}"/>
  <default><geom friction="0.5 0.005 0.0001" solref="0.006 1"/></default>
  <worldbody><geom type="plane" size="99 9 1"/>{bodies}</worldbody>
</mujoco>
"""
_BODY = """
<body pos="{x} 0 {z}">
  <joint type="slide" axis="1 0 0"/><joint type="slide" axis="0 0 1"/><joint type="hinge" axis="0 1 0"/>
  <geom {shape} density="{density}"/>
</body>
"""


@dataclass(frozen=True)
class Block:
    """A box with a stripe on its front: a domino or a building block. `half` (3,) in metres."""

    kind: str
    colour: str
    half: tuple[float, float, float]

    def put(self, primitives: Primitives, place: Placed) -> None:
        """Add it with its centre at `place`."""
        centre = np.array([place.x, place.y, place.z])
        figure = Figure(primitives, centre, rotation_y(place.lean))
        x, y, z = self.half
        paint = PAINTS[self.colour]
        figure.box((0, 0, 0), self.half, paint)
        figure.box((0, -y, 0), (0.8 * x, 0.02 * y, 0.08 * z), shade(marking(paint), 0.8))


def dominoes(graph: Graph, seconds: float) -> Take:
    """A ball rolls into the first of a row of dominoes, and one fells the next."""
    stage = bench(graph, seconds)
    half = (0.014 * stage.view, 0.05 * stage.view, 0.085 * stage.view)
    block = Block("domino", contrasting(graph.colour), half)
    places = [((-0.16 + 0.062 * n) * stage.view, half[2]) for n in range(_DOMINOES)]
    return _struck(stage, block, places, density=1.0)


def stack(graph: Graph, seconds: float) -> Take:
    """A heavy ball rolls into a stack of blocks, which falls."""
    stage = bench(graph, seconds)
    side = 0.055 * stage.view
    block = Block("block", contrasting(graph.colour), (side, side, side))
    places = [(0.05 * stage.view, side * (2 * n + 1)) for n in range(_BLOCKS)]
    return _struck(stage, block, places, density=8.0)


def _struck(
    stage: Bench, block: Block, places: Sequence[tuple[float, float]], density: float
) -> Take:
    """A ball of `density` relative to the blocks' strikes the first of them; events: see Take."""
    ball = stage.thing("ball", stage.graph.colour)
    speed, start = value_of(stage.graph, "speed"), _START * stage.view
    way = 1 if stage.rng.random() < 0.5 else -1
    bodies = [_ball(start, ball.half_height, density), *(_box(place, block) for place in places)]
    track = _simulate(bodies, speed, ball.half_height, stage.seconds)
    rest = [(start, ball.half_height), *places]
    paths = [_path(track, index, place, way) for index, place in enumerate(rest)]
    parts: list[tuple[Thing | Block, Path]] = [(ball, paths[0])]
    parts += [(block, path) for path in paths[1:]]
    gap = places[0][0] - block.half[0] - start - ball.half_height
    events = [event(gap / speed, "collision", 1), event(gap / speed, "collision", 2)]
    tipping = math.atan2(block.half[0], block.half[2])
    return stage.take(parts, events + _topples(track, len(places), tipping))


def _path(track: Track, index: int, rest: tuple[float, float], way: int) -> Path:
    """Where a body is; `way` -1 mirrors everything."""

    def path(time: float) -> Placed:
        x, z, angle = track.at(time)[3 * index : 3 * index + 3]
        turn = way * float(angle)
        place = way * (rest[0] + float(x))
        if index == 0:
            return Placed(place, rest[1] + float(z), roll=turn)
        return Placed(place, rest[1] + float(z), lean=turn)

    return path


def _topples(track: Track, count: int, tipping: float) -> list[Event]:
    """A block topples when its centre has passed over the edge on which it stands."""
    found = []
    for index in range(1, count + 1):
        leaning = np.flatnonzero(np.abs(track.values[:, 3 * index + 2]) > tipping)
        if leaning.size:
            found.append(event(round(float(leaning[0]) * track.step, 4), "topple", index + 1))
    return found


def _ball(x: float, radius: float, density: float) -> str:
    return _BODY.format(
        x=x, z=radius, shape=f'type="sphere" size="{radius}"', density=400 * density
    )


def _box(place: tuple[float, float], block: Block) -> str:
    x, y, z = block.half
    return _BODY.format(x=place[0], z=place[1], shape=f'type="box" size="{x} {y} {z}"', density=400)


def _simulate(bodies: Sequence[str], speed: float, radius: float, seconds: float) -> Track:
    """Offsets (N, 3 * bodies): x, z and angle of each; the first one rolls at `speed`."""
    mujoco = _mujoco()
    text = _WORLD.format(step=_STEP_S, gravity=EARTH, bodies="".join(bodies))
    model = mujoco.MjModel.from_xml_string(text)
    data = mujoco.MjData(model)
    data.qvel[0], data.qvel[2] = speed, speed / radius
    rows: list[NDArray[np.float64]] = [data.qpos.copy()]
    for _ in range(math.ceil(seconds / _STEP_S)):
        mujoco.mj_step(model, data)
        rows.append(data.qpos.copy())
    return Track(np.stack(rows), _STEP_S)


def _mujoco() -> ModuleType:
    try:
        return importlib.import_module("mujoco")
    except ImportError:
        raise MissingExtraError("mujoco-core", "world") from None
