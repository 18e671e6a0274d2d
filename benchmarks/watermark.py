"""The watermark against what films go through: on the world, on what the model draws, on real footage.

Real footage is the film of iscc-samples (CC-BY-4.0, extra [corpus]), cut into pieces; without it the
figures are those of the other two. A clip lasts 17 frames at 8 a second.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import av
import numpy as np

from himmel.core.rng import numpy_rng
from himmel.core.values import Frames, Request
from himmel.evaluate.intervals import Metric, bootstrap, share
from himmel.generate.decode import decode
from himmel.generate.denoise import denoise
from himmel.generate.plan import plan_request
from himmel.generate.system import System, load_system
from himmel.provenance.watermark import embed, find
from himmel.world.clip import make_clip
from himmel.world.graph import sample_graph
from himmel_benchmarks.attacks import ATTACKS, scaled
from himmel_benchmarks.harness import clock, quartiles

SIZES = (128, 192, 256)  # pixels a side
WORLD, DRAWN, REAL = 8, 4, 8  # clips of each kind and size
CLIPS = WORLD + DRAWN + REAL
FRAMES, FPS, EVERY = 17, 8.0, 3  # the real film has 24 frames a second
SCENES = ("core", "wide", "group", "camera", "face")
PROMPTS = (
    "a red car drives along a winding mountain road",
    "a dog runs on a meadow",
    "a blue ball jumps on the beach",
    "a white castle in the snow",
)
OUT = Path("clip.mp4")
ISSUED = 1000  # marks that a registry would hold
ALARMS, ALARM_SIZE = 2000, 96  # searches, in single pictures: the bound holds for any


@dataclass(frozen=True, eq=False)
class Subject:
    """A clip, the mark and key it gets."""

    frames: Frames
    mark: int
    key: bytes


def measure(model: str, seed: int = 0) -> dict[str, Metric]:
    """Every figure by key: `exact.SIZE.ATTACK` (the mark, unaided), `listed.` (with the registry's
    help), `wrong.SIZE` (another mark), `psnr.`, `ssim.`, `embed_milliseconds.`, `find_seconds.`"""
    system, figures = load_system(model), {}
    for size in SIZES:
        rng = numpy_rng(seed, "watermark", size)
        clips = footage(system, size, seed)
        subjects = [Subject(c, int(rng.integers(2**32)), rng.bytes(32)) for c in clips]
        issued = [int(m) for m in rng.integers(2**32, size=ISSUED)]
        figures |= {f"{name}.{size}": metric for name, metric in survival(subjects, issued).items()}
    return {_by_size(key): metric for key, metric in figures.items()}


def _by_size(key: str) -> str:
    """exact.h264_crf23.256 -> exact.256.h264_crf23"""
    kind, _, rest = key.partition(".")
    attack, _, size = rest.rpartition(".")
    return ".".join(part for part in (kind, size, attack) if part)


def survival(subjects: list[Subject], issued: list[int]) -> dict[str, Metric]:
    """What is left of the marks of some clips, attack by attack."""
    exact: dict[str, list[bool]] = {name: [] for name in ATTACKS}
    listed: dict[str, list[bool]] = {name: [] for name in ATTACKS}
    wrong, quality, taken, waits = [], [], [], []
    for subject in subjects:
        began = clock()
        marked = embed(subject.frames, subject.mark, subject.key)
        taken.append(1000 * (clock() - began) / len(marked))
        quality.append((psnr(subject.frames, marked), ssim(subject.frames, marked)))
        for name, attack in ATTACKS.items():
            hurt = attack(marked)
            began = clock()
            found = find(hurt, subject.key)
            waits.append(clock() - began)
            exact[name].append(found is not None and found.mark == subject.mark)
            looked_up = found or find(hurt, subject.key, [*issued, subject.mark])
            listed[name].append(looked_up is not None and looked_up.mark == subject.mark)
            wrong += [f is not None and f.mark != subject.mark for f in (found, looked_up)]
    return {
        **{f"exact.{name}": share(values) for name, values in exact.items()},
        **{f"listed.{name}": share(values) for name, values in listed.items()},
        "wrong": share(wrong),
        "psnr": bootstrap([q[0] for q in quality], unit="dB"),
        "psnr.least": quartiles([min(q[0] for q in quality)], "dB"),
        "ssim": bootstrap([q[1] for q in quality], unit="similarity"),
        "ssim.least": quartiles([min(q[1] for q in quality)], "similarity"),
        "embed_milliseconds": quartiles(taken, "milliseconds a frame"),
        "find_seconds": quartiles(waits, "seconds"),
    }


def alarms(seed: int = 0) -> dict[str, Metric]:
    """Marks seen where there is none: half of the clips unmarked, half marked under another key."""
    rng, seen = numpy_rng(seed, "alarms"), []
    clips = [clip[:1] for clip in (*_world(ALARM_SIZE, seed), *_real(ALARM_SIZE))]
    for number in range(ALARMS):
        frames = clips[number % len(clips)]
        if number % 2:
            frames = embed(frames, int(rng.integers(2**32)), rng.bytes(32))
        issued = [int(m) for m in rng.integers(2**32, size=ISSUED)]
        seen.append(find(frames, rng.bytes(32), issued) is not None)
    return {"false_alarms": share(seen)}


def footage(system: System, size: int, seed: int) -> list[Frames]:
    """Clips uint8 (17, size, size, 3)."""
    return [*_world(size, seed), *_drawn(system, size, seed), *_real(size)]


def _world(size: int, seed: int) -> Iterator[Frames]:
    for number in range(WORLD):
        graph = sample_graph(seed + 900 + number, SCENES[number % len(SCENES)])
        yield make_clip(graph, size, FRAMES, FPS).frames


def _drawn(system: System, size: int, seed: int) -> Iterator[Frames]:
    """At the size that the model draws, enlarged or reduced to the one that is asked."""
    for number, prompt in enumerate(PROMPTS[:DRAWN]):
        plan = plan_request(Request(prompt=prompt, seed=seed + number), system.config, OUT)
        frames = np.concatenate(list(decode(denoise(plan, system), system.codec)))
        yield scaled(frames, size / frames.shape[1])


def _real(size: int) -> Iterator[Frames]:
    """Pieces of a film, spread over its length, from the middle of its picture."""
    if find_spec("iscc_samples") is None:
        return
    import iscc_samples

    path = Path(iscc_samples.__file__).parent / "files/video/demo.mp4"
    with av.open(str(path)) as film:
        length = film.streams.video[0].frames // REAL
        kept: list[np.ndarray] = []
        for number, picture in enumerate(film.decode(video=0)):
            if number % length < EVERY * FRAMES and number % length % EVERY == 0:
                kept.append(_square(picture, size))
            if len(kept) == FRAMES:
                yield np.stack(kept)
                kept = []


def _square(picture: av.VideoFrame, size: int) -> np.ndarray:
    image = picture.to_image()
    side = min(image.size)
    left, top = (image.width - side) // 2, (image.height - side) // 2
    return np.asarray(image.crop((left, top, left + side, top + side)).resize((size, size)))


def psnr(before: Frames, after: Frames) -> float:
    """Of all levels of a clip together, in dB."""
    error = np.mean((before.astype(np.float64) - after) ** 2)
    return float(10 * np.log10(255**2 / error))


def ssim(before: Frames, after: Frames) -> float:
    """Mean over frames of SSIM of brightness, with the usual bell of 1.5 pixels."""
    return float(np.mean([_ssim(*pair) for pair in zip(before, after, strict=True)]))


def _ssim(before: np.ndarray, after: np.ndarray) -> float:
    from scipy.ndimage import gaussian_filter

    def blurred(plane: np.ndarray) -> np.ndarray:
        return gaussian_filter(plane, 1.5, truncate=3.5)

    x, y = (frame @ np.asarray([0.299, 0.587, 0.114]) for frame in (before, after))
    mean_x, mean_y = blurred(x), blurred(y)
    spread = blurred(x * x) + blurred(y * y) - mean_x**2 - mean_y**2
    both = blurred(x * y) - mean_x * mean_y
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    light = (2 * mean_x * mean_y + c1) / (mean_x**2 + mean_y**2 + c1)
    return float(np.mean(light * (2 * both + c2) / (spread + c2)))
