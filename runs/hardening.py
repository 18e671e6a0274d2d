"""What reading in a confined process costs and holds: figures for records/trust, as JSON.

PYTHONPATH=src HIMMEL_THREADS=1 python runs/hardening.py > result.json
"""

from __future__ import annotations

import json
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from himmel.core.values import Clip, Sound
from himmel.media import apart, picture, read, sound
from himmel.media.write import write_clip

ROUNDS = 9
SIZES = ((128, 128, 17, 8.0), (512, 288, 48, 24.0), (1280, 720, 8, 24.0))


def clip(width: int, height: int, frames: int, fps: float) -> Clip:
    """A textured pattern that moves, and a tone."""
    rng = np.random.default_rng(0)
    tile = rng.integers(0, 256, (height // 8 + 9, width // 8 + 9, 3)).repeat(8, 0).repeat(8, 1)
    moving = [tile[t : t + height, 2 * t % 64 : 2 * t % 64 + width] for t in range(frames)]
    count = round(frames / fps * 48000)
    tone = np.sin(np.arange(count, dtype=np.float32) / 9)[:, None] * 0.5
    return Clip(np.stack(moving).astype(np.uint8), fps, Sound(tone.astype(np.float32), 48000))


def computing() -> float:
    """Seconds that this process and the one that reads for it have computed (Linux).

    Unlike a clock on the wall it says the same on a machine that others keep busy. The kernel's number
    of another process's clock: include/linux/posix-timers.h.
    """
    with apart._lent() as reader:
        theirs = (~reader._process.pid << 3) | 2
    return time.process_time() + time.clock_gettime(theirs)


def cost(ours: Callable[[], object], theirs: Callable[[], object]) -> dict[str, float]:
    """Medians of what both compute, taken in turns, and of their ratio."""
    took: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for held, call in zip(took, (ours, theirs), strict=True):
            begun = computing()
            call()
            held.append(computing() - begun)
    ratios = sorted(a / b for a, b in zip(*took, strict=True))
    return {
        "apart_ms": round(statistics.median(took[0]) * 1e3, 2),
        "direct_ms": round(statistics.median(took[1]) * 1e3, 2),
        "ratio": round(statistics.median(ratios), 3),
        "ratio_low": round(ratios[1], 3),
        "ratio_high": round(ratios[-2], 3),
    }


def starts(count: int) -> list[float]:
    """Seconds until a process answers."""
    took = []
    for _ in range(count):
        apart.close()
        begun = time.perf_counter()
        apart.guards()
        took.append(time.perf_counter() - begun)
    return sorted(took)


def main() -> None:
    """Measure and print one object."""
    folder, told = Path(tempfile.mkdtemp()), {}
    for width, height, frames, fps in SIZES:
        film, still = folder / f"{width}.mp4", folder / f"{width}.png"
        content = clip(width, height, frames, fps)
        write_clip(film, content)
        picture.write_picture(still, content.frames[0])
        pairs = {
            "clip": (lambda f=film: apart.read_clip(f), lambda f=film: read.read_clip(f)),
            "picture": (
                lambda s=still: apart.read_picture(s),
                lambda s=still: picture.read_picture(s),
            ),
            "sound": (lambda f=film: apart.read_sound(f), lambda f=film: sound.read_sound(f)),
        }
        told[f"{width}x{height}x{frames}"] = {k: cost(*pair) for k, pair in pairs.items()}
    begun = starts(ROUNDS)
    apart.close()
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    result = {
        "rounds": ROUNDS,
        "guards": apart.guards(),
        "start_seconds": {"median": statistics.median(begun), "high": begun[-2]},
        "largest_child_mib": round(children / 1024, 1),
        "sizes": told,
    }
    json.dump(result, sys.stdout, indent=1)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
