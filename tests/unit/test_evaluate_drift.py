"""What becomes of a film over time: figures with known answers, and a whole run on toy weights."""

from functools import partial

import numpy as np
import pytest

from himmel.core.errors import HimmelError
from himmel.evaluate.adherence import questions
from himmel.evaluate.drift import drift, joints, plan_of, read_course, seam, slopes
from himmel.evaluate.intervals import ratio
from himmel.evaluate.suites import silent
from himmel_benchmarks.length import drawn, remembering

CLASSES = {"kind": ["car", "dog"], "colour": ["red", "blue"], "motion": ["still", "left"]}


def test_slopes_are_a_minutes_change():
    seconds = np.arange(31.0)
    series = np.stack([2 + 0.5 * seconds, np.full(31, 3.0), -seconds])
    assert np.allclose(slopes(series), [30, 0, -60])
    assert slopes(np.ones((2, 1))).tolist() == [0, 0]


def test_a_seam_is_the_step_between_windows_over_all_others():
    steps, places = [1.0] * 40, list(range(1, 41))
    chosen = joints(places, 17, 8)
    assert [place for place, joint in zip(places, chosen, strict=True) if joint] == [17, 25, 33]
    assert seam(steps, chosen) == 1
    for joint in (16, 24, 32):  # into frames 17, 25 and 33
        steps[joint] = 3.0
    assert seam(steps, chosen) == 3
    assert seam([0.0] * 40, chosen) == 1
    assert seam(steps, joints([*range(1, 17), *range(17), *range(7)], 17, 8)) is None


def test_a_ratio_of_sums():
    metric = ratio(np.array([1.0, 1, 0, 1]), np.array([1.0, 1, 1, 1]))
    assert metric.value == 0.75 and metric.low < 0.75 < metric.high <= 1
    assert ratio(np.zeros(3), np.zeros(3)).value == 0


def test_every_figure_of_a_run(tiny_system, tiny_judge):
    judge = tiny_judge(CLASSES)
    metrics = drift(tiny_system, {"judge": judge}, 2, 0, silent, seconds=5.0)
    assert {"all_facts.second_2", "all_facts.second_5", "all_facts.kept", "kind.slope"} <= set(
        metrics
    )
    assert {"colour_distance.slope", "sharpness.kept", "speed.kept", "seam", "cut", "shots"} <= set(
        metrics
    )
    ends = {f"kid.{name}.second_{s}" for name in ("judge", "random") for s in (2, 5)}
    assert ends | {"objects.second_2", "objects.second_5", "objects.slope"} <= set(metrics)
    assert metrics["kid.random.second_2"].ceiling == metrics["kid.random.second_5"].ceiling
    assert all(np.isfinite([m.value, m.low, m.high]).all() for m in metrics.values())
    assert metrics["setting.kept"].value in (0, 1)  # one name: always right, or unreadable
    with pytest.raises(HimmelError, match="one window"):
        drift(tiny_system, {"judge": judge}, 1, 0, silent, seconds=2.0)


def test_films_of_one_shot_and_of_many_are_read_as_often(tiny_system, tiny_judge, monkeypatch):
    judge, asked = tiny_judge(CLASSES), questions(1, 0)[0]
    counts = []
    for motion in ("", "left", "still"):
        told = partial(dict, motion=motion)
        monkeypatch.setattr(type(tiny_system.text), "understood", lambda _s, _p, told=told: told())
        course = read_course(plan_of(asked, tiny_system, 20.0), tiny_system, judge, asked)
        assert len(course.ends) == 2
        counts.append(len(course.readings))
        assert (0 in course.offsets) == bool(motion)
    assert counts == [18] * 3


def test_a_length_is_measured_in_a_process_of_its_own(tiny_model_folder, tiny_system):
    run = drawn(str(tiny_model_folder), "a red car", 0, 5.0, steps=1)
    assert run.seconds > 0 and run.memory > 50e6
    assert remembering(tiny_system, "a red car", 0)["seconds.window"].value > 0
