"""Laws fitted to tracks that follow them exactly, figures of masks by hand, and renders as clips."""

import math

import numpy as np
import pytest

from himmel.evaluate import laws, permanence, physics
from himmel.evaluate.families import SPLITS, family_questions, moved, split_of, statistic
from himmel.evaluate.motion_masks import likeness, motion_masks, overlap, weighted_overlap
from himmel.world.clip import make_clip
from himmel.world.experiments import dynamics
from himmel.world.graph import Graph, sample_graph

TIMES = np.arange(17) / 8


def noisy(values, size=0.004):
    return values + np.random.default_rng(0).normal(0, size, np.shape(values))


# ---- laws --------------------------------------------------------------------------------------


@pytest.mark.parametrize("gravity", [1.62, 3.7, 9.81, 20.0])
def test_gravity_of_a_drop(gravity):
    path, contact = dynamics.fall(0.25, min(6.0, gravity), gravity)
    found = laws.drop(TIMES, noisy(np.array([path.at(t) for t in TIMES])))
    assert found.values["gravity"] == pytest.approx(gravity, rel=0.03)
    assert found.r2 > 0.99
    assert all(abs(event - contact) < 0.02 for event in found.events)


@pytest.mark.parametrize(("gravity", "restitution"), [(9.81, 0.8), (20.0, 0.5), (4.0, 0.9)])
def test_gravity_and_restitution_of_a_bounce(gravity, restitution):
    path, contacts = dynamics.bounces(0.25, 2.0, gravity, restitution, 2.0)
    found = laws.bounce(TIMES, noisy(np.array([path.at(t) for t in TIMES])) + 0.5)
    assert found.values["gravity"] == pytest.approx(gravity, rel=0.02)
    assert found.values["restitution"] == pytest.approx(restitution, rel=0.02)
    assert abs(found.events[0] - contacts[0]) < 0.02


def test_one_stray_frame_does_not_turn_the_answer():
    path, _ = dynamics.fall(0.25, 5.0, 5.0)
    heights = np.array([path.at(t) for t in TIMES])
    heights[6] += 2.0
    heights[9] = np.nan
    assert laws.drop(TIMES, heights).values["gravity"] == pytest.approx(5.0, rel=0.03)


def test_too_few_frames_give_no_answer():
    heights = np.full(17, np.nan)
    heights[:3] = 1.0
    assert laws.drop(TIMES, heights) is None
    assert laws.spring(TIMES, heights) is None


def test_parabolas_between_contacts():
    arc = TIMES % 0.9
    found = laws.arcs(TIMES, 4.0 * arc - 9.81 * arc**2 / 2 + 0.4)
    assert found.values["gravity"] == pytest.approx(9.81, rel=1e-6)


def test_a_throw():
    speed, angle, gravity = 5.0, math.radians(50), 6.0
    past = np.maximum(TIMES - 0.25, 0)
    lands = dynamics.flight_seconds(0.5, speed * math.sin(angle), gravity)
    flown = np.minimum(past, lands)
    x = -2 + speed * math.cos(angle) * flown
    z = np.maximum(0.5 + speed * math.sin(angle) * flown - gravity * flown**2 / 2, 0)
    found = laws.throw(TIMES, noisy(np.stack([x, z], 1)))
    assert found.values["gravity"] == pytest.approx(gravity, rel=0.03)
    assert found.values["speed"] == pytest.approx(speed, rel=0.03)


def test_a_collision_keeps_what_was_put_in():
    after = dynamics.collide(2.0, 0.0, 1.5, 0.7)
    first = np.where(TIMES < 0.8, 2 * (TIMES - 0.8), after[0] * (TIMES - 0.8))
    second = 0.5 + np.where(TIMES < 0.8, 0, after[1] * (TIMES - 0.8))
    found = laws.collision(TIMES, noisy(first), noisy(second))
    assert found.values["speed"] == pytest.approx(2.0, rel=0.02)
    assert found.values["restitution"] == pytest.approx(0.7, rel=0.03)
    assert found.values["mass_ratio"] == pytest.approx(1.5, rel=0.05)
    assert found.events[0] == pytest.approx(0.8, abs=0.03)


def test_a_ball_is_as_fast_as_before_it_struck():
    places = np.where(TIMES < 0.8, 2 * TIMES, 1.6 + 0.5 * (TIMES - 0.8))
    found = laws.rolling(TIMES, places)
    assert found.values["speed"] == pytest.approx(2.0, rel=1e-6)
    assert found.events[0] == pytest.approx(0.8, abs=0.125)


def test_a_pendulum_is_exact_for_wide_swings():
    track = dynamics.pendulum(1.8, 9.81, 1.1, 3.0)
    angle = np.array([float(track.at(t)[0]) for t in TIMES])
    assert np.allclose(laws.swinging(1.1, math.sqrt(9.81 / 1.8), TIMES), angle, atol=1e-3)
    places = np.stack([1.8 * np.sin(angle), 4 - 1.8 * np.cos(angle)], 1)
    found = laws.pendulum(TIMES, noisy(places), 1.8)
    assert found.values["gravity"] == pytest.approx(9.81, rel=0.02)
    assert found.values["period"] == pytest.approx(dynamics.pendulum_period(1.8, 9.81), rel=0.01)


@pytest.mark.parametrize(("stiffness", "mass"), [(40.0, 1.0), (8.0, 2.0)])
def test_the_period_of_a_spring(stiffness, mass):
    heights = [2 + dynamics.spring(0.25, 0.8, stiffness, mass, t) for t in TIMES]
    found = laws.spring(TIMES, noisy(np.array(heights)))
    assert found.values["period"] == pytest.approx(
        dynamics.spring_period(stiffness, mass), rel=0.01
    )


def test_friction_from_a_ramp():
    angle, friction = math.radians(32), 0.2
    pull = dynamics.ramp_acceleration(angle, friction, 9.81)
    gone = pull * np.maximum(TIMES - 0.25, 0) ** 2 / 2
    places = np.stack([gone * math.cos(angle), 5 - gone * math.sin(angle)], 1)
    found = laws.ramp(TIMES[:11], noisy(places[:11]))
    assert found.values["acceleration"] == pytest.approx(pull, rel=0.02)
    assert found.values["angle"] == pytest.approx(angle, abs=0.01)


def test_the_invariance_of_what_stays_is_one():
    assert laws.invariance(np.array([3.0, 3.0, np.nan])) == 1.0
    assert laws.invariance(np.array([1.0, 3.0])) == pytest.approx(1 / 1.5)
    assert laws.invariance(np.array([np.nan])) == 0.0


# ---- masks -------------------------------------------------------------------------------------


def test_overlaps_by_hand():
    one, other = np.zeros((4, 4), bool), np.zeros((4, 4), bool)
    one[:2], other[1:3] = True, True
    assert overlap(one, other) == pytest.approx(4 / 12)
    assert overlap(one & False, other & False) == 1.0
    assert weighted_overlap(one * 0.5, one * 1.0) == pytest.approx(0.5)
    assert weighted_overlap(one * 0.0, one * 0.0) == 1.0


def squares(shift):
    frames = np.full((6, 48, 48, 3), 40, np.uint8)
    for index in range(6):
        frames[index, 16:28, 4 + shift + 5 * index : 16 + shift + 5 * index] = 220
    return frames


def test_masks_show_what_moves():
    assert not motion_masks(np.repeat(squares(0)[:1], 6, 0)).any()
    assert motion_masks(squares(0))[1:].any((1, 2)).all()


def test_likeness_falls_with_distance():
    near, far = likeness(squares(1), squares(0)), likeness(squares(8), squares(0))
    same = likeness(squares(0), squares(0))
    assert same == {"iou.spatial": 1, "iou.spatiotemporal": 1, "iou.weighted": 1, "mse": 0}
    for key in ("iou.spatial", "iou.spatiotemporal", "iou.weighted"):
        assert 1 > near[key] > far[key]
    assert 0 < near["mse"] < far["mse"]


# ---- questions and figures ---------------------------------------------------------------------


@pytest.mark.parametrize("split", SPLITS)
def test_values_lie_in_their_split(split):
    for seed in range(8):
        assert split_of(moved(sample_graph(seed, scene="bounce"), split)) == split


def test_questions_go_by_turns():
    asked = family_questions(("drop", "spring"), 12, 0, "test")
    assert [q.graph.scene for q in asked[:4]] == ["drop", "spring", "drop", "spring"]
    assert {split_of(q.graph) for q in asked} == set(SPLITS)
    assert {q.language for q in asked} == {"en", "de"}


def test_slope_and_fitness_of_a_line():
    asked, shown = np.array([1.0, 2, 3, 4]), np.array([2.1, 4.1, 6.1, 8.1])
    assert physics.slope(asked, shown) == pytest.approx(2.0)
    assert physics.fitness(asked, shown) == pytest.approx(1.0)
    metric = statistic(physics.slope, asked.tolist(), shown.tolist())
    assert metric.low == pytest.approx(2.0) and metric.high == pytest.approx(2.0)


def test_what_cannot_be_read_is_wrong():
    errors = physics.relative(np.array([np.nan, 11.0, 0.06]), np.array([5.0, 10.0, 0.05]))
    assert errors == pytest.approx([1.0, 0.1, 0.1])


# ---- renders -----------------------------------------------------------------------------------


def _renders(scenes, seeds=(1, 2, 3)):
    graphs = [sample_graph(seed, scene=scene) for scene in scenes for seed in seeds]
    return graphs, [make_clip(graph, 96) for graph in graphs]


def test_physics_of_renders():
    graphs, true = _renders(("drop", "bounce"))
    figures = physics.measure([clip.frames for clip in true], graphs, true, 8.0)
    assert figures["gravity.error"].value < 0.03
    assert figures["gravity.slope"].value == pytest.approx(1, abs=0.05)
    assert figures["event_time"].value == 1.0
    assert figures["iou.spatial"].value == 1.0
    assert figures["path"].value < 0.03


def test_still_clips_do_not_fall():
    graphs, true = _renders(("drop",))
    still = [np.repeat(clip.frames[:1], len(clip.frames), 0) for clip in true]
    figures = physics.measure(still, graphs, true, 8.0)
    assert figures["gravity.error"].value > 0.5
    assert figures["gravity.error"].ceiling < 0.03
    assert figures["iou.spatial"].value < 0.1


def test_a_core_ball_bounces_under_the_earths_gravity():
    graph = Graph(seed=5, kind="ball", colour="red", setting="meadow", time="day", motion="jump")
    clip = make_clip(graph, 128)
    found = physics.read(clip.frames, graph, clip, 8.0)
    assert found.shown["gravity"] == pytest.approx(9.81, rel=0.03)
    assert found.splits == {"gravity": "core"}


def test_what_passes_a_screen_comes_out():
    graphs, true = _renders(("screen", "look-away"), (1, 2))
    figures = permanence.measure([clip.frames for clip in true], graphs, true, 8.0)
    still = [np.repeat(clip.frames[:1], len(clip.frames), 0) for clip in true]
    spoilt = permanence.measure(still, graphs, true, 8.0)
    for scene in ("screen", "look-away"):
        assert figures[f"{scene}.returns"].value == 1.0
        assert figures[f"{scene}.place_error"].value < 0.02
        assert spoilt[f"{scene}.returns"].value == 0.0


@pytest.mark.parametrize("scene", permanence.CHANGING)
def test_changes_stay_or_do_not(scene):
    graph = sample_graph(3, scene=scene)
    true = make_clip(graph, 64)
    kept = permanence.read_change(true.frames, true, 8.0)
    assert kept.made and kept.kept and kept.moment_error < 0.01
    undone = np.concatenate([true.frames[:-2], np.repeat(true.frames[:1], 2, 0)])
    lost = permanence.read_change(undone, true, 8.0)
    assert lost.made and not lost.kept and lost.drift > 0.3


def test_nothing_is_read_from_noise():
    true = make_clip(sample_graph(3, scene="bite"), 64)
    noise = np.random.default_rng(0).integers(0, 256, true.frames.shape).astype(np.uint8)
    assert not permanence.read_change(noise, true, 8.0).made


def test_a_thing_that_is_never_hidden_cannot_come_back():
    assert permanence.hidden_span([5, 5, 5]) is None
    assert permanence.hidden_span([5, 0, 0]) is None
    assert permanence.hidden_span([5, 4, 0, 0, 3]) == (1, 4)
