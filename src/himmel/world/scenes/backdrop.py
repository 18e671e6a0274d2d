"""Where a scene of the wide world plays: ground, light, scenery and weather of a graph."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from himmel.world.graph import Graph
from himmel.world.kinds.figure import Figure
from himmel.world.render import Camera, Ground, Primitives, Scene, Sky
from himmel.world.scenes import heavens, scenery
from himmel.world.scenes.heavens import FALLS, HOURS, SEASONS, SUMMER, Falling, Lightning
from himmel.world.scenes.places import SPOTS, seasonal, tinted
from himmel.world.scenes.sites import Site
from himmel.world.stage import GROUNDS, scenery_of

_GRASSY = frozenset({"meadow"} | {name for name, spot in SPOTS.items() if spot.grassy})


@dataclass(frozen=True, eq=False)
class Backdrop:
    """All of a scene but its actors."""

    sky: Sky
    ground: Ground
    scenery: Primitives
    exposure: float
    drift: float  # how fast water and clouds go on, as a share of the clip's time
    falling: Falling | None = None
    lightning: Lightning | None = None
    look: str = "natural"

    def begin(self) -> Primitives:
        """The scenery, to which the actors of one moment are added."""
        return self.scenery.copy()

    def scene(self, primitives: Primitives, time: float, camera: Camera) -> Scene:
        """One moment: what `begin` gave with the actors in it, `time` in seconds."""
        exposure = self.exposure
        if self.lightning is not None:
            strike, strength = self.lightning.at(time)
            exposure *= 1 + 1.1 * strength
            if strength:
                primitives.object_id = 0
                heavens.bolt(primitives, strike, self.lightning.seed)
        falling = (
            None if self.falling is None else self.falling.at(time, camera.eye, camera.forward)
        )
        return Scene(
            primitives, self.sky, self.ground, particles=falling, exposure=exposure,
            time=self.drift * time, look=self.look,
        )  # fmt: skip


def backdrop(graph: Graph, rng: np.random.Generator) -> Backdrop:
    """What the setting, the hour, the weather and the look of a graph ask for."""
    azimuth = -1.7 + rng.uniform(-0.5, 0.5)  # behind the camera, to its left
    if graph.time == "morning":
        azimuth -= 0.9  # long shadows to the right
    light = heavens.heaven(graph.time, graph.weather, azimuth)
    season = SEASONS.get(graph.weather, SUMMER)
    spot, fall = SPOTS.get(graph.setting), graph.weather
    if spot is None:
        primitives, ground = scenery_of(graph.setting, rng), GROUNDS[graph.setting]
        drift = 1.0 if graph.setting == "water" else 0.0
        figure = Figure.at(primitives, (0.0, 0.0, 0.0))
        if season.grass is not None:
            scenery.trees(figure, rng, season.leaves, 5, 9, 8)
    else:
        primitives, ground, drift = Primitives(), spot.ground, spot.drift
        figure, light, fall = (
            Figure.at(primitives, (0.0, 0.0, 0.0)),
            spot.air(light),
            spot.fall or fall,
        )
        spot.build(Site(figure, rng, HOURS[graph.time].lamps, season, light))
    if graph.setting in _GRASSY:
        ground = seasonal(ground, season)
    heavens.litter(figure, season, rng)
    if graph.weather == "snow" and graph.setting not in ("snow", "ice-rink", "water"):
        ground = tinted(ground, scenery.SNOW, 0.3)
    exposure = HOURS[graph.time].exposure
    heavens.lights_above(figure, graph.time, graph.weather, rng)
    return Backdrop(
        light, ground, primitives, exposure, drift,
        Falling(FALLS[fall], rng, heavens.light_on(light, exposure)) if fall in FALLS else None,
        Lightning(rng) if graph.weather == "storm" else None,
        graph.look,
    )  # fmt: skip
