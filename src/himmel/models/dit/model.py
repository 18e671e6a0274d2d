"""The diffusion transformer: tokens with positions and noise levels in, velocities out.

The state dict has exactly the keys and shapes of diffusers' WanTransformer3DModel, so weights travel
both ways. The core is `forward_tokens`, which knows nothing about grids; `forward` cuts latents into
tokens and puts the answer back together.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from himmel.core.errors import HimmelError
from himmel.core.rng import derive
from himmel.core.spread import SpreadPlan
from himmel.models.dit.config import DiTConfig, FlowMapConfig, PriorConfig, RayConfig
from himmel.models.dit.prior import expected_velocity
from himmel.nn.attention import Attention, Backend, KeysValues
from himmel.nn.embeddings import (
    FeedForward,
    Projection,
    patchify,
    sinusoid,
    token_grid,
    unpatchify,
)
from himmel.nn.kernels import is_chosen
from himmel.nn.linear import Linear
from himmel.nn.norms import LayerNorm
from himmel.nn.rope import Rotary, grid_rotary, rotary_table

NO_ENDS = "these weights have not learnt where a step ends; use another sampler than flow-map"

TextCache = tuple[KeysValues, ...]  # one entry per block, made by DiT.cache_text
Memory = tuple[KeysValues, ...]  # one entry per block, made by DiT.remember


def modulate(x: Tensor, shift: Tensor, scale: Tensor) -> Tensor:
    """x * (1 + scale) + shift for x (B, N, D) and scale, shift (B, S, D), each S-th part its own."""
    parts = x.view(len(x), shift.shape[1], -1, x.shape[2])  # (B, S, N / S, D)
    return (parts * (1 + scale.unsqueeze(2)) + shift.unsqueeze(2)).flatten(1, 2)


def modulated(norm: LayerNorm, x: Tensor, shift: Tensor, scale: Tensor) -> Tensor:
    """`modulate` of a norm without weights of its own, in the dtype of x."""
    if shift.shape[:2] == (1, 1) and is_chosen("fused_modulation", x, shift, scale):
        return F.layer_norm(x, (norm.width,), 1 + scale.flatten(), shift.flatten(), norm.eps)
    return modulate(norm(x.float()), shift, scale).to(x.dtype)


def add_gated(x: Tensor, change: Tensor, gate: Tensor) -> Tensor:
    """x + change * gate in float32, returned in the dtype of x; gate is (B, S, D)."""
    parts = change.view(len(x), gate.shape[1], -1, x.shape[2]) * gate.unsqueeze(2)
    return (x.float() + parts.flatten(1, 2)).to(x.dtype)


class Block(nn.Module):
    """Self-attention, cross-attention to the text, feed-forward; modulated by the noise level."""

    def __init__(self, config: DiTConfig) -> None:
        super().__init__()
        width, heads, eps = config.width, config.num_attention_heads, config.eps
        self.norm1 = LayerNorm(width, eps)
        self.attn1 = Attention(heads, config.attention_head_dim, eps)
        self.attn2 = Attention(heads, config.attention_head_dim, eps, config.added_kv_proj_dim)
        self.norm2 = LayerNorm(width, eps, affine=True) if config.cross_attn_norm else nn.Identity()
        self.ffn = FeedForward(width, config.ffn_dim)
        self.norm3 = LayerNorm(width, eps)
        self.scale_shift_table = nn.Parameter(torch.empty(1, 6, width))

    def forward(
        self,
        x: Tensor,
        text: Tensor | KeysValues,
        modulation: Tensor,
        cos: Tensor,
        sin: Tensor,
        image: Tensor | None = None,
        mask: Tensor | None = None,
        before: KeysValues | None = None,
    ) -> Tensor:
        """Tokens (B, N, D) to tokens. Plain tensors only, so that a block compiles by itself.

        `text` is (B, L, D) or cached keys and values; `modulation` is (B, S, 6, D) with S dividing N;
        `cos` and `sin` are a rotary table; `mask` (N, N) is True where a token may look at another;
        `before` is what `seen_by_others` said of earlier tokens.
        """
        table = self.scale_shift_table.float() + modulation  # (B, S, 6, D)
        shift, scale, gate, shift_ffn, scale_ffn, gate_ffn = table.unbind(2)

        seen = modulated(self.norm1, x, shift, scale)
        x = add_gated(x, self.attn1(seen, cos, sin, mask, before), gate)

        pairs = self.attn2.keys_values(text, image) if isinstance(text, Tensor) else text
        x = x + self.attn2.read(self.norm2(x), pairs)

        seen = modulated(self.norm3, x, shift_ffn, scale_ffn)
        return add_gated(x, self.ffn(seen), gate_ffn)

    def seen_by_others(self, x: Tensor, modulation: Tensor, cos: Tensor, sin: Tensor) -> KeysValues:
        """What later tokens see of tokens (B, N, D) in the self-attention of this block."""
        table = self.scale_shift_table[:, :2].float() + modulation[:, :, :2]
        shift, scale = table.unbind(2)
        return self.attn1.turned(modulated(self.norm1, x, shift, scale), cos, sin)


class ImageProjection(nn.Module):
    """Image encoder states (B, M, image_dim) to the transformer's width."""

    def __init__(self, image_dim: int, width: int, positions: int | None) -> None:
        super().__init__()
        self.norm1 = LayerNorm(image_dim, 1e-5, affine=True)
        self.ff = FeedForward(image_dim, image_dim, width, exact=True)
        self.norm2 = LayerNorm(width, 1e-5, affine=True)
        self.pos_embed = (
            None if positions is None else nn.Parameter(torch.zeros(1, positions, image_dim))
        )

    def forward(self, image: Tensor) -> Tensor:
        """With learned positions the batch holds two images per sample: (2B, M, d) to (B, 2M, D)."""
        if self.pos_embed is not None:
            image = image.reshape(-1, 2 * image.shape[1], image.shape[2]) + self.pos_embed
        out: Tensor = self.norm2(self.ff(self.norm1(image)))
        return out


class Conditions(nn.Module):
    """Noise levels, text and images to what the blocks read."""

    def __init__(self, config: DiTConfig) -> None:
        super().__init__()
        self.freq_dim = config.freq_dim
        self.time_embedder = Projection(config.freq_dim, config.width, "silu")
        self.step_embedder = (
            Projection(config.freq_dim, config.width, "silu")
            if isinstance(config, FlowMapConfig)
            else None
        )
        self.time_proj = Linear(config.width, 6 * config.width)
        self.text_embedder = Projection(config.text_dim, config.width)
        self.image_embedder = (
            None
            if config.image_dim is None
            else ImageProjection(config.image_dim, config.width, config.pos_embed_seq_len)
        )

    def time(self, timestep: Tensor) -> tuple[Tensor, Tensor]:
        """Noise levels (B, S) in 0..1000 to (B, S, D) and the modulation (B, S, 6, D), both float32.

        With (B, S, 2) a step goes from the first level down to the second. Levels are worked out once
        each and then handed to their tokens; where all are the same, the results have B = S = 1. Raises
        HimmelError for steps where the configuration is not that of a flow map.
        """
        if timestep.device.type != "cpu" or torch.is_grad_enabled():  # looking would cost a wait
            return self._time(timestep)
        unique, places = _distinct(timestep)
        level, modulation = self._time(unique.unsqueeze(0))
        if len(unique) == 1:
            return level, modulation
        return level[0, places], modulation[0, places]

    def _time(self, timestep: Tensor) -> tuple[Tensor, Tensor]:
        now, way = _parted(timestep)
        dtype = self.time_proj.weight.dtype
        with torch.autocast(timestep.device.type, enabled=False):
            level = self.time_embedder(sinusoid(now, self.freq_dim).to(dtype))
            if self.step_embedder is not None:
                level = level + self.step_embedder(sinusoid(way, self.freq_dim).to(dtype))
            elif timestep.ndim == 3:
                raise HimmelError(NO_ENDS)
            modulation = self.time_proj(F.silu(level))
        return level.float(), modulation.float().unflatten(-1, (6, -1))


def _distinct(timestep: Tensor) -> tuple[Tensor, Tensor]:
    """The different levels (U,) or pairs of levels (U, 2), and which of them stands where, (B, S)."""
    if timestep.ndim == 2:
        found, places = torch.unique(timestep, return_inverse=True)
        return found, places
    found, places = torch.unique(timestep.flatten(0, 1), dim=0, return_inverse=True)
    return found, places.view(timestep.shape[:2])


def _parted(timestep: Tensor) -> tuple[Tensor, Tensor]:
    """Levels (B, S) and how far down steps go from there: not at all where nothing is said of them."""
    if timestep.ndim == 2:
        return timestep, torch.zeros_like(timestep)
    now, then = timestep.unbind(-1)
    return now, now - then


class DiT(nn.Module):
    """A text-conditioned diffusion transformer over latents, built from a DiTConfig.

    `attention` is "auto" (by length and device), "matmul" or "sdpa". The weights are those of
    `initialise`, ready to train. To load instead, build under torch.device("meta") and call
    load_state_dict(state, assign=True), which costs no time and no second copy.
    """

    spread = SpreadPlan(
        blocks="blocks",
        attention="attn1",
        tokens={"x": 1, "cos": -2, "sin": -2},
        levels={"modulation": 1},
    )

    def __init__(self, config: DiTConfig, attention: Backend = "auto", seed: int = 0) -> None:
        super().__init__()
        self.config = config
        width, cells = config.width, config.patch_cells
        self.patch_embedding = nn.Conv3d(
            config.in_channels, width, config.patch_size, config.patch_size
        )
        self.condition_embedder = Conditions(config)
        self.camera_embedder = (
            Linear(config.camera_dim, width, bias=False) if isinstance(config, RayConfig) else None
        )
        self.blocks = nn.ModuleList([Block(config) for _ in range(config.num_layers)])
        self.norm_out = LayerNorm(width, config.eps)
        self.proj_out = Linear(width, config.out_channels * cells)
        self.scale_shift_table = nn.Parameter(torch.empty(1, 2, width))
        initialise(self, seed)
        for module in self.modules():
            if isinstance(module, Attention):
                module.backend = attention

    def forward(
        self,
        latents: Tensor,
        timestep: Tensor,
        text: Tensor | TextCache,
        image: Tensor | None = None,
        mask: Tensor | None = None,
        positions: Tensor | Rotary | None = None,
        rays: Tensor | None = None,
        before: Memory | None = None,
    ) -> Tensor:
        """Velocity (B, C_out, T, H, W) of latents (B, C, T, H, W) at noise levels 0..1000.

        `timestep` is (B,), or (B, S) where S divides the number of tokens N: one level per latent frame
        (S = frames) or per token (S = N); to a flow map (B, S, 2) says where steps end, too. `text` is
        (B, L, text_dim), or what `cache_text` returned. `image` (B, M, image_dim) only where the
        configuration has an image encoder and `text` is not cached. `mask` (N, N) is True where a token
        may look at another. `positions` (N, 3) or (B, N, 3) are those of tokens that do not lie on the
        grid of whole numbers, or a table made of them by `rotary_table`. `rays` (B, N, camera_dim) tell
        every token where it looks, where the configuration has room for them; zeros or None tell nothing.
        `before` is what `remember` said of earlier latents. Raises HimmelError where a side does not
        divide, and for rays and ends of steps that the configuration has no room for.
        """
        patch = self.config.patch_size
        grid = token_grid(latents, patch)
        if positions is None:
            positions = grid_rotary(grid, self.config.attention_head_dim, latents.device)
        tokens = patchify(latents, patch)
        tokens = self.forward_tokens(tokens, positions, timestep, text, image, mask, rays, before)
        return unpatchify(tokens, grid, patch)

    def forward_tokens(
        self,
        tokens: Tensor,
        positions: Tensor | Rotary,
        timestep: Tensor,
        text: Tensor | TextCache,
        image: Tensor | None = None,
        mask: Tensor | None = None,
        rays: Tensor | None = None,
        before: Memory | None = None,
    ) -> Tensor:
        """Velocity (B, N, cells * C_out) of tokens (B, N, cells * C) anywhere in space and time.

        Tokens are laid out as `patchify` does. `positions` are real numbers (N, 3) or (B, N, 3) in
        time, height and width, or a table made from them once with `rotary_table`.
        """
        if not isinstance(positions, Rotary):
            positions = rotary_table(positions, self.config.attention_head_dim)
        levels = timestep.unsqueeze(1) if timestep.ndim == 1 else timestep  # (B, S) or (B, S, 2)
        if tokens.shape[1] % levels.shape[1]:
            raise HimmelError(
                f"{levels.shape[1]} noise levels do not divide {tokens.shape[1]} tokens; "
                "give one per sample, per latent frame or per token"
            )
        level, modulation = self.condition_embedder.time(levels)
        states: Tensor | TextCache = text
        if isinstance(text, Tensor):  # what was cached holds all there is to see of an image, too
            states, image = self.read_text(text), self.read_image(image)
        x = self._with_rays(self.embed_tokens(tokens), rays)
        for index, block in enumerate(self.blocks):
            seen = states if isinstance(states, Tensor) else states[index]
            past = None if before is None else before[index]
            x = block(x, seen, modulation, positions.cos, positions.sin, image, mask, past)
        shift, scale = (self.scale_shift_table.float() + level.unsqueeze(2)).unbind(2)  # (B, S, D)
        out: Tensor = self.proj_out(modulated(self.norm_out, x, shift, scale))
        if isinstance(self.config, PriorConfig) and self.config.latent_std:
            known = expected_velocity(tokens, _parted(levels)[0], self.config.latent_std)
            out = out + known.to(out.dtype)
        return out

    def remember(self, latents: Tensor, text: TextCache, positions: Rotary) -> Memory:
        """What later tokens see of clean latents (B, C, T, H, W) that do not look at them.

        Given as `before` to the calls for what follows, it makes them equal to calls for both under a
        mask by which the first look at themselves alone (nn.attention.block_causal), at the price of the
        later tokens only. `positions` is the table of these latents.
        """
        x = self.embed_tokens(patchify(latents, self.config.patch_size))
        _, modulation = self.condition_embedder.time(latents.new_zeros(len(latents), 1))
        memory = []
        for block, seen in zip(self.blocks, text, strict=True):
            assert isinstance(block, Block)
            memory.append(block.seen_by_others(x, modulation, positions.cos, positions.sin))
            x = block(x, seen, modulation, positions.cos, positions.sin)
        return tuple(memory)

    def embed_tokens(self, tokens: Tensor) -> Tensor:
        """Tokens (B, N, cells * C) to the width of the blocks, in the dtype of the weights."""
        weight = self.patch_embedding.weight  # (D, C, p_t, p_h, p_w)
        flat = weight.permute(0, 2, 3, 4, 1).flatten(1)
        return F.linear(tokens.to(weight.dtype), flat, self.patch_embedding.bias).to(weight.dtype)

    def _with_rays(self, x: Tensor, rays: Tensor | None) -> Tensor:
        """Tokens (B, N, D) that know where they look; an unknown camera is a ray of zeros."""
        if rays is None:
            return x
        if self.camera_embedder is None:
            raise HimmelError("this transformer knows no cameras; leave the rays out")
        turned: Tensor = self.camera_embedder(rays.to(x.dtype))
        return x + turned

    def read_text(self, text: Tensor) -> Tensor:
        """Text states (B, L, text_dim) to (B, L, D), once for all blocks."""
        out: Tensor = self.condition_embedder.text_embedder(text)
        return out

    def read_image(self, image: Tensor | None) -> Tensor | None:
        """Image states to (B, M, D). Raises HimmelError when the network expects one and has none."""
        embedder = self.condition_embedder.image_embedder
        if (embedder is None) == (image is None):
            return None if embedder is None else embedder(image)
        has = "takes no image" if embedder is None else "needs the states of an image encoder"
        raise HimmelError(f"this transformer {has}; choose the model that fits the request")

    def cache_text(self, text: Tensor, image: Tensor | None = None) -> TextCache:
        """Keys and values of a prompt for every block, for all the steps of one clip.

        Pass the result as `text`; the answers are the same, the work on the text is done once. The
        image of one sample serves all texts of a batch.
        """
        states, seen = self.read_text(text), self.read_image(image)
        if seen is not None:
            seen = seen.expand(len(states), -1, -1)
        return tuple(b.attn2.keys_values(states, seen) for b in self.blocks if isinstance(b, Block))

    def flops(self, tokens: int, text_tokens: int) -> int:
        """Floating-point operations of one forward pass of one sample; training takes three times that.

        Counts the matrix products (two per multiply-add); norms, softmax and GELU are left out.
        """
        width, config = self.config.width, self.config
        linears = tokens * (6 * width**2 + 2 * width * config.ffn_dim) + text_tokens * 2 * width**2
        products = 2 * tokens * (tokens + text_tokens) * width
        ends = tokens * width * config.patch_cells * (config.in_channels + config.out_channels)
        text = text_tokens * width * (config.text_dim + width)
        time = width * (config.freq_dim + 7 * width)
        return 2 * (config.num_layers * (linears + products) + ends + text + time)


@torch.no_grad()
def initialise(model: DiT, seed: int = 0) -> None:
    """Set the weights from which training starts, reproducible from a seed.

    Every matrix is Xavier-uniform and every bias zero, except:

    * the last matrix of every attention and feed-forward is zero: a new block passes its tokens on
      unchanged, and depth costs nothing at the start;
    * `time_proj` is zero but for the two gates in its bias, 0.5 each. Gates of zero (adaLN-Zero) on
      top of zero matrices would stop every gradient; gates of one half let the matrices learn at once;
    * the tables are normal with deviation 1 / sqrt(width), as in Wan: blocks differ from the start;
    * `time_embedder` is normal with deviation 0.02, because its output also moves the last norm;
    * `proj_out` is zero: the first prediction is zero, so the first loss is the target's variance;
    * `camera_embedder` is zero: a network that learns cameras begins as one that has none;
    * the end of `step_embedder` is zero: a flow map begins as the field that it follows.
    """
    device = model.proj_out.weight.device
    if device.type == "meta":  # no numbers to set
        return
    rng = torch.Generator(device).manual_seed(derive(seed, "initialise", "dit"))
    for module in model.modules():
        if isinstance(module, nn.Linear | nn.Conv3d):
            nn.init.xavier_uniform_(module.weight.flatten(1), generator=rng)
            if module.bias is not None:
                nn.init.zeros_(module.bias)
    for module in model.blocks.modules():
        if isinstance(module, Attention | FeedForward):
            nn.init.zeros_(module.last.weight)
    for name, table in model.named_parameters():
        if name.endswith("scale_shift_table"):
            nn.init.normal_(table, std=model.config.width**-0.5, generator=rng)
    conditions = model.condition_embedder
    for linear in (conditions.time_embedder.linear_1, conditions.time_embedder.linear_2):
        nn.init.normal_(linear.weight, std=0.02, generator=rng)
    nn.init.zeros_(conditions.time_proj.weight)
    conditions.time_proj.bias.view(6, -1)[[2, 5]] = 0.5
    nn.init.zeros_(model.proj_out.weight)
    if model.camera_embedder is not None:
        nn.init.zeros_(model.camera_embedder.weight)
    if conditions.step_embedder is not None:
        nn.init.zeros_(conditions.step_embedder.linear_2.weight)
