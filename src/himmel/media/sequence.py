"""Films as single pictures: a folder of PNG files, or a numbered pattern such as frame%04d.png."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from himmel.core.errors import HimmelError
from himmel.core.files import hidden_name, surely
from himmel.core.values import Sound
from himmel.media.formats import Format

PICTURES = Format("a PNG sequence", "", "", "rgb24")
_NUMBER = re.compile(r"%(0?)(\d?)d")
_IN_A_FOLDER = "%06d.png"
_SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff")


def is_sequence(path: Path) -> bool:
    """True for a folder, a name without suffix, and a picture's name with one %d or %04d.

    A file that is there is no sequence, whatever it is called.
    """
    path = Path(path)
    if surely(path.is_file):
        return False
    return surely(path.is_dir) or not path.suffix or _is_pattern(path)


def _is_pattern(path: Path) -> bool:
    return path.suffix.lower() in _SUFFIXES and bool(_NUMBER.search(path.name))


def files_of(path: Path) -> list[Path]:
    """The pictures of a folder by name, or of a pattern by number, without gaps.

    Raises HimmelError where there are none, or where a number is missing.
    """
    path = Path(path)
    if surely(path.is_dir):
        files = sorted(f for f in path.iterdir() if f.suffix.lower() in _SUFFIXES)
    else:
        files = _numbered(path)
    if not files:
        raise HimmelError(f"{path} holds no pictures; check the name")
    return files


def _numbered(path: Path) -> list[Path]:
    found = _matching(path)
    if found and len(found) != max(found) - min(found) + 1:
        missing = next(n for n in range(min(found), max(found)) if n not in found)
        raise HimmelError(f"picture {missing} of {path.name} is missing; give all of them")
    return [found[n] for n in sorted(found)]


def _matching(path: Path) -> dict[int, Path]:
    """The files of a pattern by their numbers."""
    number = _NUMBER.search(path.name)
    if number is None or not surely(path.parent.is_dir):
        return {}
    head, tail = re.escape(path.name[: number.start()]), re.escape(path.name[number.end() :])
    shape = re.compile(f"{head}(\\d+){tail}")
    return {int(m[1]): f for f in path.parent.iterdir() if (m := shape.fullmatch(f.name))}


def _with_number(name: str, number: int) -> str:
    return _NUMBER.sub(lambda m: f"{number:{m[1]}{m[2]}d}", name, count=1)


class Pictures:
    """Frames written as PNG files; they appear together at the end."""

    def __init__(self, folder: Path, pattern: str) -> None:
        self._folder, self._pattern, self._frames = folder, pattern, 0

    @classmethod
    @contextmanager
    def whole(cls, path: Path) -> Iterator[Pictures]:
        """Collect pictures beside `path` and move them into place on success, or leave nothing.

        Raises HimmelError as check_place does, and for a place that refuses them.
        """
        in_folder = not _is_pattern(path)
        check_place(path)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            temporary = hidden_name(path.parent)
            temporary.mkdir()
        except OSError as error:
            raise HimmelError(f"cannot write {path}: {error.strerror or error}") from None
        try:
            yield cls(temporary, _IN_A_FOLDER if in_folder else path.name)
            _into_place(temporary, path, in_folder)
        except OSError as error:
            raise HimmelError(f"cannot write {path}: {error.strerror or error}") from None
        finally:
            shutil.rmtree(temporary, ignore_errors=True)

    def begin(self, width: int, height: int, sound: Sound | None) -> None:
        """Nothing to prepare: every picture stands alone."""

    def add(self, frame: NDArray[np.uint8]) -> None:
        """Write one frame, uint8 (H, W, 3)."""
        name = _with_number(self._pattern, self._frames)
        Image.fromarray(np.ascontiguousarray(frame)).save(self._folder / name, format="PNG")
        self._frames += 1

    def add_sound(self, sound: Sound) -> None:
        """Never reached: pictures hold no sound."""
        raise AssertionError

    def close(self, complete: bool = True) -> None:
        """Nothing is held back."""

    @property
    def files(self) -> list[Path]:
        """The pictures written so far, in their order."""
        names = (_with_number(self._pattern, number) for number in range(self._frames))
        return [self._folder / name for name in names]


def check_place(path: Path) -> None:
    """Raise HimmelError where single pictures cannot get their names: a folder that holds something or
    cannot be replaced, something else in its place, a pattern that is not PNG or has pictures already.
    """
    if not _is_pattern(path):
        _check_folder(path)
        return
    if path.suffix.lower() != ".png":
        raise HimmelError(f"{path.name}: single pictures are written as PNG; use a name with .png")
    if there := _matching(path):
        raise HimmelError(
            f"{there[min(there)]} is there already, and films would be mixed; use another name"
        )


def _check_folder(path: Path) -> None:
    """The finished folder takes the name from an empty one, which not every empty one allows."""
    if surely(path.is_dir) and any(path.iterdir()):
        raise HimmelError(f"{path} holds files already; name a new or an empty folder")
    if surely(path.is_symlink) or path.name in ("", "..") or surely(path.is_mount):
        raise HimmelError(f"{path} cannot become a folder of pictures; name a new folder")
    if surely(path.exists) and not path.is_dir():
        raise HimmelError(f"{path} is there already and no folder; name a new folder")


def _into_place(temporary: Path, path: Path, in_folder: bool) -> None:
    if in_folder:
        temporary.replace(path)
        return
    for file in sorted(temporary.iterdir()):
        file.replace(path.parent / file.name)
