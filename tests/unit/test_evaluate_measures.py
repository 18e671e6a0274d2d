"""Measures of single clips: a render obeys what was asked of it, a still picture of it does not."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from himmel.evaluate.benchmark import FPS, FRAMES, SIZE, Entry, graph_sha256
from himmel.evaluate.measures import measured
from himmel.world.clip import make_clip
from himmel.world.graph import sample_graph


def entry_of(scene, **changes):
    graph = dataclasses.replace(sample_graph(7, scene), **changes)
    facts = {"camera": graph.camera} if scene == "camera" else {}
    facts |= {"count": str(graph.count)} if scene == "group" else {}
    return Entry(
        id="one",
        category=scene,
        language="en",
        prompt="",
        facts=facts,
        graph=graph,
        sha256=graph_sha256(graph),
    )


@pytest.mark.parametrize(
    ("entry", "measure"),
    [
        (entry_of("drop"), "law"),
        (entry_of("buoyancy"), "law"),
        (entry_of("lamp"), "permanence"),
        (entry_of("screen"), "permanence"),
        (entry_of("camera", camera="pan-left", motion="still", time="day"), "move"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.graph.scene,
)
def test_a_render_is_right_and_its_first_picture_is_not(entry, measure):
    reference = make_clip(entry.graph, SIZE, FRAMES, FPS)
    still = np.repeat(reference.frames[:1], FRAMES, axis=0)
    assert measured(reference.frames, entry, reference) == {measure: True}
    assert measured(still, entry, reference) == {measure: False}


def test_nothing_is_measured_of_a_scene_that_states_none_of_it():
    entry = entry_of("core")
    reference = make_clip(entry.graph, 32, FRAMES, FPS)
    assert measured(reference.frames, entry, reference) == {}


def test_things_are_counted():
    entry = entry_of("group", count=2, others=())
    reference = make_clip(entry.graph, SIZE, FRAMES, FPS)
    assert measured(reference.frames, entry, reference) == {"count": True}
    empty = np.full_like(reference.frames, reference.frames[0, 0, 0])
    assert measured(empty, entry, reference) == {"count": False}
