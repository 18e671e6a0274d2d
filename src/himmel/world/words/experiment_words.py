"""How experiments are told: patterns with slots in English and German, and numbers in words.

`lines(motion, values, language)` gives the patterns of an experiment in three styles: `short` says what
happens without numbers, `medium` one clause with the quantities, `descriptive` one or two sentences with
cause, effect and numbers. They are filled with `str.format`:

* English {a} "a red ball", {the} "the red ball"; German {nom}, {acc} and {dat}, "ein roter Ball" in the
  case, and {er}, its pronoun er, sie or es;
* the quantities of the family by their names, {gravity}, {speed}, {moment}, ..., in the words of
  `quantity_words`: in English after "under", "with" or "at", in German in the dative after "bei", "mit".
  {moment} brings its preposition along: "after 0.8 seconds", "nach 0,8 Sekunden".

Patterns begin small and have no last full stop, so that place and time can be added to a clause; who
fills them makes capitals at the beginning and after every full stop.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from himmel.core.errors import HimmelError
from himmel.world.words.experiment_english import ENGLISH
from himmel.world.words.experiment_german import GERMAN
from himmel.world.words.rows import Quantity

STYLES = ("short", "medium", "descriptive")
HOLDING_FRICTION = 0.62  # tangent of the ramp's 32 degrees: a thing with more does not slide

_NEAR = 0.005  # share by which a value may differ from a named one
_SQUARED = {"m/s^2": "m/s²", "g/cm^3": "g/cm³"}
_MEASURES = {
    "gravity": ("a gravity of {}", "einer Schwerkraft von {}"),
    "restitution": ("a restitution of {}", "einer Stoßzahl von {}"),
    "speed": ("a speed of {}", "einer Geschwindigkeit von {}"),
    "mass_ratio": ("{} times the mass", "{}-facher Masse"),
    "friction": ("a friction of {}", "einer Reibungszahl von {}"),
    "length": ("a length of {}", "einer Länge von {}"),
    "stiffness": ("a stiffness of {}", "einer Federhärte von {}"),
    "mass": ("a mass of {}", "einer Masse von {}"),
    "density": ("a density of {}", "einer Dichte von {}"),
}


@dataclass(frozen=True)
class Lines:
    """The patterns of one experiment in one language, by style."""

    short: tuple[str, ...]
    medium: tuple[str, ...]
    descriptive: tuple[str, ...]


LINES: dict[str, dict[str, Lines]] = {
    language: {name: Lines(*styles) for name, styles in table.items()}
    for language, table in (("en", ENGLISH), ("de", GERMAN))
}


def lines(motion: str, values: Mapping[str, float], language: str) -> Lines:
    """The patterns that are true of an experiment.

    Raises HimmelError for a motion that is no experiment's, and for an unknown language.
    """
    if language not in LINES:
        raise HimmelError(f"no captions in {language!r}; use {' or '.join(LINES)}")
    if motion not in LINES[language]:
        raise HimmelError(
            f"there is no experiment {motion!r}; known are {', '.join(LINES[language])}"
        )
    return LINES[language][_outcome(motion, values)]


def _outcome(motion: str, values: Mapping[str, float]) -> str:
    """Some experiments come out differently: what is heavier than water sinks, friction may hold."""
    if motion == "buoyancy" and values.get("density", 0.0) >= 1.0:
        return "buoyancy-sinks"
    if motion == "ramp" and values.get("friction", 0.0) > HOLDING_FRICTION:
        return "ramp-holds"
    return motion


def quantity_words(quantity: Quantity, value: float, language: str, choice: int = 0) -> str:
    """A value in words: "moon gravity" where it has a name, else "a gravity of 3.7 m/s²".

    `choice` takes another of the names. German words stand in the dative.
    """
    german = language == "de"
    for phrase, known in quantity.named:
        if abs(value - known) <= _NEAR * max(abs(known), 1e-9):
            words = phrase.german if german else phrase.english
            return words[choice % len(words)]
    return _measured(quantity, value, german)


def _measured(quantity: Quantity, value: float, german: bool) -> str:
    number = f"{value:.2f}".rstrip("0").rstrip(".")
    number = number.replace(".", ",") if german else number
    if quantity.name == "moment":
        return f"nach {number} Sekunden" if german else f"after {number} seconds"
    unit = _SQUARED.get(quantity.unit, quantity.unit)
    return _MEASURES[quantity.name][german].format(f"{number} {unit}".strip())
