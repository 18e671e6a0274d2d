"""Reads a whole sentence: a transformer over the pieces of its words says what it asks for.

It begins as the first four of the twelve layers of multilingual-e5-small (Wang et al. 2024, MIT), which
has read sentences of a hundred languages, and is fitted on (`recipes/reader.py`). Its layers are those
of BERT (Devlin et al. 2018, section 3). The file holds 4 bits a weight; the layers multiply bytes.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from himmel.core.config import Config
from himmel.core.errors import HimmelError
from himmel.core.files import whole_file
from himmel.core.tensors import read_safetensors
from himmel.safety.normalise import Words
from himmel.safety.pieces import NEVER, Pieces

OPENING, PADDING, CLOSING, UNKNOWN = range(4)  # numbers that are no pieces; those follow
SPECIAL = 4
GROUP = 32  # weights that share a scale in the file

_WEIGHTS = "data/reader.safetensors"
_EPS = 1e-12
_HALVES = (".packed", ".scale")
_LARGE = ("words.", "layers.")  # the beginnings of those that are told in 4 bits


@dataclass(frozen=True, kw_only=True)
class ReaderConfig(Config):
    """Sizes of a reader; `length` is the number of pieces of the longest text, both marks counted."""

    pieces: int
    classes: int
    width: int = 384
    heads: int = 12
    layers: int = 4
    hidden: int = 1536
    length: int = 96


class _Layer(nn.Module):
    def __init__(self, config: ReaderConfig) -> None:
        super().__init__()
        self.heads = config.heads
        self.qkv = nn.Linear(config.width, 3 * config.width)
        self.out = nn.Linear(config.width, config.width)
        self.norm = nn.LayerNorm(config.width, _EPS)
        self.wide = nn.Linear(config.width, config.hidden)
        self.narrow = nn.Linear(config.hidden, config.width)
        self.last_norm = nn.LayerNorm(config.width, _EPS)

    def forward(self, x: Tensor, mask: Tensor | None, dropout: float) -> Tensor:
        texts, length, width = x.shape
        heads = self.qkv(x).view(texts, length, 3, self.heads, width // self.heads)
        q, k, v = heads.permute(2, 0, 3, 1, 4)  # (B, heads, L, D / heads) each
        seen = F.scaled_dot_product_attention(q, k, v, mask).transpose(1, 2)
        seen = F.dropout(self.out(seen.reshape(x.shape)), dropout, self.training)
        x = self.norm(x + seen)
        more = F.dropout(self.narrow(F.gelu(self.wide(x))), dropout, self.training)
        out: Tensor = self.last_norm(x + more)
        return out


class Reader(nn.Module):
    """Numbers of pieces to scores of classes. Fresh weights are torch's own: load or fit them."""

    def __init__(self, config: ReaderConfig, pieces: Pieces) -> None:
        super().__init__()
        self.config, self.pieces = config, pieces
        self.words = nn.Embedding(SPECIAL + config.pieces, config.width)
        self.positions = nn.Parameter(torch.zeros(config.length, config.width))
        self.norm = nn.LayerNorm(config.width, _EPS)
        self.layers = nn.ModuleList([_Layer(config) for _ in range(config.layers)])
        self.classes = nn.Linear(3 * config.width, config.classes)

    def numbers(self, words: Words) -> list[int]:
        """What `forward` takes of one text: its pieces between the two marks, cut to the length."""
        return [OPENING, *self.pieces.of(words)[: self.config.length - 2], CLOSING]

    def forward(self, numbers: Tensor, dropout: float = 0.0) -> Tensor:
        """Scores (B, C) of texts (B, L) int64, PADDING after the shorter ones."""
        used = numbers != PADDING  # (B, L)
        mask = None if bool(used.all()) else used[:, None, None, :]
        x = self.norm(self.words(numbers) + self.positions[: numbers.shape[1]])  # (B, L, D)
        for layer in self.layers:
            x = layer(x, mask, dropout)
        seen = used[..., None]
        mean = (x * seen).sum(1) / seen.sum(1)
        highest = x.masked_fill(~seen, -torch.inf).amax(1)
        pooled = torch.cat([x[:, 0], mean, highest], -1)  # (B, 3D)
        scores: Tensor = self.classes(F.dropout(pooled, dropout, self.training))
        return scores

    def shares(self, texts: Sequence[Words]) -> NDArray[np.float32]:
        """Probability of every class (N, C) for readings of texts."""
        with torch.inference_mode():
            scores = self(padded([self.numbers(words) for words in texts]))
        found: NDArray[np.float32] = scores.softmax(-1).numpy()
        return found

    def in_integers(self) -> Reader:
        """Itself, its layers from now on multiplying bytes: a third of the time, no more fitting."""
        for layer in self.layers:
            for name, linear in list(layer.named_children()):
                if isinstance(linear, nn.Linear):
                    setattr(layer, name, _IntegerLinear(linear))
        return self.eval()


class _IntegerLinear(nn.Module):
    """A linear layer of 7-bit weights, a scale a row, over inputs rounded to 8 bits, a scale a token.

    Processors without instructions for bytes add products in pairs of 16 bits, which cuts off what is
    beyond: 2 * 255 * 63 is not, so that sums are exact on every machine. Where PyTorch was built
    without such products, the same weights are multiplied in float32.
    """

    def __init__(self, linear: nn.Linear, packed: bool | None = None) -> None:
        super().__init__()
        weight = linear.weight.detach().float()
        scale = weight.abs().amax(1, keepdim=True).clamp_min(1e-9) / 63  # (out, 1)
        self.bias = linear.bias.detach().float()
        self.packed = _multiplies_bytes() if packed is None else packed
        self.weight = _pack(weight, scale) if self.packed else (weight / scale).round() * scale

    def forward(self, x: Tensor) -> Tensor:
        if not self.packed:
            return F.linear(x, self.weight, self.bias)
        size = x.abs().amax(-1, keepdim=True).clamp_min_(1e-9)  # (..., 1)
        return torch.addcmul(
            self.bias, torch.ops.quantized.linear_dynamic(x / size, self.weight), size
        )


def _multiplies_bytes() -> bool:
    return torch.backends.quantized.engine in ("x86", "fbgemm")


def _pack(weight: Tensor, scale: Tensor) -> Any:
    """What `linear_dynamic` takes: whole numbers in the order in which this processor reads them."""
    with warnings.catch_warnings():  # PyTorch says that later versions pack them in another way
        warnings.simplefilter("ignore", UserWarning)
        whole = torch.quantize_per_channel(
            weight, scale[:, 0], torch.zeros(len(weight), dtype=torch.int64), 0, torch.qint8
        )
        return torch.ops.quantized.linear_prepack(whole, None)


def padded(texts: Sequence[Sequence[int]]) -> Tensor:
    """Numbers of texts side by side (B, L)."""
    rows = [torch.tensor(text) for text in texts]
    return nn.utils.rnn.pad_sequence(rows, batch_first=True, padding_value=PADDING)


def four_bits(weight: Tensor) -> tuple[Tensor, Tensor]:
    """Numbers int8 from -8 to 7 (N, M) and scales float16 (N, M / GROUP): the largest of a group is -8.

    (llama.cpp's Q4_0, in which the weights came, so that those that stay as they were stay exact.)
    """
    groups = weight.detach().float().view(len(weight), -1, GROUP)
    largest = groups.gather(2, groups.abs().argmax(2, keepdim=True))  # with its sign
    scale = (largest / -8).half()
    safe = torch.where(scale == 0, torch.ones_like(scale), scale).float()
    return (groups / safe).round().clamp(-8, 7).to(torch.int8).flatten(1), scale[..., 0]


def from_four_bits(numbers: Tensor, scale: Tensor) -> Tensor:
    """The weights (N, M) float32 that `four_bits` told."""
    groups = numbers.view(len(numbers), -1, GROUP).float()
    return (groups * scale.float()[..., None]).flatten(1)


def save_reader(reader: Reader, path: Path) -> None:
    """Write a reader: tables and matrices with 4 bits a weight, the rest in half precision."""
    from safetensors.torch import save

    pieces = reader.pieces
    parts = {
        "sizes": torch.tensor([reader.config.heads, reader.config.layers]),
        "pieces": _bytes("\n".join(pieces.numbers)),
        "scores": torch.tensor(pieces.scores[SPECIAL:]).half(),
    }
    for name, value in reader.state_dict().items():
        if value.dim() == 2 and name.startswith(_LARGE):
            numbers, scale = four_bits(value)
            low, high = (numbers + 8).to(torch.uint8).view(len(value), -1, 2).unbind(2)
            parts |= {name + _HALVES[0]: low | high << 4, name + _HALVES[1]: scale}
        else:
            parts[name] = value.half()
    with whole_file(path) as temporary:
        temporary.write_bytes(save({name: part.contiguous() for name, part in parts.items()}))


def _bytes(text: str) -> Tensor:
    return torch.from_numpy(np.frombuffer(text.encode(), np.uint8).copy())


def read_reader(path: Path) -> Reader:
    """A reader out of a file, in single precision. Raises HimmelError for another kind of file."""
    try:
        parts = read_safetensors(path)
        pieces = parts.pop("pieces").numpy().tobytes().decode().split("\n")
        scores = parts.pop("scores").float().tolist()
        heads, layers = parts.pop("sizes").tolist()
        state = _unpacked(parts)
        config = ReaderConfig(
            pieces=len(pieces), classes=len(state["classes.bias"]), heads=heads, layers=layers,
            width=state["norm.bias"].shape[0], hidden=state["layers.0.wide.bias"].shape[0],
            length=len(state["positions"]),
        )  # fmt: skip
        reader = Reader(config, pieces_of(pieces, scores))
        reader.load_state_dict(state)
    except (HimmelError, KeyError, ValueError, RuntimeError) as error:
        raise HimmelError(f"the policy's reader cannot be read: {error}") from None
    return reader.eval()


def _unpacked(parts: dict[str, Tensor]) -> dict[str, Tensor]:
    state = {}
    for name, value in parts.items():
        if name.endswith(_HALVES[0]):
            both = torch.stack([value & 15, value >> 4], 2).flatten(1)
            whole = name.removesuffix(_HALVES[0])
            state[whole] = from_four_bits(both.to(torch.int8) - 8, parts[whole + _HALVES[1]])
        elif not name.endswith(_HALVES[1]):
            state[name] = value.float()
    return state


def pieces_of(pieces: Sequence[str], scores: Sequence[float]) -> Pieces:
    """Pieces by their numbers, which begin at SPECIAL. Raises ValueError for another number of scores."""
    numbers = {piece: SPECIAL + row for row, piece in enumerate(pieces)}
    if len(numbers) != len(scores):
        raise ValueError(f"{len(numbers)} pieces, {len(scores)} scores")
    marks = (NEVER,) * SPECIAL  # of which no text has any but what is unknown
    return Pieces(numbers, (*marks, *scores), UNKNOWN)


@cache
def load_reader(path: Path | None = None) -> Reader:
    """The reader that himmel ships, or one of a file, ready to be asked. Raises as `read_reader`."""
    return read_reader(path or Path(str(files("himmel.safety").joinpath(_WEIGHTS)))).in_integers()
