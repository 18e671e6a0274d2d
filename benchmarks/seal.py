"""What the seal finds and what it costs: every output read back, bytes flipped, copies recognised.

Goals P1 to P4 and P9: all outputs trusted, all flips found, all sources kept, at most 50 ms for a file
of 5 MB, copies still resolved to the row of the file they come from.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import av
import numpy as np
from PIL import Image

from himmel.core.files import sha256
from himmel.core.rng import numpy_rng
from himmel.core.values import Frames, Request
from himmel.evaluate.intervals import Metric, share
from himmel.generate.door import generate
from himmel.generate.system import System
from himmel.provenance import credentials, identity
from himmel.provenance.fingerprint import fingerprint, hashes_of
from himmel.provenance.registry import Registry, Row
from himmel.provenance.signed import SignedSeal
from himmel.provenance.xmp import COMPOSITE
from himmel_benchmarks.harness import clock, quartiles

PROMPTS = (
    "a red ball jumps on the meadow", "a blue cube on the beach", "a green cone in the snow",
    "a yellow car drives to the left", "a white cat at night", "an orange ball rolls on the road",
)  # fmt: skip
CLIPS, FLIPS, TIMED, DEPTH = 24, 200, 15, 5
FORMS = ("mp4", "webm", "gif", "webp", "apng", "png", "jpg")
STILLS = ("png", "jpg")
FLIPPED = ("mp4", "png", "webp", "gif", "jpg")
FPS = 8.0


@dataclass(frozen=True)
class Made:
    """A clip as it left the door, and its frames (T, H, W, 3) before coding."""

    path: Path
    frames: Frames


def measure(system: System, seed: int = 0) -> dict[str, Metric]:
    """Every figure by key, with this installation's keys; registry and files are thrown away."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        seal = SignedSeal(registry=Registry(folder / "registry.sqlite", "bench"))
        clips, spent = _drawn(system, seal, folder, seed)
        return {
            "trusted": _trusted(clips[:3], seal, folder),
            "flips_found": _flips(clips[0], seal, folder, seed),
            "sources_kept": _sources(clips[0], seal, folder),
            **_costs(clips[0], seal, folder, seed),
            "share_of_generation": spent,
            **_copies(clips, seal.registry or Registry(folder)),
        }


def _drawn(system: System, seal: SignedSeal, folder: Path, seed: int) -> tuple[list[Made], Metric]:
    """Clips through the door, and the time of signing beside that of all the rest."""
    sealed = replace(system, seal=seal)
    clips, shares = [], []
    for number in range(CLIPS):
        request = Request(prompt=PROMPTS[number % len(PROMPTS)], seed=seed + number)
        result = generate(request, sealed, folder / f"{number}.mp4")
        assert result.clip is not None and result.path is not None
        clips.append(Made(result.path, result.clip.frames))
        whole, drawn = result.timings["total"], result.timings["decode"]
        shares.append((whole - drawn) / whole)
    return clips, quartiles(shares, "share, film coding included")


def _sealed(frames: Frames, path: Path, seal: SignedSeal, sources: Sequence[Path] = ()) -> Path:
    shown = frames[:1] if path.suffix[1:] in STILLS else frames
    seal.sign(iter([shown]), path, FPS, {"model": "bench", "seed": 0}, sources)
    return path


def _trusted(clips: Sequence[Made], seal: SignedSeal, folder: Path) -> Metric:
    """Outputs that are read back as trusted with our root, and as valid without it."""
    held = []
    for number, clip in enumerate(clips):
        files = [_sealed(clip.frames, folder / f"form{number}.{form}", seal) for form in FORMS]
        _sealed(clip.frames, folder / f"pictures{number}", seal)
        for file in (*files, *(folder / f"pictures{number}").iterdir()):
            states = [
                found.state if (found := credentials.read_credentials(file, anchors)) else ""
                for anchors in (identity.anchors(), b"")
            ]
            held.append(states == ["trusted", "valid"])
    return share(held)


def _flips(clip: Made, seal: SignedSeal, folder: Path, seed: int) -> Metric:
    """Changes of one byte, at random outside the signature's own box, after which no seal holds."""
    random = numpy_rng(seed, "flips")
    found = []
    for form in FLIPPED:
        whole = _sealed(clip.frames, folder / f"flip.{form}", seal).read_bytes()
        signed = _store(whole)
        places = [at for at in range(len(whole)) if at not in signed]
        for at in random.choice(places, FLIPS // len(FLIPPED)):
            changed = bytearray(whole)
            changed[at] ^= 1 << int(random.integers(8))
            hostile = folder / f"flipped.{form}"
            hostile.write_bytes(changed)
            read = credentials.read_credentials(hostile, identity.anchors())
            found.append(read is None or read.state in ("invalid", "unreadable"))
    return share(found)


def _store(whole: bytes) -> range:
    """Where the manifest store lies; GIF interrupts it by a byte for every 255."""
    at = whole.index(b"jumb") - 4
    length = int.from_bytes(whole[at : at + 4], "big")
    return range(at - 64, at + length + length // 200 + 16)


def _sources(clip: Made, seal: SignedSeal, folder: Path) -> Metric:
    """Manifests that are still there at the end of a chain of edits, out of all that were made."""
    path = _sealed(clip.frames, folder / "chain0.png", seal)
    for number in range(1, DEPTH + 1):
        path = _sealed(clip.frames, folder / f"chain{number}.png", seal, [path])
    found = credentials.read_credentials(path, identity.anchors())
    kept = found.manifests if found and found.state == "trusted" else 0
    return share([number < kept for number in range(DEPTH + 1)])


def _costs(clip: Made, seal: SignedSeal, folder: Path, seed: int) -> dict[str, Metric]:
    """Milliseconds of signing and reading a default clip, and a film of some megabytes."""
    noise = numpy_rng(seed, "noise").integers(0, 256, (12, 512, 512, 3), dtype=np.uint8)
    large = _sealed(noise, folder / "large.mp4", seal)
    figures = {}
    for name, file in (("clip", clip.path), ("large", large)):
        megabytes = file.stat().st_size / 1e6
        signing = [_timed(lambda f=file: _sign(f, folder)) for _ in range(TIMED)]
        reading = [_timed(lambda f=file: _read(f)) for _ in range(TIMED)]
        figures[f"megabytes.{name}"] = quartiles([megabytes], "MB")
        figures[f"sign_milliseconds.{name}"] = quartiles(signing, "ms")
        figures[f"read_milliseconds.{name}"] = quartiles(reading, "ms")
    finding = [_timed(lambda: hashes_of(clip.frames)) for _ in range(TIMED)]
    return {**figures, "hash_milliseconds": quartiles(finding, "ms, all frames of a clip")}


def _timed(work: Callable[[], object]) -> float:
    began = clock()
    work()
    return 1e3 * (clock() - began)


def _sign(file: Path, folder: Path) -> None:
    copy = folder / f"again{file.suffix}"
    copy.write_bytes(file.read_bytes())
    told = credentials.definition(
        {"digital_source_type": COMPOSITE}, credentials.new_label(), parents=1
    )
    kind = credentials.MEDIA_TYPES[file.suffix]
    credentials.sign_file(copy, kind, told, identity.current_identity(), [file])


def _read(file: Path) -> None:
    credentials.read_credentials(file, identity.anchors())


def _copies(clips: Sequence[Made], book: Registry) -> dict[str, Metric]:
    """Copies that resolve to the right row by their looks alone, and strangers that resolve to any."""
    half = len(clips) // 2
    empty = Registry(book.path.with_name("half.sqlite"), "bench")
    for clip in clips[:half]:
        digest = sha256(clip.path)
        kept = fingerprint(clip.frames)
        empty.add(Row(digest, 0, "", "", "", "", clip.path.name, digest, kept))
    figures = {}
    for name, change in CHANGES.items():
        found = [_first(empty, change(clip.frames)) == clip.path.name for clip in clips[:half]]
        figures[f"copies_found.{name}"] = share(found)
    strangers = [_first(empty, clip.frames) is not None for clip in clips[half:]]
    return {**figures, "strangers_found": share(strangers)}


def _first(book: Registry, frames: Frames) -> str | None:
    found = book.similar(hashes_of(frames))
    return found[0][0].name if found else None


def coded(frames: Frames, crf: int) -> Frames:
    """Frames after H.264 at a quality."""
    film = io.BytesIO()
    with av.open(film, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=8, options={"crf": str(crf)})
        stream.height, stream.width = frames.shape[1:3]
        stream.pix_fmt = "yuv420p"
        for frame in frames:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(np.ascontiguousarray(frame))))
        container.mux(stream.encode())
    film.seek(0)
    return np.stack(list(_decoded(film)))


def _decoded(film: io.BytesIO) -> Iterator[Frames]:
    with av.open(film) as container:
        for frame in container.decode(video=0):
            yield frame.to_ndarray(format="rgb24")


def cropped(frames: Frames, side: float) -> Frames:
    """The middle, an even number of pixels."""
    height, width = (int(n * side) // 2 * 2 for n in frames.shape[1:3])
    top, left = (frames.shape[1] - height) // 2, (frames.shape[2] - width) // 2
    return frames[:, top : top + height, left : left + width]


def scaled(frames: Frames, side: float) -> Frames:
    """All of it, smaller."""
    height, width = (int(n * side) // 2 * 2 for n in frames.shape[1:3])
    return np.stack(
        [np.asarray(Image.fromarray(frame).resize((width, height))) for frame in frames]
    )


CHANGES: dict[str, Callable[[Frames], Frames]] = {
    "crf23": lambda frames: coded(frames, 23),
    "crf28": lambda frames: coded(frames, 28),
    "crf36": lambda frames: coded(frames, 36),
    "scale55": lambda frames: coded(scaled(frames, 0.55), 23),
    "brightness50": lambda frames: coded((frames * 0.5).astype(np.uint8), 23),
    "half_rate": lambda frames: coded(frames[::2], 28),
    "first_half": lambda frames: coded(frames[: (len(frames) + 1) // 2], 28),
    "crop90": lambda frames: coded(cropped(frames, 0.9), 23),
}
