"""What a person hands in lands in its place on the canvas."""

import pytest
import torch

from himmel.conditions.canvas import blank, keyframe
from himmel.conditions.pixels import encode_interior, keep_region, picture_at, prefix, suffix
from himmel.core.errors import HimmelError
from himmel.core.geometry import PixelShape
from himmel.models.video_codec import CodecConfig, LinearCodec

CODEC = CodecConfig(patch=4, time=4, upscale=2, channels=96, basis_channels=96, decoder=False)


@pytest.fixture
def codec():
    torch.manual_seed(0)
    made = LinearCodec(CODEC)
    basis, _ = torch.linalg.qr(torch.randn(CODEC.patch_values, CODEC.basis_channels))
    made.basis.copy_(basis)
    return made.eval()


@pytest.fixture
def clip():
    return torch.rand(3, 17, 16, 24, generator=torch.Generator().manual_seed(1)) * 2 - 1


@pytest.fixture
def canvas(codec):
    return blank(codec.compression.latent(PixelShape(17, 16, 24)))


def test_a_first_picture_is_written_and_a_later_one_appended(codec, clip, canvas):
    first = picture_at(codec, clip[:, 0])(canvas)
    assert first.x0.shape[2] == 5
    assert first.strength[0, 0, :, 0, 0].tolist() == [1, 0, 0, 0, 0]
    both = picture_at(codec, clip[:, 16], 16)(first)
    assert both.x0.shape[2] == 6 and both.frames == 5
    assert both.strength[0, 0, :, 0, 0].tolist() == [1, 0, 0, 0, 0, 1]
    assert both.positions[-1].tolist() == [4, 1, 2]
    torch.testing.assert_close(both.x0[:, :, 5:], codec.encode(clip[None, :, 16:]))
    between = picture_at(codec, clip[:, 6], 6, strength=0.5)(both)
    assert between.positions[-1].tolist() == [1.5, 1, 2]
    assert between.strength[0, 0, :, 0, 0].tolist() == [1, 0, 0, 0, 0, 1, 0.5]


def test_a_beginning_and_an_end_meet_on_one_canvas(codec, clip, canvas):
    whole = codec.encode(clip[None])
    ends = suffix(codec, clip[:, 9:])(prefix(codec, clip[:, :5])(canvas))
    assert ends.strength[0, 0, :, 0, 0].tolist() == [1, 1, 0, 1, 1]
    torch.testing.assert_close(ends.x0[:, :, [0, 1, 3, 4]], whole[:, :, [0, 1, 3, 4]])


def test_a_suffix_counts_from_the_end_of_the_clip_and_not_of_its_keyframes(codec, clip, canvas):
    ends = suffix(codec, clip[:, 13:])(picture_at(codec, clip[:, 8], 8)(canvas))
    assert ends.strength[0, 0, :, 0, 0].tolist() == [0, 0, 0, 0, 1, 1]


@pytest.mark.parametrize("count", [4, 8, 12, 16])
def test_interior_latents_are_those_of_a_longer_clip(codec, clip, count):
    whole = codec.encode(clip[None])
    torch.testing.assert_close(
        encode_interior(codec, clip[:, 17 - count :]), whole[:, :, -(count // 4) :]
    )


def test_a_cell_is_kept_only_whole(codec, clip, canvas):
    kept = torch.zeros(16, 24)
    kept[:, :15] = 1  # one and almost two columns of cells
    drawn = keep_region(codec, clip, kept)(canvas)
    assert drawn.strength[0, 0, 0].tolist() == [[1, 0, 0], [1, 0, 0]]
    assert (drawn.strength == drawn.strength[:, :, :1]).all()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda codec, clip: prefix(codec, clip[:, :6]), "use 5 or 9"),
        (lambda codec, clip: suffix(codec, clip[:, :6]), "use 4 or 8"),
        (lambda codec, clip: suffix(codec, clip[:, :0]), "use 4 or 8"),
        (lambda codec, clip: keep_region(codec, clip, torch.ones(8, 24)), "24x8 pixels"),
        (lambda codec, clip: picture_at(codec, clip[:, 0], strength=2.0), "strength"),
    ],
)
def test_what_does_not_fit_is_refused(codec, clip, make, words):
    with pytest.raises(HimmelError, match=words):
        make(codec, clip)


def test_a_keyframe_lies_on_the_timeline(codec, clip, canvas):
    latent = codec.encode(clip[None, :, :1])
    for time in (-0.5, 4.25):
        with pytest.raises(HimmelError, match="outside"):
            keyframe(latent, time)(canvas)


@pytest.mark.parametrize(("height", "width"), [(8, 16), (10, 20)])
@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda codec, clip: picture_at(codec, clip[:, 0]), "the picture"),
        (lambda codec, clip: picture_at(codec, clip[:, 0], 8, 0.5), "the picture"),
        (lambda codec, clip: prefix(codec, clip[:, :5], 0.5), "the beginning"),
        (lambda codec, clip: suffix(codec, clip[:, :4]), "the end"),
        (
            lambda codec, clip: keep_region(codec, clip, torch.ones(clip.shape[2:])),
            "the clip to keep",
        ),
    ],
)
def test_what_is_of_another_size_is_refused(codec, clip, canvas, make, words, height, width):
    """Whatever its own size, the sentence names both, and not a codec's cells."""
    words = f"{words} is {width}x{height} pixels and the clip 24x16; give both one size"
    with pytest.raises(HimmelError, match=words):
        make(codec, clip[:, :, :height, :width])(canvas)
