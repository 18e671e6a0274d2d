"""How many kinds a model draws: counted per kind, with renders as the ceiling."""

import numpy as np
import pytest

from himmel.core.errors import HimmelError
from himmel.evaluate.kinds import CORE, figures, questions
from himmel.world.reading import facts_in


def test_a_kind_counts_as_drawn_when_four_of_five_clips_show_it():
    wanted = np.repeat(["car", "dog", "cat"], 5)
    got = np.array([1, 1, 1, 1, 0] + [1, 1, 1, 0, 0] + [1] * 5, bool)
    metrics = figures(wanted, got, np.ones(15, bool))
    assert metrics["drawn"].value == 2
    assert metrics["drawn"].ceiling == metrics["known"].value == 3
    assert metrics["drawn.core"].value == 1
    assert metrics["known.core"].value == 2
    assert metrics["kind"].value == pytest.approx(12 / 15)


def test_questions_ask_for_every_kind_in_both_languages_and_name_it():
    asked = questions(["car", "cat", "guitar"], 4, seed=0)
    assert [q.graph.kind for q in asked] == ["car"] * 4 + ["cat"] * 4 + ["guitar"] * 4
    assert {q.language for q in asked[:4]} == {"en", "de"}
    assert all(facts_in(q.prompt)["kind"] == q.graph.kind for q in asked)
    assert all((q.graph.scene == "core") == (q.graph.kind in CORE) for q in asked)
    assert asked == questions(["car", "cat", "guitar"], 4, seed=0)


def test_a_judge_without_kinds_is_refused():
    with pytest.raises(HimmelError, match="no name"):
        questions([], 1, seed=0)
