"""Every recipe is whole: it builds its configuration and its networks without memory or data."""

from __future__ import annotations

import pytest

import himmel_recipes
from himmel.cli.main import main
from himmel.core.errors import HimmelError
from himmel_recipes.catalogue import settings_of
from himmel_recipes.judge import APART


@pytest.mark.parametrize("name", sorted(himmel_recipes.RECIPES))
def test_recipe_dry_runs(name):
    himmel_recipes.dry_run(name)


def test_settings_that_are_nothing_or_tables_can_be_set():
    said = {"spread.micro_batches": "8", "transformer.often": '{"tiles": 2}'}
    settings = settings_of("toy", said)
    assert settings.spread.micro_batches == 8 and settings.transformer.often == {"tiles": 2}
    with pytest.raises(HimmelError, match="does not fit"):
        settings_of("toy", {"spread.micro_batches": "many"})


def test_a_dry_run_minds_settings(capsys):
    usual = himmel_recipes.dry_run("toy")["transformer"]
    assert himmel_recipes.dry_run("toy", {"dit.num_layers": "4"})["transformer"] > usual
    assert main(["train", "toy", "--dry-run", "--set", "nonsense=2"]) == 1
    assert main(["train", "ladder", "--dry-run", "--set", "seed=2"]) == 1
    said = capsys.readouterr().err
    assert "does not name a setting" in said and "leave --set out" in said


def test_corpora_of_the_judge_share_no_graph_with_those_of_a_generator():
    """Seeds of the generator's are those of a recipe times a thousand, and a number."""
    assert 1000 * (1 + max(recipe().seed for recipe in himmel_recipes.RECIPES.values())) < APART


@pytest.mark.parametrize("name", sorted(himmel_recipes.RECIPES))
def test_recipe_says_what_it_does(name):
    text = himmel_recipes.RECIPES[name].__doc__ or ""
    assert f"himmel train {name}" in text, "a recipe names the command that runs it"
