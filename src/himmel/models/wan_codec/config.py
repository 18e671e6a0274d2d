"""What Wan's video codec is made of, in the words of diffusers' AutoencoderKLWan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from himmel.core.config import Config
from himmel.core.errors import HimmelError
from himmel.core.geometry import Compression

# Keys of a config.json that change no answer: training's dropout, and a switch that nothing reads.
_SILENT = {"dropout", "clip_output"}
_MEAN = (
    -0.7571, -0.7089, -0.9113, 0.1075, -0.1745, 0.9653, -0.1517, 1.5508,
    0.4134, -0.0715, 0.5517, -0.3632, -0.1922, -0.9497, 0.2503, -0.2921,
)  # fmt: skip
_STD = (
    2.8184, 1.4541, 2.3275, 2.6558, 1.2196, 1.7708, 2.6052, 2.0743,
    3.2687, 2.1526, 2.8652, 1.5579, 1.6382, 1.1253, 2.8251, 1.9160,
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class WanCodecConfig(Config):
    """Sizes of a codec; the defaults are Wan2.1's. Names and meaning are those of config.json.

    dim_mult: channels per resolution in units of `base_dim` (the decoder's own unit where
    `decoder_base_dim` is given), each resolution half of the one before; temperal_downsample (their
    spelling): which of the halvings halve time too; latents_mean and latents_std: what the raw
    latents of a channel have, so that ours have 0 and 1; is_residual: Wan2.2's blocks with shortcuts
    around the resampling; patch_size: pixels along a side that become channels first.
    """

    base_dim: int = 96
    decoder_base_dim: int | None = None
    z_dim: int = 16
    dim_mult: tuple[int, ...] = (1, 2, 4, 4)
    num_res_blocks: int = 2
    temperal_downsample: tuple[bool, ...] = (False, True, True)
    latents_mean: tuple[float, ...] = _MEAN
    latents_std: tuple[float, ...] = _STD
    is_residual: bool = False
    in_channels: int = 3
    out_channels: int = 3
    patch_size: int | None = None

    def __post_init__(self) -> None:
        if len(self.temperal_downsample) != len(self.dim_mult) - 1:
            raise HimmelError(
                f"temperal_downsample names {len(self.temperal_downsample)} halvings, but dim_mult "
                f"has {len(self.dim_mult)} resolutions; give one less"
            )
        for name in ("latents_mean", "latents_std"):
            if len(getattr(self, name)) != self.z_dim:
                given = len(getattr(self, name))
                raise HimmelError(f"{name} has {given} numbers for {self.z_dim} latent channels")
        values = 3 * self.patch**2
        if (self.in_channels, self.out_channels) != (values, values):
            raise HimmelError(
                f"in_channels={self.in_channels} and out_channels={self.out_channels} do not fit "
                f"patch_size={self.patch_size}, which makes {values} of red, green and blue"
            )

    @property
    def patch(self) -> int:
        """Pixels along a side that become channels before the first layer."""
        return self.patch_size or 1

    @property
    def compression(self) -> Compression:
        """From pixels to latents."""
        space = 2 ** len(self.temperal_downsample) * self.patch
        return Compression(2 ** sum(self.temperal_downsample), space, self.z_dim)

    def working_values(self, height: int, width: int) -> int:
        """About how many numbers are alive while one latent frame becomes pictures of a size.

        At the last resolution a residual block holds some six copies of its frames, memory included.
        """
        widest = (self.decoder_base_dim or self.base_dim) * self.dim_mult[0]
        frames = self.compression.time
        return 6 * frames * widest * (height // self.patch) * (width // self.patch)

    @classmethod
    def from_diffusers(cls, values: Mapping[str, Any]) -> Self:
        """Read a config.json of AutoencoderKLWan; keys that begin with an underscore are its own.

        Raises HimmelError for an unknown key, and where a derived key contradicts the others.
        """
        plain = {k: v for k, v in values.items() if not k.startswith("_") and k not in _SILENT}
        derived = {k: plain.pop(k) for k in cls().derived() if k in plain}
        config = cls.from_dict(plain)
        for name, expected in config.derived().items():
            if derived.get(name, expected) != expected:
                raise HimmelError(
                    f"{cls.__name__}.{name}: {derived[name]!r} does not fit the other keys, "
                    f"which make it {expected!r}"
                )
        return config

    def derived(self) -> dict[str, Any]:
        """Keys of config.json that follow from the others; there is no attention beside the middle."""
        packed = self.compression
        return {
            "attn_scales": [],
            "scale_factor_temporal": packed.time,
            "scale_factor_spatial": packed.space,
        }
