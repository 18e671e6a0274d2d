"""The renderer against closed forms: discs, distances, boxes, shadows, one known colour."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from himmel.core.errors import HimmelError
from himmel.world.render import (
    Ground,
    Lamp,
    Particles,
    Pattern,
    Primitives,
    Scene,
    Shape,
    Sky,
    hex_colour,
    look_at,
    make_terrain,
    render,
    rotation_x,
    rotation_y,
    rotation_z,
    sky,
)

RED = hex_colour("d81e1e")
GREY = Ground((0.5, 0.5, 0.5), grain=0.0)
NOON = sky("noon", fog=0.0, clouds=0.0)
AHEAD = look_at((0, -5, 1), (0, 0, 1), 40)
DOWN = look_at((0, 0, 10), (0, 0, 0), 40)


def one_body(shape, centre, half_size, **look):
    primitives = Primitives()
    primitives.object_id = 1
    primitives.add(shape, centre, half_size, RED, **look)
    return primitives


def ball(centre=(0, 0, 1), radius=0.5):
    return one_body(Shape.SPHERE, centre, (radius,) * 3)


def overhead(elevation, azimuth=0.0):
    """Only the sun, no sky light, from a known direction."""
    flat = math.cos(elevation)
    direction = (flat * math.cos(azimuth), flat * math.sin(azimuth), math.sin(elevation))
    return Sky(direction, (1, 1, 1), (0, 0, 0), (0, 0, 0), 0.0, 1.0, fog=0.0, clouds=0, glare=0)


def extent(ids):
    lines, columns = np.nonzero(ids == 1)
    return columns.min(), columns.max() + 1, lines.min(), lines.max() + 1


def test_sphere_covers_the_analytic_disc():
    size, radius, distance = 48, 0.5, 5.0
    shot = render(Scene(ball(radius=radius), NOON, GREY), AHEAD, size, size, antialias=False)
    slope = radius / math.sqrt(distance**2 - radius**2)  # of the cone that touches the sphere
    disc = math.pi * (slope / AHEAD.slope * size / 2) ** 2
    assert (shot.ids == 1).sum() == pytest.approx(disc, rel=0.03)


def test_depth_is_metres_along_the_ray():
    shot = render(Scene(ball(), NOON, GREY), AHEAD, 33, 33, antialias=False)
    assert shot.depth[16, 16] == pytest.approx(4.5, abs=1e-5)
    line, column = 30, 4  # the ground, far from the centre
    a, b = np.array([column - 16, 16 - line]) * 2 * AHEAD.slope / 33
    assert shot.ids[line, column] == -1
    assert shot.depth[line, column] == pytest.approx(math.hypot(1, a, b) / -b, rel=1e-5)


def test_sky_is_infinitely_far():
    shot = render(Scene(Primitives(), NOON, GREY), AHEAD, 16, 16)
    assert shot.ids[0, 0] == -2 and math.isinf(shot.depth[0, 0])


@pytest.mark.parametrize("width, height", [(48, 32), (24, 40)])
def test_box_of_ids_equals_projected_extent(width, height):
    half = np.array([0.7, 0.2, 0.4])
    turn = rotation_z(0.6) @ rotation_x(0.3) @ rotation_y(0.2)
    primitives = one_body(Shape.BOX, (0.3, 0, 1.2), half, rotation=turn)
    shot = render(Scene(primitives, NOON, GREY), AHEAD, width, height, antialias=False)
    assert shot.rgb.shape == (height, width, 3) and shot.ids.shape == (height, width)
    corners = np.array([[i, j, k] for i in (-1, 1) for j in (-1, 1) for k in (-1, 1)])
    x, y, _ = AHEAD.project((corners * half) @ turn.T + (0.3, 0, 1.2), width / height).T
    expected = x.min() * width, x.max() * width, y.min() * height, y.max() * height
    assert np.abs(np.subtract(extent(shot.ids), expected)).max() <= 1


@settings(max_examples=25, deadline=None)
@given(st.floats(-1, 1), st.floats(-2, 4), st.floats(0.3, 1.7), st.floats(-3, 3), st.booleans())
def test_project_agrees_with_the_rasteriser(x, y, z, roll, wide):
    width, height = (48, 24) if wide else (24, 24)
    camera = look_at((0.5, -6, 1.5), (0, 0, 1), 50, roll)
    shot = render(Scene(ball((x, y, z), 0.15), NOON, GREY), camera, width, height, antialias=False)
    ((u, v, away),) = camera.project([(x, y, z)], width / height)
    column, line = int(u * width), int(v * height)
    if 0 <= column < width and 0 <= line < height and (shot.ids == 1).sum() >= 4:
        near = shot.ids[max(line - 1, 0) : line + 2, max(column - 1, 0) : column + 2] == 1
        assert near.any()
        depths = shot.depth[shot.ids == 1]
        assert away - 0.16 < depths.min() < depths.max() < away + 0.01


def test_points_behind_the_camera_have_negative_depth():
    assert AHEAD.project([(0, -7, 1)])[0, 2] == pytest.approx(-2)


@pytest.mark.parametrize("azimuth", [0.0, 2.0, 4.0])
def test_shadow_lies_where_the_sun_says(azimuth):
    elevation, height = math.pi / 4, 2.0
    scene = Scene(ball((0, 0, height), 0.4), overhead(elevation, azimuth), GREY)
    shot = render(scene, DOWN, 48, 48)
    dark = (shot.rgb[..., 0] < 60) & (shot.ids == -1)
    lines, columns = np.nonzero(dark)
    reach = height / math.tan(elevation)
    expected = (-reach * math.cos(azimuth), -reach * math.sin(azimuth), 0.0)
    x, y, _ = DOWN.project([expected])[0] * 48
    assert abs(columns.mean() + 0.5 - x) < 1.2 and abs(lines.mean() + 0.5 - y) < 1.2
    area = math.pi * 0.4**2 * math.sqrt(2)  # the disc, stretched by the slanting sun
    pixel = 2 * DOWN.slope * 10 / 48
    assert dark.sum() * pixel**2 == pytest.approx(area, rel=0.25)


def test_colour_of_a_flat_lit_plane():
    elevation = 1.0
    shot = render(Scene(Primitives(), overhead(elevation), GREY, exposure=0.7), DOWN, 16, 16)
    x = 0.7 * 0.5 * math.sin(elevation)
    curve = x * (2.51 * x + 0.03) / (x * (2.43 * x + 0.59) + 0.14)
    assert (shot.rgb == int(curve**0.465 * 255 + 0.5)).all()


def test_more_bodies_in_one_cell_than_any_list_holds_still_cast_shadows():
    primitives = Primitives()
    for i in range(300):  # all before the one that matters, all in the same column of light
        primitives.add(Shape.SPHERE, (0, 0, 3 + i * 0.001), (0.01,) * 3, RED)
    primitives.add(Shape.BOX, (0, 0, 2), (0.5, 0.5, 0.1), RED)
    scene = Scene(primitives, overhead(math.pi / 3), GREY)
    shot = render(scene, DOWN, 32, 32)
    bare = render(Scene(Primitives(), scene.sky, GREY), DOWN, 32, 32)
    shaded = (shot.ids == -1) & (shot.rgb[..., 0].astype(int) < bare.rgb[..., 0].astype(int) - 50)
    pixel = 2 * DOWN.slope * 10 / 32
    assert shaded.sum() * pixel**2 > 0.5


def test_same_scene_gives_same_bytes():
    snow = Particles(np.random.default_rng(1).uniform(-2, 2, (40, 3)), (0, 0, -1), 0.02, (1, 1, 1))
    scene = Scene(ball(), sky("sunset", glow=0.01), GREY, particles=snow, time=0.5)
    first, second = render(scene, AHEAD, 24, 16), render(scene, AHEAD, 24, 16)
    assert first.rgb.tobytes() == second.rgb.tobytes()
    assert first.ids.tobytes() == second.ids.tobytes()
    assert first.depth.tobytes() == second.depth.tobytes()


@pytest.mark.parametrize("shape", list(Shape))
def test_every_shape_is_seen_within_its_bounds(shape):
    primitives = one_body(shape, (0, 0, 1), (0.6, 0.6, 0.6), length_ratio=0.5)
    if shape is Shape.FUR:
        primitives = one_body(shape, (0, 0, 1), (0.6, 0.6, 0.6), length_ratio=12.0)
    shot = render(Scene(primitives, NOON, GREY), AHEAD, 32, 32, antialias=False)
    near, far = 5 - 0.6 * math.sqrt(3), 5 + 0.6 * math.sqrt(3)
    seen = shot.depth[shot.ids == 1]
    assert len(seen) > 20 and near - 0.01 < seen.min() and seen.max() < far


@pytest.mark.parametrize("pattern", list(Pattern)[1:])
def test_every_pattern_differs_from_plain(pattern):
    look = {"second_colour": (0.9, 0.9, 0.1), "pattern_scale": 3.0}
    turn = rotation_x(0.8) @ rotation_z(0.5)
    plain, painted = (
        render(
            Scene(
                one_body(Shape.BOX, (0, 0, 1), (0.6,) * 3, rotation=turn, pattern=p, **look),
                NOON,
                GREY,
            ),
            AHEAD,
            32,
            32,
            antialias=False,
        )
        for p in (Pattern.PLAIN, pattern)
    )
    assert (plain.ids == painted.ids).all()
    assert (plain.rgb[plain.ids == 1] != painted.rgb[painted.ids == 1]).any()
    assert (plain.rgb[plain.ids == -2] == painted.rgb[painted.ids == -2]).all()


def test_primitives_grow_and_copies_are_independent():
    primitives = Primitives()
    for i in range(2000):
        primitives.add(Shape.SPHERE, (i, 0, 0), (1, 1, 1), RED)
    other = primitives.copy()
    other.limb((0, 0, 0), (0, 0, 1), 0.1, RED)
    assert (len(primitives), len(other)) == (2000, 2001)
    assert primitives.rows[1999, 0] == 1999


def test_a_limb_reaches_from_start_to_end():
    primitives = Primitives()
    primitives.object_id = 1
    primitives.limb((-1, 0, 0.6), (0.5, 0, 1.6), 0.1, RED)
    shot = render(Scene(primitives, NOON, GREY), AHEAD, 48, 48, antialias=False)
    left, right, top, bottom = extent(shot.ids)
    ends = AHEAD.project([(-1.1, 0, 0.5), (0.6, 0, 1.7)]) * 48
    assert abs(left - ends[0, 0]) < 1.5 and abs(right - ends[1, 0]) < 1.5
    assert abs(bottom - ends[0, 1]) < 1.5 and abs(top - ends[1, 1]) < 1.5


def test_water_mirrors_what_stands_on_it():
    still = Ground((0.02, 0.05, 0.1), reflection=1.0, grain=0.0)
    camera = look_at((0, -5, 1), (0, 0, 0.2), 40)
    with_ball, without = (
        render(Scene(p, NOON, still), camera, 32, 32)
        for p in (ball((0, 0, 0.8), 0.4), Primitives())
    )
    changed = (with_ball.rgb != without.rgb).any(-1) & (with_ball.ids == -1)
    _, columns = np.nonzero(changed)
    x, y, _ = camera.project([(0, 0, -0.8)])[0] * 32  # the ball's mirror image
    assert changed[int(y), int(x)] and abs(columns.mean() + 0.5 - x) < 2


def test_lamps_light_and_their_shadows_fall_away_from_them():
    dark = overhead(math.pi / 2 - 0.01)
    night = Sky(dark.sun_direction, (0, 0, 0), (0, 0, 0), (0, 0, 0), 0.0, 1.0, fog=0, clouds=0)
    lamp = Lamp((-1.5, 0, 1.5), (3, 3, 3), 20.0, True)
    lit = render(Scene(ball((0, 0, 0.5), 0.4), night, GREY, lamps=(lamp,)), DOWN, 32, 32)
    left, right = DOWN.project([(-1, 0, 0), (0.8, 0, 0)])[:, 0] * 32
    assert lit.rgb[16, int(left), 0] > 100 and lit.rgb[16, int(right), 0] < 5


def test_terrain_is_met_where_its_heights_say():
    y, x = np.mgrid[-1:1:33j, -1:1:33j]
    terrain = make_terrain(2 * x + y, 8.0, np.full((4, 4, 3), 0.4), NOON)
    assert terrain.height_at(4.0, -2.0) == pytest.approx(0.75, abs=1e-5)
    camera = look_at((1, 1, 12), (1, 1, 0), 30)
    shot = render(Scene(Primitives(), NOON, GREY, terrain), camera, 17, 17, antialias=False)
    assert (shot.ids == -1).all()
    assert shot.depth[8, 8] == pytest.approx(12 - float(terrain.height_at(1, 1)), abs=0.05)


def test_flakes_near_the_camera_stay_small():
    bare = render(Scene(Primitives(), NOON, GREY), AHEAD, 48, 48)
    flake = Particles(np.array([[0, -4.5, 1.05]]), (0, 0, -1), 0.2, (1, 0, 0))
    snow = render(Scene(Primitives(), NOON, GREY, particles=flake), AHEAD, 48, 48)
    assert 1 <= (snow.rgb != bare.rgb).any(-1).sum() <= 16


def test_black_bodies_keep_some_shading():
    primitives = one_body(Shape.SPHERE, (0, 0, 1), (1, 1, 1))
    primitives.rows[:, 15:21] = hex_colour("151515")[0]
    for time in ("noon", "sunset", "night", "overcast"):
        shot = render(Scene(primitives, sky(time, azimuth=4.0), GREY), AHEAD, 32, 32)
        assert shot.rgb[shot.ids == 1].sum(1).std() > 10


def test_colours_are_told_apart_at_night():
    means = []
    for code in ("d81e1e", "2348e0", "1fa43a", "f5c400", "f07a12", "8a2be2", "f2f2f2", "151515"):
        primitives = Primitives()
        primitives.object_id = 1
        primitives.add(Shape.SPHERE, (0, 0, 1), (1, 1, 1), hex_colour(code))
        shot = render(Scene(primitives, sky("night", azimuth=4.0), GREY), AHEAD, 24, 24)
        means.append(shot.rgb[shot.ids == 1].mean(0))
    apart = np.linalg.norm(np.subtract.outer(means, means)[..., range(3), :, range(3)], axis=0)
    assert apart[~np.eye(8, dtype=bool)].min() > 20


@pytest.mark.parametrize(
    "mistake",
    [
        lambda: hex_colour("red"),
        lambda: hex_colour("12345678"),
        lambda: sky("midnight"),
        lambda: look_at((0, 0, 0), (0, 0, 0), 40),
        lambda: look_at((0, 0, 0), (1, 0, 0), 180),
        lambda: Primitives().add(Shape.BOX, (0, 0, 0), (1, 0, 1), RED),
        lambda: make_terrain(np.zeros((3, 4)), 1.0, np.zeros((4, 4, 3)), NOON),
        lambda: render(Scene(Primitives(), NOON, GREY), AHEAD, 0, 8),
    ],
)
def test_mistakes_are_refused_in_a_sentence(mistake):
    with pytest.raises(HimmelError, match=r"\w+ \w+"):
        mistake()
