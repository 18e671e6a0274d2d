"""Strangers' films and pictures, decoded in another process that can do no harm.

The same functions as in `read`, `picture` and `sound`, with the same answers and errors; whatever a
person hands in is read through them. What himmel itself wrote a moment ago may be read directly.

The process is started for the first file (about a third of a second), is confined (see `confine`),
and stays for the next one. It is killed with its group when it does not answer for MAX_WAIT seconds;
when it dies, the file that it was reading is refused in one sentence, and the next file gets another.
A program that reads for several people calls `close` between them.
"""

from __future__ import annotations

import atexit
import fcntl
import json
import math
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from himmel.core.env import bare_environment
from himmel.core.errors import DamagedFileError, HimmelError
from himmel.core.plain import parse_json
from himmel.core.values import Sound
from himmel.media.confine import MAX_CPU_SECONDS
from himmel.media.credentials import Report
from himmel.media.guard import MAX_PIXELS
from himmel.media.read import Probe, SoundTrack, TimedClip, TimedFrame, held
from himmel.media.sound import joined

MAX_WAIT = 15.0  # seconds without an answer
MAX_FILES = 256  # that one process reads; whatever decoders leak goes with it
_MAX_LINE = 1 << 16  # bytes of JSON
_MAX_BLOCK = 1 << 28  # bytes of numbers: the largest frame in 16 bits of RGB would be 96 MiB
_MAX_TEXT = 1000  # letters of an error
_MAX_START = 60.0  # seconds to start in, on a machine that is busy
_PIPE = 1 << 20  # bytes
_CHILD = ("-m", "himmel.media._child")
_STARTING = Path("the reader")
_DTYPES = ("uint8", "float32")

Block = tuple[dict[str, Any], NDArray[Any]]


def probe(path: Path, fps: float | None = None) -> Probe:
    """What a film or picture holds; as read.probe."""
    for about, _ in _asked("probe", path, fps=fps):
        tracks = tuple(SoundTrack(**track) for track in about.pop("sounds"))
        return Probe(**about, sounds=tracks)
    raise _lied(path)


def frames_of(
    path: Path, start: float = 0.0, end: float | None = None, fps: float | None = None
) -> Iterator[TimedFrame]:
    """Frames one by one, each with its true time; as read.frames_of."""
    for about, frame in _asked("frames", path, start=start, end=end, fps=fps):
        yield TimedFrame(_checked(frame, path), float(about["seconds"]))


def read_clip(
    path: Path, start: float = 0.0, end: float | None = None, fps: float | None = None
) -> TimedClip:
    """All frames of a span at once; as read.read_clip."""
    return held(path, probe(path, fps), frames_of(path, start, end, fps))


def read_picture(path: Path) -> NDArray[np.uint8]:
    """A picture, or the first frame of a moving one; as picture.read_picture."""
    for _, frame in _asked("picture", path):
        return _checked(frame, path)
    raise _lied(path)


def picture_xmp(path: Path) -> bytes | None:
    """The XMP packet of a picture; as picture.picture_xmp."""
    for _, packet in _asked("xmp", path):
        return packet.tobytes()
    return None


def read_sound(
    path: Path, start: float = 0.0, end: float | None = None, track: int = 0
) -> Sound | None:
    """One sound track; as sound.read_sound."""
    blocks = _asked("sound", path, start=start, end=end, track=track)
    return joined(Sound(samples, int(about["rate"])) for about, samples in blocks)


def read_report(path: Path, sidecar: Path | None = None, anchors: bytes = b"") -> Report | None:
    """What the credentials of a file say; as credentials.read_report."""
    beside = None if sidecar is None else str(sidecar.absolute())
    for about, text in _asked("report", path, sidecar=beside, anchors=anchors.decode("ascii")):
        state, error = str(about["state"]), str(about["error"])[:_MAX_TEXT]
        return Report(text.tobytes(), state, error, bool(about["spoken"]))
    return None


def guards() -> list[str]:
    """What confines the process on this system: of limits, privileges, calls."""
    with _lent() as reader:
        return reader.guards


def close() -> None:
    """End the process that waits for the next file."""
    with _lock:
        waiting, _idle[:] = list(_idle), []
    for reader in waiting:
        reader.kill()


def _checked(frame: NDArray[Any], path: Path) -> NDArray[np.uint8]:
    is_picture = frame.ndim == 3 and frame.shape[2] == 3 and frame.dtype == np.uint8
    if not is_picture or not 0 < math.prod(frame.shape[:2]) <= MAX_PIXELS:
        raise _lied(path)
    return frame


def _lied(path: Path) -> DamagedFileError:
    return DamagedFileError(f"{Path(path).name} led its reader astray; it is damaged or hostile")


def _asked(what: str, path: Path, **how: Any) -> Iterator[Block]:
    """Blocks as they are read; whoever stops early ends the reading."""
    path = Path(path)
    with _lent() as reader:
        yield from reader.ask({"what": what, "path": str(path.absolute()), **how}, path)


class _Reader:
    """One confined process. `free` says whether it waits for a question."""

    def __init__(self) -> None:
        self.owner, self.files, self.free = os.getpid(), 0, True
        self._process = _started()
        assert self._process.stdin and self._process.stdout
        self._asks, self._answers = self._process.stdin, self._process.stdout.fileno()
        os.set_blocking(self._answers, False)
        with suppress(
            AttributeError, OSError
        ):  # Linux alone; whole frames pass with fewer switches
            fcntl.fcntl(self._answers, fcntl.F_SETPIPE_SZ, _PIPE)
        self._poll = select.poll()
        self._poll.register(self._answers, select.POLLIN)
        self.guards = self._ready()

    def _ready(self) -> list[str]:
        try:
            return [str(name) for name in self._head(_STARTING, _MAX_START)["guards"]]
        except (HimmelError, KeyError, TypeError):
            self.kill()
            raise HimmelError(
                "the process that reads strangers' files did not start; see whether memory is left"
            ) from None

    def ask(self, question: dict[str, Any], path: Path) -> Iterator[Block]:
        """Blocks of an answer; the process reads on while a block is looked at."""
        self.free, self.files = False, self.files + 1
        try:
            self._say(json.dumps(question).encode() + b"\n", path)
            while (head := self._head(path))["kind"] == "block":
                numbers = self._numbers(head, path)
                self._say(b"+", path)
                yield head, numbers
            self.free = head["kind"] in ("end", "error")
        except GeneratorExit:
            self._stop(path)
            raise
        except (KeyError, TypeError, ValueError) as error:
            if isinstance(error, HimmelError):
                raise
            raise _lied(path) from None
        finally:
            if not self.free:
                self.kill()
        if head["kind"] == "error":
            raise _told(head, path)

    def _stop(self, path: Path) -> None:
        """Take the block that is on its way and have no more."""
        with suppress(HimmelError, KeyError, TypeError, ValueError):
            head = self._head(path)
            if head["kind"] == "block":
                self._numbers(head, path)
                self._say(b".", path)
                head = self._head(path)
            self.free = head["kind"] in ("end", "error")

    def _say(self, data: bytes, path: Path) -> None:
        try:
            self._asks.write(data)
        except OSError:
            raise self._died(path) from None

    def _head(self, path: Path, wait: float | None = None) -> dict[str, Any]:
        until = time.monotonic() + (wait or MAX_WAIT)
        length = bytearray(4)
        self._fill(memoryview(length), path, until)
        if (size := int.from_bytes(length, "little")) > _MAX_LINE:
            raise _lied(path)
        line = bytearray(size)
        self._fill(memoryview(line), path, until)
        head = parse_json(bytes(line))
        if not isinstance(head, dict):
            raise _lied(path)
        return head

    def _numbers(self, head: dict[str, Any], path: Path) -> NDArray[Any]:
        dtype, shape = str(head.pop("dtype")), [int(n) for n in head.pop("shape")]
        head.pop("kind")
        size = math.prod(shape) * np.dtype(dtype).itemsize if dtype in _DTYPES else -1
        if min(shape, default=0) < 0 or len(shape) > 3 or not 0 <= size <= _MAX_BLOCK:
            raise _lied(path)
        numbers = np.empty(shape, dtype)
        if numbers.size:
            self._fill(memoryview(numbers.data).cast("B"), path, time.monotonic() + MAX_WAIT)
        return numbers

    def _fill(self, left: memoryview, path: Path, until: float) -> None:
        """Read until there is no room left, not longer than to a moment."""
        while len(left):
            if not self._poll.poll(max(until - time.monotonic(), 0.0) * 1000):
                self.kill()
                raise HimmelError(
                    f"{path.name} kept its reader busy for more than {MAX_WAIT:g} seconds; cut it or "
                    "make it smaller"
                )
            count = os.readv(self._answers, [left])
            if count == 0:
                raise self._died(path)
            left = left[count:]

    def _died(self, path: Path) -> HimmelError:
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(1.0)
        ended = -(self._process.returncode or 0)
        self.kill()
        if ended == signal.SIGXCPU:
            return HimmelError(
                f"{path.name} takes more than {MAX_CPU_SECONDS} seconds of computing to read; cut it"
            )
        why = signal.Signals(ended).name if ended in set(signal.Signals) else f"code {-ended}"
        return DamagedFileError(
            f"{path.name} made its reader stop ({why}); it is damaged or hostile, nothing was read"
        )

    def is_alive(self) -> bool:
        """Whether this process may ask it; after a fork it is still the parent's."""
        return self.owner == os.getpid() and self._process.poll() is None

    def kill(self) -> None:
        """End the process and whatever it started, at once."""
        self.free = False
        if self.owner == os.getpid():
            with suppress(OSError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                pipe.close()  # type: ignore[union-attr]


def _started() -> subprocess.Popen[bytes]:
    # Every arena of the allocator and every thread would take from the limited address space.
    env = bare_environment(MALLOC_ARENA_MAX="2", OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1")
    try:
        return subprocess.Popen(
            [sys.executable, *_CHILD],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=env,
            bufsize=0,
            start_new_session=True,
        )
    except OSError as error:
        raise HimmelError(f"no process to read files in can be started ({error})") from None


def _told(head: dict[str, Any], path: Path) -> HimmelError:
    """The error that the process reports, with the name of the file as it was given."""
    text = str(head.get("text", "")).replace(str(path.absolute()), str(path))
    text = text if path.name in text else f"{path.name}: {text}"
    kind = DamagedFileError if head.get("damaged") else HimmelError
    return kind("".join(c if c.isprintable() else " " for c in text)[:_MAX_TEXT])


_idle: list[_Reader] = []
_lock = threading.Lock()


@contextmanager
def _lent() -> Iterator[_Reader]:
    """A process that waits, or a new one; afterwards one is kept for the next file."""
    with _lock:
        waiting, _idle[:] = list(_idle), []
    own = [reader for reader in waiting if reader.is_alive()]
    for dead in (reader for reader in waiting if reader not in own):
        dead.kill()
    reader = own[0] if own else _Reader()
    try:
        yield reader
    finally:
        with _lock:
            keep = reader.free and reader.files < MAX_FILES and not _idle
            if keep:
                _idle.append(reader)
        if not keep:
            reader.kill()


atexit.register(close)
