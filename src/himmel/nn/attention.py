"""Attention with normalised queries and keys, in the parameter names of diffusers' Wan models."""

from __future__ import annotations

import itertools
from typing import Literal, cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from himmel.nn.kernels import is_chosen
from himmel.nn.linear import Linear
from himmel.nn.norms import RMSNorm
from himmel.nn.rope import rotate

Backend = Literal["auto", "matmul", "sdpa", "blocked"]
KeysValues = tuple[
    Tensor, ...
]  # (key, value), then (image key, image value) where there is an image

# Up to this many query-key pairs two plain products beat the fused CPU kernel, which runs bfloat16 at
# float32 speed (1.5x of a whole training step at 80 tokens); above it the score matrix leaves the cache.
MATMUL_PAIRS = 1 << 17
BLOCK_SCORES = 3 << 17  # scores of one block in bfloat16 fill three quarters of 1 MiB of L2 cache


def choose_backend(queries: int, keys: int, device: torch.device) -> Literal["matmul", "sdpa"]:
    """The faster way to attend: plain products for short sequences on a CPU, else the fused kernel."""
    return "matmul" if device.type == "cpu" and queries * keys <= MATMUL_PAIRS else "sdpa"


def attend(
    query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None, backend: Backend = "auto"
) -> Tensor:
    """softmax(q k^T / sqrt(d)) v for (B, H, N, d), (B, H, M, d), (B, H, M, d) to (B, H, N, d).

    `mask` is boolean, True where a query may look, and broadcasts to (B, H, N, M). A query that may
    look nowhere has no defined answer: keep at least one key open. The softmax is in float32.
    """
    if backend == "auto":
        backend = choose_backend(query.shape[-2], key.shape[-2], query.device)
        if backend == "sdpa" and _blocks_pay(query, key, value):
            backend = "blocked"
    if backend == "blocked":
        return attend_blocked(query, key, value, mask)
    if backend == "sdpa":
        return F.scaled_dot_product_attention(query, key, value, attn_mask=mask)
    scores = (query * query.shape[-1] ** -0.5) @ key.transpose(-1, -2)  # (B, H, N, M)
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    return torch.softmax(scores, -1, dtype=torch.float32).to(value.dtype) @ value


def _blocks_pay(query: Tensor, key: Tensor, value: Tensor) -> bool:
    return query.dtype == torch.bfloat16 and is_chosen("blocked_attention", query, key, value)


def attend_blocked(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None) -> Tensor:
    """`attend` head by head and some rows at a time, so that the scores never leave the cache.

    Both products run at the rate of matrix products; the softmax is in float32 inside, its result
    and its argument are rounded to the dtype of the query. For inference: it writes in place.
    """
    out = torch.empty_like(query)
    if mask is not None:
        mask = mask.expand(*query.shape[:-1], key.shape[-2])
    scores_kept = BLOCK_SCORES * torch.get_num_threads()  # every thread has a cache of its own
    rows = max(64, scores_kept // max(1, key.shape[-2]) // 64 * 64)
    keys = (key * query.shape[-1] ** -0.5).transpose(-1, -2)  # (B, H, d, M)
    for place in itertools.product(range(query.shape[0]), range(query.shape[1])):
        for start in range(0, query.shape[2], rows):
            part = slice(start, start + rows)
            scores = query[place][part] @ keys[place]  # (rows, M)
            if mask is not None:
                scores.masked_fill_(~mask[place][part], float("-inf"))
            torch.mm(torch.softmax(scores, -1), value[place], out=out[place][part])
    return out


def block_causal(frames: int, tokens: int, block: int = 3) -> Tensor:
    """Mask (N, N) of `frames` latent frames of `tokens` tokens each: True where a query may look.

    The first latent frame is a block of its own (a causal codec shows one frame in it), then follow
    blocks of `block` latent frames. A token sees its own block and all blocks before it.
    """
    place = torch.arange(frames)
    blocks = ((place + block - 1) // block).repeat_interleave(tokens)  # 0, 1, 1, 1, 2, 2, 2, ...
    return blocks[:, None] >= blocks[None, :]


class Attention(nn.Module):
    """Multi-head attention of tokens over themselves, or over a context that they read.

    Queries and keys pass an RMS norm across all heads. With `image_width` the tokens also read image
    states through keys and values of their own, added to what they read from the context.
    """

    def __init__(
        self, heads: int, head_dim: int, eps: float = 1e-6, image_width: int | None = None
    ) -> None:
        super().__init__()
        width = heads * head_dim
        self.heads = heads
        self.backend: Backend = "auto"
        self.inner = attend  # what mixes tokens in self-attention; replaced where they lie apart
        self.to_q = Linear(width, width)
        self.to_k = Linear(width, width)
        self.to_v = Linear(width, width)
        self.to_out = nn.ModuleList([Linear(width, width)])
        self.norm_q = RMSNorm(width, eps)
        self.norm_k = RMSNorm(width, eps)
        self.reads_image = image_width is not None
        if image_width is not None:
            self.add_k_proj = Linear(image_width, width)
            self.add_v_proj = Linear(image_width, width)
            self.norm_added_k = RMSNorm(width, eps)

    @property
    def last(self) -> nn.Linear:
        """The matrix that writes into the stream of tokens."""
        return cast("nn.Linear", self.to_out[0])

    def keys_values(self, context: Tensor, image: Tensor | None = None) -> KeysValues:
        """What tokens read from a context (B, M, D): worth keeping while the context stays the same."""
        pairs = (
            self._split(self.norm_k(self.to_k(context))),
            self._split(self.to_v(context)),
        )
        if not self.reads_image or image is None:
            return pairs
        image_key = self._split(self.norm_added_k(self.add_k_proj(image)))
        return (*pairs, image_key, self._split(self.add_v_proj(image)))

    def read(self, x: Tensor, keys_values: KeysValues) -> Tensor:
        """Cross-attention of tokens (B, N, D) over keys and values made by `keys_values`."""
        query = self._split(self.norm_q(self.to_q(x)))
        seen = attend(query, keys_values[0], keys_values[1], backend=self.backend)
        if len(keys_values) > 2:
            seen = seen + attend(query, keys_values[2], keys_values[3], backend=self.backend)
        return self._merge(seen)

    def forward(
        self,
        x: Tensor,
        cos: Tensor | None = None,
        sin: Tensor | None = None,
        mask: Tensor | None = None,
        before: KeysValues | None = None,
    ) -> Tensor:
        """Self-attention of tokens (B, N, D), turned by a rotary table when one is given.

        `before` are the keys and values, made by `turned`, of tokens that all of these may look at.
        """
        query = self.norm_q(self.to_q(x)).view(*x.shape[:2], self.heads, -1)  # (B, N, H, d)
        if cos is not None and sin is not None:
            query = rotate(query, cos, sin)
        key, value = self.turned(x, cos, sin)
        if before is not None:
            key, value = torch.cat([before[0], key], 2), torch.cat([before[1], value], 2)
        query = query.to(value.dtype).transpose(1, 2)
        return self._merge(self.inner(query, key, value, mask, self.backend))

    def turned(self, x: Tensor, cos: Tensor | None, sin: Tensor | None) -> KeysValues:
        """Keys, turned by a rotary table, and values (B, H, N, d) of tokens (B, N, D)."""
        key, value = self.norm_k(self.to_k(x)), self._split(self.to_v(x))
        key = key.view(*x.shape[:2], self.heads, -1)  # (B, N, H, d)
        if cos is not None and sin is not None:
            key = rotate(key, cos, sin)
        return key.to(value.dtype).transpose(1, 2), value

    def _split(self, x: Tensor) -> Tensor:
        return x.view(*x.shape[:2], self.heads, -1).transpose(1, 2)  # (B, H, N, d)

    def _merge(self, x: Tensor) -> Tensor:
        out: Tensor = self.last(x.transpose(1, 2).flatten(2))  # (B, N, D)
        return out
