"""Camera moves by name, and paths from a file."""

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from himmel.core.errors import HimmelError
from himmel.generate.cameras import CameraPath, Move, move_named, phrase_of, plan_camera, read_path
from himmel.world.reading import facts_in
from himmel.world.scenes import shots
from himmel.world.vocabulary import names
from himmel.world.words import CAMERAS

MEASURED = [
    name
    for name in names(CAMERAS)
    if name.split("-")[0] in ("pan", "tilt", "orbit", "truck", "crane")
] + ["dolly-in", "dolly-out", "zoom-in", "zoom-out"]


def path_of(*moves, **pose):
    return CameraPath(moves=tuple(moves))


@pytest.mark.parametrize("name", [n for n in names(CAMERAS) if n not in ("fixed",)])
@pytest.mark.parametrize("language", ["en", "de"])
def test_a_move_in_words_reads_back_as_that_move(name, language):
    thing = {"en": "a red car on a meadow", "de": "ein rotes Auto auf einer Wiese"}[language]
    assert facts_in(f"{thing}, {phrase_of(name, language)}")["camera"] == name


@pytest.mark.parametrize("name", MEASURED)
def test_a_named_move_goes_where_the_world_s_own_camera_goes(name):
    rig = shots.Rig(
        path=lambda time: shots.Pose((0.0, 0.0, 0.0), 0.0, 0.0),
        azimuth=0.0, height=1.75, vigour=1.0, way=1, waves=np.zeros((6, 3, 2)), seconds=2.0,
    )  # fmt: skip
    world, own = shots.MOVES[name](rig), path_of(Move(move=name, start=0.0, end=2.0))
    ahead, aside = own.at(0.0), own.at(2.0)
    first, last = world(0.0), world(2.0)
    for mine, theirs in (
        (aside.eye - ahead.eye, last.eye - first.eye),
        (aside.forward - ahead.forward, last.forward - first.forward),
    ):
        for a, b in zip(mine, theirs, strict=True):
            assert min(abs(a), abs(b)) < 0.1 or np.sign(a) == np.sign(b), (mine, theirs)
        assert np.linalg.norm(mine) < 0.1 or mine @ theirs > 0
    assert np.sign(aside.fov_degrees - ahead.fov_degrees) == np.sign(
        round(last.fov_degrees - first.fov_degrees, 6)
    )


@given(st.floats(1.0, 350.0))
@settings(max_examples=30, deadline=None)
def test_an_orbit_of_so_many_degrees(degrees):
    path = path_of(Move(move="orbit-left", amount=degrees))
    first, last = (path.at(t).eye[:2] for t in (0.0, 1.0))
    assert math.isclose(np.linalg.norm(first), np.linalg.norm(last), rel_tol=1e-9)
    turned = math.atan2(first[0] * last[1] - first[1] * last[0], first @ last)
    assert abs(math.remainder(turned + math.radians(degrees), 2 * math.pi)) < 1e-9


def test_a_zoom_of_two_doubles_what_is_seen():
    path = path_of(Move(move="zoom-in", amount=2.0))
    assert math.isclose(path.at(0.0).slope / path.at(1.0).slope, 2.0)
    back = path_of(Move(move="zoom-out", amount=2.0))
    assert math.isclose(back.at(1.0).slope / back.at(0.0).slope, 2.0)


def test_moves_follow_one_another_and_rest_in_between():
    path = path_of(
        Move(move="truck-left", start=0, end=1, amount=2), Move(move="crane-up", start=2, end=3)
    )
    at = [path.at(t).eye for t in (0.0, 1.0, 1.5, 2.0, 9.0)]
    np.testing.assert_allclose(at[1] - at[0], (-2, 0, 0), atol=1e-9)
    np.testing.assert_allclose(at[1], at[2])
    np.testing.assert_allclose(at[4] - at[3], (0, 0, 1.2), atol=1e-9)


def test_poses_are_joined_by_straight_lines(tmp_path):
    file = tmp_path / "path.json"
    poses = [
        {"time": 0, "eye": [0, -6, 1], "look_at": [0, 0, 1], "fov": 40.0},
        {"time": 2, "eye": [2, -6, 1], "look_at": [2, 0, 1], "fov": 60.0},
    ]
    file.write_text(json.dumps({"poses": poses}))
    camera = read_path(file).at(1.0)
    np.testing.assert_allclose(camera.eye, (1, -6, 1))
    np.testing.assert_allclose(camera.forward, (0, 1, 0))
    assert camera.fov_degrees == 50.0


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{}", "either poses or moves"),
        ('{"moves": [{"move": "orbit-left"}], "poses": []', "not valid JSON"),
        ('{"moves": [{"move": "teleport"}]}', "no move with a path"),
        ('{"moves": [{"move": "handheld"}]}', "no move with a path"),
        ('{"moves": [{"move": "pan-left", "amount": 0}]}', "too far or nowhere"),
        ('{"moves": [{"move": "zoom-in", "amount": 0.5}]}', "too far or nowhere"),
        ('{"moves": [{"move": "pan-left", "start": 1, "end": 1}]}', "takes no time"),
        ('{"moves": [{"move": "tilt-up", "end": 2}, {"move": "pan-left", "start": 1}]}', "rise"),
        ('{"moves": [{"move": "pan-left", "start": -1}]}', "begin at 0"),
        ('{"moves": [{"move": "pan-left", "end": NaN}]}', "finite"),
        ('{"poses": [{"time": 0, "eye": [0, 0, 0], "look_at": [0, 0, 0]}]}', "where it stands"),
        ('{"poses": [{"time": 0, "eye": [0, 0, 0], "look_at": [0, 1, 0], "fov": 180}]}', "between 0 and"),
        ('{"poses": [{"time": 0, "eye": [0, 0], "look_at": [0, 1, 0]}]}', "expected 3 values"),
        ('{"pose": []}', "unknown key 'pose'"),
    ],
)  # fmt: skip
def test_paths_that_are_none(tmp_path, text, sentence):
    file = tmp_path / "path.json"
    file.write_text(text)
    with pytest.raises(HimmelError, match=sentence):
        read_path(file)


@pytest.mark.parametrize(
    ("text", "move"),
    [
        ("orbit", Move(move="orbit-left")),
        ("tilt", Move(move="tilt-up")),
        ("dolly-out", Move(move="dolly-out")),
        ("pan-right:30", Move(move="pan-right", amount=30.0)),
        ("zoom:1.5", Move(move="zoom-in", amount=1.5)),
        ("handheld", Move(move="handheld")),
    ],
)
def test_moves_by_name(text, move):
    assert move_named(text) == move


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("spin", "no camera move 'spin'; there are"),
        ("orbit:far", "'far' is no amount"),
        ("handheld:3", "no move with a path"),
        ("tilt-up:200", "at most 80 degrees"),
    ],
)
def test_moves_that_there_are_not(text, sentence):
    with pytest.raises(HimmelError, match=sentence):
        move_named(text)


def test_a_named_move_lasts_as_long_as_the_clip():
    name, path = plan_camera("orbit-left:45", 2.0)
    assert name == "orbit-left" and path.moves == (Move(move="orbit-left", end=2.0, amount=45.0),)
    assert plan_camera("handheld", 2.0) == ("handheld", None)
    assert plan_camera(None, 2.0) == ("", None)
