"""The codec: exact inverses, exact streaming, a nested basis."""

import pytest
import torch

from himmel.core.errors import HimmelError
from himmel.models.video_codec import CodecConfig, LinearCodec
from himmel.models.video_codec.basis import (
    half_whitening,
    patchify,
    principal_components,
    to_groups,
    unpatchify,
)

SMALL = CodecConfig(patch=4, time=4, channels=8, basis_channels=16, widths=(8, 8, 8))


def random_codec(config: CodecConfig = SMALL) -> LinearCodec:
    torch.manual_seed(0)
    codec = LinearCodec(config).eval()
    basis, _ = torch.linalg.qr(torch.randn(config.patch_values, config.basis_channels))
    codec.basis.copy_(basis)
    for parameter in codec.parameters():  # zero-initialised layers would hide mistakes
        torch.nn.init.normal_(parameter, std=0.1)
    return codec


def test_patches_go_there_and_back() -> None:
    frames = torch.randn(2, 3, 9, 8, 12)
    groups = to_groups(frames, 4)
    assert groups.shape == (2, 3, 3, 4, 8, 12)
    assert torch.equal(groups[:, 0, :, 0], frames[:, :, 0])
    assert torch.equal(unpatchify(patchify(groups, 4), 4, 4), groups)


def test_a_full_basis_loses_nothing() -> None:
    config = CodecConfig(
        patch=4, time=2, upscale=1, channels=96, basis_channels=96, widths=(8, 8, 8), decoder=False
    )
    codec = random_codec(config)
    frames = torch.rand(1, 3, 5, 8, 8) * 2 - 1
    assert torch.allclose(codec.decode(codec.encode(frames)), frames, atol=1e-5)


def test_principal_components_find_a_known_plane() -> None:
    directions, _ = torch.linalg.qr(torch.randn(12, 2))
    data = torch.randn(4000, 2) * torch.tensor([3.0, 1.0]) @ directions.T + 5
    mean, basis, variance = principal_components(data, 3)
    assert torch.allclose(mean, torch.full((12,), 5.0), atol=0.2)
    assert (basis[:, 0] @ directions[:, 0]).abs() > 0.99
    assert variance[2] < 1e-3 < variance[1] < variance[0]


def test_half_whitening_gives_unit_mean_variance() -> None:
    variance = torch.tensor([16.0, 4.0, 1.0, 0.25])
    divisor = half_whitening(variance, 4)
    assert (variance / divisor.square()).mean().item() == pytest.approx(1, abs=1e-5)
    assert torch.allclose(half_whitening(variance, 2)[:2].log().diff(), divisor[:2].log().diff())


@pytest.mark.parametrize("cuts", [(1, 1, 1, 1), (2, 2), (1, 3), (4,)])
def test_streaming_equals_one_shot(cuts: tuple[int, ...]) -> None:
    codec = random_codec()
    latents = torch.randn(2, 8, 4, 2, 3)
    stream = codec.stream()
    parts = [stream.push(part) for part in latents.split(list(cuts), dim=2)]
    whole = codec.decode(latents)
    assert whole.shape == (2, 3, 13, 16, 24)
    assert (torch.cat(parts, 2) - whole).abs().max() <= 1e-5


def test_the_decoder_is_causal() -> None:
    codec = random_codec()
    latents = torch.randn(1, 8, 4, 2, 2)
    changed = latents.clone()
    changed[:, :, 3] += 1
    assert torch.equal(codec.decode(latents)[:, :, :9], codec.decode(changed)[:, :, :9])


def test_more_channels_keep_the_first_numbers() -> None:
    narrow, wide = random_codec(), random_codec(SMALL.replace(channels=16))
    frames = torch.rand(1, 3, 5, 16, 16) * 2 - 1
    assert torch.allclose(narrow.encode(frames), wide.encode(frames)[:, :8])


def test_decoder_stays_below_a_tenth_of_a_megaflop_per_pixel() -> None:
    from torch.utils.flop_counter import FlopCounterMode

    with torch.device("meta"):
        codec = LinearCodec(CodecConfig())
        latents = torch.empty(1, 96, 2, 4, 4)
        with FlopCounterMode(display=False) as counter:
            groups, _ = codec.groups(latents)
    assert counter.get_total_flops() / (groups.numel() / 3) <= 0.1e6


def test_a_basis_too_small_is_refused() -> None:
    with pytest.raises(HimmelError, match="exceeds the basis"):
        CodecConfig(channels=200)
