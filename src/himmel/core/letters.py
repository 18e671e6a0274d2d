"""Letters that not everyone can type and not every font has."""

from __future__ import annotations

import unicodedata

_SPELT_OUT = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"}
)


def without_umlauts(text: str) -> str:
    """Straße as Strasse, grün as gruen; everything else stays."""
    return text.translate(_SPELT_OUT)


def without_marks(text: str) -> str:
    """Umlauts spelt out and all other marks dropped, so that a plain Latin font has the letters.

    >>> without_marks("Café Größe")
    'Cafe Groesse'
    """
    spelt = without_umlauts(unicodedata.normalize("NFC", text))
    return "".join(c for c in unicodedata.normalize("NFD", spelt) if not unicodedata.combining(c))
