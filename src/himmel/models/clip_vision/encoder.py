"""CLIP's image encoder (2103.00020), with parameters named as transformers' CLIPVisionModel names them.

Wan2.1 reads what enters the last layer ("penultimate hidden states"): the last one was trained to sum
a picture up in its first token, and the others no longer say what is where.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from himmel.core.errors import HimmelError
from himmel.models.clip_vision.config import ClipVisionConfig
from himmel.nn.attention import attend
from himmel.nn.norms import LayerNorm


class Embeddings(nn.Module):
    """Patches as tokens at learned places, behind a token for the whole picture."""

    def __init__(self, config: ClipVisionConfig) -> None:
        super().__init__()
        width, patch = config.hidden_size, config.patch_size
        self.class_embedding = nn.Parameter(torch.zeros(width))
        self.patch_embedding = nn.Conv2d(config.num_channels, width, patch, patch, bias=False)
        self.position_embedding = nn.Embedding(config.tokens, width)

    def forward(self, pictures: Tensor) -> Tensor:
        """(B, 3, S, S) to (B, M, D)."""
        weight = self.patch_embedding.weight
        patches = self.patch_embedding(pictures.to(weight.dtype)).flatten(2).transpose(1, 2)
        whole = self.class_embedding.expand(len(patches), 1, -1)
        return torch.cat([whole, patches], 1) + self.position_embedding.weight  # (B, M, D)


class SelfAttention(nn.Module):
    """Multi-head attention of all tokens over all."""

    def __init__(self, config: ClipVisionConfig) -> None:
        super().__init__()
        width = config.hidden_size
        self.heads = config.num_attention_heads
        self.q_proj = nn.Linear(width, width)
        self.k_proj = nn.Linear(width, width)
        self.v_proj = nn.Linear(width, width)
        self.out_proj = nn.Linear(width, width)

    def forward(self, x: Tensor) -> Tensor:
        """(B, M, D) to the same shape."""
        parts = (self.q_proj(x), self.k_proj(x), self.v_proj(x))
        query, key, value = (p.unflatten(2, (self.heads, -1)).transpose(1, 2) for p in parts)
        out: Tensor = self.out_proj(attend(query, key, value).transpose(1, 2).flatten(2))
        return out


class FeedForward(nn.Module):
    """Linear, GELU, linear."""

    def __init__(self, config: ClipVisionConfig) -> None:
        super().__init__()
        self.quick = config.hidden_act == "quick_gelu"
        self.fc1 = nn.Linear(config.hidden_size, config.intermediate_size)
        self.fc2 = nn.Linear(config.intermediate_size, config.hidden_size)

    def forward(self, x: Tensor) -> Tensor:
        """(B, M, D) to the same shape."""
        x = self.fc1(x)
        out: Tensor = self.fc2(x * torch.sigmoid(1.702 * x) if self.quick else F.gelu(x))
        return out


class Layer(nn.Module):
    """Attention, then feed-forward, each behind a norm and added to the stream."""

    def __init__(self, config: ClipVisionConfig) -> None:
        super().__init__()
        self.self_attn = SelfAttention(config)
        self.layer_norm1 = LayerNorm(config.hidden_size, config.layer_norm_eps, affine=True)
        self.mlp = FeedForward(config)
        self.layer_norm2 = LayerNorm(config.hidden_size, config.layer_norm_eps, affine=True)

    def forward(self, x: Tensor) -> Tensor:
        """(B, M, D) to the same shape."""
        x = x + self.self_attn(self.layer_norm1(x))
        out: Tensor = x + self.mlp(self.layer_norm2(x))
        return out


class Stack(nn.Module):
    """All layers, under the name that transformers gives them."""

    def __init__(self, config: ClipVisionConfig) -> None:
        super().__init__()
        self.layers = nn.ModuleList([Layer(config) for _ in range(config.num_hidden_layers)])


class ClipVision(nn.Module):
    """Pictures to the states that Wan2.1's transformers read.

    The last layer and the last norm are there because files hold them; nothing here computes them.
    Build under torch.device("meta") and assign weights to load.
    """

    def __init__(self, config: ClipVisionConfig) -> None:
        super().__init__()
        self.config = config
        self.embeddings = Embeddings(config)
        self.pre_layrnorm = LayerNorm(config.hidden_size, config.layer_norm_eps, affine=True)
        self.encoder = Stack(config)
        self.post_layernorm = LayerNorm(config.hidden_size, config.layer_norm_eps, affine=True)

    def forward(self, pictures: Tensor) -> Tensor:
        """Prepared pictures (B, 3, S, S) to states (B, M, D), equal to hidden_states[-2].

        The transformer reads (B, M, D) for one picture a clip, and for first and last picture
        (2B, M, D) in turns. Raises HimmelError for pictures of another size.
        """
        side = self.config.image_size
        if pictures.shape[2:] != (side, side):
            have = f"{pictures.shape[3]}x{pictures.shape[2]}"
            raise HimmelError(
                f"the image encoder sees {side}x{side} pixels and was given {have}; use `prepare`"
            )
        x: Tensor = self.pre_layrnorm(self.embeddings(pictures))
        for layer in self.encoder.layers[:-1]:
            x = layer(x)
        return x
