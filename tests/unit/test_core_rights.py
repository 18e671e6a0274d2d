"""A clip without a valid record is refused, each fault in one sentence; the world fills its own."""

import json

import numpy as np
import pytest

from himmel.core.errors import DamagedFileError, HimmelError
from himmel.core.rights import LICENCES, Rights, licence_fault, rights_of
from himmel.core.shards import Shard, read_shard, write_shard
from himmel.train.batches import LatentStore
from himmel.world.dataset import Corpus, render_corpus
from himmel.world.rights import DEDICATION, own_rights

FRAMES = np.random.default_rng(0).integers(0, 256, (9, 32, 32, 3), np.uint8)
FOOTAGE = {
    "source": "https://example.org/sea.mp4",
    "licence": "CC-BY-4.0",
    "holder": "A. Person",
    "evidence": {"sha256": "a" * 64, "date": "2026-10-01"},
    "opt_out": {
        "robots": "silent",
        "tdmrep": "silent",
        "ai_txt": "allowed",
        "cawg": "silent",
        "date": "2026-10-01",
    },
    "consent": "nobody",
    "sha256": "b" * 64,
    "pdq": ["c" * 64],
    "group": "sea",
}
ABSENT, EMPTY = object(), " "


def changed(path, value):
    """The good record with one thing changed or taken out."""
    record = json.loads(json.dumps(FOOTAGE))
    *way, last = path.split(".")
    place = record
    for name in way:
        place = place[name]
    if value is ABSENT:
        del place[last]
    else:
        place[last] = value
    return record


PLANTED = [
    None,
    {},
    "CC0",
    {"source": "himmel world", "licence": "CC0-1.0", "holder": "himmel contributors"},
    *[changed(name, ABSENT) for name in FOOTAGE],
    *[changed(name, EMPTY) for name in ("source", "holder", "group")],
    *[changed(name, 3) for name in ("source", "licence", "holder", "sha256", "pdq")],
    changed("evidence.sha256", ABSENT),
    changed("evidence.sha256", "a" * 63),
    changed("evidence.sha256", "A" * 64),
    changed("evidence.date", "01.10.2026"),
    changed("evidence.date", "2026-02-30"),
    changed("evidence.date", "2999-01-01"),
    changed("opt_out.date", ""),
    changed("opt_out.date", ABSENT),
    *[changed(f"opt_out.{way}", "reserved") for way in ("robots", "tdmrep", "ai_txt", "cawg")],
    changed("opt_out.robots", "unknown"),
    changed("opt_out.cawg", ABSENT),
    changed("consent", "unasked"),
    changed("consent", "withdrawn"),
    changed("consent", "yes"),
    changed("licence", ""),
    changed("licence", "all rights reserved"),
    changed("licence", "CC-BY-NC-4.0"),
    changed("licence", "CC-BY-ND-4.0"),
    changed("licence", "CC-BY-NC-SA-3.0"),
    changed("licence", "cc-by-4.0"),
    changed("sha256", "none"),
    changed("pdq", []),
    changed("pdq", ["short"]),
    changed("pdq", ["G" * 64]),
    changed("opt_out", "none"),
    changed("note", "an unknown key"),
]


def test_fifty_are_planted():
    assert len(PLANTED) == len({json.dumps(p, sort_keys=True) for p in PLANTED}) == 50


@pytest.mark.parametrize("record", PLANTED, ids=range(50))
def test_a_planted_record_is_refused_in_one_sentence(record, tmp_path):
    sample = {"id": "planted", "rights": record}
    with pytest.raises(HimmelError) as refusal:
        Shard({"frames": FRAMES[None]}, [sample])
    sentence = str(refusal.value)
    assert sentence.startswith("sample planted") and "\n" not in sentence and len(sentence) < 250


@pytest.mark.parametrize("record", PLANTED[3:8], ids=range(5))
def test_the_trainer_does_not_read_it_either(record, tmp_path):
    """Planted behind the back of the writer, with right checksums."""
    write_shard(tmp_path, 0, Shard({"latent": FRAMES[None]}, [{"id": "0", "rights": FOOTAGE}]))
    (tmp_path / "00000.jsonl").write_text(json.dumps({"id": "planted", "rights": record}) + "\n")
    with pytest.raises(HimmelError, match="planted"):
        LatentStore([tmp_path])
    with pytest.raises(HimmelError, match="planted"):
        read_shard(tmp_path, "00000", check=False)


def test_good_records_pass_and_travel():
    record = rights_of({"id": "x", "rights": FOOTAGE})
    assert json.loads(json.dumps(record.to_dict())) == FOOTAGE
    assert Rights.from_json(record.to_json()) == record


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\u0085", "\x0b", "\x1c", "\r", "\n"])
def test_a_line_of_a_shard_ends_at_a_newline_alone(separator, tmp_path):
    """A holder's name may hold what Python's splitlines takes for the end of a line."""
    record = {**FOOTAGE, "holder": f"A{separator}B"}
    samples = [{"id": name, "rights": record} for name in "ab"]
    write_shard(tmp_path, 0, Shard({"latent": FRAMES[:2]}, samples))
    assert read_shard(tmp_path, "00000").samples == samples


def test_a_blank_or_cut_line_of_a_shard_is_damage(tmp_path):
    write_shard(tmp_path, 0, Shard({"latent": FRAMES[None]}, [{"id": "0", "rights": FOOTAGE}]))
    path = tmp_path / "00000.jsonl"
    for text in (path.read_text() + "\n", path.read_text()[:-5]):
        path.write_text(text)
        with pytest.raises(DamagedFileError):
            read_shard(tmp_path, "00000", check=False)


@pytest.mark.parametrize("licence", [*LICENCES, "CC-BY-SA-3.0-DE", "LicenseRef-contract-7"])
def test_licences_that_allow_the_use(licence):
    assert licence_fault(licence) is None


def test_the_world_fills_the_record_by_code(tmp_path):
    render_corpus(tmp_path, Corpus(count=2, size=16, scene="core", frames=5, shard_size=2))
    shard = read_shard(tmp_path, "00000")
    for frames, sample in zip(shard.arrays["frames"], shard.samples, strict=True):
        assert sample["rights"] == json.loads(json.dumps(own_rights(frames, sample["graph"])))
        assert len(rights_of(sample).pdq) == 2
    assert len({s["rights"]["group"] for s in shard.samples}) == 2
    assert "CC0" in DEDICATION


def test_what_has_no_frames_has_no_perceptual_hash():
    record = own_rights(np.zeros((4, 2), np.float16), ["a red ball"])
    assert record["pdq"] == () or record["pdq"] == []
    rights_of({"id": "dream", "rights": record})
