"""Figures of verbs on cases that can be worked out by hand, and what needs no model."""

import numpy as np
import pytest

from himmel.evaluate import naive
from himmel.evaluate.adherence import questions
from himmel.evaluate.reworks import another, border, middle_of, repainted, sentence, stretched
from himmel.evaluate.seams import largest_step, loop_seam, turns, velocity_break
from himmel.world.graph import is_held_out


def grey(*levels):
    """A clip of even grey pictures."""
    return np.array(levels, np.uint8)[:, None, None, None] * np.ones((1, 4, 4, 3), np.uint8)


def test_a_motion_that_goes_on_has_no_break():
    bent = grey(0, 10, 21, 33, 46, 60, 75, 91)  # every step one more than the last
    assert (turns(bent) == 1).all() and velocity_break(bent, 3) == 1
    stopped = grey(0, 10, 21, 33, 33, 33, 33, 33)
    assert velocity_break(stopped, 3) == pytest.approx(12 / np.mean([1, 1, 0.5, 0.5]))
    assert velocity_break(grey(5, 5, 5, 5, 5), 2) == 1


def test_seams_of_a_loop():
    there_and_back = grey(0, 10, 20, 10)
    assert loop_seam(there_and_back, (1, 3)) == 1
    assert loop_seam(grey(0, 10, 20, 30), (3,)) == 3


def test_a_hard_cut_is_one_large_step():
    assert largest_step(grey(0, 0, 100, 100)) == 1
    assert largest_step(grey(0, 25, 50, 75, 100)) == 0.25


def test_ways_without_a_model():
    clip = grey(*range(0, 170, 10))
    assert naive.frozen(clip, 2).ravel()[0] == 160
    assert [f.ravel()[0] for f in naive.backwards(grey(0, 10, 20), 6)] == [10, 0, 10, 20, 10, 0]
    assert [f.ravel()[0] for f in naive.faded(grey(0, 0, 0), grey(100, 100, 100))] == [25, 50, 75]
    assert [f.ravel()[0] for f in naive.between(grey(0, 10, 40))] == [5, 25]


@pytest.mark.parametrize("verb", ["animate", "ends", "extend", "backward", "bridge"])
def test_rivals_begin_and_end_with_what_was_given(verb):
    clip = grey(*range(0, 170, 10))
    for made in naive.rivals(verb, clip, 4).values():
        assert made.shape == clip.shape
        assert verb == "backward" or np.array_equal(made[0], clip[0])
        assert verb in ("animate", "extend") or np.array_equal(made[-1], clip[-1])
    assert naive.rivals("extend", clip, 4)["ping_pong"][5].ravel()[0] == 30
    assert naive.rivals("backward", clip, 4)["ping_pong"][8].ravel()[0] == 100


def test_changed_graphs_ask_for_something_else():
    for question in questions(12, 0):
        graph = question.graph
        painted, other = repainted(graph), another(graph)
        assert painted == graph.replace(colour=painted.colour) and painted.colour != graph.colour
        assert other.kind != graph.kind and other.motion == graph.motion
        assert not is_held_out(other.kind, other.colour)
        assert sentence(other) == sentence(other)


def test_a_border_is_where_the_mask_ends():
    clip = np.zeros((2, 8, 8, 3), np.uint8)
    mask = middle_of(clip)
    assert mask.sum() == 16 and border(clip, mask) == 0
    clip[:, mask] = 50
    assert border(clip, mask) == 50


def test_a_short_end_stands_still_to_be_read():
    (film,) = stretched([grey(0, 10)], 4)
    assert [f.ravel()[0] for f in film] == [0, 10, 10, 10]
