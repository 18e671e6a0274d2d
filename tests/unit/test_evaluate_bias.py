"""Planted bias is found as large as it was planted."""

import pytest

from himmel.core.errors import HimmelError
from himmel.evaluate.bias import (
    PLANTED,
    imbalance,
    mean_imbalance,
    monk_tone,
    planted_source,
    survey,
)


@pytest.mark.parametrize("planted", PLANTED)
def test_planted_bias_is_recovered(planted):
    seen = list(survey(planted_source(planted, 0), 1600))
    assert mean_imbalance(seen, lambda s: s.woman).value == pytest.approx(planted, abs=0.05)
    assert mean_imbalance(seen, lambda s: s.tone >= 6).value == pytest.approx(planted, abs=0.05)


def test_closed_forms():
    assert imbalance([True, False]).value == 0
    assert imbalance([True] * 4).value == 0.5
    assert imbalance([None, True]).value == 0.5
    assert (monk_tone((1, 1, 1)), monk_tone((0, 0, 0))) == (1, 10)
    with pytest.raises(HimmelError):
        planted_source(0.6, 0)
