"""Slots for detectors whose weights the operator supplies: open_nsfw and YuNet, as ONNX files by path.

himmel ships neither. A file is used only with the hash that the operator wrote down for it; one that is
missing or differs, or a missing onnxruntime, refuses everything until it is there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from himmel.core.errors import DamagedFileError, HimmelError
from himmel.core.files import sha256
from himmel.core.values import Frames
from himmel.media.picture import fitted
from himmel.safety.frames import FrameCheck

Scores = Callable[["Session", NDArray[np.uint8]], float]
NSFW_SIDE, FACE_SIDE, FACE_STRIDE = 224, 320, 32
NSFW_MEAN = (104.0, 117.0, 123.0)  # blue, green, red: what open_nsfw was trained with


class Session(Protocol):
    """What is needed of onnxruntime.InferenceSession."""

    def get_inputs(self) -> list[Any]:
        """The inputs, each with a name."""
        ...

    def get_outputs(self) -> list[Any]:
        """The outputs, each with a name."""
        ...

    def run(self, names: list[str] | None, feed: Mapping[str, Any]) -> list[Any]:
        """The outputs' values."""
        ...


def open_session(path: Path, digest: str) -> Session:
    """A network on one thread of the CPU. Raises HimmelError for what cannot be used."""
    if not path.is_file():
        raise HimmelError(f"the detector's weights {path} are not there")
    if sha256(path) != digest:
        raise DamagedFileError(f"{path} has another sha256 than the settings say")
    try:
        import onnxruntime
    except ModuleNotFoundError:
        raise HimmelError("detectors need onnxruntime; run: pip install onnxruntime") from None
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session: Session = onnxruntime.InferenceSession(
        str(path), options, providers=["CPUExecutionProvider"]
    )
    return session


@dataclass
class Detector:
    """A network that scores a frame between 0 and 1; a score above `threshold` is a finding."""

    kind: str
    path: Path
    digest: str
    threshold: float
    opened: Callable[[Path, str], Session] = field(default=open_session)

    @cached_property
    def session(self) -> Session:
        """Opened once, at the first look."""
        return self.opened(self.path, self.digest)

    def find(self, frames: Frames) -> str | None:
        """The first frame's score that is too high, said in a sentence."""
        score, sentence = KINDS[self.kind].score, KINDS[self.kind].sentence
        found = any(score(self.session, frame) > self.threshold for frame in frames)
        return sentence if found else None

    def ready(self) -> None:
        """Raises when the network cannot be opened."""
        _ = self.session

    def check(self, every: int, limit: float) -> FrameCheck:
        """As a check of each so-manieth frame within `limit` seconds."""
        category = KINDS[self.kind].category
        return FrameCheck(
            self.kind, self.find, category=category, every=every, limit=limit, ready=self.ready
        )


def nsfw_score(session: Session, frame: NDArray[np.uint8]) -> float:
    """Probability of nudity by open_nsfw for a frame (H, W, 3): input (1, 224, 224, 3) BGR less mean."""
    side = fitted(frame, NSFW_SIDE, NSFW_SIDE)[..., ::-1].astype(np.float32)
    given = (side - np.array(NSFW_MEAN, np.float32))[None]
    return _finite(_run(session, given)[0][0][1])


def face_score(session: Session, frame: NDArray[np.uint8]) -> float:
    """Largest face score by YuNet for a frame (H, W, 3): sqrt(class x objectness) over its strides."""
    height, width = (_multiple(n * _shrink(frame)) for n in frame.shape[:2])
    given = fitted(frame, width, height)[..., ::-1].astype(np.float32).transpose(2, 0, 1)[None]
    names = [output.name for output in session.get_outputs()]
    values = dict(zip(names, _run(session, np.ascontiguousarray(given)), strict=True))
    scores = [
        np.sqrt(np.clip(values[f"cls_{s}"], 0, 1) * np.clip(values[f"obj_{s}"], 0, 1)).max()
        for s in (8, 16, 32)
    ]
    return _finite(max(scores))


def _shrink(frame: NDArray[np.uint8]) -> float:
    return float(FACE_SIDE / max(frame.shape[:2]))


def _multiple(length: float) -> int:
    return max(FACE_STRIDE, round(length / FACE_STRIDE) * FACE_STRIDE)


def _run(session: Session, given: NDArray[np.float32]) -> list[Any]:
    return session.run(None, {session.get_inputs()[0].name: given})


def _finite(score: Any) -> float:
    if not np.isfinite(score):
        raise HimmelError("a detector answered with no number")
    return float(score)


@dataclass(frozen=True)
class Kind:
    """What a kind of detector scores, what it stands for, and the sentence of its finding."""

    score: Scores
    category: str
    sentence: str


KINDS = {
    "opennsfw": Kind(nsfw_score, "C4", "the frames show nudity"),
    "face": Kind(face_score, "C10", "the picture shows a face"),
}
