"""Which combinations can be seen and told apart. Training asks for no others."""

from __future__ import annotations

from collections.abc import Sequence

from himmel.world.vocabulary import names
from himmel.world.words.animals import ANIMALS
from himmel.world.words.rows import OWN

_ANY = frozenset[str]()  # stands for "all of them"
_DAY_AND_NIGHT = frozenset({"day", "night"})
_GREY = frozenset({"snow", "rain", "fog", "storm", "overcast"})
_COLOURFUL = frozenset({"rainbow", "autumn", "spring"})

# Where the sky does not reach, or is not the earth's: hours that show, and no weather.
_SHELTERED: dict[str, frozenset[str]] = {
    "room": frozenset({"day", "evening", "night"}),
    "stage": _DAY_AND_NIGHT,
    "underwater": _DAY_AND_NIGHT,
    "moon": _DAY_AND_NIGHT,
    "volcano": _DAY_AND_NIGHT,
}
# Walls and crowns hide what stands low in the sky.
_NO_VIEW = frozenset({"forest", "city", "courtyard", "canyon", "station", "stadium"})
_LOW_IN_THE_SKY = frozenset({"stars", "full-moon", "rainbow"})
# Where something grows that a season changes.
_GREEN = frozenset({"meadow", "forest", "garden", "farm", "playground", "street"})

# Weather -> hours in which it shows, and hours which it does not hide.
_HOURS: dict[str, frozenset[str]] = {
    **dict.fromkeys(_GREY, _DAY_AND_NIGHT),
    **dict.fromkeys(("storm", "overcast"), frozenset({"day"})),
    **dict.fromkeys(_COLOURFUL, frozenset({"day", "morning"})),
}
# Look -> hours, weathers, colours, materials that are still seen in it; and settings that are not.
_BRIGHTNESS_ONLY = (
    _DAY_AND_NIGHT,
    frozenset({"clear", "snow", "rain", "fog", "storm", "wind"}),
    frozenset({OWN, "white", "black"}),
    frozenset({"wooden", "brick", "fluffy", "checkered", "striped", "dotted"}),
    frozenset({"meadow", "desert", "water", "volcano"}),
)
_LINES_ONLY = (
    frozenset({"night"}),
    frozenset({"clear"}),
    frozenset({OWN, "red", "blue", "green", "yellow", "orange", "purple", "white"}),
    frozenset({"brick", "checkered", "striped", "dotted"}),
    frozenset({"meadow", "desert", "snow", "water", "street", "underwater", "alps"}),
)
_FLAT_TONES = (
    frozenset({"day", "evening", "night"}),
    frozenset({"clear", "snow", "autumn", "spring", "rainbow"}),
    _ANY,
    frozenset({"brick", "checkered", "striped", "dotted"}),
    frozenset[str](),
)
_LOOKS = {
    "black-and-white": _BRIGHTNESS_ONLY,
    "sepia": _BRIGHTNESS_ONLY,
    "neon": _LINES_ONLY,
    "paper": _FLAT_TONES,
}
_MATERIALS = (
    "wooden",
    "metal",
    "stone",
    "brick",
    "fluffy",
    "golden",
    "checkered",
    "striped",
    "dotted",
)
# Fur needs round bodies: boxes and tubes show none.
_FURRY = frozenset({*names(ANIMALS), "dog", "elephant", "bird", "ball", "snowman", "tree"})
_HALF_AND_HALF = ("black", "white")  # the second colour of either in a pattern is the other
# Colours that vanish: in white air, in a black sky, in a dark picture.
_VANISHING = frozenset({("white", "fog"), ("black", "stars"), ("black", "neon")})


def sensible(
    *,
    setting: str,
    time: str,
    weather: str = "clear",
    look: str = "natural",
    kind: str = "",
    colour: str = OWN,
    motion: str = "still",
    traits: Sequence[str] = (),
) -> bool:
    """Whether all of it can be seen in one clip: no snow in a room, no sunset in black and white.

    Names are those of the graph; what is left out is taken as plain.
    """
    return (
        _place_fits(setting, time, weather)
        and _look_fits(look, setting, time, weather, colour, traits)
        and _subject_fits(kind, colour, motion, traits)
        and not {(colour, weather), (colour, time), (colour, look)} & _VANISHING
    )


def _place_fits(setting: str, time: str, weather: str) -> bool:
    if setting in _SHELTERED:
        return weather == "clear" and time in _SHELTERED[setting]
    if setting in _NO_VIEW and {time, weather} & _LOW_IN_THE_SKY:
        return False
    if weather in ("autumn", "spring") and setting not in _GREEN:
        return False
    return time in _HOURS.get(weather, {time})


def _look_fits(
    look: str, setting: str, time: str, weather: str, colour: str, traits: Sequence[str]
) -> bool:
    if look not in _LOOKS:
        return look == "natural" or (colour, time) != ("black", "night")
    hours, weathers, colours, materials, lost = _LOOKS[look]
    worn = {trait for trait in traits if trait in _MATERIALS}
    return (
        time in hours
        and weather in weathers
        and (colour in colours or not colours)
        and (colour, time) != ("black", "night")
        and worn <= materials
        and setting not in lost
    )


def _subject_fits(kind: str, colour: str, motion: str, traits: Sequence[str]) -> bool:
    """Gold is always golden, black and white stripes are neither black nor white; sizes need a subject
    that stays at its distance and in the frame."""
    if "golden" in traits and colour != OWN:
        return False
    if colour in _HALF_AND_HALF and {"striped", "checkered"} & set(traits):
        return False
    if "fluffy" in traits and kind and kind not in _FURRY:
        return False
    if motion == "toward" and {"small", "large"} & set(traits):
        return False
    return not (motion == "jump" and "large" in traits)
