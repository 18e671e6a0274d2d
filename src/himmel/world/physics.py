"""Motion that is simulated, not drawn by hand. Needs MuJoCo, which is imported where it is used."""

from __future__ import annotations

import importlib
import math
from dataclasses import dataclass
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from himmel.core.errors import MissingExtraError

GRAVITY = 9.81
STEP_S = 0.0025

# A negative solref sets stiffness and damping directly; these two give a lively rubber ball that
# keeps about 0.94 of its height per bounce.
_BALL = """
<mujoco>
  <option timestep="{step}" integrator="implicitfast" gravity="0 0 -{gravity}"/>
  <worldbody>
    <geom type="plane" size="9 9 1" solref="-20000 -6"/>
    <body pos="0 0 {radius}">
      <joint type="slide" axis="0 0 1"/>
      <geom type="sphere" size="{radius}" density="300" solref="-20000 -6"/>
    </body>
  </worldbody>
</mujoco>
"""


@dataclass(frozen=True, eq=False)
class Bounce:
    """A simulated bounce: heights (N,) of the lowest point above the ground, one per STEP_S."""

    heights: NDArray[np.float64]
    contacts: tuple[float, ...]

    def at(self, seconds: float) -> float:
        """Height in metres at a time, held at its last value after the end."""
        times = np.arange(len(self.heights)) * STEP_S
        return float(np.interp(seconds, times, self.heights))


def bounce(radius: float, height: float, share: float, seconds: float) -> Bounce:
    """Let a ball of `radius` metres bounce freely.

    It starts at `share` (0..1) of an arc that rises `height` metres: 0 leaves the ground, 0.5 is the
    top. Raises MissingExtraError without MuJoCo.
    """
    mujoco = _mujoco()
    model = mujoco.MjModel.from_xml_string(
        _BALL.format(step=STEP_S, gravity=GRAVITY, radius=radius)
    )
    data = mujoco.MjData(model)
    data.qpos[0] = 4 * height * share * (1 - share)
    data.qvel[0] = math.sqrt(2 * GRAVITY * height) * (1 - 2 * share)
    heights, contacts, touching = [float(data.qpos[0])], [], share == 0
    for step in range(1, math.ceil(seconds / STEP_S) + 1):
        mujoco.mj_step(model, data)
        heights.append(max(0.0, float(data.qpos[0])))
        if data.ncon and not touching:
            contacts.append(round(step * STEP_S, 4))
        touching = bool(data.ncon)
    return Bounce(np.array(heights), tuple(contacts))


def _mujoco() -> ModuleType:
    try:
        return importlib.import_module("mujoco")
    except ImportError:
        raise MissingExtraError("mujoco-core", "world") from None
