"""What the detectors of faces and nudity find and cost: figures for records/trust, as JSON.

python runs/detectors.py FOLDER > result.json

FOLDER holds the pictures of scikit-image (skimage/data). Faces are the first hundred of its lfw_subset
(25 x 25 pixels, Labeled Faces in the Wild), enlarged and laid over photographs; the second hundred are
pieces without a face. Ordinary frames are the rendered world, all scenes by turns. Needs
himmel[detectors,world].
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from himmel.evaluate.intervals import share
from himmel.safety.onnx import KINDS, Detector
from himmel.world.clip import make_clip
from himmel.world.graph import CORE, sample_graph
from himmel.world.words import FAMILIES

THRESHOLD, FACES, FRAMES, TIMED = 0.6, 100, 600, 15
SIZES = {32: (256, 1024), 48: (256,), 64: (256, 1024), 96: (256,)}  # of a face: of the pictures
GROUNDS = ("brick.png", "grass.png", "gravel.png", "coffee.png", "rocket.jpg", "moon.png")
WITH_FACES = ("astronaut", "camera", "logo")

Picture = NDArray[np.uint8]
Score = Callable[[Picture], float]


def read(path: Path) -> Picture:
    """A picture in colour."""
    return np.asarray(Image.open(path).convert("RGB"))


def sized(picture: Picture, side: int) -> Picture:
    """The same, side x side pixels."""
    return np.asarray(Image.fromarray(picture).resize((side, side), Image.Resampling.BICUBIC))


def patch(values: NDArray[np.float64], side: int) -> Picture:
    """A grey piece, 0 to 1, in colour and enlarged."""
    grey = (values * 255).clip(0, 255).astype(np.uint8)
    return sized(np.repeat(grey[..., None], 3, 2), side)


def laid_over(ground: Picture, piece: Picture, rng: np.random.Generator) -> Picture:
    """A ground with a piece somewhere on it."""
    picture = ground.copy()
    top, left = (int(rng.integers(0, n - len(piece) + 1)) for n in picture.shape[:2])
    picture[top : top + len(piece), left : left + len(piece)] = piece
    return picture


def found(look: Score, pictures: Iterator[Picture]) -> dict[str, float]:
    """In what share of pictures the detector finds what it looks for."""
    metric = share([look(picture) > THRESHOLD for picture in pictures])
    return {"value": metric.value, "low": metric.low, "high": metric.high}


def faces(look: Score, folder: Path) -> Iterator[tuple[str, dict[str, float]]]:
    """Faces found, and pieces and photographs without one that are taken for one."""
    pieces, rng = np.load(folder / "lfw_subset.npy"), np.random.default_rng(0)
    photographs = [read(folder / name) for name in GROUNDS]
    for side, widths in SIZES.items():
        for width in widths:
            grounds = [sized(photograph, width) for photograph in photographs]
            for name, part in (("found", pieces[:FACES]), ("false", pieces[FACES:])):
                laid = (
                    laid_over(grounds[n % len(grounds)], patch(piece, side), rng)
                    for n, piece in enumerate(part)
                )
                yield f"face.{name}.{side}.in.{width}", found(look, laid)
    files = sorted(p for p in folder.iterdir() if p.suffix in (".png", ".jpg"))
    bare = (sized(read(p), 1024) for p in files if p.stem not in WITH_FACES)
    yield "face.false.photographs.1024", found(look, bare)


def of_world(looks: dict[str, Score]) -> Iterator[tuple[str, dict[str, float]]]:
    """What is found in rendered frames, by scenes."""
    scenes = [CORE, *(family.name for family in FAMILIES)]
    frames: dict[str, list[Picture]] = {scene: [] for scene in scenes}
    for n in range(FRAMES):
        scene = scenes[n % len(scenes)]
        frames[scene].append(make_clip(sample_graph(8_000_000 + n, scene), 128, 1, 8.0).frames[0])
    every = (frame for part in frames.values() for frame in part)
    yield "nsfw.false.world", found(looks["opennsfw"], every)
    for scene, part in frames.items():
        yield f"face.drawn.{scene}", found(looks["face"], iter(part))


def milliseconds(look: Score, picture: Picture) -> float:
    """Median of a look."""
    took = []
    for _ in range(TIMED):
        began = time.perf_counter()
        look(picture)
        took.append(1000 * (time.perf_counter() - began))
    return float(np.median(took))


def main(folder: Path) -> None:
    """All figures."""
    looks = {
        name: partial(kind.score, Detector(name, THRESHOLD).session) for name, kind in KINDS.items()
    }
    result: dict[str, object] = dict(faces(looks["face"], folder))
    result |= dict(of_world(looks))
    picture = read(folder / GROUNDS[3])
    for side in (128, 512, 1280):
        for name, look in looks.items():
            result[f"{name}.milliseconds.{side}"] = milliseconds(look, sized(picture, side))
    json.dump(result, sys.stdout, indent=1)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
