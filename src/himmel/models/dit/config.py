"""What a diffusion transformer is made of, in the words of diffusers' WanTransformer3DModel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self, cast

from himmel.core.config import Config
from himmel.core.errors import HimmelError


@dataclass(frozen=True, kw_only=True)
class DiTConfig(Config):
    """Sizes of a transformer. Names, order and meaning are those of diffusers' config.json.

    `patch_size` counts latent cells (time, height, width) per token; `text_dim` is the width of the
    text states; `image_dim` and `added_kv_proj_dim` belong to image-to-video checkpoints with an image
    encoder; `pos_embed_seq_len` to those that read two images. `rope_max_seq_len` is kept for the file:
    positions are computed, so nothing is limited by it.
    """

    patch_size: tuple[int, int, int] = (1, 2, 2)
    num_attention_heads: int = 40
    attention_head_dim: int = 128
    in_channels: int = 16
    out_channels: int = 16
    text_dim: int = 4096
    freq_dim: int = 256
    ffn_dim: int = 13824
    num_layers: int = 40
    cross_attn_norm: bool = True
    qk_norm: str | None = "rms_norm_across_heads"
    eps: float = 1e-6
    image_dim: int | None = None
    added_kv_proj_dim: int | None = None
    rope_max_seq_len: int = 1024
    pos_embed_seq_len: int | None = None

    def __post_init__(self) -> None:
        if self.qk_norm != "rms_norm_across_heads":
            raise HimmelError(
                f"qk_norm={self.qk_norm!r} is not known; use 'rms_norm_across_heads', the norm of Wan"
            )
        if self.attention_head_dim % 2 or self.attention_head_dim < 6:
            raise HimmelError(
                f"attention_head_dim={self.attention_head_dim} cannot carry positions on three axes; "
                "use an even number of 6 or more"
            )
        if self.freq_dim % 2:
            raise HimmelError(f"freq_dim={self.freq_dim} is odd; use an even number")

    @classmethod
    def from_dict(cls, values: dict[str, Any], where: str = "") -> Self:
        """Build from plain values; with `camera_dim` among them it is a RayConfig, with `latent_std` a
        PriorConfig, with `flow_map` a FlowMapConfig. See Config."""
        kinds: dict[str, type[DiTConfig]]
        kinds = {"camera_dim": RayConfig, "flow_map": FlowMapConfig, "latent_std": PriorConfig}
        for own, kind in kinds.items():
            if cls is DiTConfig and own in values:
                return cast("Self", kind.from_dict(values, where))
        return super().from_dict(values, where)

    @property
    def width(self) -> int:
        """Channels of a token inside the transformer."""
        return self.num_attention_heads * self.attention_head_dim

    @property
    def patch_cells(self) -> int:
        """Latent cells in one token."""
        time, height, width = self.patch_size
        return time * height * width


@dataclass(frozen=True, kw_only=True)
class RayConfig(DiTConfig):
    """A transformer whose tokens may be told the ray that they look along, which diffusers' has not.

    `camera_dim` is 6 for Pluecker rays: direction and moment.
    """

    camera_dim: int = 6


@dataclass(frozen=True, kw_only=True)
class PriorConfig(DiTConfig):
    """A transformer that is told the spread of latent channels and adds what they say of themselves to
    its answer (himmel.models.dit.prior), which diffusers' does not.

    `latent_std` has a number for each channel, 0 where the network says everything; without numbers it
    says everything everywhere.
    """

    latent_std: tuple[float, ...]

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.latent_std and not len(self.latent_std) == self.in_channels == self.out_channels:
            raise HimmelError(
                f"latent_std has {len(self.latent_std)} numbers for {self.in_channels} channels in and "
                f"{self.out_channels} out; give one for each"
            )


@dataclass(frozen=True, kw_only=True)
class FlowMapConfig(PriorConfig):
    """A transformer that is also told where a step ends and answers with the mean velocity up to there,
    which diffusers' does not; told nothing, it answers with the velocity here.

    `flow_map` says so in the file.
    """

    latent_std: tuple[float, ...] = ()
    flow_map: bool = True
