"""The policy cannot be switched off: not from a surface, not by an option, not by a build without it."""

from __future__ import annotations

import ast
import dataclasses
import inspect

import house
import pytest
import snapshots

from himmel.generate import door
from himmel.generate.system import System
from himmel.safety.frames import BUILT_IN
from himmel.safety.policy import RulePolicy
from himmel.safety.settings import Settings, policy_of

SURFACES = ("cli", "serve", "engines")
TOUCHY = {
    "RulePolicy", "load_policy", "policy_of", "policy", "without", "frame_checks", "Refused",
    "safety_file",
}  # fmt: skip


@pytest.mark.parametrize("room", SURFACES)
def test_no_surface_reaches_the_policy(room):
    found = []
    for path in sorted((house.SOURCE / room).rglob("*.py")):
        for node in ast.walk(house.tree(path)):
            names = {
                getattr(node, "id", None),
                getattr(node, "attr", None),
                getattr(node, "arg", None),
            }
            names |= {alias.name for alias in getattr(node, "names", []) if hasattr(alias, "name")}
            found += [f"{house.name(path)}:{node.lineno}" for _ in names & TOUCHY]
    assert not found


def test_no_option_names_it():
    words = ("polic", "unsafe", "safety", "no-check", "uncensor", "moderat", "filter")
    options = [
        option
        for parser in snapshots.commands().values()
        for action in parser._actions
        for option in action.option_strings
    ]
    assert len(options) > 20
    assert [o for o in options if any(word in o for word in words)] == []


def test_no_request_carries_it():
    assert not {f.name for f in dataclasses.fields(door.Request)} & {"policy", "safe", "consent"}


def test_the_door_asks_before_it_plans_and_reviews_what_it_decodes():
    told = inspect.getsource(door.generate)
    order = ["screened(", "Result.refused(", "worded(", "lay_out(", "denoise(", "policy.review("]
    assert [told.index(call) for call in order] == sorted(map(told.index, order))
    assert "(*parts_of(request), *told_together(request))" in inspect.getsource(door.screened)
    assert "policy.screen(part)" in inspect.getsource(door.screened)
    assert "policy.review(shown_as(made, " in told
    made = {
        line.split("made = ")[1].split("(")[0] for line in told.splitlines() if "made = " in line
    }
    assert made == {"iter", "decode", "roll_out"}


def test_whatever_is_reviewed_was_screened_before():
    """Every function that has frames reviewed asks the policy about the request first."""
    reviewing = {}
    for path in house.sources():
        for node in ast.walk(house.tree(path)):
            if not isinstance(node, ast.FunctionDef):
                continue
            calls = {
                house.dotted(call.func): call.lineno
                for call in ast.walk(node)
                if isinstance(call, ast.Call)
            }
            reviews = [line for name, line in calls.items() if name.endswith("policy.review")]
            screens = [
                line
                for name, line in calls.items()
                if name == "screened" or name.endswith("policy.screen")
            ]
            for line in reviews:
                reviewing[node.name] = bool(screens) and min(screens) < line
    assert reviewing == {"generate": True, "upscale": True}


def test_only_one_place_makes_systems_and_it_loads_the_policy():
    makers = {}
    for path in house.sources():
        for node in ast.walk(house.tree(path)):
            if isinstance(node, ast.Call) and house.dotted(node.func) == "System":
                given = {k.arg: ast.unparse(k.value) for k in node.keywords}
                makers.setdefault(house.name(path), []).append(given.get("policy"))
    assert makers == {"src/himmel/generate/system.py": ["load_policy()"] * 2}
    assert System.__dataclass_fields__["policy"].default is dataclasses.MISSING


def test_no_settings_take_a_built_in_check_away(tmp_path):
    policy = policy_of(Settings(allow=("C4", "C5", "C6", "C7")), tmp_path)
    assert policy.frame_checks == BUILT_IN
    assert policy.checks[:2] == ("prompt-rules", "prompt-classifier")
    assert policy.audit is not None


def test_decisions_that_allow_are_made_by_the_policy_alone():
    found = [
        house.name(path)
        for path in house.sources()
        for node in ast.walk(house.tree(path))
        if isinstance(node, ast.Call)
        and house.dotted(node.func) == "Decision"
        and any(k.arg == "allowed" and ast.unparse(k.value) == "True" for k in node.keywords)
    ]
    assert found == ["src/himmel/safety/policy.py"]
    assert RulePolicy().checks
