"""How kernels see a scene: arrays in named tuples, and names for the columns of those arrays."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from himmel.world.render.shapes import Pattern, Shape

Floats = npt.NDArray[np.float64]
Floats32 = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]
Vector = tuple[float, float, float]

# Plain integers, because numba turns module constants into machine constants.
SPHERE, BOX, CYLINDER = int(Shape.SPHERE), int(Shape.BOX), int(Shape.CYLINDER)
CONE, CAPSULE, FUR = int(Shape.CONE), int(Shape.CAPSULE), int(Shape.FUR)
MESH = int(Shape.MESH)
CHECKER, STRIPES, WINDOWS = int(Pattern.CHECKER), int(Pattern.STRIPES), int(Pattern.WINDOWS)
PLANKS, FUR_SHADING = int(Pattern.PLANKS), int(Pattern.FUR)
MOTTLED, MERIDIANS = int(Pattern.MOTTLED), int(Pattern.MERIDIANS)
DOTS, BRICKS, GRAIN = int(Pattern.DOTS), int(Pattern.BRICKS), int(Pattern.GRAIN)

FAR = 1e9  # a distance that means "nothing was met"
SKY, GROUND = -2, -1  # owners of a sample that no body covers

# Columns of a look (one row per body, one for the ground).
COLOUR, SECOND, PATTERN, SCALE, EMISSION, REFLECTION, SEED = 0, 3, 6, 7, 8, 9, 10
LOOK_COLUMNS = 11

# Columns of a lamp.
LAMP_POSITION, LAMP_COLOUR, LAMP_REACH, LAMP_SHADOW = 0, 3, 6, 7
LAMP_COLUMNS = 8

# Columns of a triangle's paint, behind its colour.
FIRST_TEXEL, TEXTURE_WIDTH, TEXTURE_HEIGHT = 3, 4, 5


class Meshes(NamedTuple):
    """The meshes of a scene, one after the other; see `mesh.Mesh` for the columns."""

    corners: Floats  # (T, 9)
    normals: Floats  # (T, 9)
    places: Floats  # (T, 6)
    paint: Floats  # (T, 6)
    texels: Floats  # (K, 3)
    boxes: Floats  # (B, 7)
    start: npt.NDArray[np.int64]  # (M, 4): first box, first triangle, leaves, triangles in a leaf


class Bodies(NamedTuple):
    """N primitives; `inverse` maps world points into the unit shape's own space."""

    kind: Ints  # (N,)
    inverse: Floats  # (N, 3, 4)
    ratio: Floats  # (N,) capsule half length / radius, strands of fur, or number of the mesh
    centre: Floats  # (N, 3)
    radius: Floats  # (N,) of the bounding sphere
    half_size: Floats  # (N, 3)
    look: Floats  # (N, LOOK_COLUMNS)
    object_id: Ints  # (N,)
    casts: npt.NDArray[np.bool_]  # (N,) whether it throws a shadow
    meshes: Meshes | None  # None compiles to kernels that know of none and lose no time


class Land(NamedTuple):
    """The ground: a plane at height 0 (heights of 1 x 1) or a height field with painted colour."""

    heights: Floats32  # (n, n)
    half_extent: float
    ceiling: float  # no ground above this height
    albedo: Floats32  # (m, m, 3), 1 x 1 where the pattern of `look` colours the ground
    shadow: Floats32  # (k, k) share of the sun that the terrain itself lets through
    look: Floats  # (LOOK_COLUMNS,)
    ripple: float
    grain: float


class Air(NamedTuple):
    """What lies between and behind things: sun, sky light, clouds, fog."""

    sun_direction: Vector
    sun: Vector
    zenith: Vector
    horizon: Vector
    ambient: float
    fog: float
    fog_colour: Vector
    clouds: float
    glare: float
    moon_direction: Vector
    moon: float  # 1 with a moon, else 0
    glow: float
    far: float


class View(NamedTuple):
    """A pinhole camera over a grid of samples; `pixel` is a sample's size at distance 1."""

    eye: Vector
    forward: Vector
    right: Vector
    up: Vector
    pixel: float
    width: int
    height: int


class World(NamedTuple):
    """Everything shading may ask for."""

    bodies: Bodies
    land: Land
    air: Air
    lamps: Floats  # (L, LAMP_COLUMNS)
    pixel: float
    time: float


class Surface(NamedTuple):
    """What a point is made of."""

    normal: Vector
    albedo: Vector
    emission: float
    reflection: float
    gloss: float
    sheen: float  # 1 where the sky is mirrored at grazing angles
    sun: float  # share of the sun that the terrain lets through


class Seen(NamedTuple):
    """What one ray met."""

    colour: Vector
    owner: int
    distance: float
    point: Vector
    normal: Vector
    mirror: float  # share of the colour that the mirrored ray brings
