"""A renderer for scenes of simple bodies: pictures with exact ids, depths and boxes.

primitives = Primitives()
primitives.object_id = 1
primitives.add(Shape.SPHERE, (0, 0, 0.4), (0.4, 0.4, 0.4), hex_colour("d81e1e"))
scene = Scene(primitives, sky("day"), Ground(hex_colour("608040")))
shot = render(scene, look_at((0, -5, 2), (0, 0, 0.5), 42), 64, 64)
"""

from himmel.core.camera import Camera, look_at
from himmel.world.render.ground import Ground, Terrain, make_terrain
from himmel.world.render.mesh import Mesh, Paints, make_mesh
from himmel.world.render.picture import render
from himmel.world.render.scene import Lamp, Particles, Scene, Shot
from himmel.world.render.shapes import (
    Colour,
    Pattern,
    Primitives,
    Shape,
    hex_colour,
    rotation_x,
    rotation_y,
    rotation_z,
)
from himmel.world.render.sky import Sky, sky

__all__ = [
    "Camera",
    "Colour",
    "Ground",
    "Lamp",
    "Mesh",
    "Paints",
    "Particles",
    "Pattern",
    "Primitives",
    "Scene",
    "Shape",
    "Shot",
    "Sky",
    "Terrain",
    "hex_colour",
    "look_at",
    "make_mesh",
    "make_terrain",
    "render",
    "rotation_x",
    "rotation_y",
    "rotation_z",
    "sky",
]
