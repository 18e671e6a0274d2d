"""Wan's codec against diffusers' AutoencoderKLWan: the same keys, the same numbers, in any chunks."""

import pytest
import torch
from torch import nn

from himmel.core.errors import HimmelError
from himmel.models.wan_codec import Tiling, WanCodec, WanCodecConfig
from himmel.models.wan_codec.layers import CausalConv3d

WAN21 = WanCodecConfig(
    base_dim=8, z_dim=4, dim_mult=(1, 2, 2, 2), num_res_blocks=1,
    latents_mean=(0.1, -0.2, 0.3, 0.0), latents_std=(2.0, 1.5, 0.5, 1.0),
)  # fmt: skip
WAN22 = WAN21.replace(
    decoder_base_dim=12, is_residual=True, in_channels=12, out_channels=12, patch_size=2
)
GENERATIONS = pytest.mark.parametrize("config", [WAN21, WAN22], ids=["wan21", "wan22"])


def codec_of(config, **options):
    torch.manual_seed(0)
    codec = WanCodec(config, **options).eval()
    for parameter in codec.parameters():
        parameter.data.add_(torch.randn_like(parameter) * 0.05)
    return codec


def stock_of(codec):
    """The same weights in diffusers' class."""
    diffusers = pytest.importorskip("diffusers")
    values = {**codec.config.to_dict(), **codec.config.derived()}
    stock = diffusers.AutoencoderKLWan(**values).eval()
    stock.load_state_dict(codec.state_dict(), strict=True)
    return stock


def noise(*shape, seed=1):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def film(codec, frames=9, height=32, width=48, batch=2):
    packed = codec.compression
    scale = packed.space // 8  # both generations get the same number of cells
    return noise(batch, 3, frames, height * scale, width * scale).clamp(-1, 1)


def stock_encoding(stock, codec, frames):
    mean, std = codec.statistics(frames)
    return (stock.encode(frames).latent_dist.mode() - mean) / std


def stock_decoding(stock, codec, latents):
    mean, std = codec.statistics(latents)
    return stock.decode(latents * std + mean).sample


@GENERATIONS
@pytest.mark.parametrize("frames", [1, 5, 13])
@torch.no_grad()
def test_equals_diffusers(config, frames):
    codec = codec_of(config)
    stock = stock_of(codec)
    clip = film(codec, frames)
    latents = codec.encode(clip)
    assert (latents - stock_encoding(stock, codec, clip)).abs().max() <= 1e-5
    decoded = codec.decode(latents)
    assert decoded.shape == clip.shape
    assert (decoded - stock_decoding(stock, codec, latents)).abs().max() <= 1e-5


@pytest.mark.parametrize(
    "changes",
    [
        {"temperal_downsample": (True, True, False)},
        {"temperal_downsample": (False, True, False)},
        {"temperal_downsample": (True, True, False), "num_res_blocks": 2, "dim_mult": (1, 2, 4, 4)},
    ],
)
@GENERATIONS
@torch.no_grad()
def test_other_shapes_equal_diffusers(config, changes):
    codec = codec_of(config.replace(**changes))
    stock = stock_of(codec)
    clip = film(codec, batch=1)
    latents = codec.encode(clip)
    assert (latents - stock_encoding(stock, codec, clip)).abs().max() <= 1e-5
    difference = codec.decode(latents) - stock_decoding(stock, codec, latents)
    assert difference.abs().max() <= 1e-5


@pytest.mark.parametrize(
    "tiling", [None, Tiling(height=32, width=32, stride_height=16, stride_width=32)]
)
@pytest.mark.parametrize("pieces", [(1, 1, 1, 1), (2, 2), (1, 3), (3, 1)])
@GENERATIONS
@torch.no_grad()
def test_streamed_decoding_is_decoding(config, pieces, tiling):
    codec = codec_of(config, tiling=tiling)
    latents = noise(2, 4, sum(pieces), 4, 6)
    session = codec.stream()
    streamed = [session.push(part) for part in latents.split(pieces, 2)]
    assert [p.shape[2] for p in streamed] == [4 * n - 3 * (i == 0) for i, n in enumerate(pieces)]
    assert (torch.cat(streamed, 2) - codec.decode(latents)).abs().max() <= 1e-5


@pytest.mark.parametrize(
    "tiling", [None, Tiling(height=16, width=16, stride_height=8, stride_width=16)]
)
@pytest.mark.parametrize("pieces", [(1, 4, 4), (1, 1, 3, 4), (5, 4), (2, 6, 1), (9,), (0, 1, 8)])
@GENERATIONS
@torch.no_grad()
def test_streamed_encoding_is_encoding(config, pieces, tiling):
    codec = codec_of(config, tiling=tiling)
    clip = film(codec, sum(pieces))
    session = codec.encode_stream()
    streamed = [session.push(part) for part in clip.split(pieces, 2)]
    assert (torch.cat(streamed, 2) - codec.encode(clip)).abs().max() <= 1e-5


@pytest.mark.parametrize(
    "tile", [(32, 32, 16, 16), (32, 48, 16, 32), (64, 32, 64, 16), (48, 48, 32, 32)]
)
@GENERATIONS
@torch.no_grad()
def test_tiles_equal_those_of_diffusers(config, tile):
    tiling = Tiling(height=tile[0], width=tile[1], stride_height=tile[2], stride_width=tile[3])
    codec = codec_of(config, tiling=tiling)
    stock = stock_of(codec)
    stock.enable_tiling(*tile)
    clip = film(codec, 5, 80, 56, batch=1)
    latents = codec.encode(clip)
    assert (latents - stock_encoding(stock, codec, clip)).abs().max() <= 1e-5
    difference = codec.decode(latents) - stock_decoding(stock, codec, latents)
    assert difference.abs().max() <= 1e-5
    codec.tiling = None
    assert (codec.encode(clip) - latents).abs().max() > 1e-3  # there was something to join


@GENERATIONS
@torch.no_grad()
def test_a_small_picture_is_not_cut(config):
    codec = codec_of(config)
    latents = noise(1, 4, 2, 4, 4)
    whole = codec.decode(latents)
    codec.tiling = Tiling(height=64, width=64, stride_height=16, stride_width=16)
    assert torch.equal(codec.decode(latents), whole)


@pytest.mark.parametrize(
    ("kernel", "step", "frames"),
    [((3, 3, 3), 1, 1), ((3, 3, 3), 1, 4), ((3, 1, 1), 1, 2), ((3, 1, 1), 2, 4), ((1, 1, 1), 1, 3)],
)
@pytest.mark.parametrize("rows", [4, 16])
@torch.no_grad()
def test_both_ways_to_convolve_agree(kernel, step, frames, rows):
    """Frame by frame, as a CPU does it in float32, and over time at once, as everything else does."""
    layer = CausalConv3d(5, 6, kernel, step)
    x = noise(2, 5, frames, rows, 7)
    fast, exact = {}, {}
    for _ in range(2):
        got = layer(x, fast)
        layer.double()
        expected = layer(x.double(), exact)
        layer.float()
        assert got.shape == expected.shape == (2, 6, frames // step, rows, 7)
        assert (got - expected).abs().max() <= 1e-5


@GENERATIONS
@torch.no_grad()
def test_the_future_does_not_reach_the_past(config):
    codec = codec_of(config)
    clip = film(codec, 9)
    other = clip.clone()
    other[:, :, 5:] = 0
    assert torch.equal(codec.encode(clip)[:, :, :2], codec.encode(other)[:, :, :2])


@GENERATIONS
@torch.no_grad()
def test_a_session_forgets_nothing_but_the_end(config):
    """What a session holds does not grow with the clip."""
    codec = codec_of(config)
    session = codec.stream()
    held = []
    for _ in range(4):
        session.push(noise(1, 4, 1, 2, 2))
        (memory,) = session._sweep._memories.values()
        held.append(sum(t.untyped_storage().nbytes() for t in memory.values()))
    assert held[1] == held[2] == held[3]


@GENERATIONS
@torch.no_grad()
def test_half_precision_is_as_good_as_that_of_diffusers(config):
    codec = codec_of(config)
    stock = stock_of(codec).to(torch.bfloat16)
    latents = noise(1, 4, 3, 4, 4)
    mean, std = codec.statistics(latents)
    exact = codec.decode(latents)
    theirs = stock.decode((latents * std + mean).bfloat16()).sample.float()
    ours = codec.to(torch.bfloat16).decode(latents)
    assert ours.dtype == latents.dtype
    assert (ours - exact).abs().mean() <= 1.1 * (theirs - exact).abs().mean()


def test_it_can_be_built_without_numbers():
    with torch.device("meta"):
        codec = WanCodec(WAN22)
    codec.load_state_dict(codec_of(WAN22).state_dict(), assign=True)
    assert codec.decode(noise(1, 4, 1, 2, 2)).isfinite().all()
    assert not any(isinstance(b, nn.Parameter) and b.is_meta for b in codec.parameters())


def test_frames_that_do_not_fit_are_named():
    codec = WanCodec(WAN21)
    with pytest.raises(HimmelError, match="7 frames do not fit"):
        codec.encode(torch.zeros(1, 3, 7, 16, 16))
    with pytest.raises(HimmelError, match="height 20"):
        codec.encode(torch.zeros(1, 3, 5, 20, 16))
    codec.tiling = Tiling(height=36, width=36, stride_height=18, stride_width=18)
    with pytest.raises(HimmelError, match="not a multiple of 8"):
        codec.decode(torch.zeros(1, 4, 1, 8, 8))
    with pytest.raises(HimmelError, match="leave gaps"):
        Tiling(height=16, stride_height=32)


def test_configurations_are_read_strictly():
    values = {
        "_class_name": "AutoencoderKLWan",
        "dropout": 0.0,
        **WAN22.to_dict(),
        **WAN22.derived(),
    }
    assert WanCodecConfig.from_diffusers(values) == WAN22
    assert WanCodecConfig.from_diffusers({"_diffusers_version": "0.35"}) == WanCodecConfig()
    with pytest.raises(HimmelError, match="unknown key 'z_dims'"):
        WanCodecConfig.from_diffusers({"z_dims": 4})
    with pytest.raises(HimmelError, match="scale_factor_spatial: 8 does not fit"):
        WanCodecConfig.from_diffusers({**values, "scale_factor_spatial": 8})
    with pytest.raises(HimmelError, match="attn_scales"):
        WanCodecConfig.from_diffusers({"attn_scales": [1.0]})
    with pytest.raises(HimmelError, match="latents_mean has 16 numbers for 8"):
        WanCodecConfig.from_diffusers({"z_dim": 8})
    with pytest.raises(HimmelError, match="do not fit patch_size"):
        WanCodecConfig(patch_size=2)
    with pytest.raises(HimmelError, match="give one less"):
        WanCodecConfig(dim_mult=(1, 2))
