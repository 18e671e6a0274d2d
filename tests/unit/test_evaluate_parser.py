"""The parser against discs and renders whose answers are known, and against what nobody can read."""

import numpy as np
import pytest

from himmel.evaluate.agreement import agreeing, lower
from himmel.evaluate.intervals import share
from himmel.evaluate.parser import core_parser, track_of, tracks_of
from himmel.evaluate.parser.actors import find_actors, on_plane
from himmel.evaluate.parser.motion import UNREADABLE, contacts, motion_of, slope
from himmel.evaluate.parser.segment import cells, largest, shrink
from himmel.evaluate.parser.shape import describe
from himmel.evaluate.parser.tables import bins_of, painted_in
from himmel.world.clip import make_clip
from himmel.world.graph import Graph
from himmel.world.render import look_at

FACTS = ("kind", "colour", "setting", "time", "motion")


def disc(size, x, y, radius):
    rows, columns = np.mgrid[:size, :size] + 0.5
    return (columns - x) ** 2 + (rows - y) ** 2 <= radius**2


def moving(size, xs, ys, radii):
    return np.stack([disc(size, *item) for item in zip(xs, ys, radii, strict=True)])


def motion(mask):
    black = np.zeros((*mask.shape[1:], 3), np.uint8)
    flat = np.stack([describe(black, f, np.ones(f.shape)) for f in mask if f.any()])
    return motion_of(track_of(mask), mask.shape[1], flat)


# ---- tracks and motion -------------------------------------------------------------------------


def test_a_disc_is_where_it_was_drawn():
    track = track_of(moving(64, [20, 30.5], [32, 32], [8, 8]))
    assert np.allclose(track.centroids, [[20, 32], [30.5, 32]], atol=0.05)
    assert np.allclose(track.areas, np.pi * 64, rtol=0.05)
    assert tuple(track.boxes[0]) == (12, 24, 28, 40)


def test_two_discs_that_pass_each_other_keep_their_tracks():
    right = moving(64, np.linspace(8, 56, 9), np.full(9, 20), np.full(9, 5))
    left = moving(64, np.linspace(56, 8, 9), np.full(9, 40), np.full(9, 4))
    first, second = tracks_of(right | left, fewest=10)
    assert np.all(np.diff(first.centroids[:, 0]) > 0)
    assert np.all(np.diff(second.centroids[:, 0]) < 0)


def test_what_is_not_seen_has_no_place():
    mask = moving(64, [20, 20, 20], [30, 30, 30], [8, 8, 8])
    mask[1] = False
    track = track_of(mask)
    assert track.seen.tolist() == [True, False, True]
    assert np.isnan(track.centroids[1]).all()


@pytest.mark.parametrize(
    ("xs", "ys", "radii", "name"),
    [
        (np.linspace(15, 50, 9), np.full(9, 32), np.full(9, 8), "right"),
        (np.linspace(50, 15, 9), np.full(9, 32), np.full(9, 8), "left"),
        (np.full(9, 32), np.full(9, 32), np.linspace(6, 14, 9), "toward"),
        (np.full(9, 32), 32 - 8 * np.abs(np.sin(np.linspace(0, 6, 9))), np.full(9, 8), "jump"),
        (np.full(9, 32), np.full(9, 32), np.full(9, 8), "still"),
    ],
)
def test_motions_of_discs(xs, ys, radii, name):
    assert motion(moving(64, xs, ys, radii)) == name


def test_a_bar_that_turns_spins():
    bars = np.zeros((9, 64, 64), bool)
    for index in range(9):
        half = (4, 14) if index % 2 else (14, 4)
        bars[index, 32 - half[0] : 32 + half[0], 32 - half[1] : 32 + half[1]] = True
    assert motion(bars) == "spin"


def test_a_thing_seen_in_few_frames_has_no_motion():
    mask = moving(64, np.full(9, 32), np.full(9, 32), np.full(9, 8))
    mask[3:] = False
    assert motion(mask) == UNREADABLE


def test_a_contact_lies_where_fall_and_rise_meet():
    times = np.arange(17) / 8
    foot = 60 - 20 * np.abs(times - 1.03)
    track = track_of(moving(64, np.full(17, 32), np.full(17, 32), np.full(17, 8)))
    track.boxes[:, 3] = foot
    assert contacts(track, 8.0) == pytest.approx((1.03,), abs=1e-3)


def test_a_slope_ignores_strays():
    time = np.linspace(0, 1, 11)
    values = 2 * time
    values[4] = 50
    assert slope(time, values) == pytest.approx(2.0)


# ---- pictures ----------------------------------------------------------------------------------


def test_shrinking_keeps_the_mean():
    frames = np.random.default_rng(0).integers(0, 256, (2, 96, 160, 3)).astype(np.uint8)
    small = shrink(frames, 64)
    assert small.shape == (2, 64, 107, 3)
    assert np.allclose(small.mean((1, 2)), frames.mean((1, 2)), atol=1.0)
    assert np.allclose(cells(0, 96, 64, 96).sum(1), 1, atol=1e-5)


def test_bins_do_not_overflow():
    assert bins_of(np.array([255, 255, 255], np.uint8)) == 24**3 - 1


def test_the_largest_part_is_kept():
    mask = disc(64, 20, 20, 8) | disc(64, 50, 50, 4)
    assert np.array_equal(largest(mask[None])[0], disc(64, 20, 20, 8))


def test_paint_is_what_changes_with_the_colour():
    shots = np.zeros((3, 4, 4, 3), np.uint8)
    shots[1, :2] = 100
    assert painted_in(shots).sum() == 8


# ---- renders -----------------------------------------------------------------------------------


GRAPHS = [
    Graph(seed=11, kind="bus", colour="red", setting="meadow", time="day", motion="left"),
    Graph(seed=12, kind="elephant", colour="blue", setting="desert", time="day", motion="right"),
    Graph(seed=13, kind="person", colour="yellow", setting="street", time="night", motion="spin"),
    Graph(seed=14, kind="balloon", colour="purple", setting="snow", time="day", motion="jump"),
    Graph(seed=15, kind="chair", colour="green", setting="water", time="evening", motion="still"),
    Graph(seed=16, kind="car", colour="black", setting="tiles", time="evening", motion="toward"),
]


@pytest.mark.parametrize(("size", "width"), [(64, None), (72, 128)])
def test_renders_are_read(size, width):
    parser, right = core_parser(), []
    for graph in GRAPHS:
        clip = make_clip(graph, size, 9, 4.0, width=width)
        facts = parser.parse(clip.frames, 4.0).facts
        right.append([facts[name] == graph.facts[name] for name in FACTS])
    assert np.mean(right) >= 0.9


def test_noise_and_blank_clips_are_unreadable():
    rng = np.random.default_rng(0)
    noise = rng.integers(0, 256, (5, 64, 64, 3)).astype(np.uint8)
    blank = np.full((5, 64, 64, 3), 128, np.uint8)
    read = core_parser().read([noise, blank])
    assert {name for facts in read for name in facts.values()} == {UNREADABLE}


def test_an_actor_is_found_where_it_is():
    clip = make_clip(GRAPHS[0], 96, 9, 4.0)
    (sight,) = find_actors(clip.frames, clip)
    both = (sight.mask & (clip.ids == 1)).sum() / (sight.mask | (clip.ids == 1)).sum()
    assert both > 0.85


def test_lines_of_sight_meet_the_plane():
    camera = look_at((1.0, -6.0, 2.0), (0.0, 0.0, 1.0), 44.0)
    points = np.array([[0.5, 0.0, 1.2], [-1.0, 0.0, 0.3]])
    pixels = camera.project(points, 128 / 96)[:, :2] * (128, 96)
    assert np.allclose(on_plane(camera, pixels, (96, 128)), points[:, [0, 2]], atol=1e-9)


# ---- two judges --------------------------------------------------------------------------------


def test_the_lower_judge_counts():
    metrics = {"kind": share([1, 1, 0]), "kind.parser": share([1, 0, 0]), "psnr": share([1])}
    assert lower(metrics) == {"kind.lower": metrics["kind.parser"]}


def test_agreement_counts_equal_answers():
    one = [{"kind": "car", "colour": "red"}, {"kind": "bus", "colour": "red"}]
    other = [{"kind": "car", "colour": "red"}, {"kind": "car", "colour": "red"}]
    found = agreeing(one, other)
    assert found["agreement.kind"].value == 0.5
    assert found["agreement.colour"].value == 1.0
    assert found["agreement.all_facts"].value == 0.5
