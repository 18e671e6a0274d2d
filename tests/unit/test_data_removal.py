"""Clips are found, taken out of frames, latents and captions, stay out, and are proved absent."""

import contextlib
import json
import sqlite3

import numpy as np
import pytest

from himmel.cli.main import main
from himmel.core import shards as shards_module
from himmel.core.errors import HimmelError
from himmel.core.shards import Shard, index_of, read_all, read_shard, write_shard
from himmel.data.catalogue import NAME, Catalogue
from himmel.data.manifest import manifest
from himmel.data.removal import absence, faults, finish, remove
from himmel.world.complete import complete
from himmel.world.dataset import Corpus, render_corpus
from himmel.world.rights import own_rights

TOY = Corpus(count=5, size=16, seed=3, scene="core", frames=5, shard_size=2)
ADDRESS = "https://example.org/a.mp4"


def lay_out(root):
    """Clips and what stands for their latents, in the folders of a recipe."""
    render_corpus(root / "world" / "small", TOY)
    for name in index_of(root / "world" / "small")["shards"]:
        shard = read_shard(root / "world" / "small", name)
        film = shard.arrays["frames"].astype(np.float16).mean((2, 3))
        moments = np.arange(len(film))[:, None]
        samples = [{k: s[k] for k in ("id", "graph", "rights")} for s in shard.samples]
        samples = [{**s, "caption": f"clip {s['rights']['sha256']}"} for s in samples]
        latents = Shard({"film": film, "moments": moments}, samples)
        write_shard(root / "latents" / "small", int(name), latents)
    return root


@pytest.fixture
def root(tmp_path):
    return lay_out(tmp_path)


def digest_of(root, number=1):
    samples = [s for shard in read_all([root / "world" / "small"]) for s in shard.samples]
    return samples[number]["rights"]["sha256"]


def kept(root):
    return {
        folder: [s["id"] for shard in read_all([root / folder], check=True) for s in shard.samples]
        for folder in ("world/small", "latents/small")
    }


def test_removal_reaches_frames_latents_and_captions(root):
    digest, before, first = digest_of(root), kept(root), manifest(root)
    frames = read_shard(root / "world" / "small", "00000").arrays["frames"]
    removed = remove(root, digest, "its holder asked", "2026-11-28")
    assert (removed.clips, removed.places) == (1, 2)
    assert all(proof.holds and proof.lines == 8 for proof in removed.proof)
    after = kept(root)
    gone = before["world/small"][1]
    assert after == {name: [i for i in ids if i != gone] for name, ids in before.items()}
    np.testing.assert_array_equal(
        read_shard(root / "world" / "small", "00000").arrays["frames"], frames[:1]
    )
    assert not any(digest in path.read_text() for path in root.rglob("*.jsonl"))
    told = manifest(root)
    assert told["removed"] == [
        {"sha256": digest, "day": "2026-11-28", "reason": "its holder asked"}
    ]
    assert told["clips"] == first["clips"] - 1 and told["sha256"] != first["sha256"]
    assert sum(told["licences"].values()) == told["clips"]
    assert faults(root) == []


def test_what_was_removed_is_not_rendered_again(root):
    remove(root, digest_of(root), "its holder asked")
    left = kept(root)
    render_corpus(root / "world" / "small", TOY)
    assert kept(root) == left


def test_removal_by_address(tmp_path):
    rights = [{**own_rights(np.full((1, 8, 8, 3), i, np.uint8), i), "source": s}
              for i, s in enumerate([ADDRESS, ADDRESS + "?big", ADDRESS])]  # fmt: skip
    samples = [{"id": str(i), "rights": r} for i, r in enumerate(rights)]
    write_shard(tmp_path, 0, Shard({"x": np.arange(3)}, samples))
    removed = remove(tmp_path, ADDRESS, "asked")
    assert removed.clips == 2 and all(proof.holds for proof in removed.proof)
    shard = read_shard(tmp_path, "00000")
    assert shard.arrays["x"].tolist() == [1]
    assert absence(tmp_path, [ADDRESS + "?big"])[0].found == 1


OTHER = "https://example.net/copy.mp4"


def footage(root, folder, number, **said):
    """A folder with one clip of somebody's; the same number is the same bytes."""
    rights = {**own_rights(np.full((1, 8, 8, 3), number, np.uint8), number), **said}
    write_shard(root / folder, 0, Shard({"x": np.arange(1)}, [{"id": "s", "rights": rights}]))
    return rights["sha256"]


def test_removal_by_address_reaches_the_same_bytes_under_another(tmp_path):
    digest = footage(tmp_path, "a", 1, source=ADDRESS)
    assert footage(tmp_path, "b", 1, source=OTHER) == digest
    footage(tmp_path, "c", 2, source=OTHER)
    removed = remove(tmp_path, ADDRESS, "asked")
    assert (removed.clips, removed.places) == (1, 2)
    assert [proof.key for proof in removed.proof] == [ADDRESS, digest]
    assert all(proof.holds for proof in removed.proof)
    assert faults(tmp_path) == []
    assert absence(tmp_path, [OTHER])[0].found == 1  # other bytes of that address stay


@pytest.mark.parametrize("writes", range(1, 5))
def test_what_lies_under_another_address_goes_even_when_killed_between(
    tmp_path, monkeypatch, writes
):
    """With the first folder the address is gone: what is left is found by the hash that was noted."""
    digest = footage(tmp_path, "a", 1, source=ADDRESS)
    footage(tmp_path, "b", 1, source=OTHER)
    calls = []
    real = shards_module.write_text

    def dying(*args):
        calls.append(1)
        if len(calls) == writes:
            raise KeyboardInterrupt
        return real(*args)

    monkeypatch.setattr(shards_module, "write_text", dying)
    with pytest.raises(KeyboardInterrupt):
        remove(tmp_path, ADDRESS, "asked")
    monkeypatch.undo()
    assert "1 removals had been cut short" in " ".join(faults(tmp_path))
    assert absence(tmp_path, [digest])[0].holds
    assert faults(tmp_path) == []


def test_a_holder_with_a_line_separator_does_not_stand_in_the_way(tmp_path):
    digest = footage(tmp_path, "a", 1, holder="A\u2028B")
    footage(tmp_path, "b", 2, holder="C\u0085D")
    assert remove(tmp_path, digest, "asked").proof[0].holds
    assert manifest(tmp_path)["holders"] == {"C\u0085D": 1}


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("licence", ("CC-BY-4.0", "MIT")),
        ("holder", ("A", "B")),
        ("consent", ("nobody", "released")),
    ],
)
def test_records_that_contradict_each_other_are_refused(tmp_path, name, values):
    digest = footage(tmp_path, "a", 1, **{name: values[0]})
    footage(tmp_path, "b", 1, **{name: values[1]})
    with pytest.raises(HimmelError, match=f"{name} '{values[0]}' in one record and '{values[1]}'"):
        manifest(tmp_path)
    (fault,) = faults(tmp_path)
    assert digest in fault and name in fault
    assert remove(tmp_path, digest, "nobody knows").places == 2  # it can go in any case
    assert faults(tmp_path) == [] and manifest(tmp_path)["clips"] == 0


def test_two_licences_of_one_clip_in_one_shard_are_refused(tmp_path):
    record = own_rights(np.zeros((1, 8, 8, 3), np.uint8), 1)
    samples = [{"id": n, "rights": {**record, "licence": n}} for n in ("CC-BY-4.0", "MIT")]
    write_shard(tmp_path, 0, Shard({"x": np.arange(2)}, samples))
    with pytest.raises(HimmelError, match="correct them, or take the clip out"):
        manifest(tmp_path)


def test_a_clip_counts_once_wherever_it_lies(tmp_path):
    for folder, number, source in (("a", 1, ADDRESS), ("b", 1, OTHER), ("c", 2, ADDRESS)):
        footage(tmp_path, folder, number, source=source)
    held = manifest(tmp_path)
    assert held["clips"] == 2
    for name in ("licences", "sources", "holders", "consent"):
        assert sum(held[name].values()) == 2
    assert held["sources"] == {ADDRESS: 1, OTHER: 1}


@pytest.mark.parametrize(
    ("key", "reason", "match"),
    [
        ("himmel world", "x", "neither a SHA-256 nor an address"),
        ("f" * 64, "x", "nothing below"),
        ("https://example.org/none.mp4", "x", "nothing below"),
        ("f" * 64, " ", "say why"),
    ],
)
def test_removals_that_make_no_sense_change_nothing(root, key, reason, match):
    before = {path: path.read_bytes() for path in root.rglob("*.json*")}
    with pytest.raises(HimmelError, match=match):
        remove(root, key, reason)
    assert {path: path.read_bytes() for path in root.rglob("*.json*")} == before


@pytest.mark.parametrize("writes", range(1, 8))
def test_a_removal_that_is_killed_is_finished_by_the_next_look(root, monkeypatch, writes):
    """The process dies at every write in turn: each folder stays as it was or is as it shall be."""
    digest, before = digest_of(root), kept(root)
    calls = []
    for name in ("save_file", "write_text"):
        real = getattr(shards_module, name)

        def dying(*args, real=real, **kwargs):
            calls.append(1)
            if len(calls) == writes:
                raise KeyboardInterrupt
            return real(*args, **kwargs)

        monkeypatch.setattr(shards_module, name, dying)
    with contextlib.suppress(KeyboardInterrupt):
        remove(root, digest, "its holder asked")
    monkeypatch.undo()
    gone = before["world/small"][1]
    for name, ids in kept(root).items():
        assert ids in (before[name], [i for i in before[name] if i != gone])
    faults(root)
    assert all(proof.holds for proof in absence(root, [digest]))
    assert faults(root) == []


def test_nothing_is_left_behind_by_a_full_disk(root, monkeypatch):
    before = kept(root)

    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shards_module, "save_file", full)
    with pytest.raises(HimmelError, match="No space left"):
        remove(root, digest_of(root), "asked")
    monkeypatch.undo()
    assert kept(root) == before
    with Catalogue(root) as catalogue:
        assert len(catalogue.pending()) == 1
        assert finish(catalogue) == 1 and catalogue.pending() == []
    assert len(kept(root)["latents/small"]) == len(before["latents/small"]) - 1


def test_what_comes_back_is_noticed(root):
    digest = digest_of(root)
    shard = read_shard(root / "world" / "small", "00000")
    remove(root, digest, "asked")
    write_shard(root / "world" / "again", 0, shard)
    assert any("is there again" in fault for fault in faults(root))


def test_the_catalogue_follows_the_shards(root):
    with Catalogue(root) as catalogue:
        catalogue.refresh()
        digest = digest_of(root)
        rows = catalogue.find(digest)
        assert [(row.folder, row.shard, row.place) for row in rows] == [
            ("latents/small", "00000", 1),
            ("world/small", "00000", 1),
        ]
        assert catalogue.count("licence") == {"CC0-1.0": 5}
        with pytest.raises(HimmelError, match="not counted"):
            catalogue.count("sha256; DROP TABLE clips")
    (root / NAME).write_bytes(b"no data base" * 99)
    with pytest.raises(HimmelError, match="cannot be used"):
        Catalogue(root)
    with pytest.raises(HimmelError, match="no folder"):
        Catalogue(root / "nowhere")


def test_a_bad_record_is_found_by_check(root, capsys):
    path = root / "world" / "small" / "00001.jsonl"
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    lines[0]["rights"]["licence"] = "CC-BY-NC-4.0"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert main(["data", "check", str(root)]) == 1
    assert "1 faults" in capsys.readouterr().out
    with pytest.raises(HimmelError, match="forbids commercial use"), Catalogue(root) as catalogue:
        with sqlite3.connect(root / NAME) as base:
            base.execute("DELETE FROM shards")
        catalogue.refresh()


def strip(folder):
    """Leave of every record what an earlier himmel wrote."""
    index = index_of(folder)
    for name, entry in index["shards"].items():
        path = folder / f"{name}.jsonl"
        lines = [json.loads(line) for line in path.read_text().splitlines()]
        for line in lines:
            line["rights"] = {k: line["rights"][k] for k in ("source", "licence", "holder")}
        path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))
        entry["sha256"][1] = shards_module.sha256(path)
    (folder / "index.json").write_text(json.dumps(index))


def test_older_shards_are_completed_by_code(root, capsys):
    whole = {f: [s.samples for s in read_all([root / f])] for f in ("world/small", "latents/small")}
    for folder in whole:
        strip(root / folder)
    with pytest.raises(HimmelError, match="rights record"):
        list(read_all([root / "world" / "small"]))
    assert main(["data", "fill", str(root)]) == 0
    assert "10 records" in capsys.readouterr().out
    for folder, samples in whole.items():
        assert [s.samples for s in read_all([root / folder], check=True)] == samples
    assert complete(root) == 0 and faults(root) == []
    render_corpus(root / "world" / "small", TOY)  # nothing is rendered anew
    assert index_of(root / "world" / "small")["shards"]["00000"]["stem"] == "00000-1"


def test_nobody_fills_in_for_others(root):
    path = root / "world" / "small" / "00000.jsonl"
    strip(root / "world" / "small")
    path.write_text(path.read_text().replace("himmel world", "somebody"))
    index = index_of(root / "world" / "small")
    index["shards"]["00000"]["sha256"][1] = shards_module.sha256(path)
    (root / "world" / "small" / "index.json").write_text(json.dumps(index))
    with pytest.raises(HimmelError, match="not himmel's own"):
        complete(root)


def test_the_command_line_shows_and_removes(root, capsys):
    assert main(["data", "show", str(root), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["clips"] == 5
    words = ["data", "remove", str(root), digest_of(root), "--reason", "asked"]
    assert main([*words, "--json"]) == 0
    done = json.loads(capsys.readouterr().out)
    assert done["clips"] == 1 and all(proof["absent"] for proof in done["proof"])
    assert main(words) == 1
    assert "nothing below" in capsys.readouterr().err
    assert main(["data", "show", str(root)]) == 0
    assert "removed" in capsys.readouterr().out
