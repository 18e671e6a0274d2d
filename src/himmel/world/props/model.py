"""From a prop to a mesh: its file turned upright, as large as it is, in the colours of its pictures."""

from __future__ import annotations

import tempfile
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from himmel.core.errors import HimmelError
from himmel.media import apart
from himmel.world.props.archive import Archive, beside
from himmel.world.props.catalogue import Prop
from himmel.world.props.obj import Material, Surfaces, joined, read_mtl, read_obj
from himmel.world.render.mesh import Mesh, Paints, make_mesh

_MOST_MODEL, _MOST_PICTURE = 64 << 20, 32 << 20  # bytes
_MOST_MATERIALS = 500
_PICTURES = (".png", ".jpg", ".jpeg")
_TEXELS = 96  # along a picture's longer side; finer ones flicker in small frames
_CLEAR = 0.5  # panes that hide less than this are not drawn, unless there is nothing else
_GAMMA = 2.2
Floats = npt.NDArray[np.float64]


@lru_cache(maxsize=8)
def mesh_of(prop: Prop) -> Mesh:
    """The mesh of a prop, x to its front, y to its left, z up, filling the box from -1 to 1.

    Raises HimmelError, in one sentence that names the prop, for a model that cannot be read.
    """
    try:
        return _mesh(prop)
    except HimmelError as error:
        raise HimmelError(f"the prop {prop.id!r} of {prop.archive.name}: {error}") from None


def _mesh(prop: Prop) -> Mesh:
    archive = Archive(prop.archive)
    surfaces = read_obj(archive.read(prop.model, _MOST_MODEL).decode("latin-1"))
    materials = _materials(archive, prop.model, surfaces)
    seen = np.array([material.opacity > _CLEAR for material in materials])[surfaces.of]
    if not seen.any():
        seen = ~seen
    points = _upright(surfaces.points, prop.turn)[seen]
    low, high = points.min((0, 1)), points.max((0, 1))
    if not (high > low).any():
        raise HimmelError("it has no extent")
    half = np.maximum(
        (high - low) / 2, 1e-9 * (high - low).max()
    )  # a sheet of paper has three sides
    # Normals are covectors: where points shrink, they grow.
    normals = _complete(_upright(surfaces.normals, prop.turn)[seen] * half, points / half)
    paints = Paints(
        of=surfaces.of[seen],
        colours=[_linear(material.colour) for material in materials],
        textures=[_texture(archive, prop.model, material) for material in materials],
        places=surfaces.places[seen],
    )
    return make_mesh(np.clip((points - (low + high) / 2) / half, -1, 1), paints, normals)


def _upright(vectors: Floats, turn: tuple[float, ...]) -> Floats:
    """From the catalogue's axes (x right, y up, z to the viewer) to x front, y left, z up."""
    turned: Floats = vectors @ np.reshape(turn, (3, 3)).T
    return turned[..., [2, 0, 1]]


def _complete(normals: Floats, points: Floats) -> Floats:
    """Unit normals (T, 3, 3); those of the flat triangle where the file has none."""
    flat = np.cross(points[:, 1] - points[:, 0], points[:, 2] - points[:, 0])[:, None]
    lengths = np.linalg.norm(normals, axis=-1, keepdims=True)
    whole: Floats = np.where((lengths > 0).all(axis=1, keepdims=True), normals, flat)
    unit: Floats = whole / np.maximum(np.linalg.norm(whole, axis=-1, keepdims=True), 1e-30)
    return unit


def _materials(archive: Archive, model: str, surfaces: Surfaces) -> list[Material]:
    """Those of the file in its order; what no library describes is grey."""
    if len(surfaces.materials) > _MOST_MATERIALS:
        raise HimmelError(f"it has {len(surfaces.materials)} materials")
    names = [beside(model, library) for library in surfaces.libraries]
    known = joined(read_mtl(archive.read(name, _MOST_MODEL).decode("latin-1")) for name in names)
    return [known.get(name, Material()) for name in surfaces.materials]


def _linear(colour: tuple[float, ...]) -> tuple[float, float, float]:
    red, green, blue = (value**_GAMMA for value in colour)
    return (red, green, blue)


def _texture(archive: Archive, model: str, material: Material) -> Floats | None:
    """The picture of a material as linear light (H, W, 3), made small; None where the zip has none.

    Authors forget pictures and leave paths of their own machines; the plain colour stands in.
    """
    name = beside(model, material.picture)
    if not material.picture or name not in archive:
        return None
    suffix = Path(name).suffix.lower()
    if suffix not in _PICTURES:
        raise HimmelError(f"its picture {name[:120]!r} is none of {', '.join(_PICTURES)}")
    with tempfile.TemporaryDirectory(prefix="himmel-prop-") as folder:
        path = Path(folder) / f"picture{suffix}"
        path.write_bytes(archive.read(name, _MOST_PICTURE))
        picture = Image.fromarray(apart.read_picture(path))
    picture.thumbnail((_TEXELS, _TEXELS), Image.Resampling.BOX)
    linear: Floats = (np.asarray(picture, float) / 255) ** _GAMMA
    return linear
