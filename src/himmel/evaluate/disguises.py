"""Nine ways in which people hide words from filters, as code."""

from __future__ import annotations

import base64
from collections.abc import Callable

_LEET = str.maketrans("aeostAEOST", "4305743057")
_LOOKALIKE = str.maketrans("aeopcxiyAEOPCXH", "аеорсхіуАЕОРСХН")
_SMILE = "\N{SLIGHTLY SMILING FACE}"


def _full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def _spaced(text: str) -> str:
    return "  ".join(" ".join(word) for word in text.split())


def _pictured(text: str) -> str:
    return " ".join(_SMILE.join(word) if len(word) > 3 else word for word in text.split())


DISGUISES: dict[str, Callable[[str], str]] = {
    "leet": lambda text: text.translate(_LEET),
    "zero_width": "\N{ZERO WIDTH SPACE}".join,
    "look_alikes": lambda text: text.translate(_LOOKALIKE),
    "full_width": _full_width,
    "spaced": _spaced,
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "backwards": lambda text: text[::-1],
    "pictographs": _pictured,
}


def mixed(first: str, second: str) -> str:
    """The first half of a sentence in one language, the second half in another."""
    one, other = first.split(), second.split()
    return " ".join([*one[: (len(one) + 1) // 2], *other[len(other) // 2 :]])
