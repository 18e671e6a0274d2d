"""Parsers of strangers' bytes and words, fed with mutations until somebody stops them.

By hand, a minute for each, or for one:

    PYTHONPATH=src python tests/fuzz/fuzzing.py --seconds 60
    PYTHONPATH=src python tests/fuzz/fuzzing.py --seconds 60 boxes

A parser may refuse with HimmelError; anything else is a defect, and what caused it is written beside.
"""

from __future__ import annotations

import argparse
import atexit
import json
import shutil
import struct
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from himmel.core.errors import HimmelError
from himmel.core.tensors import read_header
from himmel.generate.lexicon import Lexicon
from himmel.provenance import boxes, chunks, ebml
from himmel.provenance.xmp import manifest_of, packet
from himmel.safety.normalise import readings
from himmel.world.graph import Graph, sample_graph

_MEMORY = Path("/dev/shm")  # Linux: files that need no disk, ten times as many a second
FOLDER = Path(tempfile.mkdtemp(prefix="himmel-fuzz-", dir=_MEMORY if _MEMORY.is_dir() else None))
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)
PACKET = packet({"model": "m", "seed": 7, "checks": ["words"], "prompt": "ein Ball"}, "himmel 0")
HEADER = json.dumps({"a": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}).encode()


def _boxed(*parts: tuple[bytes, bytes]) -> bytes:
    return b"".join(struct.pack(">I", 8 + len(body)) + kind + body for kind, body in parts)


def _element(kind: int, body: bytes) -> bytes:
    size = (1 << 56 | len(body)).to_bytes(8, "big")
    return kind.to_bytes((kind.bit_length() + 7) // 8, "big") + size + body


MP4 = _boxed(
    (b"ftyp", b"isom\0\0\0\0isom"), (b"moov", bytes(40)), (b"uuid", boxes.XMP_UUID + PACKET)
)
TAGS = _element(
    ebml.TAGS,
    _element(
        ebml.TAG,
        _element(
            ebml.SIMPLE_TAG, _element(ebml.TAG_NAME, b"XMP") + _element(ebml.TAG_STRING, PACKET)
        ),
    ),
)
WEBM = _element(ebml.EBML, b"\x42\x82\x84webm") + _element(ebml.SEGMENT, TAGS)
GIF = (
    b"GIF89a\x02\0\x02\0\x80\0\0" + bytes(6) + b"!\xff\x0bXMP DataXMP" + PACKET[:200]
    + b"\x01" + bytes(range(255, -1, -1)) + b"\0" + b",\0\0\0\0\x02\0\x02\0\0\x02\x02\x44\x01\0;"
)  # fmt: skip
LEXICON = Lexicon({"a": (), "car": ("kind:car",)}, {"setting:meadow": "on a meadow"}).to_json()
GRAPHS = [sample_graph(seed, "wide").to_json() for seed in range(4)]
WORDS = [
    "n 4 k e d",
    "Ｓchöne KАТZE",
    "a\u200bb\u202e c",
    "1l|I!",
    "ﬀ ½ ǆ",
    "🙂👩‍🚀 x",
    "a.b.c-d_e",
]


def _from_file(read: Callable[[Path], object]) -> Callable[[bytes], object]:
    def run(data: bytes) -> object:
        path = FOLDER / "case"
        path.write_bytes(data)
        return read(path)

    return run


def _text(read: Callable[[str], object]) -> Callable[[bytes], object]:
    return lambda data: read(data.decode("utf-8", "replace"))


@dataclass(frozen=True)
class Target:
    """A parser, and what it reads when all is well."""

    run: Callable[[bytes], object]
    seeds: tuple[bytes, ...]


TARGETS = {
    "xmp": Target(manifest_of, (PACKET,)),
    "boxes": Target(_from_file(boxes.find_xmp), (MP4,)),
    "ebml": Target(_from_file(ebml.find_xmp), (WEBM,)),
    "gif": Target(_from_file(chunks.gif_xmp), (GIF,)),
    "safetensors": Target(
        _from_file(read_header), (len(HEADER).to_bytes(8, "little") + HEADER + bytes(4),)
    ),
    "normaliser": Target(_text(readings), tuple(w.encode() for w in WORDS)),
    "lexicon": Target(_text(Lexicon.from_json), (LEXICON.encode(),)),
    "graph": Target(_text(Graph.from_json), tuple(g.encode() for g in GRAPHS)),
}
_PIECES = (
    b"\xff" * 4, bytes(4), b"\x7f" + b"\xff" * 7, b"\0\0\0\x01", b'"', b"{", b"}", b"[" * 5000,
    b"null", b"-1", b"1e999", b"NaN", b"<a>" * 20, b"&a;", b"<!DOCTYPE a>", b"\xed\xa0\x80", b"]]>",
    "\u202e\u200b\u0430".encode(), b"9" * 5000, b"true", b'"":', b"\\ud800", b"18446744073709551616",
)  # fmt: skip


def mutated(seeds: tuple[bytes, ...], rng: np.random.Generator) -> bytes:
    """One of the seeds with one to five changes."""
    data = bytearray(seeds[int(rng.integers(len(seeds)))])
    for _ in range(int(rng.integers(1, 6))):
        at, size = int(rng.integers(len(data) + 1)), int(rng.integers(1, 40))
        manner = int(rng.integers(6))
        if manner == 0 and data:
            data[at % len(data)] = int(rng.integers(256))
        elif manner == 1:
            del data[at : at + size]
        elif manner == 2:
            data[at:at] = data[at : at + size]
        elif manner == 3:
            data[at:at] = _PIECES[int(rng.integers(len(_PIECES)))]
        elif manner == 4:
            piece = _PIECES[int(rng.integers(len(_PIECES)))]
            data[at : at + len(piece)] = piece
        else:
            other = seeds[int(rng.integers(len(seeds)))]
            data[at:] = other[int(rng.integers(len(other) + 1)) :]
    return bytes(data)


def fuzz(
    name: str, cases: int | None = None, seconds: float = 60.0, seed: int = 0
) -> dict[str, int]:
    """Feed a target; gives counts of cases, and of those read and refused.

    What raises anything but HimmelError is raised again, with the case's number and bytes in a note.
    """
    target, until = TARGETS[name], time.monotonic() + seconds
    counts = {"cases": 0, "read": 0, "refused": 0}
    while counts["cases"] < cases if cases is not None else time.monotonic() < until:
        data = mutated(target.seeds, np.random.default_rng([seed, counts["cases"]]))
        try:
            target.run(data)
            counts["read"] += 1
        except HimmelError:
            counts["refused"] += 1
        except Exception as error:
            error.add_note(f"{name}, seed {seed}, case {counts['cases']}: {data!r}")
            raise
        counts["cases"] += 1
    return counts


def main() -> None:
    """Fuzz what the words ask for and say how often it was read and refused."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("targets", nargs="*", help=", ".join(TARGETS))
    parser.add_argument("--seconds", type=float, default=60.0, help="for each target (60)")
    parser.add_argument("--seed", type=int, default=0, help="another number, other cases (0)")
    args = parser.parse_args()
    for name in args.targets or TARGETS:
        counts = fuzz(name, seconds=args.seconds, seed=args.seed)
        sys.stdout.write(f"{name}: {json.dumps(counts)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
