"""Triangles as a shape: against the cube, closed forms, and a search through all of them."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from himmel.core.errors import HimmelError
from himmel.world.poses import corners as box_of
from himmel.world.render import (
    Ground,
    Paints,
    Pattern,
    Primitives,
    Scene,
    Shape,
    Sky,
    look_at,
    make_mesh,
    render,
    rotation_x,
    rotation_z,
    sky,
)
from himmel.world.render.mesh import MOST_TRIANGLES

RED, GREEN, GREY = (0.6, 0.05, 0.05), (0.05, 0.5, 0.05), (0.5, 0.5, 0.5)
NOON = sky("noon", fog=0.0, clouds=0.0)
FLOOR = Ground(GREY, grain=0.0)
AHEAD = look_at((0, -5, 1), (0, 0, 1), 40)
SIZE = 24


def cube():
    """The twelve triangles of the cube from -1 to 1, (12, 3, 3)."""
    faces = []
    for axis in range(3):
        u, v = np.eye(3)[(axis + 1) % 3], np.eye(3)[(axis + 2) % 3]
        for side in (-1, 1):
            a, b, c, d = (side * np.eye(3)[axis] + s * u + t * v for s, t in _SQUARE)
            faces += [(a, b, c), (a, c, d)]
    return np.array(faces)


_SQUARE = ((-1, -1), (1, -1), (1, 1), (-1, 1))


def plain(triangles, colours=(RED,), of=None, textures=None, **more):
    of = np.zeros(len(triangles), int) if of is None else np.asarray(of)
    textures = [None] * len(colours) if textures is None else textures
    return Paints(of, list(colours), textures, **more)


def with_mesh(mesh, centre=(0, 0, 1), half=(0.7, 0.4, 0.6), turn=None):
    primitives = Primitives()
    primitives.object_id = 1
    primitives.mesh(mesh, centre, half, rotation=turn)
    return primitives


def shown(primitives, camera=AHEAD, light=NOON, size=SIZE, **how):
    return render(Scene(primitives, light, FLOOR), camera, size, size, **how)


def test_a_mesh_of_a_cube_is_the_cube():
    turn = rotation_z(0.6) @ rotation_x(0.3)
    mesh = with_mesh(make_mesh(cube(), plain(cube())), turn=turn)
    box = Primitives()
    box.object_id = 1
    box.add(Shape.BOX, (0, 0, 1), (0.7, 0.4, 0.6), RED, rotation=turn)
    ours, theirs = shown(mesh), shown(box)
    assert (ours.ids == theirs.ids).mean() > 0.995
    both = (ours.ids == theirs.ids) & np.isfinite(theirs.depth)
    assert np.allclose(ours.depth[both], theirs.depth[both], rtol=1e-4)
    away = np.abs(ours.rgb.astype(int) - theirs.rgb)
    assert np.median(away) == 0 and (away.max(-1) <= 2).mean() > 0.97  # but for its edges
    assert np.allclose(box_of(mesh.rows), box_of(box.rows))


def test_a_triangle_is_met_at_the_analytic_distance():
    """A wall x + y = 1 of one triangle, seen along y: at x metres aside it is 6 - x metres away."""
    wall = np.array([[(1, 0, -1), (0, 1, -1), (0.5, 0.5, 1)]], float)
    shot = shown(with_mesh(make_mesh(wall, plain(wall)), half=(1, 1, 1)), antialias=False, size=33)
    lines, columns = np.nonzero(shot.ids == 1)
    assert len(lines) > 20
    a, b = (columns - 16) * 2 * AHEAD.slope / 33, (16 - lines) * 2 * AHEAD.slope / 33
    ahead = 6 / (1 + a)  # of a ray (a, 1, b) from y = -5
    expected = ahead * np.sqrt(1 + a * a + b * b)
    assert np.allclose(shot.depth[lines, columns], expected, rtol=1e-5)


triangles = st.integers(1, 40).flatmap(
    lambda n: st.lists(st.floats(-1, 1, width=32), min_size=9 * n, max_size=9 * n)
)


@settings(max_examples=40, deadline=None)
@given(triangles, st.floats(0.2, 6.0))
def test_the_tree_finds_what_a_search_through_all_triangles_finds(numbers, around):
    """One mesh of all triangles against as many meshes of one, each of which every ray is tried on."""
    soup = np.array(numbers).reshape(-1, 3, 3)
    eye = np.array([5 * math.sin(around), 5 * math.cos(around), 1.5])
    camera = look_at(eye, (0, 0, 1), 34)
    alone = Primitives()
    alone.object_id = 1
    for triangle in soup[:, None]:
        alone.mesh(make_mesh(triangle, plain(triangle)), (0, 0, 1), (1, 1, 1))
    together = with_mesh(make_mesh(soup, plain(soup)), half=(1, 1, 1))
    ours, theirs = (shown(p, camera, size=9, antialias=False) for p in (together, alone))
    assert (ours.ids == theirs.ids).all() and (ours.depth == theirs.depth).all()


@pytest.mark.parametrize("seed", range(4))
def test_the_nearest_of_many_triangles_by_another_formula(seed):
    soup = np.random.default_rng(seed).uniform(-1, 1, (60, 3, 3))
    shot = shown(with_mesh(make_mesh(soup, plain(soup)), half=(1, 1, 1)), size=21, antialias=False)
    near = nearest(soup + np.array((0, 0, 1)), AHEAD, 21)
    met = shot.ids == 1
    assert met.sum() > 100 and np.allclose(shot.depth[met], near[met], rtol=1e-5)
    assert (near[~met] >= shot.depth[~met]).all()  # behind the ground, or nowhere


def nearest(soup, camera, size):
    """Distances (size, size) to the nearest of all triangles, from the volumes of tetrahedra."""
    a = (np.arange(size) + 0.5 - size / 2) * 2 * camera.slope / size
    a, b = np.meshgrid(a, -a)
    d = camera.forward + a[..., None] * camera.right + b[..., None] * camera.up
    d /= np.linalg.norm(d, axis=-1, keepdims=True)
    p, q, r = (soup[:, i] - camera.eye for i in range(3))
    with np.errstate(all="ignore"):
        sides = [np.einsum("tj,hwj->hwt", np.cross(s, t), d) for s, t in ((p, q), (q, r), (r, p))]
        inside = np.all([s >= 0 for s in sides], axis=0) | np.all([s <= 0 for s in sides], axis=0)
        flat = np.cross(q - p, r - p)
        far = (flat * p).sum(-1) / np.einsum("tj,hwj->hwt", flat, d)
    return np.where(inside & (far > 0), far, np.inf).min(-1)


def test_every_triangle_is_in_a_leaf_and_every_box_holds_its_children():
    soup = np.random.default_rng(0).uniform(-1, 1, (77, 3, 3))
    mesh = make_mesh(soup, plain(soup))
    points = mesh.corners.reshape(-1, 3, 3)
    points = np.concatenate([points[:, :1], points[:, :1] + points[:, 1:]], axis=1)
    assert {row.tobytes() for row in points[:, 0]} == {row.tobytes() for row in soup[:, 0]}
    for node in range(2 * mesh.leaves - 1, 1, -1):
        low, high = mesh.boxes[node // 2, :3], mesh.boxes[node // 2, 3:6]
        assert (mesh.boxes[node, :3] >= low).all() and (mesh.boxes[node, 3:6] <= high).all()
    in_leaves = points.reshape(mesh.leaves, -1, 3)
    assert (in_leaves >= mesh.boxes[mesh.leaves :, None, :3]).all()
    assert (in_leaves <= mesh.boxes[mesh.leaves :, None, 3:6]).all()


def overhead():
    return Sky((0, 0, 1), (1, 1, 1), (0, 0, 0), (0, 0, 0), 0.0, 1.0, fog=0.0, clouds=0, glare=0)


def test_a_mesh_shades_the_ground_and_itself():
    """A roof over a floor, both one mesh: all that the roof covers is dark, the rest is not."""
    square = np.array(
        [[(-1, -1, 0), (1, -1, 0), (1, 1, 0)], [(-1, -1, 0), (1, 1, 0), (-1, 1, 0)]], float
    )
    floor, roof = square - (0, 0, 0.9), square * (0.5, 0.5, 1) + (0, 0, 1)
    both = np.concatenate([floor, roof])
    body = with_mesh(make_mesh(both, plain(both, (RED, GREEN), (0, 0, 1, 1))), half=(1, 1, 1))
    camera = look_at((0, -6, 2.2), (0, 0, 0.6), 40)
    shot = shown(body, camera, overhead(), size=48)
    reddish = (shot.ids == 1) & (shot.rgb[..., 0] > shot.rgb[..., 1] + 40)
    dark = (shot.ids == 1) & (shot.rgb.max(-1) < 40)
    assert reddish.sum() > 30
    # The roof covers a quarter of the floor, and no part of that hides behind the roof.
    assert dark.sum() / (dark.sum() + reddish.sum()) == pytest.approx(0.25, abs=0.08)


def test_each_triangle_has_its_own_colour_and_every_texel_its_place():
    wall = np.array(
        [[(-1, 0, -1), (1, 0, -1), (1, 0, 1)], [(-1, 0, -1), (1, 0, 1), (-1, 0, 1)]], float
    )
    places = np.array([[(0, 0), (1, 0), (1, 1)], [(0, 0), (1, 1), (0, 1)]], float)
    picture = np.array([[RED, GREEN], [GREEN, GREY]])  # (2, 2, 3), the first line on top
    paints = plain(wall, (RED,), textures=[picture], places=places)
    body = with_mesh(make_mesh(wall, paints), half=(1, 1, 1))
    light = Sky(
        (0, -0.9, 0.44), (1, 1, 1), (0, 0, 0), (0, 0, 0), 0.0, 1.0, fog=0, clouds=0, glare=0
    )
    shot = shown(body, light=light, size=32, antialias=False).rgb.astype(int)
    at = {
        name: shot[y, x]
        for name, (y, x) in {"tl": (10, 10), "tr": (10, 21), "bl": (21, 10)}.items()
    }
    assert at["tl"].argmax() == 0 and at["tr"].argmax() == 1 and at["bl"].argmax() == 1
    assert np.ptp(shot[21, 21]) < 3


def test_normals_make_a_coarse_ball_smooth():
    ring = np.linspace(0, 2 * math.pi, 9)
    around = np.stack([np.cos(ring), np.sin(ring)], axis=1)
    tube = []
    for (x0, y0), (x1, y1) in pairwise(around):
        a, b, c, d = (x0, y0, -1), (x1, y1, -1), (x1, y1, 1), (x0, y0, 1)
        tube += [(a, b, c), (a, c, d)]
    tube = np.array(tube)
    light = Sky(
        (0.6, -0.6, 0.52), (1, 1, 1), (0, 0, 0), (0, 0, 0), 0.0, 1.0, fog=0, clouds=0, glare=0
    )
    pictures = [
        shown(with_mesh(make_mesh(tube, plain(tube), n), half=(1, 1, 1)), light=light, size=48)
        for n in (None, tube * (1, 1, 0))
    ]
    steps = [np.abs(np.diff(p.rgb[20, 12:36, 0].astype(int))).max() for p in pictures]
    assert steps[1] < 0.7 * steps[0]


def test_two_meshes_and_a_ball_stand_beside_each_other():
    first = make_mesh(cube(), plain(cube()))
    second = make_mesh(cube(), plain(cube(), (GREEN,)))
    primitives = with_mesh(first, (-1, 0, 1), (0.4, 0.4, 0.4))
    copy = primitives.copy()
    copy.object_id = 2
    copy.mesh(second, (1, 0, 1), (0.4, 0.4, 0.4))
    copy.object_id = 3
    copy.add(Shape.SPHERE, (0, 0, 1), (0.3,) * 3, GREY, pattern=Pattern.CHECKER)
    shot = shown(copy)
    assert shot.rgb[shot.ids == 1].mean(0).argmax() == 0
    assert shot.rgb[shot.ids == 2].mean(0).argmax() == 1
    assert (shot.ids == 3).sum() > 5 and len(primitives.meshes) == 1


@pytest.mark.parametrize(
    "soup, said",
    [
        (np.zeros((0, 3, 3)), "a mesh of 0 triangles"),
        (np.zeros((MOST_TRIANGLES + 1, 3, 3), np.int8), "it may have 1 to"),
        (np.full((1, 3, 3), np.nan), "between -1 and 1"),
        (np.full((1, 3, 3), 1.5), "between -1 and 1"),
    ],
)
def test_what_is_no_mesh_is_refused(soup, said):
    with pytest.raises(HimmelError, match=said):
        make_mesh(soup, plain(soup))
