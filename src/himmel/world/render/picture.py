"""From a scene to a picture with its ground truth."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from himmel.core.camera import Camera
from himmel.core.errors import HimmelError
from himmel.world.render._layout import FAR, SKY
from himmel.world.render._pack import pack_view, pack_world
from himmel.world.render._shade import shade
from himmel.world.render._shadow import shadow_grid
from himmel.world.render._visibility import visibility
from himmel.world.render._weather import fall
from himmel.world.render.looks import styled
from himmel.world.render.scene import Particles, Scene, Shot
from himmel.world.render.shapes import as_tuple


def render(
    scene: Scene, camera: Camera, width: int, height: int, *, antialias: bool = True
) -> Shot:
    """Draw a scene: the same scene gives the same bytes.

    With antialiasing a pixel holds 2 x 2 samples; two are shaded where all four see one body, else
    four. `ids` and `depth` are those of the upper left sample, a quarter of a pixel from the
    centre. Without it there is one sample, at the centre. Raises HimmelError for an empty picture.
    """
    if width < 1 or height < 1:
        raise HimmelError(f"a picture of {width} x {height} pixels is empty; use at least 1 x 1")
    side = 2 if antialias else 1
    view = pack_view(camera, width * side, height * side)
    world = pack_world(scene, view.pixel)
    nearest = np.full((view.height, view.width), FAR, np.float32)
    owner = np.full((view.height, view.width), SKY, np.int32)
    visibility(world.bodies, view, nearest, owner)
    rgb = np.empty((height, width, 3), np.float32)
    ids = np.empty((height, width), np.int32)
    depth = np.empty((height, width), np.float32)
    grid = shadow_grid(world.bodies, world.air.sun_direction)
    shade(world, grid, view, nearest, owner, rgb, ids, depth)
    for particles in _each(scene.particles):
        _draw_particles(particles, camera, rgb, depth)
    developed = _develop(rgb, scene.exposure * scene.sky.exposure)
    return Shot(styled(scene.look, developed, ids, depth), ids, depth)


def _each(particles: Particles | tuple[Particles, ...] | None) -> tuple[Particles, ...]:
    if particles is None:
        return ()
    return (particles,) if isinstance(particles, Particles) else particles


def _draw_particles(
    particles: Particles,
    camera: Camera,
    rgb: npt.NDArray[np.float32],
    depth: npt.NDArray[np.float32],
) -> None:
    height, width = depth.shape
    positions = np.ascontiguousarray(particles.positions, np.float64)  # (N, 3)
    motion = as_tuple(np.asarray(particles.velocity, float) * particles.streak)
    look = float(particles.radius), as_tuple(particles.colour), float(particles.opacity)
    view = pack_view(camera, width, height)
    fall(rgb, depth, view, positions, motion, *look, float(particles.largest))


def _develop(rgb: npt.NDArray[np.float32], exposure: float) -> npt.NDArray[np.uint8]:
    """Linear light to bytes through a filmic curve (K. Narkowicz's fit of the ACES curve, 2016)."""
    x = rgb * np.float32(exposure)
    x = np.clip(x * (2.51 * x + 0.03) / (x * (2.43 * x + 0.59) + 0.14), 0, 1)
    return (x ** np.float32(0.465) * 255 + 0.5).astype(np.uint8)
