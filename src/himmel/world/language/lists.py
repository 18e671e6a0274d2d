"""Short lists of words, written as people read them."""

from __future__ import annotations


def listed(text: str) -> tuple[str, ...]:
    """The words of a text: "red green" -> ("red", "green")."""
    return tuple(text.split())


def paired(text: str) -> dict[str, str]:
    """Pairs with a colon between: "man:men foot:feet" -> {"man": "men", "foot": "feet"}."""
    return {first: second for first, _, second in (p.partition(":") for p in text.split())}
