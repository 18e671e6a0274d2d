"""Words to the numbers of UMT5, read from its tokenizer.json by the `tokenizers` library."""

from __future__ import annotations

import html
from pathlib import Path
from typing import Any, Self

from himmel.core.errors import DamagedFileError, HimmelError, MissingExtraError

PADDING = 0
LENGTH = 512  # tokens that Wan's transformers were trained to read


def clean(text: str) -> str:
    """A prompt as Wan reads it: broken letters mended, HTML entities read, single spaces.

    Mending needs the package ftfy (in the extra [wan]); without it such letters stay as they are.
    """
    try:
        import ftfy
    except ImportError:
        pass
    else:
        text = ftfy.fix_text(text)
    return " ".join(html.unescape(html.unescape(text)).split())


class UMT5Tokenizer:
    """A vocabulary of pieces, with the same `encode` as our own tokenizer has."""

    def __init__(self, pieces: Any) -> None:
        self._pieces = pieces
        pieces.no_truncation()
        pieces.no_padding()
        if pieces.token_to_id("<pad>") not in (PADDING, None):
            raise HimmelError("the padding of this vocabulary is not 0, so it is not UMT5's")

    @classmethod
    def from_file(cls, path: Path) -> Self:
        """Read a tokenizer.json.

        Raises MissingExtraError without the package tokenizers, HimmelError where there is no file,
        DamagedFileError where it is something else.
        """
        try:
            from tokenizers import Tokenizer
        except ImportError:
            raise MissingExtraError("tokenizers", "wan") from None
        if not Path(path).is_file():
            raise HimmelError(f"{path} is missing; copy the tokenizer of the model again")
        try:
            return cls(Tokenizer.from_file(str(path)))
        except HimmelError:
            raise
        except Exception as error:  # the library raises nothing more special
            raise DamagedFileError(f"{path} is not a tokenizer.json ({error})") from None

    @property
    def size(self) -> int:
        """How many different numbers `encode` can give."""
        return int(self._pieces.get_vocab_size())

    def encode(self, text: str, length: int = LENGTH) -> list[int]:
        """Exactly `length` numbers: the cleaned text, its end, then padding. Longer texts are cut.

        A text that was cut still ends with the mark of the end, as the encoder expects.
        """
        ids: list[int] = self._pieces.encode(clean(text)).ids
        if len(ids) > length:
            ids = [*ids[: length - 1], ids[-1]]
        return ids + [PADDING] * (length - len(ids))
