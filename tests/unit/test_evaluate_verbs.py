"""Figures of verbs on cases that can be worked out by hand, and what needs no model."""

from types import SimpleNamespace

import numpy as np
import pytest

from himmel.evaluate import naive
from himmel.evaluate.adherence import questions, render_questions
from himmel.evaluate.enlarged import enlargements
from himmel.evaluate.pointed import points, subject_of
from himmel.evaluate.redrawn import another, border, middle_of, repainted, sentence
from himmel.evaluate.seams import (
    doubled,
    jump,
    largest_step,
    nearer_to_truth,
    turns,
    turns_around,
    velocity_break,
)
from himmel.evaluate.workbench import Bench, stretched, tallied
from himmel.generate.follow import discs
from himmel.models.upscaler import Upscaler, UpscalerConfig
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
    assert jump(there_and_back, (1, 3), endless=True) == 1
    assert jump(grey(0, 10, 20, 30), (3,), endless=True) == 3
    assert jump(grey(0, 10, 40, 50), (1,)) == 3


def balls(*places, size=48):
    """A clip of a soft bright ball on a dark patterned ground, at these columns."""
    rows, columns = np.mgrid[:size, :size]
    ground = 40 + 20 * ((rows // 8 + columns // 8) % 2)
    clip = []
    for place in places:
        ball = 200 * np.exp(-((rows - size / 2) ** 2 + (columns - place) ** 2) / 18)
        clip.append(np.clip(ground + ball, 0, 255)[..., None].repeat(3, 2))
    return np.rint(np.stack(clip)).astype(np.uint8)


def test_motion_turns_around_where_a_film_is_played_backwards():
    on, back = balls(10, 12, 14, 16, 18), balls(10, 12, 14, 12, 10)
    assert not turns_around(on, (2,)) and turns_around(back, (2,))
    assert not turns_around(back, (1, 3))
    assert not turns_around(balls(14, 14, 14, 16, 18), (2,))
    assert turns_around(balls(10, 12, 14, 12), (0,))  # the last frame comes before the first


def test_two_pictures_at_once_are_a_cross_fade_and_no_motion():
    one, other = balls(8)[0], balls(40)[0]
    fade = naive.faded(one[None].repeat(5, 0), other[None].repeat(5, 0))
    assert doubled(fade, one, other)
    assert not doubled(balls(14, 19, 24, 29, 34), one, other)
    assert not doubled(fade[:1].repeat(5, 0), one, other)  # nearly the first alone
    assert not doubled(fade, one, one) and not doubled(fade[:0], one, other)


def test_a_frame_between_is_nearer_to_the_truth_only_where_the_thing_has_moved():
    true = balls(10, 16, 22, 28, 34)
    given, asked = true[::2], true[1::2]
    assert nearer_to_truth(balls(15, 29), asked, given) == 1
    assert nearer_to_truth(naive.between(given), asked, given) == 0
    assert nearer_to_truth(given[:-1], asked, given) == 0
    assert nearer_to_truth(balls(15, 34), asked, given) == 0.5
    assert np.isnan(nearer_to_truth(balls(9, 9), balls(9, 9), balls(9, 9, 9)))


def test_a_film_counts_only_where_it_passes_every_check():
    checks = {"facts": np.array([True, True, False]), "joined": np.array([True, False, True])}
    best = {"facts": np.array([True, True, True]), "joined": np.array([True, True, False])}
    metrics = tallied("extend", {"": checks, "frozen": best}, best)
    assert metrics["extend.done"].value == pytest.approx(1 / 3)
    assert metrics["extend.done"].ceiling == pytest.approx(2 / 3)
    assert metrics["extend.joined"].value == metrics["extend.facts"].value == pytest.approx(2 / 3)
    assert metrics["extend.done.frozen"].value == pytest.approx(2 / 3)


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


def bench(n, motion, upscaler=None):
    """A bench of renders with nothing that could draw."""
    asked = [q for q in questions(400, 2) if q.graph.motion == motion][:n]
    defaults = SimpleNamespace(fps=8.0, width=64, height=64, frames=9)
    system = SimpleNamespace(config=SimpleNamespace(defaults=defaults), upscaler=upscaler)
    renders = render_questions(asked, system, lambda *_: None)
    return Bench(system, None, asked, renders, lambda *_: None)


def test_a_subject_is_where_the_render_has_it():
    driving, standing = bench(2, "right"), bench(2, "still")
    places, radius = subject_of(driving, driving.graphs[0])
    assert places[-1, 0] - places[0, 0] > radius / 2 > 2
    drawn = discs(driving.renders[0], tuple(places[0]), radius)
    middle = np.nonzero(drawn[-1])[1].mean()
    assert abs(middle - places[-1, 0]) < radius / 2
    places, _ = subject_of(standing, standing.graphs[0])
    assert np.abs(places - places[0]).max() < 1
    assert points(standing) == {}


def test_enlarging_is_held_against_the_render_of_twice_the_size():
    assert enlargements(bench(1, "still")) == {}
    found = enlargements(bench(2, "still", Upscaler(UpscalerConfig(width=8, blocks=2))))
    assert found["upscale.done.bicubic"].value == 0 and found["upscale.done"].ceiling == 1
    ways = [found[f"upscale.likeness{way}"].value for way in (".bicubic", ".repeat")]
    assert 60 > ways[0] > ways[1] > 15


def test_a_border_may_move():
    clip = np.random.default_rng(0).integers(0, 255, (3, 8, 12, 3)).astype(np.uint8)
    mask = np.zeros((8, 12), bool)
    mask[2:5, 3:6] = True
    still = border(clip, mask)
    assert border(clip, mask[None].repeat(3, 0)) == still
    moving = np.stack([np.roll(mask, i, 1) for i in range(3)])
    parts = [border(clip[i : i + 1], moving[i]) for i in range(3)]
    assert border(clip, moving) == pytest.approx(np.mean(parts))
