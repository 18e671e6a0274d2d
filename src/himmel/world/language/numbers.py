"""Numbers as people write them: counts and quantities, in digits or in words, in both languages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from himmel.core.errors import HimmelError
from himmel.core.letters import without_umlauts
from himmel.world.language.lists import listed

_ENGLISH = listed(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
)
_ENGLISH_TENS = listed("ten twenty thirty forty fifty sixty seventy eighty ninety")
_GERMAN = listed(
    "null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn "
    "sechzehn siebzehn achtzehn neunzehn"
)
_GERMAN_TENS = listed("zehn zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig")
_SMALL = {"en": _ENGLISH, "de": _GERMAN}
_POINT = {"en": " point ", "de": " Komma "}


def count_words(number: int, language: str) -> str:
    """A whole number from 0 to 99 in words: 42 is "forty-two", "zweiundvierzig"."""
    if not 0 <= number <= 99:
        raise HimmelError(f"{number} is too large for words; write it in digits")
    if number < 20:
        return _SMALL[language][number]
    tens, ones = divmod(number, 10)
    if language == "en":
        return _ENGLISH_TENS[tens - 1] + (f"-{_ENGLISH[ones]}" if ones else "")
    front = "" if not ones else ("ein" if ones == 1 else _GERMAN[ones]) + "und"
    return front + _GERMAN_TENS[tens - 1]


def digits(value: float, language: str) -> str:
    """A quantity in digits: 9.81, in German 9,81; no zeros at the end."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return text.replace(".", ",") if language == "de" else text


def decimal_words(value: float, language: str) -> str:
    """A quantity in words: 9.81 is "nine point eight one", "neun Komma acht eins".

    Quantities of 100 and more stay in digits, as people write them.
    """
    text = digits(value, "en")
    whole, _, rest = text.partition(".")
    if not whole.isdigit() or int(whole) > 99:
        return digits(value, language)
    front = count_words(int(whole), language)
    if not rest:
        return front
    return front + _POINT[language] + " ".join(_SMALL[language][int(d)] for d in rest)


def tokens_of(text: str) -> list[str]:
    """The words and numbers of a text in small letters, umlauts spelt out: 9,81 stays whole."""
    return re.findall(r"\d+(?:[.,]\d+)?|[^\W\d_]+", without_umlauts(text.lower()))


def number_at(tokens: Sequence[str], at: int) -> tuple[float, int] | None:
    """The number that begins at a token, in digits or words, and how many tokens it has."""
    if at >= len(tokens):
        return None
    if tokens[at][0].isdecimal():
        return float(tokens[at].replace(",", ".")), 1
    known = _folded_numbers()
    for length in (2, 1):
        whole = known.get(tuple(tokens[at : at + length])) if at + length <= len(tokens) else None
        if whole is not None:
            break
    else:
        return None
    decimals, end = "", at + length
    if end < len(tokens) and tokens[end] in ("point", "komma"):
        end += 1
        while end < len(tokens) and (digit := known.get((tokens[end],), 10)) < 10:
            decimals += str(digit)
            end += 1
    return float(f"{whole}.{decimals or 0}"), end - at


@cache
def _folded_numbers() -> dict[tuple[str, ...], int]:
    return {tuple(without_umlauts(w) for w in k): n for k, n in number_readings().items()}


def number_readings() -> dict[tuple[str, ...], int]:
    """Every whole number from 0 to 99 by its words in both languages, small and without hyphens."""
    found: dict[tuple[str, ...], int] = {}
    for language in _SMALL:
        for number in range(100):
            words = count_words(number, language).replace("-", " ")
            found[tuple(words.split())] = number
    return found
