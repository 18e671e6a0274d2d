"""Places, hours, weathers, looks, materials and sizes: all are drawn and show; the core stays alone."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import numpy as np
import pytest

from himmel.core.errors import HimmelError
from himmel.world.clip import make_clip
from himmel.world.graph import Graph, sample_graph
from himmel.world.kinds.finishes import MATERIALS, finish_of
from himmel.world.kinds.paints import PAINTS, lightness
from himmel.world.render.looks import LOOKS, styled
from himmel.world.scenes.heavens import FALLS, HOURS, Falling, Lightning
from himmel.world.scenes.places import SPOTS
from himmel.world.scenes.wide import SMALL
from himmel.world.stage import GROUNDS
from himmel.world.vocabulary import COLOURS, names
from himmel.world.words import SETTINGS, TIMES, TRAITS, WEATHERS, places
from himmel.world.words.rows import OWN
from himmel.world.words.vetoes import sensible

SIZE = 32
GOLDEN = Path(__file__).parents[1] / "golden" / "world_core.json"


def wide(**changes) -> Graph:
    plain = {"seed": 4, "kind": "car", "colour": "red", "setting": "meadow", "time": "day"}
    return Graph(**(plain | {"motion": "still", "scene": "wide"} | changes))


def film(frames: int = 1, size: int = SIZE, fps: float = 8.0, **changes):
    return make_clip(wide(**changes), size, frames, fps, with_depth=True)


def picture(**changes) -> np.ndarray:
    return film(**changes).frames[0].astype(float)


def tones(frame: np.ndarray) -> np.ndarray:
    """(192,) mean colours of an 8 x 8 grid of tiles, 0 to 1."""
    n = len(frame) // 8
    return (frame.reshape(8, n, 8, n, 3).mean((1, 3)) / 255).ravel()


def told_apart(pictures: dict[str, np.ndarray], least: float) -> list[str]:
    pairs = itertools.combinations(pictures.items(), 2)
    return [f"{a} {b}" for (a, p), (b, q) in pairs if np.abs(tones(p) - tones(q)).mean() < least]


# ---- tables --------------------------------------------------------------------------------------


def test_every_row_of_the_words_has_its_drawing():
    assert set(names(SETTINGS)) == set(GROUNDS) | set(SPOTS)
    assert set(names(TIMES)) == set(HOURS)
    assert set(names(places.LOOKS)) == {"natural", *LOOKS}
    assert {t.name for t in TRAITS if t.group == "material"} == set(MATERIALS)
    assert len(SETTINGS) >= 16
    assert len(TIMES) >= 8
    assert len(WEATHERS) >= 8
    assert len(MATERIALS) >= 6


@pytest.mark.parametrize("row", [*places.SETTINGS], ids=lambda row: row.name)
def test_german_places_bend_their_article_with_the_preposition(row):
    accusative = {
        "einem": ("einen", "ein"),
        "einer": ("eine",),
        "dem": ("den", "das"),
        "der": ("die",),
    }
    for place in row.german:
        at, over = place.at.split(), place.over.split()
        if at[0] in ("in", "auf", "an") and at[1] in accusative:
            assert over[1] in accusative[at[1]], place


# ---- the core stays as it was --------------------------------------------------------------------


def test_core_and_directed_scenes_look_as_before_the_wide_world():
    """Tiles of 8 x 8 pixels against those of the first release; a level is what another CPU may shift."""
    for name, before in json.loads(GOLDEN.read_text(encoding="utf-8")).items():
        scene, seed = name.split()
        frames = make_clip(sample_graph(int(seed), scene), 32, 2, 1.0).frames.astype(float)
        now = frames.reshape(2, 4, 8, 4, 8, 3).mean((2, 4)).ravel()
        assert np.abs(now - before).max() <= 1.0, name


def test_a_plain_wide_clip_in_a_core_setting_has_the_light_of_the_core():
    core = make_clip(
        Graph(seed=4, kind="car", colour="red", setting="tiles", time="day", motion="still"), 64
    )
    there = make_clip(wide(setting="tiles"), 64)
    sky = (core.ids[0] == -2) & (there.ids[0] == -2)
    difference = core.frames[0][sky].mean(0) - there.frames[0][sky].mean(0)
    assert np.abs(difference).max() < 6


# ---- settings ------------------------------------------------------------------------------------


def test_settings_are_told_apart_by_their_colours_alone():
    pictures = {name: picture(setting=name) for name in names(SETTINGS)}
    assert told_apart(pictures, 0.04) == []


@pytest.mark.parametrize("setting", sorted(SPOTS))
def test_scenery_does_not_hide_the_subject(setting):
    for seed in range(3):
        bare, there = (film(setting=place, seed=seed).ids[0] == 1 for place in ("tiles", setting))
        assert (bare & ~there).sum() <= 0.01 * bare.sum()


# ---- hours and weathers --------------------------------------------------------------------------


def test_hours_are_told_apart_under_the_open_sky():
    pictures = {time: picture(setting="beach", time=time, size=64) for time in names(TIMES)}
    assert told_apart(pictures, 0.025) == []


def test_weathers_are_told_apart_where_all_of_them_are_asked_for():
    pictures = {name: picture(setting="garden", weather=name, size=64) for name in names(WEATHERS)}
    assert told_apart(pictures, 0.006) == []
    calm = [name for name in pictures if name != "wind"]  # a few streaks do not change the light
    assert told_apart({name: pictures[name] for name in calm}, 0.02) == []


def test_fog_takes_contrast_with_distance():
    clear, foggy = film(setting="city", size=64), film(setting="city", size=64, weather="fog")
    depth = clear.depth[0]

    def spread(clip, low, high) -> float:
        return clip.frames[0][(depth >= low) & (depth < high)].astype(float).std(axis=0).mean()

    near = spread(foggy, 4, 8) / spread(clear, 4, 8)
    far = spread(foggy, 18, 40) / spread(clear, 18, 40)
    assert far < 0.6 * near
    assert far < 0.4


@pytest.mark.parametrize("name", sorted(FALLS))
def test_what_is_in_the_air_moves_as_its_velocity_says_and_wraps(name):
    fall, eye = FALLS[name], np.array([0.0, -6.2, 1.75])
    falling = Falling(fall, np.random.default_rng(1))
    here, next_ = (
        np.concatenate([p.positions for p in falling.at(t, eye, np.array([0.0, 1.0, 0.0]))])
        for t in (1.0, 1.0 + 1e-3)
    )
    assert np.abs(here - eye - [0, 5.5, 0]).max() <= falling.side / 2 + fall.sway
    if len(here) == len(next_):
        sink = np.median(next_[:, 2] - here[:, 2]) / 1e-3
        assert sink == pytest.approx(fall.velocity[2], rel=0.05)


@pytest.mark.parametrize("weather", ["snow", "rain"])
def test_snow_and_rain_fall_in_the_picture(weather):
    """The best shift of a bright difference picture from one frame to the next is downwards."""
    clip = film(9, 64, 16.0, setting="street", weather=weather, seed=2)
    dry = film(1, 64, setting="street", weather="overcast", seed=2).ids[0] == -2
    bright = clip.frames[:, :24].astype(float).mean(3)
    bright -= np.median(bright, axis=0)
    assert dry[:10].all()
    score = {
        d: sum((a[: 24 - 6] * b[d : d + 18]).sum() for a, b in itertools.pairwise(bright))
        for d in range(7)
    }
    assert max(score, key=score.get) >= 1


def test_lightning_strikes_every_second_for_a_third_of_it():
    lightning = Lightning(np.random.default_rng(3))
    strengths = [lightning.at(t / 100)[1] for t in range(1000)]
    assert np.mean(np.array(strengths) > 0) == pytest.approx(0.3, abs=0.02)
    assert max(strengths) > 0.97
    frames = film(17, setting="meadow", weather="storm").frames.astype(float).mean((1, 2, 3))
    assert frames.max() > 1.15 * np.median(frames)


# ---- looks ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("look", sorted(LOOKS))
def test_a_look_changes_the_picture_but_not_its_truth(look):
    plain, changed = (
        film(3, setting="city", motion="left"),
        film(3, setting="city", motion="left", look=look),
    )
    assert (plain.ids == changed.ids).all()
    assert (plain.depth == changed.depth).all()
    assert plain.truth["objects"] == changed.truth["objects"]
    assert np.abs(plain.frames.astype(int) - changed.frames).mean() > 6


def test_looks_are_told_apart():
    pictures = {look: picture(setting="farm", look=look, size=64) for look in ("natural", *LOOKS)}
    assert told_apart(pictures, 0.03) == []


def test_black_and_white_has_no_colour_and_sepia_only_brown():
    grey = picture(look="black-and-white")
    assert (grey[..., 0] == grey[..., 1]).all()
    assert (grey[..., 1] == grey[..., 2]).all()
    brown = picture(look="sepia")
    assert (brown[..., 0] >= brown[..., 1]).all()
    assert (brown[..., 1] >= brown[..., 2]).all()


def test_a_flat_grey_picture_stays_flat_in_every_look():
    rgb = np.full((16, 16, 3), 128, np.uint8)
    ids, depth = np.full((16, 16), -2, np.int32), np.full((16, 16), np.inf, np.float32)
    for look in set(LOOKS) - {"sepia"}:  # which darkens its corners
        assert np.ptp(styled(look, rgb, ids, depth)) == 0, look
    with pytest.raises(HimmelError, match="no look"):
        styled("cubist", rgb, ids, depth)


# ---- materials and sizes -------------------------------------------------------------------------


@pytest.mark.parametrize("material", sorted(MATERIALS))
def test_a_material_shows_on_what_is_painted_and_nowhere_else(material):
    plain, made = film(size=64), film(size=64, traits=(material,))
    change = np.abs(plain.frames[0].astype(int) - made.frames[0]).max(2)
    body = plain.ids[0] == 1
    assert (change[body] > 12).mean() > 0.25
    assert (change[plain.ids[0] == -2] == 0).all()


def test_materials_are_told_apart():
    body = film(kind="mug", size=64).ids[0] == 1
    worn = {
        m: picture(kind="mug", colour="blue", traits=(m,), size=64)[body] / 255 for m in MATERIALS
    }
    for first, second in itertools.combinations(MATERIALS, 2):
        assert np.abs(worn[first] - worn[second]).mean() > 0.03, (first, second)


@pytest.mark.parametrize("colour", names(COLOURS))
@pytest.mark.parametrize("material", sorted(set(MATERIALS) - {"golden"}))
def test_a_colour_can_be_read_in_every_material(colour, material):
    """The finish stays nearest to its own paint among the eight, up to brightness."""
    finish = finish_of(material, colour, PAINTS[colour])
    if colour in ("white", "black"):
        assert abs(lightness(finish.colour) - lightness(PAINTS[colour])) < 0.65
        return

    def chroma(paint) -> np.ndarray:
        spread = np.array(paint) - min(paint)
        return spread / np.linalg.norm(spread)

    near = {
        name: chroma(PAINTS[name]) @ chroma(finish.colour)
        for name in set(PAINTS) - {"white", "black"}
    }
    assert max(near, key=near.get) == colour


def test_gold_is_golden_whatever_the_colour():
    red, own = finish_of("golden", "red", PAINTS["red"]), finish_of("golden", OWN, (0.2, 0.2, 0.2))
    assert red == own
    assert red.colour[0] > red.colour[1] > 3 * red.colour[2]


@pytest.mark.parametrize("kind", ["car", "person", "castle", "mug", "train", "balloon"])
def test_sizes_differ_and_nothing_is_cut_off(kind):
    for motion in ("still", "left"):
        usual, small, large = (
            film(3, kind=kind, motion=motion, fps=1.0, traits=t)
            for t in ((), ("small",), ("large",))
        )
        shares = [(clip.ids == 1).mean() for clip in (usual, small, large)]
        assert shares[1] == pytest.approx(SMALL**2 * shares[0], rel=0.25)
        assert shares[2] > (1.1 if motion == "still" else 0.95) * shares[0]
        top, bottom = (large.ids[:, 0] == 1).sum(), (large.ids[:, -1] == 1).sum()
        assert top + bottom == 0
        assert (large.ids[1][:, [0, -1]] == 1).sum() == 0
        assert np.isin(large.ids, 0).sum() > np.isin(usual.ids, 0).sum()  # people at its feet


# ---- what fits together --------------------------------------------------------------------------


def test_what_cannot_be_seen_is_not_asked_for():
    assert not sensible(setting="room", time="day", weather="snow")
    assert not sensible(setting="underwater", time="day", weather="rain")
    assert not sensible(setting="meadow", time="evening", look="black-and-white")
    assert not sensible(setting="meadow", time="night", weather="rainbow")
    assert not sensible(setting="moon", time="dawn")
    assert not sensible(setting="city", time="stars")
    assert not sensible(setting="city", time="day", colour="red", traits=("golden",))
    assert not sensible(setting="city", time="day", colour="black", traits=("checkered",))
    assert sensible(setting="city", time="day", colour="black", traits=("dotted",))
    assert not sensible(setting="city", time="day", colour="red", look="sepia")
    assert not sensible(setting="city", time="day", motion="toward", traits=("small",))
    assert sensible(
        setting="city", time="day", weather="rain", colour="red", traits=("wooden", "small")
    )


@pytest.mark.parametrize(
    ("field", "table"),
    [("setting", SETTINGS), ("time", TIMES), ("weather", WEATHERS), ("look", places.LOOKS)],
)
def test_everything_can_be_asked_for_somehow(field, table):
    for name in names(table):
        plain = {"setting": "garden", "time": "day"} | {field: name}
        times = [plain | {"time": time} for time in names(TIMES)] if field != "time" else [plain]
        assert any(sensible(**facts) for facts in times), name


def test_enough_of_all_graphs_make_sense_to_draw_until_one_does():
    asked = ("setting", "time", "weather", "look", "kind", "colour", "motion", "traits")
    graphs = [sample_graph(seed, "wide") for seed in range(400)]
    share = np.mean([sensible(**{name: getattr(g, name) for name in asked}) for g in graphs])
    assert share > 0.2


def test_the_same_graph_gives_the_same_bytes_with_everything_in_it():
    graph = wide(
        setting="harbour",
        time="day",
        weather="rain",
        look="toy",
        traits=("wooden", "small"),
        motion="left",
    )
    first, second = make_clip(graph, SIZE, 3), make_clip(graph, SIZE, 3)
    assert first.frames.tobytes() == second.frames.tobytes()
    assert make_clip(graph.replace(seed=9), SIZE, 3).frames.tobytes() != first.frames.tobytes()
