"""Experiments: physics that a prompt can name, changes that last, hidden evolution."""

from __future__ import annotations

from collections.abc import Callable

from himmel.world.experiments import chains, changes, contact, falling, hidden, swinging
from himmel.world.graph import Graph
from himmel.world.take import Take

DIRECTORS: dict[str, Callable[[Graph, float], Take]] = {
    "drop": falling.drop,
    "bounce": falling.bounce,
    "throw": falling.throw,
    "ramp": falling.ramp,
    "pendulum": swinging.pendulum,
    "spring": swinging.spring,
    "collision": contact.collision,
    "dominoes": chains.dominoes,
    "stack": chains.stack,
    "conveyor": contact.conveyor,
    "buoyancy": contact.buoyancy,
    "paint": changes.paint,
    "bite": changes.bite,
    "lamp": changes.lamp,
    "door": changes.door,
    "footprints": changes.footprints,
    "screen": hidden.screen,
    "look-away": hidden.look_away,
}
