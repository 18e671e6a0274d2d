"""Experiments obey the laws that they are named after, in their truth and in their pixels."""

from __future__ import annotations

import itertools
import math
import string

import numpy as np
import pytest

from himmel.core.errors import HimmelError
from himmel.world import experiments
from himmel.world.clip import DIRECTORS, make_clip
from himmel.world.experiments import dynamics
from himmel.world.graph import Graph, family_of, sample_graph
from himmel.world.vocabulary import names
from himmel.world.words.experiment_words import LINES, STYLES, lines, quantity_words
from himmel.world.words.experiments import EXPERIMENTS, GRAVITY, MOMENT

FPS = 8.0
CHANGES = ("paint", "bite", "lamp", "door", "footprints")


def asked(scene: str, seed: int = 1, time: str = "day", **values: float) -> Graph:
    """A sampled graph with values that are asked for."""
    drawn = sample_graph(seed, scene)
    return drawn.replace(time=time if time in family_of(scene).times else "night", values=values)


def take_of(graph: Graph, seconds: float = 2.0):
    return DIRECTORS[graph.scene](graph, seconds)


def times_of(take, name: str) -> list[float]:
    return [event.seconds for event in take.events if event.type == name]


def track_of(clip, take, number: int = 1) -> np.ndarray:
    """(T, 2) x and z in metres of an actor's pixels, NaN where it is cut off or unseen."""
    camera, size = take.at(0.0).camera, clip.ids.shape[1]
    scale, found = -2 * camera.slope * camera.eye[1], []
    for ids in clip.ids:
        rows = np.argwhere(ids == number)
        if (
            not len(rows)
            or rows[:, 0].min() == 0
            or not 0 < rows[:, 1].min() <= rows[:, 1].max() < size - 1
        ):
            found.append((np.nan, np.nan))
            continue
        y, x = (rows.mean(0) + 0.25) / size  # ids are those of the upper left sample
        found.append(((x - 0.5) * scale, camera.eye[2] + (0.5 - y) * scale))
    return np.array(found)


def gravity_of(clip, take) -> float:
    """Gravity by parabolas through the heights between events, weighted by how well each is known."""
    height, time = track_of(clip, take)[:, 1], np.arange(len(clip.ids)) / FPS
    marks = [experiments.bench.HELD_S, *(event.seconds for event in take.events)]
    ends = [*marks[1:], math.inf] if take.events[0].type == "bounce" else marks[1:2]
    total = weight = 0.0
    for first, last in zip(marks, ends, strict=False):
        inside = (time >= first - 1e-9) & (time <= last + 1e-9) & np.isfinite(height)
        if inside.sum() >= 4:
            fit, spread = np.polyfit(time[inside], height[inside], 2, cov="unscaled")
            total, weight = total - 2 * fit[0] / spread[0, 0], weight + 1 / spread[0, 0]
    return total / weight


# ---- laws --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("height", "gravity"), [(1.0, 9.81), (4.0, 1.62), (2.5, 24.8)])
def test_a_fall_lasts_the_root_of_two_h_over_g(height, gravity):
    path, contact = dynamics.fall(0.25, height, gravity)
    assert contact - 0.25 == pytest.approx(math.sqrt(2 * height / gravity))
    assert path.at(0.1) == height and path.at(contact + 1) == 0
    assert path.at(contact - 1e-9) == pytest.approx(0, abs=1e-6)
    assert path.speed_at(contact - 1e-9) == pytest.approx(-math.sqrt(2 * gravity * height))


@pytest.mark.parametrize("restitution", [0.3, 0.7, 0.98])
def test_a_ball_rebounds_to_e_squared_of_its_height(restitution):
    path, contacts = dynamics.bounces(0.0, 2.0, 9.81, restitution, 4.0)
    first, second = contacts[0], contacts[1]
    assert path.at((first + second) / 2) == pytest.approx(restitution**2 * 2.0)
    assert second - first == pytest.approx(2 * restitution * math.sqrt(2 * 2.0 / 9.81))
    for time in np.linspace(0, 4, 400):
        assert path.at(time) >= -1e-9


def test_the_parabola_reaches_as_far_as_the_textbook_says():
    speed, angle, gravity = 5.0, math.radians(40), 3.7
    level = dynamics.throw_range(speed, angle, 0.0, gravity)
    assert level == pytest.approx(speed**2 * math.sin(2 * angle) / gravity)
    assert dynamics.throw_range(speed, angle, 1.0, gravity) > level


def test_a_ramp_gives_the_speed_of_its_length_angle_and_friction():
    angle, friction, gravity, length = math.radians(30), 0.2, 9.81, 3.0
    pull = dynamics.ramp_acceleration(angle, friction, gravity)
    speed = math.sqrt(2 * gravity * length * (math.sin(angle) - friction * math.cos(angle)))
    assert math.sqrt(2 * pull * length) == pytest.approx(speed)
    assert dynamics.ramp_acceleration(angle, 0.6, gravity) == 0  # friction holds it


def test_what_slides_stops_after_v_squared_over_two_mu_g():
    path = dynamics.Legs(dynamics.slide(1.0, 0.0, -3.0, 0.4 * 9.81))
    assert path.at(99.0) == pytest.approx(-9.0 / (2 * 0.4 * 9.81))
    assert path.speed_at(99.0) == 0


def test_a_pendulum_has_its_period_and_a_wide_swing_takes_longer():
    length, gravity = 1.3, 9.81
    usual = 2 * math.pi * math.sqrt(length / gravity)
    narrow, wide = (period_of(length, gravity, angle) for angle in (0.02, 1.2))
    assert narrow == pytest.approx(usual, rel=1e-4)
    series = 1 + 1.2**2 / 16 + 11 * 1.2**4 / 3072 + 173 * 1.2**6 / 737280
    assert wide == pytest.approx(usual * series, rel=2e-3)


def period_of(length: float, gravity: float, angle: float) -> float:
    """Twice the time between the first two passages through the lowest point."""
    angles = dynamics.pendulum(length, gravity, angle, 8.0).values[:, 0]
    steps = np.flatnonzero(np.diff(np.sign(angles)))[:2]
    passages = [(s + angles[s] / (angles[s] - angles[s + 1])) * dynamics.STEP_S for s in steps]
    return 2 * (passages[1] - passages[0])


def test_a_spring_swings_in_two_pi_root_m_over_k():
    stiffness, mass = 20.0, 1.5
    period = dynamics.spring_period(stiffness, mass)
    assert period == pytest.approx(2 * math.pi * math.sqrt(mass / stiffness))
    assert dynamics.spring(0.0, 0.5, stiffness, mass, period) == pytest.approx(0.5)
    assert dynamics.spring(0.0, 0.5, stiffness, mass, period / 2) == pytest.approx(-0.5)


@pytest.mark.parametrize(("ratio", "restitution"), [(1.0, 1.0), (0.25, 0.4), (6.0, 0.8)])
def test_a_collision_keeps_momentum_and_turns_the_relative_speed(ratio, restitution):
    first, second = dynamics.collide(3.0, -1.0, ratio, restitution)
    assert ratio * first + second == pytest.approx(ratio * 3.0 - 1.0)
    assert second - first == pytest.approx(restitution * 4.0)


@pytest.mark.parametrize("height", [-0.3, 0.0, 0.4])
def test_a_ball_floats_at_rest_with_its_share_of_density_under_water(height):
    share = dynamics.submerged_share(height, 0.5)
    cap = math.pi * (0.5 - height) ** 2 * (1.5 - (0.5 - height)) / 3  # of a sphere, in textbooks
    assert share == pytest.approx(cap / (4 / 3 * math.pi * 0.5**3))
    track = dynamics.buoyancy(0.5, 1000 * share, height, -9.0, 0.0, 1.0)
    assert np.abs(track.values - height).max() < 1e-9


def test_a_heavy_ball_sinks_with_its_final_speed():
    track = dynamics.buoyancy(0.2, 1500.0, -1.0, -99.0, 0.0, 8.0).values[:, 0]
    speed = (track[-101] - track[-1]) / (100 * dynamics.STEP_S)
    weight_less_lift = 500 * 9.81 * 4 / 3 * 0.2
    assert speed == pytest.approx(math.sqrt(2 * weight_less_lift / (1000 * 0.47)), rel=1e-3)


# ---- in pixels ---------------------------------------------------------------------------------


@pytest.mark.parametrize("scene", ["drop", "bounce", "throw"])
@pytest.mark.parametrize("size", [64, 128])
def test_gravity_can_be_read_from_rendered_pixels(scene, size):
    errors = []
    for seed, gravity in enumerate((1.62, 3.7, 9.81, 13.0) * 3):
        graph = sample_graph(seed, scene)
        graph = graph.replace(values=graph.values | {"gravity": gravity})
        clip = make_clip(graph, size)
        errors.append(abs(gravity_of(clip, take_of(graph)) / gravity - 1))
    assert np.median(errors) <= 0.02


@pytest.mark.parametrize("scene", names(EXPERIMENTS))
def test_the_subject_is_large_enough_and_its_truth_lies_within_it(scene):
    graph = sample_graph(4, scene)
    clip, take = make_clip(graph, 64, 3), take_of(graph, 0.25)
    rows, columns = np.nonzero(clip.ids[0] == 1)
    assert min(np.ptp(rows), np.ptp(columns)) + 1 >= 6
    moment = take.at(0.0)
    x, y, _ = 64 * moment.camera.project([moment.positions[0]])[0]
    assert columns.min() - 1 <= x <= columns.max() + 2 and rows.min() - 1 <= y <= rows.max() + 2


@pytest.mark.parametrize("scene", ["drop", "throw", "conveyor"])
def test_a_contact_with_the_ground_is_seen_when_it_is_told(scene):
    graph = sample_graph(11, scene)
    graph = graph.replace(
        values=graph.values | ({"gravity": 9.81} if "gravity" in graph.values else {})
    )
    clip, take = make_clip(graph, 64, 21), take_of(graph, 2.5)
    lowest = np.array([np.nonzero(ids == 1)[0].max() for ids in clip.ids])
    landed = np.flatnonzero(lowest >= lowest.max() - 1)[0]
    assert landed / FPS == pytest.approx(times_of(take, "ground_contact")[0], abs=1.01 / FPS)


def test_bounces_are_seen_when_they_are_told():
    graph = asked("bounce", gravity=9.81, restitution=0.8)
    clip, take = make_clip(graph, 64, 33), take_of(graph, 4.0)
    height = track_of(clip, take)[:, 1]
    low = [
        i
        for i in range(1, len(height) - 1)
        if height[i] < height[i - 1] and height[i] <= height[i + 1]
    ]
    told = times_of(take, "bounce")
    for index in low[:3]:
        assert min(abs(index / FPS - time) for time in told) <= 1 / FPS


def test_balls_touch_when_the_collision_is_told_and_not_before():
    graph = asked("collision", seed=3, mass_ratio=2.0, restitution=0.9, speed=2.0)
    take = take_of(graph)
    time = times_of(take, "collision")[0]
    first, second = (np.array(place) for place in take.at(time).positions)
    radii = first[2] + second[2]  # balls on the ground: the height of a centre is its radius
    assert np.linalg.norm(second - first) == pytest.approx(radii)
    before = [np.array(place) for place in take.at(time - 0.1).positions]
    assert np.linalg.norm(before[1] - before[0]) > radii
    speeds = [
        (np.array(b) - a)[0] / 0.1
        for a, b in zip((first, second), take.at(time + 0.1).positions, strict=True)
    ]
    assert 2.0 * speeds[0] + speeds[1] == pytest.approx(math.copysign(4.0, speeds[1]))
    assert abs(speeds[1] - speeds[0]) == pytest.approx(0.9 * 2.0)


def test_dominoes_topple_in_order_after_the_ball_has_struck():
    take = take_of(asked("dominoes", speed=3.0))
    toppled = [(event.seconds, event.id) for event in take.events if event.type == "topple"]
    assert [number for _, number in toppled] == list(range(2, 10))
    assert toppled[0][0] > times_of(take, "collision")[0]


@pytest.mark.parametrize(("density", "sinks"), [(0.5, False), (1.6, True)])
def test_what_is_heavier_than_water_sinks_to_the_floor(density, sinks):
    take = take_of(asked("buoyancy", density=density), 4.0)
    assert bool(times_of(take, "ground_contact")) == sinks


# ---- what lasts, and what is hidden ------------------------------------------------------------


@pytest.mark.parametrize("scene", CHANGES)
def test_a_change_is_visible_after_its_moment_and_stays(scene):
    graph = asked(scene, seed=5, time="night", moment=0.8)
    clip = make_clip(graph, 64, 33)
    assert clip.truth["events"] == [{"t": 0.8, "type": "change", "id": 1}]
    frames = clip.frames.astype(int)
    moved = np.abs(np.diff(frames, axis=0)).max(-1) > 24
    first = np.flatnonzero(moved.sum((1, 2)) > 8)[0] + 1
    assert abs(first / FPS - 0.8) <= 2 / FPS  # strokes and prints have to grow first
    still = clip.ids == 1
    scenery = ~(still[0] | still[20] | still[-1]) if scene in ("paint", "footprints") else ...
    early, late = (np.abs(frames[i] - frames[0]).max(-1) > 24 for i in (20, -1))
    assert (early & late)[scenery].sum() >= 6


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("scene", ["screen", "look-away"])
def test_what_is_hidden_comes_out_when_and_where_it_must(scene, seed):
    graph = sample_graph(seed, scene)
    clip, take = make_clip(graph, 64), take_of(graph)
    hidden, seen = times_of(take, "hidden")[0], times_of(take, "seen")[0]
    visible = (clip.ids == 1).sum((1, 2))
    camera = take.at(0.0).camera
    wide = 2 * camera.slope * abs(camera.eye[1]) / 64  # metres of a pixel
    pixel = wide / graph.values["speed"]  # seconds until what has come out fills one
    for index, count in enumerate(visible):
        if hidden + pixel < index / FPS < seen - pixel:
            assert count == 0
    after = np.flatnonzero((visible > 0) & (np.arange(len(visible)) / FPS > hidden + pixel))[0]
    assert -pixel <= after / FPS - seen <= 1 / FPS + pixel
    x = [take.at(time).positions[0][0] for time in (hidden, seen)]
    assert abs(x[1] - x[0]) == pytest.approx(graph.values["speed"] * (seen - hidden), abs=1e-6)


# ---- graphs and words --------------------------------------------------------------------------


def test_every_family_has_a_director():
    assert set(experiments.DIRECTORS) == set(names(EXPERIMENTS))
    assert experiments.DIRECTORS.items() <= DIRECTORS.items()


@pytest.mark.parametrize("scene", names(EXPERIMENTS))
def test_the_same_graph_gives_the_same_bytes_and_any_length_works(scene):
    graph = sample_graph(2, scene)
    first, second = make_clip(graph, 24, 3), make_clip(graph, 24, 3)
    assert first.frames.tobytes() == second.frames.tobytes() and first.truth == second.truth
    for frames in (1, 41):
        take = take_of(graph, (frames - 1) / FPS)
        assert np.isfinite(take.at((frames - 1) / FPS).positions[0]).all()


@pytest.mark.parametrize("bad", [-1.0, 0.0, math.nan, math.inf, -math.inf, 1e9])
@pytest.mark.parametrize(
    ("scene", "name"), [(f.name, q.name) for f in EXPERIMENTS for q in f.quantities if q.low > 0]
)
def test_values_that_no_world_has_are_refused(scene, name, bad):
    with pytest.raises(HimmelError, match=name):
        asked(scene, **{name: bad})


def test_foreign_quantities_are_refused():
    with pytest.raises(HimmelError, match="mass"):
        asked("drop", mass=1.0)


def test_gravity_that_nobody_asked_for_is_the_earths():
    take = take_of(asked("drop"))
    fall = times_of(take, "ground_contact")[0] - experiments.bench.HELD_S
    start, end = (take.at(time).positions[0][2] for time in (0.0, 9.0))
    assert 2 * (start - end) / fall**2 == pytest.approx(9.81)


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_motion_is_told_in_three_styles_with_slots_that_exist(language):
    nouns = {"en": {"a", "the"}, "de": {"nom", "acc", "dat", "er"}}[language]
    for family, motion in ((f, m) for f in EXPERIMENTS for m in f.motions):
        known = nouns | set(names(family.quantities))
        told = lines(motion, {}, language)
        patterns = list(itertools.chain.from_iterable(getattr(told, style) for style in STYLES))
        assert len(patterns) >= 4 and len(set(patterns)) == len(patterns)
        assert all(slots_of(pattern) <= known for pattern in patterns)
        numbers = [slots_of(pattern) & set(names(family.quantities)) for pattern in told.short]
        assert not any(numbers)


def slots_of(pattern: str) -> set[str]:
    return {slot for _, slot, _, _ in string.Formatter().parse(pattern) if slot}


def test_both_languages_tell_the_same_experiments():
    assert set(LINES["en"]) == set(LINES["de"])
    assert lines("buoyancy", {"density": 1.5}, "en") is LINES["en"]["buoyancy-sinks"]
    assert lines("ramp", {"friction": 0.7}, "de") is LINES["de"]["ramp-holds"]
    with pytest.raises(HimmelError, match="juggling"):
        lines("juggling", {}, "en")


def test_values_are_said_by_name_or_with_their_unit():
    assert quantity_words(GRAVITY, 1.62, "en") == "moon gravity"
    assert quantity_words(GRAVITY, 1.62, "de") == "Mondschwerkraft"
    assert quantity_words(GRAVITY, 3.5, "en") == "a gravity of 3.5 m/s²"
    assert quantity_words(GRAVITY, 3.5, "de") == "einer Schwerkraft von 3,5 m/s²"
    assert quantity_words(MOMENT, 0.8, "de") == "nach 0,8 Sekunden"


@pytest.mark.parametrize(
    ("share", "rises"), [(0.86, True), (0.92, True), (1.0, False), (1.5, False)]
)
def test_what_is_lighter_than_water_leaves_the_floor_of_the_tank(share, rises):
    floor = -1.0
    track = dynamics.buoyancy(0.2, 1000 * share, 2.0, floor, 0.5, 12.0).values[:, 0]
    touched = int(np.flatnonzero(track == floor)[0])
    assert track.min() == floor and len(track) == len(
        dynamics.buoyancy(0.2, 500.0, 2.0, -9.0, 0.5, 12.0).values
    )
    after = track[touched:]
    if rises:
        assert (np.diff(after[:100]) >= 0).all()
        assert dynamics.submerged_share(after.max(), 0.2) < share  # it comes out, and bobs
    else:
        assert (after == floor).all()
