"""Camera moves against closed forms: what a move keeps, what it changes, and by how much."""

from __future__ import annotations

import math

import numpy as np
import pytest

from himmel.core.errors import HimmelError
from himmel.world.clip import make_clip
from himmel.world.graph import Graph, sample_graph
from himmel.world.poses import bounds, camera_of, pose_of, refuse_inside
from himmel.world.render import Ground, Primitives, Scene, Shape, look_at, sky
from himmel.world.scenes import shots
from himmel.world.stage import Pose
from himmel.world.take import Actor, Moment
from himmel.world.words import CAMERAS
from himmel.world.words.cameras import CAMERAS as MOVES

TIMES = np.linspace(0, 2, 17)
WAYS = {"left": 1, "right": -1, "up": 1, "down": -1}


def rig(speed=0.0) -> shots.Rig:
    return shots.Rig(
        path=lambda time: Pose((speed * (time - 1), 0.0, 0.0), 0.0, 0.0),
        azimuth=0.05,
        height=1.8,
        vigour=1.0,
        way=1,
        waves=np.random.default_rng(0).uniform(0.4, 2.0, (6, 3, 2)),
        seconds=2.0,
    )


def cameras(name, speed=0.0):
    shot = shots.MOVES[name](rig(speed))
    return [shot(float(time)) for time in TIMES]


def graph(move, motion="still", kind="dog", seed=5, **more) -> Graph:
    facts = {"colour": "red", "setting": "meadow", "time": "day"} | more
    return Graph(seed=seed, scene="camera", kind=kind, motion=motion, camera=move, **facts)


def azimuths(film):
    return np.unwrap([math.atan2(camera.forward[1], camera.forward[0]) for camera in film])


def eyes(film):
    return np.array([camera.eye for camera in film])


def test_every_move_has_words_and_a_camera():
    assert set(shots.MOVES) == {"fixed", *(move.name for move in MOVES)}
    assert {move.name for move in MOVES} <= {phrase.name for phrase in CAMERAS}
    assert all(len(move.english) >= 3 and len(move.german) >= 3 for move in MOVES)


@pytest.mark.parametrize(
    "name", [name for name in shots.MOVES if name not in ("fixed", "handheld")]
)
def test_a_move_is_at_rest_at_both_ends_and_never_jerks(name):
    film = cameras(name, speed=0.7 if name == "follow-shot" else 0.0)
    if name == "follow-shot":
        return np.testing.assert_allclose(np.ptp(np.diff(eyes(film), axis=0), axis=0), 0, atol=1e-9)
    values = np.array([[*c.eye, *c.forward, math.radians(c.fov_degrees)] for c in film])
    steps = np.linalg.norm(np.diff(values, axis=0), axis=1)
    assert name == "cut" or steps.max() > 0.02
    assert steps[0] < 0.5 * steps.max() + 1e-12
    assert steps[-1] < 0.5 * steps.max() + 1e-12
    return None


@pytest.mark.parametrize("side", ["left", "right"])
def test_a_pan_turns_by_its_angle_where_it_stands(side):
    film = cameras(f"pan-{side}")
    turn = azimuths(film)
    assert turn[-1] - turn[0] == pytest.approx(WAYS[side] * math.radians(28))
    np.testing.assert_allclose(eyes(film), [film[0].eye] * 17, atol=1e-12)
    np.testing.assert_allclose([c.forward[2] for c in film], film[0].forward[2], atol=1e-12)


@pytest.mark.parametrize("way", ["up", "down"])
def test_a_tilt_raises_by_its_angle_where_it_stands(way):
    film = cameras(f"tilt-{way}")
    rise = [math.asin(camera.forward[2]) for camera in film]
    assert rise[-1] - rise[0] == pytest.approx(WAYS[way] * math.radians(19))
    np.testing.assert_allclose(eyes(film), [film[0].eye] * 17, atol=1e-12)
    np.testing.assert_allclose(azimuths(film), azimuths(film)[0], atol=1e-12)


@pytest.mark.parametrize(("name", "grows"), [("zoom-in", True), ("zoom-out", False)])
def test_a_zoom_changes_the_field_of_view_alone(name, grows):
    film = cameras(name)
    fovs = np.array([camera.fov_degrees for camera in film])
    assert (np.diff(fovs) < 0).all() == grows
    assert max(fovs) / min(fovs) > 1.5
    for camera in film:
        np.testing.assert_array_equal(camera.eye, film[0].eye)
        np.testing.assert_array_equal(camera.forward, film[0].forward)


@pytest.mark.parametrize(("name", "way"), [("dolly-in", -1), ("dolly-out", 1)])
def test_a_dolly_keeps_lens_and_direction(name, way):
    film = cameras(name)
    distances = np.linalg.norm(eyes(film) - rig().aim, axis=1)
    assert (way * np.diff(distances) > 0).all()
    assert max(distances) / min(distances) > 1.6
    assert {camera.fov_degrees for camera in film} == {44.0}
    np.testing.assert_allclose([c.forward for c in film], [film[0].forward] * 17, atol=1e-9)


@pytest.mark.parametrize("side", ["left", "right"])
def test_a_truck_goes_sideways_and_looks_the_same_way(side):
    film = cameras(f"truck-{side}")
    path = eyes(film)[-1] - eyes(film)[0]
    assert path @ film[0].right == pytest.approx(-WAYS[side] * 2.8)
    assert path @ film[0].forward == pytest.approx(0, abs=1e-9)
    np.testing.assert_allclose([c.forward for c in film], [film[0].forward] * 17, atol=1e-12)


@pytest.mark.parametrize("way", ["up", "down"])
def test_a_crane_goes_straight_up_with_an_eye_on_the_subject(way):
    film = cameras(f"crane-{way}")
    path = eyes(film)[-1] - eyes(film)[0]
    assert path == pytest.approx([0, 0, WAYS[way] * 4.0])
    for camera in film:
        assert camera.project(rig().aim)[0, :2] == pytest.approx([0.5, 0.5])


@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize("speed", [0.0, 0.7])
def test_an_orbit_keeps_its_distance(side, speed):
    film = cameras(f"orbit-{side}", speed)
    middles = [rig(speed).subject(float(time)) + rig().aim for time in TIMES]
    away = np.linalg.norm(eyes(film) - middles, axis=1)
    assert np.ptp(away) < 1e-6
    turn = azimuths(film)
    assert turn[-1] - turn[0] == pytest.approx(-WAYS[side] * math.radians(66))
    moved = (eyes(film)[-1] - middles[-1]) - (eyes(film)[0] - middles[0])
    assert WAYS[side] * (moved @ film[0].right) < -3


def test_a_follow_shot_keeps_its_offset():
    film = cameras("follow-shot", 2.5)
    offsets = eyes(film) - [rig(2.5).subject(float(time)) for time in TIMES]
    np.testing.assert_allclose(offsets, [offsets[0]] * 17, atol=1e-12)
    assert np.ptp(eyes(film)[:, 0]) == pytest.approx(5.0)


def test_a_dolly_zoom_keeps_the_height_of_the_subject_and_not_that_of_the_rest():
    film = cameras("dolly-zoom")
    heights = [np.ptp(c.project([(0.1, 0, 0), (0.1, 0, 2.2)])[:, 1]) for c in film]
    assert np.ptp(heights) < 0.01 * np.mean(heights)
    behind = [np.ptp(c.project([(0, 9, 0), (0, 9, 2.2)])[:, 1]) for c in film]
    assert max(behind) > 1.3 * min(behind)
    fovs = [camera.fov_degrees for camera in film]
    assert max(fovs) > 1.8 * min(fovs)


def test_a_flight_goes_over_the_scene_at_one_height():
    film = cameras("fly-over")
    assert np.ptp(eyes(film)[:, 2]) == pytest.approx(0, abs=1e-12)
    assert film[0].eye[2] > 4
    ys = [camera.project((0, 0, 0.5))[0, 1] for camera in film]
    assert ys[0] < 0.5 < ys[-1]


def test_a_hand_shakes_smoothly_and_within_bounds():
    shot = shots.MOVES["handheld"](rig())
    fine = [shot(float(time)) for time in np.linspace(0, 2, 400)]
    shift = eyes(fine) - rig().eye
    assert (np.abs(shift).max(0) <= [0.07, 0.05, 0.07]).all()
    assert np.ptp(shift, axis=0).max() > 0.05
    steps = np.diff(shift, axis=0)
    assert np.abs(steps).max() < 0.01
    assert np.abs(np.diff(steps, axis=0)).max() < 3e-4
    for camera in fine[::50]:
        assert camera.right @ camera.forward == pytest.approx(0, abs=1e-12)


def test_a_cut_is_an_event_and_changes_the_view_in_one_frame():
    clip = make_clip(graph("cut"), 16)
    (event,) = clip.truth["events"]
    assert event["type"] == "cut"
    after = math.ceil(event["t"] * 8)
    poses = clip.truth["camera"]
    assert all(pose == poses[0] for pose in poses[:after])
    assert all(pose == poses[-1] for pose in poses[after:])
    assert math.dist(poses[0]["eye"], poses[-1]["eye"]) > 2


@pytest.mark.parametrize("move", ["pan-left", "handheld", "zoom-in", "fly-over"])
def test_the_truth_rebuilds_the_camera(move):
    take = shots.direct(graph(move), 2.0)
    for time in (0.0, 0.7, 2.0):
        camera = take.at(time).camera
        again = camera_of(pose_of(camera))
        points = np.random.default_rng(1).uniform(-1, 1, (20, 3))
        np.testing.assert_allclose(again.project(points), camera.project(points), atol=2e-4)
        assert again.right @ again.up == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("move", list(shots.MOVES))
def test_the_subject_is_seen_and_the_picture_changes(move):
    motion = "left" if move == "follow-shot" else "still"
    clip = make_clip(graph(move, motion), 32, 3, 1.0)
    assert (clip.ids == 1).mean((1, 2)).min() > 0.015
    changed = np.abs(clip.frames[0].astype(int) - clip.frames[-1]).mean()
    assert changed < 1 if move == "fixed" else changed > 4


def test_a_subject_goes_where_its_motion_says_whatever_the_camera_does():
    for motion, way in (("left", -1), ("right", 1)):
        clip = make_clip(graph("dolly-in", motion), 32, 3, 1.0)
        boxes = np.array(clip.truth["objects"][0]["bbox"], float)
        assert way * (boxes[-1, [0, 2]].mean() - boxes[0, [0, 2]].mean()) > 3


def test_the_same_graph_gives_the_same_bytes():
    for seed in range(3):
        drawn = sample_graph(seed, "camera")
        first, second = make_clip(drawn, 24, 3), make_clip(drawn, 24, 3)
        assert first.frames.tobytes() == second.frames.tobytes()
        assert first.truth == second.truth


def moment(eye, kind="dog"):
    primitives = Primitives()
    primitives.object_id = 1
    primitives.add(Shape.BOX, (0, 0, 1), (2, 1, 1), (0.5, 0.5, 0.5))
    camera = look_at(eye, (0, 0, 30), 40)
    place = Scene(primitives, sky("day"), Ground((0.5, 0.5, 0.5)))
    return Moment(place, camera, ((0.0, 0.0, 0.0),)), [Actor(1, kind, "red")]


def test_a_camera_inside_an_actor_is_refused_in_one_sentence():
    assert [side.tolist() for side in bounds(moment((0, 0, 9))[0].scene.primitives, 1)] == [
        [-2, -1, 0],
        [2, 1, 2],
    ]
    with pytest.raises(
        HimmelError, match=r"at 0\.50 s the camera stands inside the dog \(object 1\)"
    ):
        refuse_inside(*moment((1.5, 0, 1)), seconds=0.5)
    for eye in ((2.5, 0, 1), (0, 1.2, 1), (1.9, 0.9, 1.9)):
        assert refuse_inside(*moment(eye)) is None
    assert refuse_inside(*moment((1.5, 0, 1), kind="town")) is None


def test_a_film_with_a_camera_inside_its_subject_is_refused(monkeypatch):
    monkeypatch.setitem(
        shots.MOVES, "fixed", lambda rig: lambda time: look_at((0, 0, 0.9), (0, 5, 0.9), 44)
    )
    with pytest.raises(HimmelError, match="inside the elephant"):
        make_clip(graph("fixed", kind="elephant"), 16, 1)
