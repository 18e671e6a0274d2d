"""What a scene hands to the camera: a take, which is asked for any moment of its time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from himmel.world.kinds.figure import Point
from himmel.world.render import Camera, Scene


@dataclass(frozen=True)
class Actor:
    """An object with an id in the id buffer (1 is the subject), of a kind, in a colour."""

    id: int
    kind: str
    colour: str


@dataclass(frozen=True)
class Event:
    """Something that happens to an actor at a time in seconds, such as a ground_contact."""

    seconds: float
    type: str
    id: int


@dataclass(frozen=True, eq=False)
class Moment:
    """All there is to see at one time; `positions` (3,) are those of the actors, in their order."""

    scene: Scene
    camera: Camera
    positions: tuple[Point, ...]


@dataclass(frozen=True)
class Take:
    """A staged scene: its actors, its events, and the moment at every time in seconds from 0."""

    actors: tuple[Actor, ...]
    at: Callable[[float], Moment]
    events: tuple[Event, ...] = ()
