"""Laws of motion: exact where a closed form exists, else integrated in small steps.

Lengths in metres, times in seconds from the clip's beginning, heights count upwards. What moves with
constant acceleration from event to event is a `Legs`; what does not is a `Track`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

EARTH = 9.81  # m/s^2
WATER = 1000.0  # kg/m^3
STEP_S = 0.001
_SHORTEST_ARC_S = 0.02  # a ball that leaves the ground for less lies still
_DRAG = 0.47  # of a sphere


@dataclass(frozen=True)
class Leg:
    """From `begin` on: x(t) = place + speed (t - begin) + acceleration (t - begin)^2 / 2."""

    begin: float
    place: float
    speed: float = 0.0
    acceleration: float = 0.0

    def at(self, time: float) -> float:
        """Where it is."""
        past = time - self.begin
        return self.place + self.speed * past + self.acceleration * past * past / 2

    def speed_at(self, time: float) -> float:
        """How fast it is."""
        return self.speed + self.acceleration * (time - self.begin)


@dataclass(frozen=True)
class Legs:
    """Motion along one axis in legs, the earliest first; the first also holds before its begin."""

    legs: tuple[Leg, ...]

    def at(self, time: float) -> float:
        """Where it is."""
        return self._leg(time).at(time)

    def speed_at(self, time: float) -> float:
        """How fast it is."""
        return self._leg(time).speed_at(time)

    def _leg(self, time: float) -> Leg:
        return next((leg for leg in reversed(self.legs) if leg.begin <= time), self.legs[0])


@dataclass(frozen=True, eq=False)
class Track:
    """Motion in steps: values (N, ...) at the times step * 0, 1, 2, ... with the last one held."""

    values: NDArray[np.float64]
    step: float = STEP_S

    def at(self, time: float) -> NDArray[np.float64]:
        """The values at a time, straight lines between the steps."""
        place = min(max(time / self.step, 0.0), len(self.values) - 1.0)
        first = min(int(place), len(self.values) - 2)
        share = place - first
        return np.asarray((1 - share) * self.values[first] + share * self.values[first + 1])

    def first_below(self, limit: float) -> float | None:
        """The time of the first step whose first value is below a limit, if there is one."""
        below = np.flatnonzero(self.values[:, 0] < limit)
        return float(below[0]) * self.step if below.size else None


# ---- falling -----------------------------------------------------------------------------------


def fall_seconds(height: float, gravity: float) -> float:
    """How long a fall from rest lasts: t = sqrt(2 h / g)."""
    return math.sqrt(2 * height / gravity)


def fall(begin: float, height: float, gravity: float) -> tuple[Legs, float]:
    """Rest at `height`, free fall from `begin`, rest on the ground; and the time of the contact."""
    contact = begin + fall_seconds(height, gravity)
    return Legs((Leg(0.0, height), Leg(begin, height, 0.0, -gravity), Leg(contact, 0.0))), contact


def bounces(
    begin: float, height: float, gravity: float, restitution: float, seconds: float
) -> tuple[Legs, tuple[float, ...]]:
    """A fall from `height` at `begin` and its rebounds until `seconds`; and the times of contacts.

    A contact turns the speed v into e v, so that rebound n rises to e^(2 n) h and lasts
    2 e^n sqrt(2 h / g).
    """
    legs = [Leg(0.0, height), Leg(begin, height, 0.0, -gravity)]
    time, speed = begin + fall_seconds(height, gravity), math.sqrt(2 * gravity * height)
    contacts = [time]
    while time <= seconds:
        speed *= restitution
        arc = 2 * speed / gravity
        if arc < _SHORTEST_ARC_S:
            legs.append(Leg(time, 0.0))
            break
        legs.append(Leg(time, 0.0, speed, -gravity))
        time += arc
        contacts.append(time)
    return Legs(tuple(legs)), tuple(contacts)


def flight_seconds(height: float, rise: float, gravity: float) -> float:
    """How long a throw lasts that starts `height` above the ground with `rise` m/s upwards.

    t = (v + sqrt(v^2 + 2 g h)) / g
    """
    return (rise + math.sqrt(rise * rise + 2 * gravity * height)) / gravity


def throw_range(speed: float, angle: float, height: float, gravity: float) -> float:
    """How far a throw reaches: v cos(angle) times the duration of its flight."""
    return speed * math.cos(angle) * flight_seconds(height, speed * math.sin(angle), gravity)


# ---- sliding and pushing -----------------------------------------------------------------------


def ramp_acceleration(angle: float, friction: float, gravity: float) -> float:
    """Down a slope: g (sin(angle) - mu cos(angle)), or 0 where friction holds the thing."""
    return max(0.0, gravity * (math.sin(angle) - friction * math.cos(angle)))


def slide(begin: float, place: float, speed: float, braking: float) -> tuple[Leg, ...]:
    """Along the ground, slower by `braking` = mu g m/s^2 until it lies still."""
    if braking <= 0 or speed == 0:
        return (Leg(begin, place, speed),)
    stop = begin + abs(speed) / braking
    leg = Leg(begin, place, speed, -math.copysign(braking, speed))
    return leg, Leg(stop, leg.at(stop))


def collide(
    first: float, second: float, mass_ratio: float, restitution: float
) -> tuple[float, float]:
    """Speeds after a collision on a line of bodies with m1 = mass_ratio * m2.

    Momentum stays, and the relative speed turns round: v2' - v1' = e (v1 - v2).
    """
    common = (mass_ratio * first + second) / (mass_ratio + 1)
    closing = restitution * (first - second)
    return common - closing / (mass_ratio + 1), common + closing * mass_ratio / (mass_ratio + 1)


def gain_speed(begin: float, place: float, speed: float, pull: float) -> tuple[Leg, ...]:
    """From rest to `speed` by a constant `pull` in m/s^2, then on at that speed: laid on a belt."""
    first = Leg(begin, place, 0.0, math.copysign(pull, speed))
    moving = begin + abs(speed) / pull
    return first, Leg(moving, first.at(moving), speed)


# ---- swinging and floating ---------------------------------------------------------------------


def pendulum_period(length: float, gravity: float) -> float:
    """Of small swings: 2 pi sqrt(L / g). Wide ones take longer."""
    return 2 * math.pi * math.sqrt(length / gravity)


def pendulum(length: float, gravity: float, angle: float, seconds: float) -> Track:
    """Angle (N, 1) in radians of a pendulum let go at rest: angle'' = -(g / L) sin(angle)."""
    rate = gravity / length

    def change(state: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.array([state[1], -rate * math.sin(state[0])])

    return Track(_integrate(change, (angle, 0.0), seconds)[:, :1])


def spring_period(stiffness: float, mass: float) -> float:
    """2 pi sqrt(m / k)."""
    return 2 * math.pi * math.sqrt(mass / stiffness)


def spring(begin: float, amplitude: float, stiffness: float, mass: float, time: float) -> float:
    """Off the middle, let go at rest at `begin`: A cos(sqrt(k / m) (t - begin))."""
    return amplitude * math.cos(math.sqrt(stiffness / mass) * max(0.0, time - begin))


def submerged_share(height: float, radius: float) -> float:
    """Share of a sphere's volume under water, its centre `height` above the surface."""
    deep = min(max((radius - height) / (2 * radius), 0.0), 1.0)
    return deep * deep * (3 - 2 * deep)


def buoyancy(
    radius: float, density: float, height: float, floor: float, begin: float, seconds: float
) -> Track:
    """Height (N, 1) over the surface of a sphere's centre, let go at rest at `begin` in or above water.

    With u = share of the sphere under water, rho its density and w that of water:
    (rho + w u / 2) V z'' = (w u - rho) V g - 0.47 w u A z' |z'| / 2. The term w u / 2 is the water that
    moves with it. `floor` is where the tank ends its fall: from there what is lighter rises again.
    """
    area_per_volume = 3 / (4 * radius)

    def change(state: NDArray[np.float64]) -> NDArray[np.float64]:
        water = WATER * submerged_share(state[0], radius)
        drag = _DRAG * water * area_per_volume * state[1] * abs(state[1]) / 2
        push = (water - density) * EARTH - drag
        return np.array([state[1], push / (density + water / 2)])

    moving = _integrate(change, (height, 0.0), max(seconds - begin, STEP_S))[:, :1]
    resting = np.full((round(begin / STEP_S), 1), height)
    held = np.concatenate([resting, moving])
    if (touched := np.flatnonzero(held[:, 0] < floor)).size:
        left = len(held) - touched[0]
        on = _integrate(change, (floor, 0.0), left * STEP_S)[:left, :1]
        held[touched[0] :] = np.maximum(on, floor)
    return Track(held)


def _integrate(
    change: Callable[[NDArray[np.float64]], NDArray[np.float64]],
    start: Iterable[float],
    seconds: float,
) -> NDArray[np.float64]:
    """States (N, 2) by the classical Runge-Kutta method of order four, STEP_S apart."""
    states = [np.array(tuple(start))]
    for _ in range(max(1, math.ceil(seconds / STEP_S))):
        now = states[-1]
        a = change(now)
        b = change(now + STEP_S / 2 * a)
        c = change(now + STEP_S / 2 * b)
        d = change(now + STEP_S * c)
        states.append(now + STEP_S / 6 * (a + 2 * b + 2 * c + d))
    return np.stack(states)
