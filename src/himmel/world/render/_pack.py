"""From the nouns of a scene to the arrays that kernels read."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from himmel.core.camera import Camera
from himmel.world.render import shapes
from himmel.world.render._layout import (
    EMISSION,
    FIRST_TEXEL,
    LAMP_COLUMNS,
    PATTERN,
    Air,
    Bodies,
    Floats,
    Land,
    Meshes,
    View,
    World,
)
from himmel.world.render.ground import Ground, Terrain
from himmel.world.render.mesh import Mesh
from himmel.world.render.scene import Lamp, Scene
from himmel.world.render.shapes import Pattern, Primitives, Shape, as_tuple
from himmel.world.render.sky import Sky

_FLAT = np.zeros((1, 1), np.float32)
_UNPAINTED = np.zeros((1, 1, 3), np.float32)


def _bounding_radius(kind: npt.NDArray[np.int32], half: Floats, ratio: Floats) -> Floats:
    x, y, z = half.T
    widest = np.maximum(np.maximum(x, y), z)
    choices = {
        Shape.BOX: np.sqrt(x * x + y * y + z * z),
        Shape.MESH: np.sqrt(x * x + y * y + z * z),
        Shape.CYLINDER: np.hypot(np.maximum(x, y), z),
        Shape.CONE: np.hypot(np.maximum(x, y), z),
        Shape.CAPSULE: widest + ratio * z,
    }
    return np.select([kind == shape for shape in choices], list(choices.values()), widest)


def pack_bodies(primitives: Primitives) -> Bodies:
    """The bodies as arrays, with the maps from the world into each unit shape's space."""
    rows = primitives.rows
    kind = rows[:, shapes.KIND].astype(np.int32)
    centre = np.ascontiguousarray(rows[:, shapes.CENTRE])
    half = np.ascontiguousarray(rows[:, shapes.HALF_SIZE])
    ratio = np.ascontiguousarray(rows[:, shapes.LENGTH_RATIO])
    look = np.ascontiguousarray(rows[:, shapes.LOOK])
    inverse = np.empty((len(rows), 3, 4))
    turns = rows[:, shapes.ROTATION].reshape(-1, 3, 3)
    inverse[:, :, :3] = turns.transpose(0, 2, 1) / half[:, :, None]
    inverse[:, :, 3] = -np.einsum("nij,nj->ni", inverse[:, :, :3], centre)
    # Things that shine cast no shadow; walls with lit windows do.
    casts = (look[:, EMISSION] <= 0.9) | (look[:, PATTERN] == Pattern.WINDOWS)
    radius = _bounding_radius(kind, half, ratio)
    ids = rows[:, shapes.OBJECT_ID].astype(np.int32)
    meshes = pack_meshes(primitives.meshes)
    return Bodies(kind, inverse, ratio, centre, radius, half, look, ids, casts, meshes)


def pack_meshes(meshes: list[Mesh]) -> Meshes | None:
    """All meshes in one set of arrays; None where there are none."""
    if not meshes:
        return None
    start = np.zeros((len(meshes), 4), np.int64)
    tables, box, triangle, texel = [], 0, 0, 0
    for line, mesh in zip(start, meshes, strict=True):
        line[:] = box, triangle, mesh.leaves, mesh.leaf_size
        paint = mesh.paint.copy()
        paint[:, FIRST_TEXEL] += texel
        tables.append((mesh.corners, mesh.normals, mesh.places, paint, mesh.texels, mesh.boxes))
        box, triangle = box + len(mesh.boxes), triangle + len(mesh.corners)
        texel += len(mesh.texels)
    if len(tables) == 1:
        return Meshes(*tables[0], start=start)
    corners, normals, places, paint, texels, boxes = map(np.concatenate, zip(*tables, strict=True))
    return Meshes(corners, normals, places, paint, texels, boxes, start)


def pack_land(ground: Ground, terrain: Terrain | None) -> Land:
    """The ground as arrays."""
    second = ground.colour if ground.second_colour is None else ground.second_colour
    pattern = (ground.pattern, ground.pattern_scale, 0.0, ground.reflection, 0.0)
    look = np.array([*ground.colour, *second, *pattern])
    shine = float(ground.ripple), float(ground.grain)
    if terrain is None:
        return Land(_FLAT, 1.0, 0.0, _UNPAINTED, _FLAT, look, *shine)
    extent = float(terrain.half_extent)
    return Land(
        terrain.heights, extent, terrain.ceiling, terrain.albedo, terrain.shadow, look, *shine
    )


def pack_air(sky: Sky) -> Air:
    """The sky as plain floats."""
    return Air(
        sun_direction=as_tuple(sky.sun_direction),
        sun=as_tuple(sky.sun),
        zenith=as_tuple(sky.zenith),
        horizon=as_tuple(sky.horizon),
        ambient=float(sky.ambient),
        fog=float(sky.fog),
        fog_colour=as_tuple(sky.fog_colour),
        clouds=float(sky.clouds),
        glare=float(sky.glare),
        moon_direction=as_tuple(sky.moon_direction or (0.0, 0.0, 1.0)),
        moon=0.0 if sky.moon_direction is None else 1.0,
        glow=float(sky.glow),
        far=float(sky.far),
    )


def pack_lamps(lamps: tuple[Lamp, ...]) -> Floats:
    """Lamps as (L, LAMP_COLUMNS)."""
    table = np.zeros((len(lamps), LAMP_COLUMNS))
    for line, lamp in zip(table, lamps, strict=True):
        line[:] = (*lamp.position, *lamp.colour, lamp.reach, lamp.shadow)
    return table


def pack_view(camera: Camera, width: int, height: int) -> View:
    """A camera over width x height samples; its field of view spans the shorter side."""
    axes = as_tuple(camera.forward), as_tuple(camera.right), as_tuple(camera.up)
    return View(as_tuple(camera.eye), *axes, 2 * camera.slope / min(width, height), width, height)


def pack_world(scene: Scene, pixel: float) -> World:
    """Everything that shading asks for; `pixel` is a sample's size at distance 1."""
    return World(
        bodies=pack_bodies(scene.primitives),
        land=pack_land(scene.ground, scene.terrain),
        air=pack_air(scene.sky),
        lamps=pack_lamps(scene.lamps),
        pixel=pixel,
        time=float(scene.time),
    )
