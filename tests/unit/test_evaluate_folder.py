"""Benchmarks, and folders of films that answer them."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from himmel.cli.main import main
from himmel.core.errors import DamagedFileError, HimmelError
from himmel.core.values import Clip
from himmel.evaluate import benchmark, folder, vbench
from himmel.evaluate.adherence import load_judge
from himmel.evaluate.benchmark import CATEGORIES, Category, build, counts, graph_sha256
from himmel.evaluate.folder import find, fit, score_folder
from himmel.evaluate.instances import (
    Box,
    boxes_of,
    count_things,
    relation_of,
    relations_right,
)
from himmel.evaluate.scoring import Scored, figures, readable, right_of, wrong
from himmel.generate.system import model_folder
from himmel.media.write import write_clip
from himmel.world.clip import WorldClip, make_clip

CORE = tuple(c for c in CATEGORIES if c.name in ("core", "typos"))


@pytest.fixture(scope="module")
def entries():
    return build(4, seed=3, categories=CORE)


@pytest.fixture(scope="module")
def judge():
    return load_judge(model_folder("default"))


@pytest.fixture
def blank_judge(tiny_judge):
    return tiny_judge({"kind": ["car"], "motion": ["left"]})


def test_categories_share_the_whole():
    assert sum(c.share for c in CATEGORIES) == pytest.approx(1)
    assert sum(counts(1000).values()) == 1000
    assert min(counts(1).values()) == 1


def test_a_benchmark_is_its_seed(entries):
    assert entries == build(4, seed=3, categories=CORE)
    assert entries != build(4, seed=4, categories=CORE)
    assert build(8, seed=3, categories=CORE[:1])[:3] == entries[:3]
    assert {e.language for e in entries} == {"en", "de"}
    assert len({e.id for e in entries}) == len(entries)
    assert all(e.sha256 == graph_sha256(e.graph) for e in entries)


def test_the_frozen_benchmark_is_the_same_for_ever():
    """If this fails, words or rules have changed: VERSION goes up and a new file is frozen."""
    about = json.loads((benchmark.FROZEN / benchmark.ABOUT).read_text(encoding="utf-8"))
    assert about["version"] == benchmark.VERSION == 1
    assert about["sha256"] == "d2d5f1d94231c9549d3be37eccd28bb53e4ad9f72bae5c2cfc70ea33f877d738"
    assert len(benchmark.chosen()) == about["count"] == benchmark.COUNT
    assert benchmark.chosen(40) == build(40)


def test_other_seeds_and_more_prompts_are_drafts():
    assert benchmark.chosen(12, seed=1) == build(12, seed=1) != benchmark.chosen(12)
    with pytest.raises(HimmelError, match="use 1 or more"):
        benchmark.chosen(0)


def test_a_category_that_nothing_fits_says_so():
    never = Category("never", "nothing", 1.0, ("core",), fits=lambda graph: False)
    with pytest.raises(HimmelError, match="shows nothing that the category 'never' needs"):
        build(1, categories=(never,))
    with pytest.raises(HimmelError, match="use 1 or more"):
        build(0)


def test_it_is_written_and_read(entries, tmp_path):
    about = benchmark.write(tmp_path, entries, 3)
    assert about["count"] == len(entries) and about["version"] == benchmark.VERSION
    assert benchmark.read(tmp_path) == benchmark.read(tmp_path / "prompts.jsonl") == entries


@pytest.mark.parametrize(
    ("harm", "message"),
    [
        (lambda text: text.replace('"scene":', '"scenes":', 1), "line 1"),
        (lambda text: text.replace('"seed": ', '"seed": 1', 1), "was changed"),
        (lambda text: text + text, "twice"),
        (lambda text: "", "holds no prompts"),
        (lambda text: text[:50], "line 1"),
    ],
)
def test_a_damaged_benchmark_is_named(entries, tmp_path, harm, message):
    benchmark.write(tmp_path, entries, 3)
    path = tmp_path / "prompts.jsonl"
    path.write_text(harm(path.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(DamagedFileError, match=r"not the file that benchmark\.json lists"):
        benchmark.read(path)
    (tmp_path / "benchmark.json").unlink()
    with pytest.raises(HimmelError, match=message):
        benchmark.read(path)


def test_a_benchmark_that_is_not_there_is_named(tmp_path):
    with pytest.raises(HimmelError, match="does not exist; write one"):
        benchmark.read(tmp_path / "none.jsonl")


@given(st.text(alphabet="abcdefgh ", max_size=60), st.integers(0, 99))
def test_typos_keep_words_and_their_ends(text, seed):
    slipped = benchmark.with_typos(text, np.random.default_rng(seed))
    pairs = list(zip(text.split(" "), slipped.split(" "), strict=True))
    assert all(a[:1] == b[:1] and a[-1:] == b[-1:] for a, b in pairs)
    assert all(a == b or (len(a) >= 5 and abs(len(a) - len(b)) <= 1) for a, b in pairs)
    assert any(a != b for a, b in pairs) == any(len(a) >= 5 for a, _ in pairs)


def test_files_are_matched_by_name(entries, tmp_path):
    for name in ("core-0001.mp4", "core-0001.webm", "core-0002.json", "readme.txt"):
        (tmp_path / name).touch()
    (tmp_path / "core-0003").mkdir()
    found = find(tmp_path, entries)
    assert [path.name for path in found.films.values()] == ["core-0001.mp4"]
    assert "core-0002" in found.missing and len(found.missing) == len(entries) - 1
    assert found.extra == ("core-0001.webm", "core-0002.json", "core-0003", "readme.txt")


def test_a_folder_without_films_is_refused(entries, tmp_path):
    with pytest.raises(HimmelError, match="holds no film of this benchmark"):
        find(tmp_path, entries)
    with pytest.raises(HimmelError, match="is no folder"):
        find(tmp_path / "none", entries)


def test_films_of_any_size_length_and_speed_fit(tmp_path):
    frames = np.zeros((30, 40, 80, 3), np.uint8)
    frames[:, :, :20] = frames[:, :, 60:] = 255  # outside of the middle square
    frames[15:, :, 20:60, 0] = 200
    write_clip(tmp_path / "wide.mp4", Clip(frames, 24.0))
    fitted = fit(tmp_path / "wide.mp4", size=16, count=5)
    assert fitted.shape == (5, 16, 16, 3)
    assert fitted[:2, :, 2:-2].max() < 40 and fitted[3:, :, 2:-2, 0].min() > 150
    write_clip(tmp_path / "still.mp4", Clip(frames[:1], 24.0))
    assert fit(tmp_path / "still.mp4", 16, 5).shape == (5, 16, 16, 3)


def test_a_film_without_end_is_refused(tmp_path, monkeypatch):
    write_clip(tmp_path / "long.mp4", Clip(np.zeros((9, 16, 16, 3), np.uint8), 24.0))
    monkeypatch.setattr(folder, "MOST_FRAMES", 8)
    with pytest.raises(HimmelError, match="more than 8 frames"):
        fit(tmp_path / "long.mp4")


def test_missing_broken_and_extra_films_are_counted_and_named(entries, judge, tmp_path):
    for entry in entries[2:]:
        write_clip(tmp_path / f"{entry.id}.mp4", Clip(make_clip(entry.graph, 128).frames, 8.0))
    (tmp_path / f"{entries[1].id}.mp4").write_bytes(b"no film")
    (tmp_path / "other.mp4").touch()
    verdict = score_folder(tmp_path, entries, judge)
    told = {k: m.value for k, m in verdict.metrics.items() if k.startswith("films.")}
    scored = len(entries) - 2
    assert told == {
        "films.scored": scored, "films.missing": 1, "films.broken": 1, "films.extra": 1
    }  # fmt: skip
    colour = verdict.metrics["colour"]
    assert colour.ceiling == 1
    assert colour.value == pytest.approx(scored / len(entries))
    assert [note.partition(",")[0] for note in verdict.notes] == ["missing", "broken", "extra"]
    assert entries[0].id in verdict.notes[0] and "other.mp4" in verdict.notes[2]


def test_only_stated_facts_with_a_name_are_asked(entries, blank_judge):
    asked = readable(blank_judge, entries[0])
    assert set(asked.items()) <= {("kind", "car"), ("motion", "left")}
    clip = make_clip(entries[0].graph, 16, 3)
    right = right_of(blank_judge, clip.frames, entries[0], clip)
    assert set(wrong(right).values()) <= {False}
    assert figures([Scored(entries[0], {}, {})]) == {}


def test_shares_stand_beside_those_of_renders(entries):
    pair = ({"kind": False, "all_facts": False}, {"kind": True, "all_facts": True})
    told = figures([Scored(entries[0], *pair), Scored(entries[1], pair[1], pair[1])])
    assert (told["kind"].value, told["kind"].ceiling) == (0.5, 1.0)
    assert told["core.all_facts"].value == 0.5
    assert {told[f"all_facts.{e.language}"].value for e in entries[:2]} == {0.0, 1.0}


def staged(places, others=()):
    """A reference with squares of 6 pixels: red at `places`, green for every other."""
    ids = np.zeros((3, 40, 40), np.int32)
    frames = np.full((3, 40, 40, 3), 120, np.uint8)
    for number, (x, y) in enumerate((*places, *others), 1):
        ids[:, y : y + 6, x : x + 6] = number
        frames[:, y : y + 6, x : x + 6] = (220, 20, 20) if number <= len(places) else (20, 200, 20)
    things = [{"id": n + 1} for n in range(len(places) + len(others))]
    return frames, ids, things


def test_things_of_one_colour_are_counted():
    frames, ids, things = staged([(4, 4), (16, 20), (30, 8)])
    reference = WorldClip(frames, ids, {"objects": things, "graph": {}})
    assert count_things(frames, reference, [1, 2, 3]) == 3
    assert count_things(staged([(8, 8), (28, 28)])[0], reference, [1, 2, 3]) == 2
    assert count_things(np.full_like(frames, 120), reference, [1, 2, 3]) == 0


@pytest.mark.parametrize(
    ("other", "relation"),
    [
        ((0, 10, 8, 20), "left"),
        ((22, 10, 30, 20), "right"),
        ((11, 2, 19, 11), "on"),
        ((11, 20, 19, 30), "under"),
        ((14, 14, 24, 24), "front"),
        ((14, 6, 24, 16), "behind"),
    ],
)
def test_relations_in_the_picture(other, relation):
    assert relation_of(Box(10, 10, 20, 20), Box(*other)) == relation


def test_a_relation_is_right_only_where_it_was_asked():
    frames, ids, things = staged([(20, 20)], [(6, 20)])
    graph = {"others": [{"relation": "left"}]}
    reference = WorldClip(frames, ids, {"objects": things, "graph": graph})
    swapped, *_ = staged([(6, 20)], [(20, 20)])
    assert relations_right(frames, reference)
    assert not relations_right(swapped, reference)
    assert boxes_of(np.full_like(frames, 120), reference) is None


def test_vbench_gets_its_lists_and_films(entries, tmp_path):
    drawn = []

    def draw(entry, index, out):
        drawn.append((entry.id, index))
        out.write_bytes(b"film")

    out = tmp_path / "vbench"
    english = [e for e in entries if e.language == "en"]
    assert vbench.export(out, entries, draw) == 5 * len(english) == len(drawn)
    prompts = (out / "prompts/all_category.txt").read_text(encoding="utf-8").splitlines()
    assert prompts == [e.prompt for e in english]
    assert (out / f"videos/{prompts[0]}-4.mp4").is_file()
    about = json.loads((out / "VBench_full_info.json").read_text(encoding="utf-8"))
    assert about[0] == {"prompt_en": prompts[0], "dimension": list(vbench.DIMENSIONS)}
    named = json.loads((out / "prompt_file.json").read_text(encoding="utf-8"))
    assert named[f"{prompts[0]}-0.mp4"] == prompts[0]
    with pytest.raises(HimmelError, match="holds files already"):
        vbench.export(out, entries, draw)


def test_a_prompt_names_its_film():
    assert vbench.film_name("at 2 m/s", 3) == "at 2 m\N{DIVISION SLASH}s-3.mp4"
    with pytest.raises(HimmelError, match="too long to name a file"):
        vbench.film_name("x" * 250, 0)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["folder"], "name one folder"),
        (["benchmark"], "say where"),
        (["report"], "name files and page"),
        (["adherence", "x"], "takes no path"),
        (["adherence", "--films", "-1"], "use 0 or more"),
        (["adherence", "--n", "0"], "cannot be asked"),
        (["beauty"], "there is no suite"),
    ],
)
def test_the_command_refuses_in_one_sentence(words, message, capsys):
    assert main(["evaluate", *words]) == 1
    said = capsys.readouterr().err
    assert message in said and said.count("\n") == 1
