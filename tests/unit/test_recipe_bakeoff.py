"""The bake-off of codecs looks at clips as the encoder sees them."""

import numpy as np
import pytest

from himmel.core.errors import HimmelError
from himmel_recipes.bakeoff import small_frames
from himmel_recipes.catalogue import embedded
from himmel_recipes.corpus import Corpus


def clips(side):
    frames = np.zeros((2, 3, side, side, 3), np.uint8)
    frames[..., ::2, :, :] = 100  # every other row
    return Corpus(frames, np.zeros((2, 3, side, side // 8), np.uint8), [])


def test_clips_of_the_output_are_averaged_to_what_the_encoder_reads():
    settings = embedded()
    small = small_frames(clips(settings.output_size), settings.encoder_size)
    assert small.shape == (2, 3, 64, 64, 3) and (small == 50).all()


def test_a_size_that_does_not_divide_is_refused():
    with pytest.raises(HimmelError, match="128 pixels cannot be averaged to 96"):
        small_frames(clips(128), 96)
