"""The colours of a picture, given to a film."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from himmel.core.config import Config
from himmel.core.errors import DamagedFileError
from himmel.core.files import sha256
from himmel.core.values import Frames
from himmel.media.apart import read_picture

_LEAST = 1.0  # variance in levels of 255; a colour that does not vary stays as it is


@dataclass(frozen=True, kw_only=True)
class Style(Config):
    """A picture whose colours a film takes."""

    path: str
    sha256: str

    def read(self) -> NDArray[np.uint8]:
        """The picture (H, W, 3). Raises DamagedFileError for a file that is no longer what it was."""
        file = Path(self.path)
        if sha256(file) != self.sha256:
            raise DamagedFileError(f"{file.name} was changed meanwhile; try again")
        return read_picture(file)


def find_style(path: str) -> Style:
    """A picture as it is. Raises HimmelError for one that cannot be read."""
    read_picture(Path(path))
    return Style(path=path, sha256=sha256(Path(path)))


def recoloured(film: Frames, picture: NDArray[np.uint8]) -> Frames:
    """A film (T, H, W, 3) whose colours have mean and covariance of a picture's (H, W, 3).

    The linear map that does so and changes colours least (Pitie and Kokaram, 2007, equation 11).
    """
    (middle, spread), (wanted, asked) = map(_moments, (film, picture))
    root = _root(spread)
    inverse = np.linalg.inv(root)
    change = inverse @ _root(root @ asked @ root) @ inverse
    moved: Frames = np.rint((film - middle) @ change + wanted).clip(0, 255).astype(np.uint8)
    return moved


def _moments(colours: NDArray[np.uint8]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean (3,) and covariance (3, 3)."""
    flat = colours.reshape(-1, 3).astype(np.float64)
    return flat.mean(0), np.cov(flat.T) + _LEAST * np.eye(3)


def _root(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """The square root of a symmetric matrix with no negative eigenvalue."""
    values, axes = np.linalg.eigh(matrix)
    root: NDArray[np.float64] = (axes * np.sqrt(values.clip(0))) @ axes.T
    return root
