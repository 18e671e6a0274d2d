"""Wavefront OBJ and MTL: from text to triangles and materials (format: Wavefront Advanced Visualizer,
appendix B1, as far as furniture uses it)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from himmel.core.errors import HimmelError
from himmel.world.render.mesh import MOST_TRIANGLES

_MOST_POINTS = 3_000_000
_FARTHEST = 1e12  # of any coordinate
_MOST_CORNERS = 4_096  # of one face
Floats = npt.NDArray[np.float64]
Corner = tuple[int, int, int]


@dataclass(frozen=True, eq=False)
class Surfaces:
    """T triangles: `points` (T, 3, 3), `places` (T, 3, 2) in a texture, `normals` (T, 3, 3).

    A normal is zero where the file has none. `of` (T,) numbers the `materials`; `libraries` are the
    files that describe those.
    """

    points: Floats
    places: Floats
    normals: Floats
    of: npt.NDArray[np.intp]
    materials: list[str]
    libraries: list[str]


@dataclass
class Material:
    """Diffuse colour (sRGB, 0 to 1), opacity, and the name of a picture, empty where there is none."""

    colour: tuple[float, ...] = (0.8, 0.8, 0.8)
    opacity: float = 1.0
    picture: str = ""


@dataclass
class _Reading:
    """What an OBJ file has said so far. Number 0 of places and normals stands for none."""

    points: list[list[float]] = field(default_factory=list)
    places: list[list[float]] = field(default_factory=lambda: [[0.0, 0.0]])
    normals: list[list[float]] = field(default_factory=lambda: [[0.0, 0.0, 0.0]])
    corners: list[tuple[Corner, Corner, Corner]] = field(default_factory=list)
    of: list[int] = field(default_factory=list)
    materials: dict[str, int] = field(default_factory=dict)
    libraries: list[str] = field(default_factory=list)
    material: str = ""

    def face(self, words: list[str]) -> None:
        """A polygon as a fan of triangles."""
        if len(words) > _MOST_CORNERS or len(self.corners) + len(words) > MOST_TRIANGLES:
            raise HimmelError(f"it has more than {MOST_TRIANGLES} triangles")
        ring = [self.corner(word) for word in words]
        number = self.materials.setdefault(self.material, len(self.materials))
        for second, third in pairwise(ring[1:]):
            self.corners.append((ring[0], second, third))
            self.of.append(number)

    def corner(self, word: str) -> Corner:
        """Numbers of point, place and normal from 1/2/3, 1//3 or 1; negative ones count from the end."""
        point, place, normal = (*word.split("/"), "", "")[:3]
        return (
            _index(point, len(self.points)) - 1,
            _index(place, len(self.places) - 1),
            _index(normal, len(self.normals) - 1),
        )


def _index(word: str, count: int) -> int:
    """From 1 to count; 0 for an empty word."""
    if not word:
        return 0
    number = int(word)
    number = count + 1 + number if number < 0 else number
    if not 1 <= number <= count:
        raise HimmelError(f"a face names number {word[:20]} of {count}")
    return number


def read_obj(text: str) -> Surfaces:
    """The triangles of an OBJ file. Raises HimmelError for what is none, too large or not finite."""
    reading = _Reading()
    try:
        for line in text.splitlines():
            _read(reading, line)
    except (ValueError, OverflowError) as error:
        raise HimmelError(f"it is no OBJ file: {str(error)[:120]}") from None
    if not reading.corners:
        raise HimmelError("it holds no face")
    points = np.array(reading.points)
    places, normals = np.array(reading.places), np.array(reading.normals)
    if not all((np.abs(table) < _FARTHEST).all() for table in (points, places, normals)):
        raise HimmelError("it has coordinates that are not finite")
    corners = np.array(reading.corners)  # (T, 3, 3)
    if corners[..., 0].min() < 0:
        raise HimmelError("a face has a corner without a point")
    return Surfaces(
        points[corners[..., 0]],
        places[corners[..., 1]],
        normals[corners[..., 2]],
        np.array(reading.of),
        list(reading.materials),
        reading.libraries,
    )


def _read(reading: _Reading, line: str) -> None:
    what, _, rest = line.strip().partition(" ")
    if what == "v":
        reading.points.append(_numbers(rest, 3))
    elif what == "vt":
        reading.places.append(_numbers(f"{rest} 0", 2))
    elif what == "vn":
        reading.normals.append(_numbers(rest, 3))
    elif what == "f":
        reading.face(rest.split())
    elif what == "usemtl":
        reading.material = rest.strip()
    elif what == "mtllib":
        reading.libraries.append(rest.strip())
    if len(reading.points) + len(reading.places) + len(reading.normals) > _MOST_POINTS:
        raise HimmelError(f"it has more than {_MOST_POINTS} points")


def _numbers(words: str, count: int) -> list[float]:
    numbers = [float(word) for word in words.split()[:count]]
    if len(numbers) < count:
        raise HimmelError(f"a line has {len(numbers)} numbers where it needs {count}")
    return numbers


def read_mtl(text: str) -> dict[str, Material]:
    """The materials of an MTL file by name. Raises HimmelError for numbers that are none."""
    found: dict[str, Material] = {}
    material = Material()
    try:
        for line in text.splitlines():
            what, _, rest = line.strip().partition(" ")
            if what == "newmtl":
                material = found.setdefault(rest.strip(), Material())
            elif what == "Kd":
                material.colour = tuple(_share(word) for word in rest.split()[:3])
            elif what == "d":
                material.opacity = _share(rest.split()[-1])
            elif what == "map_Kd":
                material.picture = _last(rest)
    except (ValueError, IndexError) as error:
        raise HimmelError(f"it is no MTL file: {str(error)[:120]}") from None
    if any(len(material.colour) != 3 for material in found.values()):
        raise HimmelError("it has a colour of fewer than three numbers")
    return found


def _share(word: str) -> float:
    value = float(word)
    if not -1e9 < value < 1e9:
        raise ValueError(f"{word[:20]} is no share")
    return min(max(value, 0.0), 1.0)


def _last(rest: str) -> str:
    """The file of a map: all of it, or what follows the options."""
    name = rest.strip()
    return name.split()[-1] if name.startswith("-") else name


def joined(libraries: Iterable[dict[str, Material]]) -> dict[str, Material]:
    """The materials of several files, the first of a name counts."""
    found: dict[str, Material] = {}
    for library in libraries:
        found = {**library, **found}
    return found
