"""Settings, hours, weathers and looks of the wide world beyond the core's."""

from __future__ import annotations

from himmel.world.vocabulary import Phrase, Setting

SETTINGS: tuple[Setting, ...] = ()
TIMES: tuple[Phrase, ...] = ()
WEATHERS: tuple[Phrase, ...] = ()
LOOKS: tuple[Phrase, ...] = (Phrase("natural", (), ()),)
