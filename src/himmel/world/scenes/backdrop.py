"""Where a scene of the wide world plays: ground, light, scenery and weather of a graph."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from himmel.world.graph import Graph
from himmel.world.render import Camera, Ground, Primitives, Scene, Sky, sky
from himmel.world.stage import EXPOSURE, GROUNDS, scenery_of, softened


@dataclass(frozen=True, eq=False)
class Backdrop:
    """All of a scene but its actors."""

    sky: Sky
    ground: Ground
    scenery: Primitives
    exposure: float
    drift: float  # how fast water and clouds go on, as a share of the clip's time

    def begin(self) -> Primitives:
        """The scenery, to which the actors of one moment are added."""
        return self.scenery.copy()

    def scene(self, primitives: Primitives, time: float, camera: Camera) -> Scene:
        """One moment: what `begin` gave with the actors in it, `time` in seconds."""
        return Scene(
            primitives, self.sky, self.ground, exposure=self.exposure, time=self.drift * time
        )


def backdrop(graph: Graph, rng: np.random.Generator) -> Backdrop:
    """What the setting, the hour, the weather and the look of a graph ask for."""
    azimuth = -1.7 + rng.uniform(-0.5, 0.5)  # behind the camera, to its left
    light = softened(sky(graph.time, azimuth=azimuth, clouds=0.25, fog=0.004), graph.time)
    scenery = scenery_of(graph.setting, rng)
    drift = 1.0 if graph.setting == "water" else 0.0
    return Backdrop(light, GROUNDS[graph.setting], scenery, EXPOSURE[graph.time], drift)
