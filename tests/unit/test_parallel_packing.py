"""Mixed clips packed and dealt: every clip once, one shape a batch, as many batches each."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from himmel.core.errors import HimmelError
from himmel.parallel import SpreadConfig, deal, dealt, idle_share, pack

COSTS = {"small": 64.0, "wide": 208.0, "long": 832.0}
SHAPES = st.lists(st.sampled_from(sorted(COSTS)), max_size=60)


@given(SHAPES, st.floats(1, 3000))
def test_packing_keeps_every_clip_once_and_the_budget(shapes, budget):
    groups = pack(shapes, COSTS.get, budget)
    assert sorted(i for group in groups for i in group) == list(range(len(shapes)))
    for group in groups:
        assert len({shapes[i] for i in group}) == 1
        spent = sum(COSTS[shapes[i]] for i in group)
        assert spent <= budget * (1 + 1e-6) or len(group) == 1


@given(st.lists(st.floats(1, 100), min_size=1, max_size=60), st.integers(1, 8))
def test_hands_are_equally_many_and_close_to_equally_dear(costs, ways):
    if len(costs) < ways:
        with pytest.raises(HimmelError, match="do not reach"):
            deal(costs, ways)
        return
    hands = deal(costs, ways)
    assert len({len(hand) for hand in hands}) == 1 and len(hands) == ways
    dealt_out = sorted(i for hand in hands for i in hand)
    assert len(dealt_out) == len(set(dealt_out)) == len(costs) // ways * ways
    left = [costs[i] for i in range(len(costs)) if i not in dealt_out]
    assert all(cost <= min(costs[i] for i in dealt_out) for cost in left)


def test_a_hand_in_closed_form():
    assert deal([4, 3, 2, 1], 2) == [[0, 3], [1, 2]]
    assert idle_share([5, 5]) == 0
    assert idle_share([10, 5]) == pytest.approx(0.25)


def test_micro_batches_are_dealt_evenly_or_refused():
    assert dealt(SpreadConfig(), None) == range(1)
    assert dealt(SpreadConfig(micro_batches=3), None) == range(3)

    class Second:
        data_rank, data_ways = 1, 2

    assert list(dealt(SpreadConfig(micro_batches=4), Second)) == [1, 3]
    assert list(dealt(SpreadConfig(), Second)) == [1]
    with pytest.raises(HimmelError, match="use a multiple of 2"):
        dealt(SpreadConfig(micro_batches=3), Second)
    with pytest.raises(HimmelError, match="use 1 or more"):
        SpreadConfig(context=0)
    with pytest.raises(HimmelError, match="unknown"):
        SpreadConfig(gather="fp8")
    with pytest.raises(HimmelError, match="holds no clip"):
        pack([], len, 0)
