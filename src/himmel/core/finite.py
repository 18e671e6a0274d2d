"""Numbers as strangers write them: whole ones of any length are Python's, and no float holds them."""

from __future__ import annotations

import math
from fractions import Fraction


def is_finite(value: float | Fraction) -> bool:
    """Whether a float can hold a number; math.isfinite raises OverflowError for long whole ones."""
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def told_number(value: float | Fraction) -> str:
    """A number as a sentence names it, in ten digits at most.

    >>> told_number(0.1), told_number(2**63), told_number(-(10**400))
    ('0.1', '9.223372037e+18', 'a number of more than 300 digits')
    """
    try:
        return f"{float(value):.10g}"
    except OverflowError:
        return "a number of more than 300 digits"
