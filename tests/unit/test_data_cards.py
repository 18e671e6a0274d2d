"""Cards and the Croissant file say what the records say, and nothing that nobody measured."""

import json
from pathlib import Path

import pytest

from himmel.cli.main import main
from himmel.core.errors import HimmelError
from himmel.data.card import data_card, rendered_card
from himmel.data.croissant import CROISSANT, RAI, croissant, write_croissant
from himmel.data.manifest import manifest, read_manifest
from himmel.data.removal import remove
from himmel.evaluate.card import MANIFEST, cards, model_card
from himmel.world.dataset import Corpus, render_corpus
from himmel.world.rights import DEDICATION

DAY = "2026-11-28"
RECORD = Path(__file__).parents[2] / "records" / "embedded" / "2026-11-29_far_tiles"


@pytest.fixture
def root(tmp_path):
    corpus = Corpus(count=3, size=16, scene="core", frames=5, shard_size=2)
    render_corpus(tmp_path / "small", corpus)
    return tmp_path


def test_licences_sum_to_all_clips(root):
    held = manifest(root)
    assert held["clips"] == sum(held["licences"].values()) == sum(held["consent"].values()) == 3
    assert held["folders"]["small"]["arrays"]["frames"] == [5, 16, 16, 3]
    card = data_card("toy", held)
    assert "| CC0-1.0 | 3 | 100.0% |" in card and "Nothing." in card


def test_a_removal_shows_in_the_card_and_the_croissant_file(root):
    digest = manifest(root)["sha256"]
    gone = json.loads((root / "small" / "00000.jsonl").read_text().splitlines()[0])["rights"][
        "sha256"
    ]
    remove(root, gone, "its holder asked", DAY)
    assert manifest(root)["sha256"] != digest
    assert f"`{gone}`, {DAY}: its holder asked" in data_card("toy", manifest(root))
    told = croissant(root, "toy", DAY)
    assert gone in told["rai:dataReleaseMaintenancePlan"] and told["version"] == "1.0.1"
    assert (root / "clips.jsonl").read_text().count("\n") == 2


def test_the_croissant_file_declares_both_vocabularies_and_every_file(root):
    told = json.loads(write_croissant(root, "toy", DAY).read_text())
    assert told["conformsTo"] == [CROISSANT, RAI]
    names = {file["name"] for file in told["distribution"]}
    assert names == {"clips.jsonl", *(f"small/0000{i}.{k}" for i in (0, 1)
                                      for k in ("jsonl", "safetensors"))}  # fmt: skip
    assert any(key.startswith("rai:") for key in told)


def test_another_reader_finds_no_error_in_it(root):
    mlcroissant = pytest.importorskip("mlcroissant")
    path = write_croissant(root, "toy", DAY)
    read = mlcroissant.Dataset(str(path))
    issues = read.metadata.ctx.issues
    assert not issues.errors and not issues.warnings
    assert read.metadata.ctx.conforms_to.value == CROISSANT
    rows = list(read.records("clips"))
    assert [row["clips/place"] for row in rows] == [0, 1, 0]
    assert {row["clips/licence"] for row in rows} == {b"CC0-1.0"}
    broken = json.loads(path.read_text())
    del broken["recordSet"][0]["field"][0]["dataType"]
    broken["recordSet"][0]["field"][1]["source"]["fileObject"]["@id"] = "nowhere"
    path.write_text(json.dumps(broken))
    with pytest.raises(mlcroissant.ValidationError):
        mlcroissant.Dataset(str(path))


def test_the_command_line_writes_both(root, capsys):
    assert main(["data", "croissant", str(root), "--card"]) == 0
    assert "croissant.json" in capsys.readouterr().out
    assert (root / "DATA.md").read_text().startswith("# Data card: himmel-clips")


def test_the_packaged_cards_are_those_of_the_code():
    """A release that forgets its cards is noticed here."""
    folder = Path(cards.__globals__["model_folder"]("default"))
    found = cards("default", RECORD)
    assert set(found) == {"MODEL.md", "DATA.md"}
    for name, text in found.items():
        assert (folder / name).read_text(encoding="utf-8") == text


def test_a_card_says_what_was_not_measured(tiny_model_folder):
    card = model_card(str(tiny_model_folder))
    assert "Not measured for this card: memorisation, safety, bias." in card
    assert "random weights for tests" in card and "16x16, 24x16" in card
    assert "What was measured" not in card
    assert set(cards(str(tiny_model_folder))) == {"MODEL.md"}


def test_figures_of_other_weights_are_named_so(tiny_model_folder):
    card = model_card(str(tiny_model_folder), RECORD)
    assert "| all_facts | 0.87 share | 0.841-0.895 | 0.995 |" in card
    assert "c5b2864044b360dc; this folder's is" in card


def test_a_manifest_beside_the_weights_is_told(tiny_model_folder, root):
    held = manifest(root)
    (tiny_model_folder / MANIFEST).write_text(json.dumps(held))
    found = cards(str(tiny_model_folder))
    assert "3 clips with a rights record each: CC0-1.0 (3)" in found["MODEL.md"]
    assert held["sha256"] in found["DATA.md"]
    assert read_manifest(tiny_model_folder / MANIFEST) == held


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"version": 2, "licences": {}}'])
def test_other_files_are_no_manifest(tmp_path, text):
    (tmp_path / "m.json").write_text(text)
    with pytest.raises(HimmelError, match="manifest of training data"):
        read_manifest(tmp_path / "m.json")


def test_a_record_without_reports_is_refused(tiny_model_folder, tmp_path):
    with pytest.raises(HimmelError, match="holds no reports"):
        model_card(str(tiny_model_folder), tmp_path)
    (tmp_path / "a.json").write_text("{")
    with pytest.raises(HimmelError, match="not valid JSON"):
        model_card(str(tiny_model_folder), tmp_path)


def test_the_card_of_a_recipe_counts_what_it_renders():
    config = json.loads((RECORD / "config.json").read_text())
    card = rendered_card("embedded", config, DEDICATION)
    assert f"| small | {config['world']['small']} |" in card and "CC0" in card
