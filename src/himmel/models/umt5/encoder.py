"""The encoder half of UMT5 (Chung et al. 2023), with parameters named as transformers names them.

A T5 encoder whose every layer has a table of its own for relative positions. Products are not scaled
by the width of a head, feed-forwards are gated, norms have no shift.
"""

from __future__ import annotations

import math
from typing import cast

import torch
from torch import Tensor, nn

from himmel.models.umt5.config import UMT5Config
from himmel.models.umt5.tokenizer import PADDING
from himmel.nn.linear import gelu
from himmel.nn.norms import RMSNorm


def used_tokens(ids: Tensor) -> Tensor:
    """True up to the last token (B, L) that is not padding; padding inside a text is a token."""
    return (ids != PADDING).flip(1).cummax(1).values.flip(1)


def position_buckets(length: int, config: UMT5Config, device: torch.device | None = None) -> Tensor:
    """The bucket (L, L) of the distance from a query (row) to a key (column).

    One half of the buckets looks back, the other ahead. Half of a side counts single steps, the rest
    grow by a constant factor. The order of operations is T5's: another one rounds some distances into
    the bucket next to theirs.
    """
    side = config.relative_attention_num_buckets // 2
    single = side // 2
    places = torch.arange(length, device=device)
    offset = places[None, :] - places[:, None]  # (L, L)
    distance = offset.abs()
    growth = math.log(config.relative_attention_max_distance / single)
    steps = torch.log(distance.clamp(min=1).float() / single) / growth * (side - single)
    far = (single + steps.long()).clamp(max=side - 1)
    return torch.where(distance < single, distance, far) + side * (offset > 0)


class SelfAttention(nn.Module):
    """Attention with a learned bias per head and distance."""

    def __init__(self, config: UMT5Config) -> None:
        super().__init__()
        inner = config.num_heads * config.d_kv
        self.heads = config.num_heads
        self.q = nn.Linear(config.d_model, inner, bias=False)
        self.k = nn.Linear(config.d_model, inner, bias=False)
        self.v = nn.Linear(config.d_model, inner, bias=False)
        self.o = nn.Linear(inner, config.d_model, bias=False)
        buckets = config.relative_attention_num_buckets
        self.relative_attention_bias = nn.Embedding(buckets, config.num_heads)

    def forward(self, x: Tensor, buckets: Tensor, used: Tensor) -> Tensor:
        """(B, L, d_model) to the same shape; scores and softmax are in float32."""
        query, key, value = (self._split(part(x)) for part in (self.q, self.k, self.v))
        bias = self.relative_attention_bias(buckets).float().permute(2, 0, 1)  # (H, L, L)
        scores = (query @ key.transpose(-1, -2)).float() + bias
        hidden = ~used[:, None, None, :]
        # Not -inf: a text of padding alone would have no defined answer.
        scores = scores.masked_fill(hidden, torch.finfo(scores.dtype).min)
        seen = torch.softmax(scores, -1).to(value.dtype) @ value  # (B, H, L, d_kv)
        out: Tensor = self.o(seen.transpose(1, 2).flatten(2))
        return out

    def _split(self, x: Tensor) -> Tensor:
        return x.view(*x.shape[:2], self.heads, -1).transpose(1, 2)


class GatedFeedForward(nn.Module):
    """A GELU of one projection gates another."""

    def __init__(self, config: UMT5Config) -> None:
        super().__init__()
        self.wi_0 = nn.Linear(config.d_model, config.d_ff, bias=False)
        self.wi_1 = nn.Linear(config.d_model, config.d_ff, bias=False)
        self.wo = nn.Linear(config.d_ff, config.d_model, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """(B, L, d_model) to the same shape."""
        out: Tensor = self.wo(gelu(self.wi_0(x)) * self.wi_1(x))
        return out


class AttentionLayer(nn.Module):
    """The first half of a block."""

    def __init__(self, config: UMT5Config) -> None:
        super().__init__()
        self.SelfAttention = SelfAttention(config)
        self.layer_norm = RMSNorm(config.d_model, config.layer_norm_epsilon)

    def forward(self, x: Tensor, buckets: Tensor, used: Tensor) -> Tensor:
        """(B, L, d_model) in float32 to the same; matrices compute in the precision they are kept in."""
        seen = self.layer_norm(x).to(self.SelfAttention.q.weight.dtype)
        out: Tensor = x + self.SelfAttention(seen, buckets, used)
        return out


class FeedForwardLayer(nn.Module):
    """The second half of a block."""

    def __init__(self, config: UMT5Config) -> None:
        super().__init__()
        self.DenseReluDense = GatedFeedForward(config)
        self.layer_norm = RMSNorm(config.d_model, config.layer_norm_epsilon)

    def forward(self, x: Tensor) -> Tensor:
        """(B, L, d_model) in float32 to the same."""
        out: Tensor = x + self.DenseReluDense(
            self.layer_norm(x).to(self.DenseReluDense.wo.weight.dtype)
        )
        return out


class Block(nn.Module):
    """Attention, then feed-forward, both added to the stream."""

    def __init__(self, config: UMT5Config) -> None:
        super().__init__()
        self.layer = nn.ModuleList([AttentionLayer(config), FeedForwardLayer(config)])

    def forward(self, x: Tensor, buckets: Tensor, used: Tensor) -> Tensor:
        """(B, L, d_model) in float32 to the same."""
        out: Tensor = self.layer[1](self.layer[0](x, buckets, used))
        return out


class Stack(nn.Module):
    """All blocks over the embedded tokens."""

    def __init__(self, config: UMT5Config, words: nn.Embedding) -> None:
        super().__init__()
        self.config = config
        self.embed_tokens = words
        self.block = nn.ModuleList([Block(config) for _ in range(config.num_layers)])
        self.final_layer_norm = RMSNorm(config.d_model, config.layer_norm_epsilon)

    def forward(self, ids: Tensor, used: Tensor) -> Tensor:
        """(B, L) to states (B, L, d_model).

        The stream between blocks is float32 whatever the matrices are: it grows large, and the sums
        would lose what the late layers add.
        """
        buckets = position_buckets(ids.shape[1], self.config, ids.device)
        x = self.embed_tokens(ids).float()
        for block in self.block:
            x = block(x, buckets, used)
        return cast("Tensor", self.final_layer_norm(x))


class UMT5Encoder(nn.Module):
    """Token numbers to states, as transformers' UMT5EncoderModel computes them.

    The embedding stands in the state dict twice, as `shared` and as `encoder.embed_tokens`; files
    usually hold the first name alone. Build under torch.device("meta") and assign weights to load.
    """

    def __init__(self, config: UMT5Config) -> None:
        super().__init__()
        self.config = config
        self.shared = nn.Embedding(config.vocab_size, config.d_model)
        self.encoder = Stack(config, self.shared)

    def forward(self, ids: Tensor) -> Tensor:
        """Token numbers (B, L) int64 to states (B, L, d_model) in float32, zero behind the text.

        Tokens behind the longest text are left out of the work, which changes no state: nothing looks
        at them.
        """
        used = used_tokens(ids)
        longest = max(1, int(used.sum(1).max()))
        states = self.encoder(ids[:, :longest], used[:, :longest])
        states = states.masked_fill(~used[:, :longest, None], 0)
        return torch.nn.functional.pad(states, (0, 0, 0, ids.shape[1] - longest))
