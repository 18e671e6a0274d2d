"""What is drawn, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from himmel.world.render.ground import Ground, Terrain
from himmel.world.render.shapes import Colour, Primitives, Vector
from himmel.world.render.sky import Sky


@dataclass(frozen=True, eq=False)
class Lamp:
    """A point light: its colour holds its power (what arrives at 1 m), `reach` metres end it."""

    position: Vector
    colour: Colour
    reach: float
    shadow: bool = False  # costs one ray through all bodies per lit sample


@dataclass(frozen=True, eq=False)
class Particles:
    """Snow (streak 0) or rain: world positions (N, 3), `streak` seconds of `velocity` long.

    Flakes near the camera never grow beyond `largest`, a share of the picture's height.
    """

    positions: npt.NDArray[np.floating]
    velocity: Vector
    radius: float
    colour: Colour
    opacity: float = 0.9
    streak: float = 0.0
    largest: float = 0.014


@dataclass(frozen=True, eq=False)
class Scene:
    """One moment of a world. `exposure` multiplies the one that the sky asks for.

    `time` in seconds moves clouds and water, `look` is a name in `looks.LOOKS`.
    """

    primitives: Primitives
    sky: Sky
    ground: Ground
    terrain: Terrain | None = None
    lamps: tuple[Lamp, ...] = ()
    particles: Particles | tuple[Particles, ...] | None = None
    exposure: float = 1.0
    time: float = 0.0
    look: str = "natural"


@dataclass(frozen=True, eq=False)
class Shot:
    """A picture and its ground truth.

    `rgb` uint8 (H, W, 3). `ids` int32 (H, W): -2 sky, -1 ground, 0 scenery, 1 and up objects.
    `depth` float32 (H, W): metres along the ray, infinite for the sky.
    """

    rgb: npt.NDArray[np.uint8]
    ids: npt.NDArray[np.int32]
    depth: npt.NDArray[np.float32]
