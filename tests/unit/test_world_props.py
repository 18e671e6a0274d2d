"""Props that an operator brings along: a tiny set of zips made here, and broken ones."""

import io
import json
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from himmel.cli.main import main
from himmel.core.errors import HimmelError
from himmel.core.rights import Rights
from himmel.core.rng import numpy_rng
from himmel.world import graph as graphs
from himmel.world.captions import say
from himmel.world.clip import make_clip
from himmel.world.graph import Graph, sample_graph
from himmel.world.props import library as libraries
from himmel.world.props.archive import Archive, beside
from himmel.world.props.catalogue import read_props
from himmel.world.props.library import library, notice
from himmel.world.props.model import mesh_of
from himmel.world.props.naming import english_noun, german_noun, has_brand, name_of
from himmel.world.props.obj import read_mtl, read_obj
from himmel.world.rights import rights_of_clip

# A stool of 40 x 30 x 80 cm: its seat is red and lies on top (y is up), its front (z) is green.
STOOL = """mtllib stool.mtl
v -1 0 -1\nv 1 0 -1\nv 1 0 1\nv -1 0 1\nv -1 5 -1\nv 1 5 -1\nv 1 5 1\nv -1 5 1
usemtl leg
f 1 2 3 4\nf 1 2 6 5\nf 2 3 7 6\nf 4 1 5 8
usemtl seat
f 5 6 7 8
usemtl front
f 3 4 8 7
"""
PAINT = "newmtl leg\nKd 0.2 0.2 0.2\nnewmtl seat\nKd 0.9 0.1 0.1\nnewmtl front\nKd 0.1 0.8 0.1\n"
ZERO = "LICENSE http://creativecommons.org/choose/zero/ no requirements"
BY = "LICENSE http://creativecommons.org/licenses/by/3.0/ attribution"
ROW = {"id": "Set#stool", "name": "Bar stool", "category": "Kitchen", "creator": "Ada"}
SIZE = {"model": "/a/stool.obj", "width": "40", "depth": "30", "height": "80"}


def catalogue(*rows):
    return "\n".join(f"{k}#{i}={v}" for i, row in enumerate(rows, 1) for k, v in row.items())


def pack(path, rows=(ROW | SIZE,), german=("Barhocker",), licence=ZERO, **files):
    held = {
        "PluginFurnitureCatalog.properties": catalogue(*rows),
        "PluginFurnitureCatalog_de.properties": catalogue(*({"name": g} for g in german)),
        "LICENSE.TXT": licence,
        "a/stool.obj": STOOL,
        "a/stool.mtl": PAINT,
    }
    held |= {name.replace("__", "/").replace("_dot_", "."): data for name, data in files.items()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, data in held.items():
            if data is not None:
                zipped.writestr(zipfile.ZipInfo(name, (2020, 2, 3, 0, 0, 0)), data)
    return path


@pytest.fixture
def folder(tmp_path):
    set_of_props = tmp_path / "set"
    set_of_props.mkdir()
    pack(set_of_props / "a.sh3f")
    rows = (
        ROW | SIZE | {"id": "By#bed1", "name": "Bed", "creator": "Bo"},
        ROW | SIZE | {"id": "By#fordFocus", "name": "Car"},
        ROW | SIZE | {"id": "By#keys", "name": "Keys"},
        ROW | SIZE | {"id": "By#xyz", "name": "Odd thing"},
    )
    german = ("Bett", "Auto", "Schl\\u00fcssel", "Unbekanntes Ding")
    pack(set_of_props / "b.zip", rows, german, BY)
    return set_of_props


@pytest.fixture
def given_props(folder, monkeypatch):
    monkeypatch.setenv("HIMMEL_PROPS", str(folder))
    return library(folder)


def refusal(work, *arguments) -> str:
    with pytest.raises(HimmelError) as caught:
        work(*arguments)
    text = str(caught.value)
    assert "\n" not in text and len(text) < 500
    return text


# ---- the catalogue -----------------------------------------------------------------------------


def test_what_is_there_and_what_is_left_out_and_why(folder):
    found = library(folder)
    assert list(found.kinds) == ["bar-stool", "bed"] and len(found.props) == 5
    assert found.left_out == {
        "no English noun": 1, "no German noun with its gender": 1, "the name of a brand": 1,
    }  # fmt: skip
    (stool,) = found.of_kind["bar-stool"]
    assert (stool.size, stool.creator, stool.licence.name) == ((0.4, 0.3, 0.8), "Ada", "CC0-1.0")
    assert found.kinds["bar-stool"].german[0].gender == "m"
    assert stool.licence.date == "2020-02-03"


def test_the_notice_names_every_model_with_creator_and_licence(folder):
    text = notice(library(folder).usable())
    assert "CC-BY-3.0, https://creativecommons.org/licenses/by/3.0/\n  Bed, by Bo (By#bed1)" in text
    assert "Bar stool, by Ada (Set#stool)" in text and "Focus" not in text


@pytest.mark.parametrize(
    "name, noun",
    [
        ("Bar stool", "bar stool"),
        ("TV stand", "TV stand"),
        ("Japanese lantern", "Japanese lantern"),
    ],
)
def test_english_names_stand_in_a_sentence(name, noun):
    assert english_noun(name) == noun


@pytest.mark.parametrize(
    "name, gender",
    [("Barhocker", "m"), ("Küchen-Lampe", "f"), ("Waschbecken", "n"), ("Notausgangs-Schild", "n")],
)
def test_the_end_of_a_german_noun_has_its_gender(name, gender):
    assert german_noun(name).gender == gender


@pytest.mark.parametrize("name", ["", "-", "Kleiner Tisch", "Xyz", "Pommes"])
def test_phrases_and_unknown_nouns_have_none(name):
    assert german_noun(name) is None


def test_brands_are_known_by_name_and_by_identifier(folder):
    brands = {prop.id for prop in library(folder).props if has_brand(prop)}
    assert brands == {"By#fordFocus"}


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=40))
def test_any_name_is_a_kind_or_none(name):
    prop = libraries.Prop("a#b", name, "", "", "", None, (1, 1, 1), None, "")
    kind = name_of(prop)
    assert kind == "" or (kind == kind.lower() and " " not in kind)
    german_noun(name)


# ---- meshes ------------------------------------------------------------------------------------


def colours(mesh, which):
    """Colours of the triangles whose three corners satisfy `which` (T, 3, 3) -> (T,)."""
    first, edges = mesh.corners.reshape(-1, 3, 3)[:, :1], mesh.corners.reshape(-1, 3, 3)[:, 1:]
    points = np.concatenate([first, first + edges], axis=1)
    return mesh.paint[which(points), :3]


def test_a_mesh_stands_upright_and_looks_ahead(folder):
    """The catalogue's y is our z, its z our x: the seat is on top and red, the front ahead and green."""
    mesh = mesh_of(library(folder).of_kind["bar-stool"][0])
    top = colours(mesh, lambda p: (p[..., 2] > 0.99).all(1))
    front = colours(mesh, lambda p: (p[..., 0] > 0.99).all(1))
    assert len(top) and (top.argmax(1) == 0).all()
    assert len(front) and (front.argmax(1) == 1).all()
    assert np.allclose(top[0], (0.9**2.2, 0.1**2.2, 0.1**2.2))


def test_a_rotation_of_the_catalogue_comes_first(tmp_path):
    turn = "1 0 0 0 0 1 0 -1 0"  # y to -z, z to y: the front looks up
    (prop,) = read_props_of(tmp_path, rows=(ROW | SIZE | {"modelRotation": turn},))
    top = colours(mesh_of(prop), lambda p: (p[..., 2] > 0.99).all(1))
    assert (top.argmax(1) == 1).all() and len(top)


def read_props_of(tmp_path, **how):
    pack(tmp_path / "one.sh3f", **how)
    return read_props(tmp_path)


def picture(colour, size=(4, 4)):
    stream = io.BytesIO()
    Image.new("RGB", size, colour).save(stream, "PNG")
    return stream.getvalue()


def test_textures_are_read_beside_the_model(tmp_path):
    paint = PAINT + "map_Kd pictures\\wood.png\n"
    (prop,) = read_props_of(
        tmp_path,
        a__stool_dot_mtl=paint,
        a__pictures__wood_dot_png=picture((255, 128, 0), (300, 10)),
    )
    mesh = mesh_of(prop)
    assert sorted(set(mesh.paint[:, 4])) == [0, 96]  # made small
    assert np.allclose(mesh.texels[1:], (1, (128 / 255) ** 2.2, 0), atol=0.01)


def test_panes_are_left_out_unless_there_is_nothing_else(tmp_path):
    clear = PAINT.replace("newmtl front\n", "newmtl front\nd 0.2\n")
    (prop,) = read_props_of(tmp_path, a__stool_dot_mtl=clear)
    assert not (mesh_of(prop).paint[:, 1] > 0.5).any()
    (tmp_path / "two").mkdir()
    glass = PAINT.replace("Kd", "d 0.2\nKd")
    (prop,) = read_props_of(tmp_path / "two", a__stool_dot_mtl=glass)
    assert (mesh_of(prop).paint[:, 1] > 0.5).any()


@pytest.mark.parametrize("lost", ["lost.png", "C:/Documents/wood.jpg", "/pictures/wood.jpg"])
def test_a_picture_that_is_not_in_the_zip_leaves_the_plain_colour(tmp_path, lost):
    (prop,) = read_props_of(tmp_path, a__stool_dot_mtl=f"{PAINT}map_Kd {lost}\n")
    assert len(mesh_of(prop).texels) == 1


def test_quads_without_normals_get_flat_ones(folder):
    mesh = mesh_of(library(folder).of_kind["bed"][0])
    edges = mesh.corners.reshape(-1, 3, 3)
    flat = np.cross(edges[:, 1], edges[:, 2])
    flat /= np.linalg.norm(flat, axis=1, keepdims=True)
    assert np.allclose(mesh.normals[:, :3], flat)


# ---- scenes ------------------------------------------------------------------------------------


def test_without_a_folder_there_is_no_such_scene(monkeypatch):
    monkeypatch.delenv("HIMMEL_PROPS", raising=False)
    assert "--props" in refusal(sample_graph, 1, "props")
    assert sample_graph(1, "wide").kind in graphs.family_of("wide").kinds


def test_a_graph_names_only_what_is_there(given_props):
    asked = sample_graph(1, "props")
    assert asked.kind in given_props.kinds and asked.colour == "own"
    assert Graph.from_dict(asked.to_dict()) == asked
    assert "bar-stool" in refusal(lambda: asked.replace(kind="rocket"))


def test_captions_in_both_languages_come_from_the_catalogue(given_props):
    stool = next(g for g in (sample_graph(s, "props") for s in range(20)) if g.kind == "bar-stool")
    for style in ("medium", "descriptive", "paraphrase"):
        assert "bar stool" in say(stool, numpy_rng(1), "en", style).text
        assert "Barhocker" in say(stool, numpy_rng(1), "de", style).text
    assert say(stool, numpy_rng(2), "de").facts["kind"] == "bar-stool"


def test_a_clip_shows_the_prop_and_its_rights_name_the_creator(given_props):
    plain = {"seed": 3, "setting": "meadow", "time": "day", "motion": "spin", "scene": "props"}
    bed = Graph(kind="bed", colour="own", **plain)
    clip = make_clip(bed, 24, 2, 2.0)
    share = (clip.ids[0] == 1).mean()
    assert 0.04 < share < 0.4 and clip.truth["objects"][0]["kind"] == "bed"
    assert (make_clip(bed, 24, 2, 2.0).frames == clip.frames).all()
    low = clip.truth["objects"][0]["bbox"][0]
    assert low[0] > 0 and low[2] < 24 and low[1] > 0 and low[3] < 24
    record = Rights.from_dict(rights_of_clip(clip.frames, bed))
    assert (record.licence, record.holder) == ("CC-BY-3.0", "Bo") and "By#bed1" in record.source
    own = rights_of_clip(clip.frames, sample_graph(1, "wide"))
    assert own["licence"] == "CC0-1.0"


def test_the_command_lists_and_writes_the_notice(folder, tmp_path, capsys):
    target = tmp_path / "NOTICE"
    assert main(["world", "props", str(folder), "--json", "--notice", str(target)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["props"] == 5 and told["licences"] == {"CC-BY-3.0": 1, "CC0-1.0": 1}
    assert told["kinds"]["bed"]["models"][0]["creator"] == "Bo"
    assert "by Bo" in target.read_text()
    assert main(["world", "props", str(folder)]) == 0
    assert "5 props, 2 can be named" in capsys.readouterr().out


# ---- hostile and broken files ------------------------------------------------------------------


@pytest.mark.parametrize(
    "how, said",
    [
        ({"licence": "all rights reserved"}, "none that himmel knows"),
        ({"rows": (ROW | SIZE | {"width": "nan"},)}, "no number"),
        ({"rows": (ROW | SIZE | {"width": "-4"},)}, "between 0 and 1000"),
        ({"rows": (ROW | SIZE | {"depth": "wide"},)}, "no number"),
        ({"rows": (ROW | SIZE | {"modelRotation": "1 0 0"},)}, "it takes 9"),
        ({"rows": ()}, "holds no props"),
        ({"LICENSE_dot_TXT": None}, "holds no 'LICENSE.TXT'"),
    ],
)
def test_a_bad_catalogue_is_refused_in_one_sentence(tmp_path, how, said):
    pack(tmp_path / "bad.sh3f", **how)
    assert said in refusal(read_props, tmp_path)


@pytest.mark.parametrize(
    "how, said",
    [
        ({"a__stool_dot_mtl": None}, "holds no 'a/stool.mtl'"),
        ({"a__stool_dot_obj": None}, "holds no 'a/stool.obj'"),
        ({"a__stool_dot_obj": "v 0 0 0\n"}, "holds no face"),
        ({"a__stool_dot_obj": STOOL + "v nan 0 0\n"}, "not finite"),
        ({"a__stool_dot_obj": STOOL + "v 1e999 0 0\n"}, "not finite"),
        ({"a__stool_dot_obj": STOOL + "f 1 2 99\n"}, "names number 99 of 8"),
        ({"a__stool_dot_obj": STOOL + "f 1 two 3\n"}, "no OBJ file"),
        ({"a__stool_dot_obj": "v 1 1 1\nf 1 1 1\n"}, "no extent"),
        (
            {"a__stool_dot_obj": STOOL.replace("stool.mtl", "../../../etc/passwd")},
            "outside its zip",
        ),
        ({"a__stool_dot_mtl": PAINT + "map_Kd ../../x.png\n"}, "outside its zip"),
        ({"a__stool_dot_mtl": PAINT + "map_Kd x.svg\n", "a__x_dot_svg": "<svg>"}, "none of .png"),
        ({"a__stool_dot_mtl": PAINT + "map_Kd x.png\n", "a__x_dot_png": b"\x89PNG no"}, "the prop"),
        ({"a__stool_dot_mtl": PAINT.replace("0.9", "red")}, "no MTL file"),
    ],
)
def test_a_bad_model_is_refused_in_one_sentence_that_names_it(tmp_path, how, said):
    (prop,) = read_props_of(tmp_path, **how)
    text = refusal(mesh_of, prop)
    assert said in text and "Set#stool" in text


def test_a_bomb_is_not_unpacked(tmp_path):
    pack(tmp_path / "bomb.zip", **{"bomb": b"\0" * (5 << 20)})
    with pytest.raises(HimmelError, match="larger than 1 MiB"):
        Archive(tmp_path / "bomb.zip").read("bomb", 1 << 20)


def test_no_zip_and_no_folder(tmp_path):
    (tmp_path / "x.sh3f").write_bytes(b"PK but not really")
    assert "no zip that can be read" in refusal(read_props, tmp_path)
    assert "no folder" in refusal(read_props, tmp_path / "nowhere")


def test_names_stay_inside():
    assert beside("a/b.obj", "c.mtl") == "a/c.mtl" and beside("a/b/c.obj", "../d.png") == "a/d.png"
    for name in ("../../x", "..\\..\\x", "c/../../../x"):
        refusal(beside, "a/b.obj", name)


words = st.sampled_from(
    ["v", "vt", "vn", "f", "usemtl", "mtllib", "1", "-1", "1/1/1", "1//2", "9", "x"]
)
lines = st.lists(st.lists(words | st.text(max_size=5), max_size=6).map(" ".join), max_size=25)


@settings(max_examples=150, deadline=None)
@given(lines)
def test_any_text_is_a_mesh_or_a_refusal(text):
    for reader in (read_obj, read_mtl):
        try:
            found = reader("\n".join(text))
        except HimmelError:
            continue
        if reader is read_obj:
            assert np.isfinite(found.points).all() and len(found.of) == len(found.points) > 0


def test_polygons_become_fans_and_negative_numbers_count_from_the_end():
    found = read_obj("v 0 0 0\nv 1 0 0\nv 1 1 0\nv 0 1 0\nv 0 2 0\nf -5 -4 -3 -2 -1\n")
    assert found.points.shape == (3, 3, 3)
    assert (found.points[:, 0] == (0, 0, 0)).all() and (found.points[2, 2] == (0, 2, 0)).all()
    assert (found.normals == 0).all() and (found.places == 0).all()
