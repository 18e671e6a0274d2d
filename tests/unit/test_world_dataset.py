"""Corpora go on where they stopped, are the same in any number of processes, and are shown."""

import json

import numpy as np
import pytest

from himmel.cli.main import main
from himmel.core.errors import HimmelError
from himmel.core.shards import folders_below, index_of, read_all, read_shard
from himmel.world.clip import make_clip
from himmel.world.dataset import Corpus, render_corpus
from himmel.world.graph import Graph

TOY = Corpus(count=5, size=16, seed=3, scene="core", frames=2, shard_size=2)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("corpus")
    render_corpus(path, TOY)
    return path


def test_a_shard_holds_the_clips_of_its_graphs(folder):
    shards = list(read_all([folder], check=True))
    assert [len(shard.samples) for shard in shards] == [2, 2, 1]
    sample = shards[1].samples[0]
    assert sample["rights"]["licence"] == "CC0-1.0"
    clip = make_clip(Graph.from_dict(sample["graph"]), 16, 2)
    assert sample["graph"] == TOY.graph(2).to_dict()
    np.testing.assert_array_equal(shards[1].arrays["frames"][0], clip.frames)
    mask = np.unpackbits(shards[1].arrays["mask"][0], axis=-1, count=16)
    np.testing.assert_array_equal(mask, clip.ids == 1)
    assert sample["truth"]["objects"][0]["visible"] == [int(m.sum()) for m in mask]


def test_an_interrupted_corpus_goes_on(folder, tmp_path):
    for file in folder.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    index = index_of(tmp_path)
    del index["shards"]["00001"]
    (tmp_path / "index.json").write_text(json.dumps(index))
    (tmp_path / "00002.jsonl").unlink()
    untouched = (tmp_path / "00000.safetensors").stat().st_mtime_ns
    steps = []
    render_corpus(tmp_path, TOY, on_progress=lambda done, of: steps.append((done, of)))
    assert steps == [(2, 5), (4, 5), (5, 5)]
    assert index_of(tmp_path) == index_of(folder)
    assert (tmp_path / "00000.safetensors").stat().st_mtime_ns == untouched


def test_a_corpus_grows_and_keeps_its_clips(folder, tmp_path):
    render_corpus(tmp_path, TOY.replace(count=3))
    untouched = (tmp_path / "00000.safetensors").stat().st_mtime_ns
    render_corpus(tmp_path, TOY)
    assert index_of(tmp_path) == index_of(folder)
    assert (tmp_path / "corpus.json").read_bytes() == (folder / "corpus.json").read_bytes()
    assert (tmp_path / "00000.safetensors").stat().st_mtime_ns == untouched


def test_two_processes_render_the_same_bytes(folder, tmp_path):
    render_corpus(tmp_path, TOY, processes=2)
    assert index_of(tmp_path) == index_of(folder)


def test_a_folder_of_another_corpus_is_refused(folder):
    with pytest.raises(HimmelError, match="seed=3, not 4"):
        render_corpus(folder, TOY.replace(seed=4))
    with pytest.raises(HimmelError, match="scene=core"):
        render_corpus(folder, Corpus(count=5, size=16, seed=3, frames=2))


def test_a_folder_of_unknown_shards_is_refused(folder, tmp_path):
    (tmp_path / "index.json").write_bytes((folder / "index.json").read_bytes())
    with pytest.raises(HimmelError, match="something else"):
        render_corpus(tmp_path, TOY)


@pytest.mark.parametrize("change", [{"count": 0}, {"size": -1}, {"fps": 0.0}, {"scene": "moon"}])
def test_senseless_corpora_are_refused(change):
    with pytest.raises(HimmelError):
        TOY.replace(**change)


def test_only_scenes_about_some_kinds_are_drawn():
    wide = Corpus(count=20, size=16, scene="wide")
    some = wide.replace(kinds=("cat", "pyramid", wide.graph(4).kind))
    assert {some.graph(i).kind for i in range(20)} <= {*some.kinds}
    assert some.graph(4) == wide.graph(4)
    with pytest.raises(HimmelError, match="show none of cat"):
        TOY.replace(kinds=("cat",))  # the core has no cat


def test_shards_behind_links_are_found_and_circles_end(folder, tmp_path):
    (tmp_path / "world").symlink_to(folder.parent, target_is_directory=True)
    (tmp_path / "round").symlink_to(tmp_path, target_is_directory=True)
    found = folders_below(tmp_path)
    assert tmp_path / "world" / folder.name in found
    assert len({path.resolve() for path in found}) == len(found)


def test_a_failed_shard_leaves_the_index_whole(tmp_path, monkeypatch):
    from himmel.world import dataset

    def fails(corpus, number):
        if number == 1:
            raise KeyboardInterrupt
        return whole(corpus, number)

    whole = dataset.render_shard
    monkeypatch.setattr(dataset, "render_shard", fails)
    with pytest.raises(KeyboardInterrupt):
        render_corpus(tmp_path, TOY)
    assert list(index_of(tmp_path)["shards"]) == ["00000"]
    assert len(read_shard(tmp_path, "00000").samples) == 2


def test_the_sheet_shows_a_folder(folder, tmp_path, capsys):
    out = tmp_path / "sheet.png"
    assert main(["world", "show", str(folder), "--count", "3", "-o", str(out)]) == 0
    assert out.read_bytes().startswith(b"\x89PNG")
    assert "3 clips" in capsys.readouterr().out


def test_one_clip_becomes_a_film(tmp_path):
    out = tmp_path / "clip.mp4"
    words = [
        "world",
        "render",
        "--seed",
        "7",
        "--scene",
        "monster",
        "--size",
        "16",
        "--frames",
        "2",
    ]
    assert main([*words, "-o", str(out)]) == 0
    assert out.stat().st_size > 0


def test_the_command_makes_shards_and_refuses_others(tmp_path, capsys):
    words = ["world", "render", "--count", "2", "--size", "16", "--frames", "1", "-o"]
    assert main([*words, str(tmp_path)]) == 0
    assert index_of(tmp_path)["shards"]["00000"]["samples"] == 2
    assert main([*words, str(tmp_path), "--seed", "9"]) == 1
    assert "another folder" in capsys.readouterr().err


def test_captions_are_told_in_both_languages(capsys):
    assert main(["world", "captions", "--seed", "3", "--lang", "de", "--count", "4", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert len(told["captions"]) == 4
    assert Graph.from_dict(told["graph"]).seed == 3
    assert main(["world", "captions"]) == 0
    assert "kinds: car, bus" in capsys.readouterr().out
    assert main(["world", "captions", "--seed", "3", "--count", "0"]) == 1
