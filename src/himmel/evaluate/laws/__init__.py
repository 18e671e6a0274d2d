"""Laws of motion with unknown numbers, fitted to tracks: what gravity, which restitution was shown?

Every fit takes times (T,) in seconds and places in metres and looks at the clip alone. Robust least
squares: a frame that was read wrong does not turn the answer.
"""

from himmel.evaluate.laws.falling import (
    arcs,
    bounce,
    bouncing,
    contacts_of,
    drop,
    falling,
    landing,
    throw,
    thrown,
)
from himmel.evaluate.laws.fitting import Array, Found, explained, fit, invariance
from himmel.evaluate.laws.ground import broken, carried, collision, meeting, ramp, rolling
from himmel.evaluate.laws.swinging import pendulum, spring, swinging

__all__ = [
    "Array",
    "Found",
    "arcs",
    "bounce",
    "bouncing",
    "broken",
    "carried",
    "collision",
    "contacts_of",
    "drop",
    "explained",
    "falling",
    "fit",
    "invariance",
    "landing",
    "meeting",
    "pendulum",
    "ramp",
    "rolling",
    "spring",
    "swinging",
    "throw",
    "thrown",
]
