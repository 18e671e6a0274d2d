"""The confined process: asked over one pipe to read a file, answers over another.

A question is a line of JSON. An answer is pieces of JSON, each behind its length in 4 bytes; those of
kind "block" are followed by the numbers that they describe, one of kind "end" or "error" is the last.
After every block the process waits for one byte: `+` to go on, anything else to stop. Nothing but JSON
and plain numbers crosses, so whoever takes over this process can only lie about a picture.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from himmel.core.errors import DamagedFileError, HimmelError
from himmel.media.confine import allow_cpu, confine
from himmel.media.credentials import Report, read_report
from himmel.media.picture import picture_xmp, read_picture
from himmel.media.read import frames_of, probe
from himmel.media.sound import sound_blocks

Block = tuple[dict[str, Any], NDArray[Any] | None]


def _probe(path: Path, fps: float | None) -> Iterator[Block]:
    yield asdict(probe(path, fps)), None


def _picture(path: Path) -> Iterator[Block]:
    yield {}, read_picture(path)


def _xmp(path: Path) -> Iterator[Block]:
    if (packet := picture_xmp(path)) is not None:
        yield {}, np.frombuffer(packet, np.uint8)


def _frames(path: Path, start: float, end: float | None, fps: float | None) -> Iterator[Block]:
    return (({"seconds": t.seconds}, t.frame) for t in frames_of(path, start, end, fps))


def _sound(path: Path, start: float, end: float | None, track: int) -> Iterator[Block]:
    """Packets are small: about a second of them goes at a time."""
    held: list[NDArray[np.float32]] = []
    rate = 0
    for block in sound_blocks(path, start, end, track):
        held, rate = [*held, block.samples], block.rate
        if sum(map(len, held)) >= rate:
            yield {"rate": rate}, np.concatenate(held)
            held = []
    if held:
        yield {"rate": rate}, np.concatenate(held)


def _report(path: Path, sidecar: str | None, anchors: str) -> Iterator[Block]:
    """The text goes as numbers: reports can be longer than a line may be."""
    try:
        found = read_report(path, None if sidecar is None else Path(sidecar), anchors.encode())
    except OSError as error:
        raise HimmelError(f"{path.name} cannot be read ({error.strerror or error})") from None
    if found is not None:
        text, *rest = found
        yield dict(zip(Report._fields[1:], rest, strict=True)), np.frombuffer(text, np.uint8)


QUESTIONS: dict[str, Callable[..., Iterator[Block]]] = {
    "probe": _probe,
    "picture": _picture,
    "xmp": _xmp,
    "frames": _frames,
    "sound": _sound,
    "report": _report,
}


def main() -> None:
    """Answer questions until nobody asks any more."""
    # PyAV's own log takes Python's lock in FFmpeg's threads and then waits for ever: leave it alone.

    asks, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb", 0)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)  # nothing that a decoder says is an answer
    os.dup2(2, 1)
    _tell(answers, {"kind": "ready", "guards": confine()}, None)
    for line in asks:
        allow_cpu()
        _answer(json.loads(line), asks, answers)


def _answer(question: dict[str, Any], asks: BinaryIO, answers: BinaryIO) -> None:
    path = Path(question.pop("path"))
    try:
        for about, numbers in QUESTIONS[question.pop("what")](path, **question):
            _tell(answers, {"kind": "block", **about}, numbers)
            if asks.read(1) != b"+":
                break
        _tell(answers, {"kind": "end"}, None)
    except MemoryError:
        _tell(answers, {"kind": "error", "text": f"{path.name} needs too much memory"}, None)
    except HimmelError as error:
        damaged = isinstance(error, DamagedFileError)
        _tell(answers, {"kind": "error", "damaged": damaged, "text": str(error)}, None)


def _tell(answers: BinaryIO, head: dict[str, Any], numbers: NDArray[Any] | None) -> None:
    numbers = np.zeros(0, np.uint8) if numbers is None else np.ascontiguousarray(numbers)
    head = {**head, "dtype": numbers.dtype.name, "shape": numbers.shape}
    line = json.dumps(head).encode()
    payload = memoryview(numbers.data).cast("B") if numbers.size else memoryview(b"")
    for data in (memoryview(len(line).to_bytes(4, "little") + line), payload):
        left = data
        while len(left):
            left = left[answers.write(left) or 0 :]


if __name__ == "__main__":
    main()
