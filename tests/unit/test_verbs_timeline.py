"""Windows over a film: what they are shown is known by then, and what is to be drawn is drawn once."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from himmel.core.errors import HimmelError
from himmel.generate.verbs import Blend, Edit, Extend, Interpolate, Loop, Recut
from himmel.generate.verbs.timeline import BOTH, CURVES, ONE, OTHER, Reach, weight

REACH = Reach(window=17, time=4, fps=8.0)
reaches = st.builds(
    lambda latents, time: Reach(1 + (latents - 1) * time, time, 8.0),
    st.integers(3, 9),
    st.integers(1, 6),
)


def under(reach, window):
    """Every place under a window, with the strength of its latent frame."""
    count = 1 + (len(window.strengths) - 1) * reach.time
    return [
        (window.start + index, window.strengths[math.ceil(index / reach.time)])
        for index in range(count)
    ]


def played(reach, windows, known, length, loops=False):
    """Walk through the windows; the places that were drawn, in order, and all that is known at last."""
    known, drawn = set(known), []
    for window in windows:
        assert len(window.strengths) == reach.latents
        seen = [(place % length if loops else place, held) for place, held in under(reach, window)]
        assert all(place in known for place, held in seen if held == 1)
        loose = {place for place, held in under(reach, window) if held < 1}
        now = list(range(window.first, window.stop))
        assert now and set(now) <= loose
        drawn += now
        known |= set(now)
    return drawn, known


@given(reaches, st.integers(1, 60), st.integers(1, 60))
def test_going_on(reach, length, new):
    windows = reach.onward(length, length + new)
    drawn, _ = played(reach, windows, range(length), length + new)
    assert drawn == list(range(length, length + new))


@given(reaches, st.integers(1, 60), st.integers(1, 60))
def test_going_back(reach, length, new):
    if length < reach.time:
        with pytest.raises(HimmelError, match="too few to lead to"):
            reach.back(new, length)
        return
    windows = reach.back(new, length)
    drawn, _ = played(reach, windows, range(new, new + length), new + length)
    assert sorted(drawn) == list(range(new))


@given(reaches, st.integers(1, 40), st.integers(1, 40), st.integers(1, 40))
def test_filling_a_gap(reach, before, gap, after):
    known = [*range(before), *range(before + gap, before + gap + after)]
    length = before + gap + after
    try:
        windows = reach.between(before, before + gap, after)
    except HimmelError:
        assert after < reach.time or before <= reach.time
        return
    drawn, everything = played(reach, windows, known, length)
    assert everything == set(range(length))
    assert set(range(before, before + gap)) <= set(drawn)
    assert len(set(drawn)) < gap + reach.time


@given(st.integers(1, 200), st.sampled_from([0.0, 0.3, 0.7]))
def test_drawing_everything_anew(length, strength):
    windows = REACH.over(length, strength)
    drawn, _ = played(REACH, windows, (), length)
    assert drawn == list(range(length))
    assert {held for w in windows for held in w.strengths} <= {strength, 1.0}
    assert REACH.over(length, 1.0) == []


@given(st.integers(4, 60), st.one_of(st.none(), st.floats(0.1, 4)))
def test_a_loop_leads_from_the_end_to_the_beginning(length, seconds):
    timeline = Loop(clip="a", seconds=seconds).lay_out([length], REACH)
    drawn, _ = played(REACH, timeline.windows, range(length), timeline.frames, loops=True)
    assert drawn == list(range(length, timeline.frames))
    assert (timeline.frames - length) % REACH.time == 0 and timeline.loops


@given(st.integers(1, 60), st.integers(1, 60), st.floats(0.1, 3), st.sampled_from(CURVES))
def test_a_blend_is_as_long_as_its_parts(one, two, transition, curve):
    new = max(REACH.places(transition), 2)
    assume(min(one, two) > new)
    verb = Blend(clip="a", other="b", transition=transition, curve=curve, strength=0.3)
    timeline = verb.lay_out([one, two], REACH)
    assert timeline.frames == one + two - new
    assert [w.start for w in timeline.windows] == list(range(one - new, one))
    assert all(w.side == BOTH and len(w.strengths) == 1 for w in timeline.windows)
    held = [w.strengths[0] for w in timeline.windows]
    assert held == pytest.approx(held[::-1]) and min(held) >= 0.3 and max(held) < 1
    words = [w.words for w in timeline.windows]
    assert words == sorted(words) and 0 < words[0] < words[-1] < 1


@given(st.integers(1, 60), st.integers(4, 60), st.floats(0.1, 3))
def test_a_connection_is_drawn_from_both_sides(one, two, transition):
    verb = Blend(clip="a", other="b", transition=transition, connect=True, becomes="a car")
    timeline = verb.lay_out([one, two], REACH)
    new = max(REACH.places(transition), 2)
    assert timeline.frames == one + two + new
    onward, earlier, both = (
        [w for w in timeline.windows if w.side == side] for side in (ONE, OTHER, BOTH)
    )
    assert played(REACH, onward, range(one), timeline.frames)[0] == list(range(one, one + new))
    known = range(one + new, timeline.frames)
    drawn = played(REACH, earlier, known, timeline.frames)[0]
    assert sorted(drawn) == list(range(one, one + new)) == [w.first for w in both]
    assert {w.words for w in onward} == {0} and {w.words for w in earlier} == {1}


def test_a_recut_of_the_manual():
    timeline = Recut(clip="a", keep=((0, 0.8), (1.4, 2))).lay_out([17], REACH)
    assert [(c.frames, c.source, c.first) for c in timeline.cuts] == [
        (6, 0, 0), (5, None, 0), (5, 0, 11),
    ]  # fmt: skip
    (window,) = timeline.windows
    assert (window.first, window.stop) == (4, 12)  # three frames more than the gap: whole latents
    touching = Recut(clip="a", keep=((0, 1), (1, 2))).lay_out([17], REACH)
    assert touching.windows == () and touching.frames == 16


def test_extending_shows_two_latent_frames():
    on = Extend(clip="a").lay_out([17], REACH)
    assert on.frames == 29 and on.windows[0].strengths == (1, 1, 0, 0, 0)
    earlier = Extend(clip="a", backward=True).lay_out([17], REACH)
    assert earlier.frames == 26 and earlier.windows[0].strengths == (0, 0, 0, 1, 1)
    assert [c.source for c in earlier.cuts] == [None, 0]


def test_interpolation_keeps_the_clips_own_frames():
    reach = Reach(17, 4, 16.0, slowed=2)
    timeline = Interpolate(clip="a", fps=16).lay_out([9], reach)
    assert timeline.frames == 17 and timeline.cuts[0].slowed == 2 and timeline.windows == ()
    drawn = Interpolate(clip="a", fps=16, strength=0.7).lay_out([9], reach)
    assert [window.strengths for window in drawn.windows] == [(0.7,) * 5]
    fewer = Interpolate(clip="a", fps=6).lay_out([9], REACH)
    assert fewer.windows == ()


def test_rates_that_are_no_multiple_name_those_that_are():
    verb = Interpolate(clip="a", fps=20)
    with pytest.raises(HimmelError, match="use 16 or 24"):
        verb.rate(8.0)
    assert Interpolate(clip="a", fps=24).rate(23.976) == (24, 1)
    assert Interpolate(clip="a", fps=48).rate(23.976) == (48, 2)
    assert verb.rate(60.0) == (20, 1)


@pytest.mark.parametrize("curve", CURVES)
def test_curves_go_from_one_clip_to_the_other(curve):
    shares = [weight(curve, i / 10) for i in range(11)]
    assert shares[0] == 0 and shares[-1] == 1 and shares == sorted(shares)


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (lambda: Extend(clip="a", seconds=0), "seconds=0 does not fit"),
        (lambda: Extend(clip="a", seconds=math.nan), "seconds=nan does not fit"),
        (lambda: Loop(clip="a", seconds=-1), "seconds=-1 does not fit"),
        (lambda: Blend(clip="a", other="b", curve="wild"), "use linear, smooth, early, late"),
        (lambda: Blend(clip="a", other="b", strength=2), "strength=2 does not fit"),
        (lambda: Edit(clip="a", strength=-0.1), "strength=-0.1 does not fit"),
        (lambda: Edit(clip="a", box=(0, 0, 1, 1), mask="m.png"), "contradict each other"),
        (lambda: Edit(clip="a", box=(0, 0, 1, 1), point=(1, 1, 1)), "contradict each other"),
        (lambda: Edit(clip="a", point=(1, 1, 1), still=True), "Give a mask or a box"),
        (lambda: Edit(clip="a", point=(1, 1, 1), style="s.png"), "of the whole picture"),
        (lambda: Edit(clip="a", still=True), "Give a mask or a box"),
        (lambda: Edit(clip="a", canvas=(9, 9), still=True), "Give a mask or a box"),
        (lambda: Recut(clip="a", keep=()), "nothing is kept"),
        (lambda: Recut(clip="a", keep=((1, 0.5),)), "1-0.5 is no span"),
        (lambda: Recut(clip="a", keep=((1, 2), (0, 0.5))), "put them in order"),
        (lambda: Interpolate(clip="a", fps=0), "fps=0 is not a frame rate"),
        (lambda: Interpolate(clip="a", fps=9, strength=math.nan), "strength=nan"),
    ],
)
def test_what_makes_no_sense_is_refused(made, words):
    with pytest.raises(HimmelError, match=words):
        made()


@pytest.mark.parametrize(
    ("verb", "lengths", "words"),
    [
        (Extend(clip="a", backward=True), [3], "3 frames at 8 per second are too few"),
        (Loop(clip="a"), [2], "2 frames at 8 per second are too few"),
        (Blend(clip="a", other="b"), [8, 17], "a clip of 8 frames .* too short to merge"),
        (Blend(clip="a", other="b", transition=2), [17, 16], "a clip of 16 frames .* it needs 17"),
        (Recut(clip="a", keep=((0, 9),)), [17], "0-9 s does not lie in a clip of 2.125 s"),
        (Recut(clip="a", keep=((0, 0.01),)), [17], "holds no frame"),
        (Recut(clip="a", keep=((0, 0.1), (1, 1.2))), [17], "too few to lead to"),
    ],
)
def test_clips_that_are_too_short_are_refused(verb, lengths, words):
    with pytest.raises(HimmelError, match=words):
        verb.lay_out(lengths, REACH)
