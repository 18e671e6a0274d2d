"""A small bidirectional transformer over words, and the heads that name what it understood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from himmel.core.config import Config
from himmel.core.errors import HimmelError
from himmel.core.rng import derive
from himmel.models.text.tokenizer import FIRST_WORD, PADDING, SUMMARY
from himmel.nn.attention import Attention
from himmel.nn.embeddings import FeedForward
from himmel.nn.norms import LayerNorm


@dataclass(frozen=True, kw_only=True)
class TextEncoderConfig(Config):
    """Sizes of a text encoder.

    `vocab_size` is the tokenizer's `size` (bytes alone by default), `length` the number of tokens of
    every text, `output_dim` the width of the states (the transformer's `text_dim`).
    """

    vocab_size: int = FIRST_WORD
    width: int = 192
    layers: int = 3
    heads: int = 4
    length: int = 40
    output_dim: int = 192

    def __post_init__(self) -> None:
        if self.width % self.heads:
            raise HimmelError(f"width {self.width} does not divide into {self.heads} heads")


class _Layer(nn.Module):
    def __init__(self, config: TextEncoderConfig) -> None:
        super().__init__()
        self.norm1 = LayerNorm(config.width, affine=True)
        self.attn = Attention(config.heads, config.width // config.heads)
        self.norm2 = LayerNorm(config.width, affine=True)
        self.ffn = FeedForward(config.width, 4 * config.width)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        x = x + self.attn(self.norm1(x), mask=mask)
        out: Tensor = x + self.ffn(self.norm2(x))
        return out


class TextEncoder(nn.Module):
    """Token numbers to states that a transformer reads; new ones are ready to train."""

    def __init__(self, config: TextEncoderConfig, seed: int = 0) -> None:
        super().__init__()
        self.config = config
        self.words = nn.Embedding(config.vocab_size, config.width)
        self.positions = nn.Parameter(torch.empty(config.length, config.width))
        self.layers = nn.ModuleList([_Layer(config) for _ in range(config.layers)])
        self.norm = LayerNorm(config.width, affine=True)
        self.out = nn.Linear(config.width, config.output_dim)
        self.initialise(seed)

    def forward(self, ids: Tensor) -> Tensor:
        """Token numbers (B, L) int64, L <= length, to states (B, L, output_dim).

        States are zero at padding, so a reader may attend to all of them without a mask. State 0 sums
        the text up; a row of padding alone is the empty text. Raises HimmelError for a longer text.
        """
        if ids.shape[1] > self.config.length:
            raise HimmelError(
                f"{ids.shape[1]} tokens do not fit this text encoder; it reads {self.config.length}"
            )
        opening = torch.full_like(ids[:, :1], SUMMARY)
        ids = torch.cat((opening, ids[:, 1:]), 1)
        used = ids != PADDING  # (B, L)
        x = self.words(ids) + self.positions[: ids.shape[1]]
        for layer in self.layers:
            x = layer(x, used[:, None, None, :])
        states: Tensor = self.out(self.norm(x))
        return states * used.unsqueeze(-1)

    @torch.no_grad()
    def initialise(self, seed: int = 0) -> None:
        """Embeddings normal with deviation 0.02, matrices Xavier-uniform, the ends of branches zero."""
        if self.positions.is_meta:  # no numbers to set
            return
        rng = torch.Generator(self.positions.device).manual_seed(derive(seed, "initialise", "text"))
        for linear in (m for m in self.modules() if isinstance(m, nn.Linear)):
            nn.init.xavier_uniform_(linear.weight, generator=rng)
            nn.init.zeros_(linear.bias)
        for branch in (m for m in self.modules() if isinstance(m, Attention | FeedForward)):
            nn.init.zeros_(branch.last.weight)
        for table in (self.words.weight, self.positions):
            nn.init.normal_(table, std=0.02, generator=rng)


class FactHeads(nn.Module):
    """One linear answer per group of facts, from the state that sums a text up.

    Used to pretrain the encoder, and to tell a user what was understood. `groups` names the groups and
    how many answers each has; `width` is the encoder's `output_dim`.
    """

    def __init__(self, width: int, groups: Mapping[str, int]) -> None:
        super().__init__()
        self.groups = nn.ModuleDict({n: nn.Linear(width, count) for n, count in groups.items()})

    def forward(self, pooled: Tensor) -> dict[str, Tensor]:
        """Pooled states (B, width), that is states[:, 0], to logits (B, count) per group."""
        return {name: head(pooled) for name, head in self.groups.items()}
