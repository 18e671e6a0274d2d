"""Every recipe is whole: it builds its configuration and its networks without memory or data."""

from __future__ import annotations

import pytest

import himmel_recipes


@pytest.mark.parametrize("name", sorted(himmel_recipes.RECIPES))
def test_recipe_dry_runs(name):
    himmel_recipes.dry_run(name)


@pytest.mark.parametrize("name", sorted(himmel_recipes.RECIPES))
def test_recipe_says_what_it_does(name):
    text = himmel_recipes.RECIPES[name].__doc__ or ""
    assert f"himmel train {name}" in text, "a recipe names the command that runs it"
