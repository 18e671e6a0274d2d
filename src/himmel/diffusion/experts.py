"""Two networks for one path: the one for much noise makes the composition, the other the detail."""

from __future__ import annotations

from torch import Tensor

from himmel.diffusion import path
from himmel.diffusion.samplers import VelocityField


def switched(
    high: VelocityField,
    low: VelocityField,
    boundary: float,
    clock: path.Clock = path.timestep,
) -> VelocityField:
    """`high` from t = 1 down to `boundary` itself, `low` below it; each has guidance of its own.

    The largest time of all cells decides: known cells wait at theirs. It is compared as `clock` shows
    it to the networks, as diffusers does: under UniPC a time just above a boundary that is no whole
    tick belongs to `low`.
    """

    def velocity(z: Tensor, times: Tensor) -> Tensor:
        now = float(clock(times, (1, 1, 1)).max())
        return (high if now >= boundary * path.CLOCK else low)(z, times)

    return velocity
