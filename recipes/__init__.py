"""Full configurations as functions: the only place that composes rooms which never meet.

`himmel train embedded` makes a model like the shipped one;
`python -m himmel_recipes --help` runs one stage.
"""

from himmel_recipes.catalogue import RECIPES, dry_run, run, run_toy
from himmel_recipes.ladder import RUNGS, plan

__all__ = ["RECIPES", "RUNGS", "dry_run", "plan", "run", "run_toy"]
