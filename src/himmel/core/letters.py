"""Letters that not everyone can type and not every font has."""

from __future__ import annotations

import unicodedata

_SPELT_OUT = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"}
)
_PLAIN_SIGNS = str.maketrans(
    dict.fromkeys("„“”«»", '"')
    | dict.fromkeys("‚‘’‹›", "'")
    | dict.fromkeys("–—−", "-")
    | {"×": "x", "…": "..."}
)


def without_umlauts(text: str) -> str:
    """Straße as Strasse, grün as gruen; everything else stays."""
    return text.translate(_SPELT_OUT)


def without_marks(text: str) -> str:
    """Umlauts spelt out, all other marks dropped, signs as on a typewriter: any font has the result.

    >>> without_marks("„Café“ – Größe")
    '"Cafe" - Groesse'
    """
    spelt = without_umlauts(unicodedata.normalize("NFC", text)).translate(_PLAIN_SIGNS)
    return "".join(c for c in unicodedata.normalize("NFD", spelt) if not unicodedata.combining(c))
