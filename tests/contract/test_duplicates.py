"""The same thing is written once: no function body of eight lines or more appears twice."""

from __future__ import annotations

import ast
import copy
from collections import defaultdict

import house

LINES = 8


def test_no_function_body_appears_twice():
    places: dict[str, list[str]] = defaultdict(list)
    for path in house.sources():
        for name, function in house.functions(house.tree(path)):
            body = _without_docstring(function)
            if len(ast.unparse(body).splitlines()) >= LINES:
                places[fingerprint(function)].append(f"{house.name(path)}:{name}")
    assert not [where for where in places.values() if len(where) > 1]


def test_renamed_variables_do_not_hide_a_copy():
    first = "def f(a, b):\n    total = a\n    for x in b:\n        total += x\n    return total"
    second = first.replace("total", "s").replace("b", "many").replace("def f", "def g")
    other = first.replace("+=", "-=")
    prints = [fingerprint(ast.parse(text).body[0]) for text in (first, second, other)]
    assert prints[0] == prints[1] != prints[2]


def fingerprint(function: house.Function) -> str:
    """The body with docstrings dropped and local names numbered in order of appearance."""
    body = _without_docstring(function)
    local = {a.arg for a in ast.walk(function.args) if isinstance(a, ast.arg)}
    stored = (n for n in ast.walk(body) if isinstance(n, ast.Name))
    local |= {n.id for n in stored if isinstance(n.ctx, ast.Store)}
    numbers: dict[str, str] = {}
    for node in ast.walk(body):
        if isinstance(node, ast.Name) and node.id in local:
            node.id = numbers.setdefault(node.id, f"_{len(numbers)}")
    return ast.dump(body)


def _without_docstring(function: house.Function) -> ast.Module:
    body = copy.deepcopy(function.body)
    if ast.get_docstring(function) is not None:
        body = body[1:]
    return ast.Module(body, type_ignores=[])
