"""Undo disguises of words: look-alike letters, digits for letters, invisible marks, spaced letters.

A prompt gets a few *readings*, each a list of plain lower-case words; a rule applies when it applies to
one of them. Several are needed because no single one is right: `4k` is not `ak`, but `n4ked` is a word.
"""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import product

Words = tuple[str, ...]
WAYS = 8  # to read one text as a sentence, in one direction, that are looked at
READABLE = 0.8  # of the longest mean length of words that any reading has

# After case folding; only letters that pass for the Latin one at a glance (Unicode TR 39).
_LOOKALIKES = str.maketrans(
    "аеорсухіјѕԁһкмтвнгαεορυνικτχηωıɡɑſ",
    "aeopcyxijsdhkmtbhraeopuviktxnwigas",
)
_SHARP = str.maketrans({"ß": "ss"})
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_DIGITS = {"0": "o", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "@": "a", "$": "s"}
_LEET = [str.maketrans({**_DIGITS, "1": one, "!": one, "|": one}) for one in "il"]
_SYMBOLS = str.maketrans(
    {
        mark: f" {word} "
        for mark, word in {
            "🔪": "knife", "🗡": "sword", "🔫": "gun", "💣": "bomb", "💥": "explosion", "🩸": "blood",
            "💊": "pills", "💉": "syringe", "☠": "dead body", "💩": "excrement", "🤮": "vomit",
            "🔞": "nsfw", "🗳": "ballot", "卐": "swastika", "卍": "swastika",
        }.items()
    }
)  # fmt: skip
# Letters that nobody sees: Hangul fillers (compatibility forms become them), Khmer's unwritten vowels.
_FILLERS = frozenset("\u115f\u1160\u17b4\u17b5")
_WORD = re.compile(r"[a-z]+|[0-9]+|[\u4e00-\u9fff]")  # a Chinese character is a word
_SEPARATED = re.compile(r"(?<![^\W_])[^\W_]([\s.\-_*/,+~])[^\W_](?:\1[^\W_])*(?![^\W_])")
_INSIDE = re.compile(r"(?<=[^\W_])[.\-_*'~+]+(?=[^\W_])")
_ENCODED = re.compile(r"[A-Za-z0-9+/_-]{12,}={0,2}")
# What nearly every sentence has; as much of it backwards as forwards: it may be written backwards.
# "der" is not among them: it is "red" backwards.
_ENDINGS = ("ing", "ed", "er", "es", "ly", "tion", "en", "ung", "isch", "lich", "ich", "heit")
_USUAL = """
    the and with from into under that his her are in of to is at by for how an its who someone
    somebody people man woman men women they over out through then until behind while their make die
    das und mit ein eine einer einen einem eines auf dem den des ist wie wird werden nach zum zur im
    am an aus bei fuer von vom vor ueber unter durch bis sich mann frau jemand leute menschen zu wo
    sein seine ihre
"""
_COMMON = frozenset(_USUAL.split())


def words_of(text: str) -> Words:
    """Plain words of a text: compatibility forms, case, invisible characters, umlauts as ae, oe, ue.

    >>> words_of("Ｓchöne KATZE")
    ('schoene', 'katze')
    """
    return tuple(_WORD.findall(_bare(_folded(text), _UMLAUTS)))


def readings(text: str) -> list[Words]:
    """All distinct ways to read a text, the plain one first.

    >>> ("naked",) in readings("n 4 k e d")
    True
    >>> ("a", "cat", "with", "the", "hat") in readings("tah eht htiw tac a")
    True
    """
    found = dict.fromkeys(_ways(text))
    for hidden in _hidden(text):
        found |= dict.fromkeys(_ways(hidden))
    return [words for words in found if words]


def sentences(text: str) -> list[list[Words]]:
    """Those readings that read like text, of a text and of each one in base64 in it: with the longest
    words, and no mere pieces of letters. One that may be written backwards has those of both directions.

    >>> sentences("the r 3 d cat")
    [[('the', 'red', 'cat')]]
    """
    tokens = _decoded(text)
    for token in tokens:
        if not _could_be_words(token):
            text = text.replace(token, " ")
    # Each by itself: the words of base64 would be longer than any sentence's.
    found = [_ways_to_say(part) for part in (text, *tokens.values())]
    return [ways for ways in found if ways]


def _ways_to_say(text: str) -> list[Words]:
    backwards = text[::-1] if _may_be_backwards(text) else ""
    return [*_readable(text)[:WAYS], *_readable(backwards)[:WAYS]]


@lru_cache(maxsize=8)  # a prompt and its reverse are asked for several times in a row
def _readable(text: str) -> tuple[Words, ...]:
    found = dict.fromkeys(words for words in _ways(text, pieces=False) if words)
    lengths = {words: sum(map(len, words)) / len(words) for words in found}
    longest = max(lengths.values(), default=0.0)
    return tuple(words for words, length in lengths.items() if length >= READABLE * longest)


def _ways(text: str, pieces: bool = True) -> Iterator[Words]:
    yield words_of(text)
    for folded in dict.fromkeys(map(_folded, (text, _without_symbols(text)))):
        tables = (_UMLAUTS,) if folded.isascii() else (_UMLAUTS, _SHARP)
        for umlauts, read in product(tables, _without_digits(folded)):
            # joined while ä is one letter
            for reading in dict.fromkeys((read, _INSIDE.sub("", _joined(read)))):
                yield tuple(_WORD.findall(_bare(reading, umlauts)))
            if pieces:
                yield tuple(_pieces(_bare(read, umlauts)))


def _without_digits(folded: str) -> dict[str, None]:
    """The text as it stands, and with digits and marks read as letters, if it has any."""
    return dict.fromkeys((folded, *map(folded.translate, _LEET)))


def _hidden(text: str) -> Iterator[str]:
    """Texts inside a text: those in base64, and the whole one if it is written backwards."""
    yield from _decoded(text).values()
    if _may_be_backwards(text):
        yield text[::-1]


def _decoded(text: str) -> dict[str, str]:
    """What is in base64, and what it says."""
    found = {}
    for token in _ENCODED.findall(text):
        plain = token.rstrip("=").replace("-", "+").replace("_", "/")
        try:
            decoded = base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            continue
        decoded = " ".join(decoded.split())  # a line's end is no disguise
        if decoded.isprintable() and any(c.isalpha() for c in decoded):
            found[token] = decoded
    return found


def _could_be_words(token: str) -> bool:
    """As "encyclopedia", which is base64 too; what encodes a text has capitals and digits inside."""
    parts = re.split(r"[^A-Za-z]+", token.strip("="))
    told = all(not p or p.islower() or p.istitle() or p.isupper() for p in parts)
    return told and not any(c.isdigit() for c in token)


def _may_be_backwards(text: str) -> bool:
    return _usual(text[::-1]) >= _usual(text)


def _usual(text: str) -> int:
    """How many words are common ones or end as words do, in the way to read them that has most."""
    return max((sum(map(_is_usual, words)) for words in _readable(text)), default=0)


def _is_usual(word: str) -> bool:
    return word in _COMMON or (len(word) > 4 and word.endswith(_ENDINGS))


def _without_symbols(text: str) -> str:
    """Pictographs that stand between letters of a word, away."""
    return "".join(c for c in text if c.isascii() or unicodedata.category(c) not in ("So", "Sk"))


@lru_cache(maxsize=8)  # as above
def _folded(text: str) -> str:
    text = unicodedata.normalize("NFKC", text.translate(_SYMBOLS))
    if text.isascii() and text.isprintable():  # nothing hidden, nothing that looks like another
        return text.casefold()
    folded = "ß".join(
        part.casefold() for part in text.split("ß")
    )  # one letter, until it is spelled
    kept = (_visible(c) for c in folded)
    return unicodedata.normalize("NFC", "".join(kept)).translate(_LOOKALIKES)


@lru_cache(maxsize=4096)
def _visible(c: str) -> str:
    if c.isspace():
        return c
    kind = unicodedata.category(c)
    unseen = kind in ("Cf", "Cc", "Co", "Cs", "Mn", "Me") and not unicodedata.combining(c)
    return "" if unseen or c in _FILLERS else c


def _bare(text: str, umlauts: dict[int, str]) -> str:
    """Spell umlauts out as `umlauts` says, drop every other mark."""
    spelled = text.translate(umlauts)
    if spelled.isascii():  # most are, and need not be looked at letter by letter
        return spelled
    return "".join(c for c in unicodedata.normalize("NFD", spelled) if not unicodedata.combining(c))


def _joined(text: str) -> str:
    return _SEPARATED.sub(lambda run: re.sub(r"[\W_]", "", run.group()), text)


def _pieces(text: str) -> Iterator[str]:
    """Every piece of 4 to 12 letters of runs of single letters, where word borders are lost."""
    for run in _SEPARATED.finditer(text):
        letters = re.sub(r"[\W_]", "", run.group())
        for start in range(len(letters) - 3):
            last = min(start + 12, len(letters))
            yield from (letters[start:end] for end in range(start + 4, last + 1))
