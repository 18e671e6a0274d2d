"""What a person asks of the camera: a move by name and amount, or a path from a file.

Weights that were trained on camera words are told the move in words; a network that reads rays is told
the exact poses. Coordinates of a path are metres with z upwards; the subject stands at the origin and a
camera that nobody moves stands 6.2 m before it, on the side of -y.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from himmel.core.camera import Camera, look_at
from himmel.core.config import Config
from himmel.core.errors import HimmelError
from himmel.world.vocabulary import entry, names
from himmel.world.words import CAMERAS

USUAL_EYE, USUAL_AIM, USUAL_FOV = (0.0, -6.2, 1.75), (0.0, 0.0, 1.3), 44.0
_LOWEST = 0.1  # metres above the ground, for a camera that sinks
_MOST = 1000  # poses, or moves, of one path
_SHORT = {
    **dict.fromkeys(("pan", "truck", "orbit"), "left"),
    **dict.fromkeys(("tilt", "crane"), "up"),
    **dict.fromkeys(("dolly", "zoom"), "in"),
}
_WAYS = {"left": 1.0, "right": -1.0, "up": 1.0, "down": -1.0, "in": 1.0, "out": -1.0}


@dataclass(frozen=True)
class Amount:
    """How far a move goes: its unit, what nobody asked for, and the most that can be asked."""

    unit: str
    usual: float
    most: float


AMOUNTS = {
    "pan": Amount("degrees", 28.0, 360.0),
    "tilt": Amount("degrees", 19.0, 80.0),
    "orbit": Amount("degrees", 66.0, 720.0),
    "truck": Amount("metres", 2.8, 100.0),
    "crane": Amount("metres", 1.2, 100.0),
    "dolly": Amount("metres", 4.1, 100.0),
    "zoom": Amount("times", 1.9, 20.0),
}


@dataclass(frozen=True, kw_only=True)
class Move(Config):
    """A move of a name from the second `start` to the second `end`, at rest at both.

    `amount` is in degrees for pan, tilt and orbit, in metres for truck, crane and dolly, and how many
    times larger or smaller things become for zoom; None: as far as the world's own cameras go.
    """

    move: str
    start: float = 0.0
    end: float = 1.0
    amount: float | None = None


@dataclass(frozen=True, kw_only=True)
class Pose(Config):
    """Where a camera stands at a time in seconds, the point it looks at, the field of view of the shorter
    side and how far it leans clockwise, both in degrees."""

    time: float
    eye: tuple[float, float, float]
    look_at: tuple[float, float, float]
    fov: float = USUAL_FOV
    roll: float = 0.0


@dataclass(frozen=True, kw_only=True)
class CameraPath(Config):
    """Either poses at rising times, between which the camera goes straight, or moves one after another.

    Raises HimmelError for both, neither, times that do not rise, and numbers that make no camera.
    """

    poses: tuple[Pose, ...] = ()
    moves: tuple[Move, ...] = ()

    def __post_init__(self) -> None:
        if bool(self.poses) == bool(self.moves):
            raise HimmelError("a camera path has either poses or moves; give one of the two")
        if max(len(self.poses), len(self.moves)) > _MOST:
            raise HimmelError(f"a camera path holds at most {_MOST} poses or moves; leave some out")
        for pose in self.poses:
            _check_numbers(pose.time, *pose.eye, *pose.look_at, pose.fov, pose.roll)
            look_at(pose.eye, pose.look_at, pose.fov)
        for move in self.moves:
            _check_numbers(move.start, move.end)
            _check_amount(move.move, move.amount)
        times = [pose.time for pose in self.poses]
        times += [time for move in self.moves for time in (move.start, move.end)]
        _check_rising(times, strictly=bool(self.poses))

    def at(self, time: float) -> Camera:
        """The camera at a time in seconds; before and after the path it stands still."""
        return _between(self.poses, time) if self.poses else _moved(self.moves, time)


def _check_numbers(*numbers: float) -> None:
    if not all(math.isfinite(n) and abs(n) < 1e6 for n in numbers):
        raise HimmelError("a camera path has a number that is no place or time; use finite ones")


def _check_rising(times: list[float], strictly: bool) -> None:
    for before, after in pairwise(times):
        if after < before or (strictly and after == before):
            raise HimmelError(
                f"times of a camera path rise; {after:g} s comes after {before:g} s, change one of them"
            )
    if not strictly and any(a == b for a, b in zip(times[::2], times[1::2], strict=True)):
        raise HimmelError("a move of a camera path takes no time; let it end after it starts")
    if times[0] < 0:
        raise HimmelError("times of a camera path begin at 0; leave out what is before")


def _check_amount(name: str, amount: float | None) -> None:
    kind = name.partition("-")[0]
    if name not in names(CAMERAS) or kind not in AMOUNTS or _way(name) == 0:
        raise HimmelError(
            f"{name!r} is no move with a path; moves on a timeline are {', '.join(_measurable())}"
        )
    least, most = (1.0 if kind == "zoom" else 0.0), AMOUNTS[kind].most
    if amount is not None and not (math.isfinite(amount) and least < amount <= most):
        raise HimmelError(
            f"{name}:{amount:g} goes too far or nowhere; use more than {least:g} and at most {most:g} "
            f"{AMOUNTS[kind].unit}"
        )


def _way(name: str) -> float:
    return _WAYS.get(name.partition("-")[2], 0.0)


def _measurable() -> list[str]:
    return [n for n in names(CAMERAS) if n.partition("-")[0] in AMOUNTS and _way(n) != 0]


def move_named(text: str) -> Move:
    """A move from text like orbit-left or orbit-left:45; "orbit" alone goes to the left.

    Raises HimmelError, naming the moves there are, for another name, and for an amount that the move
    has not.
    """
    name, _, number = text.strip().partition(":")
    name = f"{name}-{_SHORT[name]}" if name in _SHORT else name
    if name not in names(CAMERAS):
        known = ", ".join(names(CAMERAS))
        raise HimmelError(f"there is no camera move {name!r}; there are {known}, or a .json file")
    if not number:
        return Move(move=name)
    try:
        amount = float(number)
    except ValueError:
        raise HimmelError(f"{number!r} is no amount; write it like orbit-left:45") from None
    _check_amount(name, amount)
    return Move(move=name, amount=amount)


def read_path(path: Path) -> CameraPath:
    """A camera path from its file. Raises HimmelError for one that cannot be read or makes no path."""
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise HimmelError(f"the camera path {path} cannot be read ({error})") from None
    return CameraPath.from_json(text)


def plan_camera(asked: str | None, seconds: float) -> tuple[str, CameraPath | None]:
    """The name of a camera move ("" without one), and the path if it has one, for a clip of `seconds`.

    `asked` is a move as `move_named` reads it, or the name of a .json file.
    """
    if asked is None:
        return "", None
    if asked.endswith(".json"):
        path = read_path(Path(asked))
        return (path.moves[0].move if len(path.moves) == 1 else ""), path
    move = move_named(asked)
    if move.move not in _measurable():
        return move.move, None
    return move.move, CameraPath(moves=(move.replace(end=max(seconds, 1e-3)),))


def phrase_of(name: str, language: str) -> str:
    """The plainest words for a move: "the camera pans to the left"."""
    row = entry(CAMERAS, name, "camera move")
    options = row.german if language == "de" else row.english
    return options[0] if options else ""


def _between(poses: tuple[Pose, ...], time: float) -> Camera:
    times = [pose.time for pose in poses]

    def mixed(values: list[float]) -> float:
        return float(np.interp(time, times, values))

    eye = [mixed([pose.eye[axis] for pose in poses]) for axis in range(3)]
    aim = [mixed([pose.look_at[axis] for pose in poses]) for axis in range(3)]
    fov = mixed([pose.fov for pose in poses])
    return look_at(eye, aim, fov, math.radians(mixed([pose.roll for pose in poses])))


def _moved(moves: tuple[Move, ...], time: float) -> Camera:
    eye, aim, slope = (
        np.array(USUAL_EYE),
        np.array(USUAL_AIM),
        math.tan(math.radians(USUAL_FOV / 2)),
    )
    for move in moves:
        done = min(max((time - move.start) / (move.end - move.start), 0.0), 1.0)
        kind, share = move.move.partition("-")[0], done * done * (3 - 2 * done)
        far = AMOUNTS[kind].usual if move.amount is None else move.amount
        far *= _way(move.move)
        if kind == "zoom":
            slope *= abs(far) ** (-math.copysign(share, far))
        else:
            eye, aim = _carried(kind, eye, aim, far * share)
    return look_at(eye, aim, math.degrees(2 * math.atan(slope)))


def _carried(
    kind: str, eye: np.ndarray, aim: np.ndarray, far: float
) -> tuple[np.ndarray, np.ndarray]:
    """Eye and aim after a move; a turn keeps one of them, a ride carries both, a crane keeps its aim."""
    ahead = aim - eye
    if kind == "pan":
        return eye, eye + _turned(ahead, math.radians(far))
    if kind == "orbit":
        return aim - _turned(ahead, -math.radians(far)), aim
    if kind == "tilt":
        return eye, eye + _raised(ahead, math.radians(far))
    if kind == "crane":
        return np.array([*eye[:2], max(eye[2] + far, min(eye[2], _LOWEST))]), aim
    if kind == "dolly":
        step = ahead / np.linalg.norm(ahead) * far
        return eye + step, aim + step
    aside = np.cross(ahead, (0.0, 0.0, 1.0))
    step = -far * aside / np.linalg.norm(aside)
    return eye + step, aim + step


def _turned(ahead: np.ndarray, angle: float) -> np.ndarray:
    """A direction turned to the left about the vertical."""
    c, s = math.cos(angle), math.sin(angle)
    x, y, z = ahead
    return np.array([c * x - s * y, s * x + c * y, z])


def _raised(ahead: np.ndarray, angle: float) -> np.ndarray:
    """A direction raised by an angle; it stays short of straight up and down."""
    flat, length = math.hypot(ahead[0], ahead[1]), float(np.linalg.norm(ahead))
    limit = math.radians(89)
    elevation = min(max(math.atan2(ahead[2], flat) + angle, -limit), limit)
    level = math.cos(elevation) * length / flat
    return np.array([ahead[0] * level, ahead[1] * level, math.sin(elevation) * length])
