"""Pictures in channels of their own, for networks that were trained to read them there."""

import pytest
import torch

from himmel.conditions.canvas import blank, keyframe
from himmel.conditions.channels import frame_mask, pictures_shown, shown_to
from himmel.core.errors import HimmelError
from himmel.core.geometry import PixelShape
from himmel.models.video_codec import CodecConfig, LinearCodec

PIXELS = PixelShape(7, 16, 24)


@pytest.fixture
def codec():
    config = CodecConfig(patch=4, time=3, upscale=2, channels=5, basis_channels=5, decoder=False)
    return LinearCodec(config).eval()


@pytest.fixture
def canvas(codec):
    return blank(codec.compression.latent(PIXELS))


def picture(value):
    return torch.full((3, 16, 24), value)


def network(z, timestep, text):
    return z * 1.0


def test_a_latent_frame_holds_its_frames_in_order():
    shown = torch.arange(7.0)
    assert frame_mask(shown, 3).tolist() == [[0, 1, 4], [0, 2, 5], [0, 3, 6]]


def test_channels_are_a_mask_and_the_latents_of_a_grey_clip(codec, canvas):
    drawn = pictures_shown(codec, {0: picture(0.5), 6: picture(-0.25)})(canvas)
    clip = torch.zeros(1, 3, 7, 16, 24)
    clip[:, :, 0], clip[:, :, 6] = 0.5, -0.25
    assert drawn.channels.shape == (1, 3 + 5, 3, 2, 3)
    assert torch.equal(drawn.channels[:, 3:], codec.encode(clip))
    assert drawn.channels[0, :3, :, 1, 2].tolist() == [[1, 0, 0], [1, 0, 0], [1, 0, 1]]
    assert drawn.strength.sum() == 0 and canvas.channels is None


def test_the_network_sees_latents_then_channels(codec, canvas):
    drawn = pictures_shown(codec, {0: picture(0.5)})(canvas)
    z = torch.randn(2, 5, 3, 2, 3)
    seen = shown_to(network, drawn, 5 + 3 + 5)(z, None, None)
    assert torch.equal(seen[:, :5], z)
    assert all(torch.equal(one, drawn.channels[0]) for one in seen[:, 5:])


def test_a_network_without_channels_stays_as_it_is(canvas):
    assert shown_to(network, canvas, 5) is network


def test_what_does_not_fit_is_refused(codec, canvas):
    drawn = pictures_shown(codec, {0: picture(0.5)})(canvas)
    beside = keyframe(torch.zeros(1, 5, 1, 2, 3), 1.5)(drawn)
    for given, reads, words in (
        (drawn, 5, "reads text alone"),
        (canvas, 13, "begins with a picture"),
        (drawn, 14, "reads 9 channels next to its latents, not 8"),
        (beside, 13, "no keyframes"),
    ):
        with pytest.raises(HimmelError, match=words):
            shown_to(network, given, reads)
    with pytest.raises(HimmelError, match="frame 7 lies outside a clip of 7"):
        pictures_shown(codec, {7: picture(0.0)})(canvas)
    with pytest.raises(HimmelError, match="the picture is 24x8 pixels and the clip 24x16"):
        pictures_shown(codec, {0: torch.zeros(3, 8, 24)})(canvas)
