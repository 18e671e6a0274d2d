"""The verbs: what can be made of films that a person hands in. A verb is a small file and a row here."""

from himmel.generate.verbs.base import Worked
from himmel.generate.verbs.blend import Blend
from himmel.generate.verbs.edit import Edit
from himmel.generate.verbs.extend import Extend
from himmel.generate.verbs.interpolate import Interpolate
from himmel.generate.verbs.loop import Loop
from himmel.generate.verbs.recut import Recut

__all__ = ["VERBS", "Blend", "Edit", "Extend", "Interpolate", "Loop", "Recut", "Worked"]

VERBS: dict[str, type[Worked]] = {
    verb.name: verb for verb in (Extend, Loop, Blend, Edit, Recut, Interpolate)
}
