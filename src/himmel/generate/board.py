"""Storyboards as people write them: a file in TOML or JSON, read with line numbers for what is wrong.

seconds = 12
[characters]
fox = "a red fox"
[places]
meadow = "on a meadow"
[[cards]]
at = 0
text = "{fox} runs {meadow}"
camera = "pan-left"
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from himmel.core.cards import Card, Storyboard
from himmel.core.config import Config
from himmel.core.errors import HimmelError
from himmel.core.plain import parse_json
from himmel.core.values import Request
from himmel.generate.cameras import phrase_of
from himmel.generate.timeline import check_cards
from himmel.world.words.cameras import CAMERAS

LARGEST = 1_000_000  # bytes of a file
LANGUAGES = ("en", "de")  # in which camera moves are said
_NAMED = re.compile(r"\{([^{}]*)\}")
_TOKENS = re.compile(r'"(?:\\.|[^"\\])*"|[\[\]{}]')
_LINE = re.compile(r"line (\d+)")
_OF_REQUEST = (
    "negative", "seconds", "fps", "steps", "guidance", "sampler", "guidance_mode", "seed", "model",
    "strict", "upsample",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Written(Config):
    """A card as it stands in a file. `at` in seconds; image and clip are paths beside the file."""

    at: float
    text: str
    camera: str | None = None
    transition: str = "cut"
    image: str | None = None
    clip: str | None = None


def read_board(path: Path) -> Storyboard:
    """The storyboard of a file that ends in .toml or .json.

    Raises HimmelError with the line for anything that is none: bad syntax, unknown keys, cards that
    overlap or lie past the end, names, cameras and languages that there are not.
    """
    try:
        data = path.read_bytes()[: LARGEST + 1]
        text = data.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise HimmelError(f"{path} cannot be read: {error}") from None
    if len(data) > LARGEST:
        raise HimmelError(f"{path} is longer than {LARGEST // 1000} kB; no storyboard is")
    return _Reading(path, text).board()


class _Reading:
    """A file with the words for what is wrong in it."""

    def __init__(self, path: Path, text: str) -> None:
        self._path, self._text = path, text
        self._toml = path.suffix.lower() != ".json"
        self._values = self._parsed()
        lines = _lines_of_toml if self._toml else _lines_of_json
        self._lines = lines(text)

    def board(self) -> Storyboard:
        """The whole storyboard."""
        values = self._values
        known = (*_OF_REQUEST, "size", "language", "characters", "places", "cards")
        if unknown := [key for key in values if key not in known]:
            raise self.wrong(
                f"unknown key {unknown[0]!r}; known keys are {', '.join(known)}", unknown[0]
            )
        language = values.get("language", "en")
        if language not in LANGUAGES:
            raise self.wrong(f"no language {language!r}; use {' or '.join(LANGUAGES)}", "language")
        names = self._names()
        written = values.get("cards")
        if not isinstance(written, list) or not written:
            raise self.wrong("there are no cards; write [[cards]] with `at` and `text`")
        cards = tuple(self._card(number, card, names) for number, card in enumerate(written, 1))
        board = self._request(cards)
        try:
            check_cards(board)
        except HimmelError as error:
            found = re.match(r"card (\d+)", str(error))
            raise self.wrong(str(error), card=int(found[1]) if found else 0) from None
        return board

    def wrong(self, problem: str, key: str = "", card: int = 0) -> HimmelError:
        """The problem, with the line of a card, of a key inside it, or of a key of the file."""
        line = self._lines[card - 1] if 0 < card <= len(self._lines) else 0
        if key:
            following = self._lines[card] if 0 < card < len(self._lines) else None
            line = _line_of_key(self._text, key, line, following) or line
        where = f", line {line}" if line else ""
        return HimmelError(f"{self._path.name}{where}: {problem}")

    def _parsed(self) -> dict[str, Any]:
        parse: Callable[[str], Any] = tomllib.loads if self._toml else parse_json
        try:
            values = parse(self._text)
        except (ValueError, RecursionError) as error:
            found = _LINE.search(str(error))
            where = f", line {found[1]}" if found else ""
            kind = "TOML" if self._toml else "JSON"
            raise HimmelError(f"{self._path.name}{where}: this is no {kind} ({error})") from None
        if not isinstance(values, dict):
            raise HimmelError(f"{self._path.name}: a storyboard is one object with `cards`")
        return values

    def _names(self) -> dict[str, str]:
        """What each character and place looks like."""
        names: dict[str, str] = {}
        for group in ("characters", "places"):
            given = self._values.get(group, {})
            if not isinstance(given, dict):
                raise self.wrong(f'{group} are names with words, such as fox = "a red fox"', group)
            for name, words in given.items():
                if not isinstance(words, str) or not words.strip():
                    raise self.wrong(f"{name!r} needs words that say what it looks like", name)
                if name in names:
                    raise self.wrong(f"{name!r} is a character and a place; rename one", name)
                names[name] = words.strip()
        return names

    def _card(self, number: int, values: Any, names: Mapping[str, str]) -> Card:
        if not isinstance(values, dict):
            raise self.wrong(f"card {number} is no table of `at` and `text`", card=number)
        try:
            written = Written.from_dict(values, f"card {number}")
        except HimmelError as error:
            key = re.search(r"key '(\w+)'|Written\.(\w+)", str(error))
            said = str(error).replace("Written.", f"card {number}, ")
            raise self.wrong(said, (key[1] or key[2]) if key else "", number) from None
        cast = tuple(dict.fromkeys(_NAMED.findall(written.text)))
        if missing := [name for name in cast if name not in names]:
            there = ", ".join(names) or "none"
            raise self.wrong(
                f"card {number} names {{{missing[0]}}}; characters and places are: {there}",
                "text",
                number,
            )
        text = _NAMED.sub(lambda found: names[found[1]], written.text).strip()
        return Card(
            at=written.at,
            prompt=self._with_camera(text, written.camera, number),
            transition=written.transition,
            image=self._beside(written.image),
            clip=self._beside(written.clip),
            cast=cast,
        )

    def _with_camera(self, text: str, camera: str | None, number: int) -> str:
        if camera is None:
            return text
        if camera not in (phrase.name for phrase in CAMERAS):
            moves = ", ".join(phrase.name for phrase in CAMERAS)
            raise self.wrong(
                f"card {number} has no camera {camera!r}; use {moves}", "camera", number
            )
        return f"{text.rstrip('.')}, {phrase_of(camera, self._values.get('language', 'en'))}"

    def _beside(self, name: str | None) -> str | None:
        return None if name is None else str(self._path.parent / name)

    def _request(self, cards: tuple[Card, ...]) -> Storyboard:
        values = {key: self._values[key] for key in _OF_REQUEST if key in self._values}
        if "seconds" not in values:
            raise self.wrong("the key 'seconds' is missing; say when the film ends")
        if "size" in self._values:
            found = re.fullmatch(r"(\d{1,6})x(\d{1,6})", str(self._values["size"]))
            if not found:
                raise self.wrong('the size is written like "128x128"', "size")
            values |= {"width": int(found[1]), "height": int(found[2])}
        try:
            request = Request.from_dict({"prompt": cards[0].prompt, **values}, "the storyboard")
        except HimmelError as error:
            key = re.search(r"Request\.(\w+)", str(error))
            raise self.wrong(str(error).replace("Request.", ""), key[1] if key else "") from None
        return Storyboard(**request.__dict__, cards=cards)


def _lines_of_toml(text: str) -> list[int]:
    """The lines at which cards begin."""
    header = re.compile(r"\s*\[\[\s*cards\s*\]\]")
    return [number for number, line in enumerate(text.splitlines(), 1) if header.match(line)]


def _lines_of_json(text: str) -> list[int]:
    """The lines at which the objects in the list `cards` begin."""
    depth, key, lines = 0, "", []
    for token in _TOKENS.finditer(text):
        said = token.group()
        if said[0] == '"':
            key = said if depth == 1 else key
        elif said in "[{":
            if said == "{" and depth == 2 and key == '"cards"':
                lines.append(text.count("\n", 0, token.start()) + 1)
            depth += 1
        else:
            depth -= 1
    return lines


def _line_of_key(text: str, key: str, after: int, before: int | None) -> int:
    """The first line from `after` to before `before` that gives a key a value; 0 for none."""
    given = re.compile(
        rf"(.*[\s{{,]|^)[\"']?{re.escape(key)}[\"']?\s*[=:]|\s*\[+\s*{re.escape(key)}\b"
    )
    lines = text.splitlines()
    end = len(lines) + 1 if before is None else before
    return next((n for n in range(max(after, 1), end) if given.match(lines[n - 1])), 0)
