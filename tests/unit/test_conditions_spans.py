"""Everything known of a clip at once: prefix, suffix and region are cases of it."""

import pytest
import torch
from test_conditions_pixels import canvas, clip, codec  # noqa: F401  (fixtures)

from himmel.conditions.pixels import keep_region, kept_cells, prefix, suffix
from himmel.conditions.spans import spans
from himmel.core.errors import HimmelError


def alike(one, other):
    torch.testing.assert_close(one.x0, other.x0)
    torch.testing.assert_close(one.strength, other.strength)


def test_a_beginning_and_an_end(codec, clip, canvas):  # noqa: F811
    both = suffix(codec, clip[:, 9:])(prefix(codec, clip[:, :5])(canvas))
    alike(spans(codec, clip, (1, 1, 0, 1, 1))(canvas), both)


def test_a_region(codec, clip, canvas):  # noqa: F811
    kept = torch.zeros(16, 24)
    kept[:, :16] = 1
    cells = kept_cells(kept, codec.compression.space)
    assert cells.tolist() == [[[1, 1, 0], [1, 1, 0]]]
    alike(spans(codec, clip, (0,) * 5, cells)(canvas), keep_region(codec, clip, kept)(canvas))
    more = spans(codec, clip, (0.5,) * 5, cells)(canvas)
    assert more.strength[0, 0, 2].tolist() == [[1, 1, 0.5], [1, 1, 0.5]]


def test_what_is_held_nowhere_is_not_looked_at(codec, clip, canvas):  # noqa: F811
    other = clip.clone()
    other[:, 5:9] = 0
    alike(
        spans(codec, other, (1, 1, 0, 1, 0.5))(canvas),
        spans(codec, clip, (1, 1, 0, 1, 0.5))(canvas),
    )


@pytest.mark.parametrize(
    ("strengths", "words"), [((1, 1, 0), "3 strengths for 5"), ((1, 1, 0, 0, 2), "strength of 2")]
)
def test_what_does_not_fit_is_refused(codec, clip, canvas, strengths, words):  # noqa: F811
    with pytest.raises(HimmelError, match=words):
        spans(codec, clip, strengths)(canvas)
