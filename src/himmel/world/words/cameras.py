"""Camera moves, and how things stand to each other.

Left and right are those of the picture. A pan and a tilt turn the camera where it stands, a truck, a
dolly and a crane carry it, an orbit carries it round the subject, a zoom changes the lens alone.
"""

from __future__ import annotations

from himmel.world.vocabulary import Phrase

CAMERAS: tuple[Phrase, ...] = (
    Phrase(
        "pan-left",
        ("the camera pans to the left", "the camera pans left", "with a slow pan to the left"),
        (
            "die Kamera schwenkt nach links",
            "die Kamera dreht sich nach links",
            "mit einem langsamen Schwenk nach links",
        ),
    ),
    Phrase(
        "pan-right",
        ("the camera pans to the right", "the camera pans right", "with a slow pan to the right"),
        (
            "die Kamera schwenkt nach rechts",
            "die Kamera dreht sich nach rechts",
            "mit einem langsamen Schwenk nach rechts",
        ),
    ),
    Phrase(
        "tilt-up",
        ("the camera tilts up", "the camera tilts upwards", "with a slow tilt up"),
        (
            "die Kamera neigt sich nach oben",
            "die Kamera schwenkt nach oben",
            "mit einem langsamen Schwenk nach oben",
        ),
    ),
    Phrase(
        "tilt-down",
        ("the camera tilts down", "the camera tilts downwards", "with a slow tilt down"),
        (
            "die Kamera neigt sich nach unten",
            "die Kamera schwenkt nach unten",
            "mit einem langsamen Schwenk nach unten",
        ),
    ),
    Phrase(
        "dolly-in",
        (
            "the camera dollies in",
            "the camera moves closer",
            "the camera pushes in",
            "with a dolly shot moving in",
        ),
        (
            "die Kamera fährt näher heran",
            "die Kamera fährt vorwärts",
            "mit einer Kamerafahrt nach vorn",
        ),
    ),
    Phrase(
        "dolly-out",
        (
            "the camera dollies out",
            "the camera moves back",
            "the camera pulls back",
            "with a dolly shot moving back",
        ),
        (
            "die Kamera fährt zurück",
            "die Kamera fährt rückwärts",
            "mit einer Kamerafahrt nach hinten",
        ),
    ),
    Phrase(
        "truck-left",
        (
            "the camera trucks to the left",
            "the camera slides to the left",
            "the camera moves sideways to the left",
        ),
        (
            "die Kamera fährt nach links",
            "die Kamera fährt seitwärts nach links",
            "mit einer Kamerafahrt nach links",
        ),
    ),
    Phrase(
        "truck-right",
        (
            "the camera trucks to the right",
            "the camera slides to the right",
            "the camera moves sideways to the right",
        ),
        (
            "die Kamera fährt nach rechts",
            "die Kamera fährt seitwärts nach rechts",
            "mit einer Kamerafahrt nach rechts",
        ),
    ),
    Phrase(
        "crane-up",
        ("the camera rises", "the camera cranes up", "in a rising crane shot"),
        ("die Kamera steigt auf", "die Kamera fährt nach oben", "mit einer Kranfahrt nach oben"),
    ),
    Phrase(
        "crane-down",
        ("the camera sinks", "the camera cranes down", "in a sinking crane shot"),
        ("die Kamera sinkt herab", "die Kamera fährt nach unten", "mit einer Kranfahrt nach unten"),
    ),
    Phrase(
        "orbit-left",
        (
            "the camera orbits to the left",
            "the camera circles to the left",
            "the camera moves around to the left",
        ),
        (
            "die Kamera kreist nach links",
            "die Kamera fährt links herum",
            "mit einer Kreisfahrt nach links",
        ),
    ),
    Phrase(
        "orbit-right",
        (
            "the camera orbits to the right",
            "the camera circles to the right",
            "the camera moves around to the right",
        ),
        (
            "die Kamera kreist nach rechts",
            "die Kamera fährt rechts herum",
            "mit einer Kreisfahrt nach rechts",
        ),
    ),
    Phrase(
        "follow-shot",
        ("in a tracking shot", "in a follow shot", "the camera keeps alongside"),
        ("die Kamera fährt mit", "die Kamera fährt nebenher", "in einer Mitfahrt"),
    ),
    Phrase(
        "fly-over",
        (
            "the camera flies over the scene",
            "in a drone flight over the scene",
            "the camera flies over",
        ),
        (
            "die Kamera fliegt über die Szene",
            "in einem Drohnenflug über die Szene",
            "die Kamera fliegt darüber hinweg",
        ),
    ),
    Phrase(
        "handheld",
        ("in a handheld shot", "filmed with a handheld camera", "filmed with a shaky camera"),
        ("mit der Handkamera gefilmt", "aus der Hand gefilmt", "mit wackelnder Kamera gefilmt"),
    ),
    Phrase(
        "zoom-in",
        ("the camera zooms in", "in a slow zoom in", "with a zoom in"),
        ("die Kamera zoomt heran", "in einem langsamen Zoom heran", "mit einem Zoom heran"),
    ),
    Phrase(
        "zoom-out",
        ("the camera zooms out", "in a slow zoom out", "with a zoom out"),
        ("die Kamera zoomt heraus", "in einem langsamen Zoom heraus", "mit einem Zoom heraus"),
    ),
    Phrase(
        "dolly-zoom",
        ("in a dolly zoom", "with a dolly zoom", "with a vertigo effect"),
        ("in einem Dollyzoom", "mit einem Dollyzoom", "mit einem Vertigoeffekt"),
    ),
    Phrase(
        "cut",
        (
            "with a cut to another angle",
            "the film cuts to another view",
            "with a cut to another view",
        ),
        (
            "mit einem Schnitt auf eine andere Ansicht",
            "mit einem Schnitt in eine andere Einstellung",
            "der Film springt in eine andere Ansicht",
        ),
    ),
)

# A relation says where a further thing stands as the camera sees it: "a dog to the left of a car".
# All German wordings here ask for the dative, because they say where and not whereto: "links von einem
# Auto", "hinter einem Auto". Only "von" may melt with an article ("links vom Auto").
RELATIONS: tuple[Phrase, ...] = (
    Phrase("left", ("to the left of", "on the left of"), ("links von", "links neben")),
    Phrase("right", ("to the right of", "on the right of"), ("rechts von", "rechts neben")),
    Phrase("behind", ("behind",), ("hinter",)),
    Phrase("front", ("in front of",), ("vor",)),
    Phrase("on", ("on top of", "on"), ("oben auf", "auf")),
    Phrase("under", ("under", "underneath", "beneath"), ("unter",)),
)
