"""Frames are looked at chunk by chunk: all of them by the cheap checks, some by the heavy ones."""

import time

import numpy as np
import pytest

from himmel.core.values import Decision, Request
from himmel.evaluate.canaries import scene, show
from himmel.safety.frames import (
    BUILT_IN,
    CANARY,
    ORDER_CANARY,
    ORDER_FRAMES,
    FrameCheck,
    Order,
    Sampled,
)
from himmel.safety.policy import Refused, RulePolicy
from himmel.safety.watch import within

GREY = np.full((4, 54, 96, 3), 100, np.uint8)


def clip(*cards, frames=12, seed=3):
    """A clip of a plain scene with cards (name, at, frames, area)."""
    rng = np.random.default_rng(seed)
    made = np.full((frames, 54, 96, 3), 100, np.uint8)
    for name, at, count, area in cards:
        show(made, rng, at, count, area, name)
    return made


@pytest.mark.parametrize("size", [1, 5, 12])
def test_the_order_is_found_across_chunks_and_only_that_way_round(size):
    def found(made):
        look = ORDER_CANARY.start()
        return [look(made[i : i + size]) for i in range(0, len(made), size)] != [None] * -(
            -12 // size
        )

    assert found(clip(("first", 2, 1, 0.2), ("second", 9, 1, 0.2)))
    assert not found(clip(("second", 2, 1, 0.2), ("first", 9, 1, 0.2)))
    assert not found(clip(("first", 2, 5, 0.2)))


def test_the_order_is_forgotten_after_a_while():
    look = Order()
    assert look(clip(("first", 11, 1, 0.2))) is None
    empty = np.full((ORDER_FRAMES, 54, 96, 3), 100, np.uint8)
    assert look(empty) is None
    assert look(clip(("second", 0, 1, 0.2))) is None


def test_each_clip_has_its_own_memory():
    one, other = ORDER_CANARY.start(), ORDER_CANARY.start()
    assert one(clip(("first", 0, 1, 0.2))) is None
    assert other(clip(("second", 0, 1, 0.2))) is None


def test_canaries_in_busy_clips_are_caught_and_ordinary_ones_are_not():
    rng = np.random.default_rng(11)
    caught = missed = false = 0
    for _ in range(40):
        plain = scene(rng)
        false += CANARY.find(plain) is not None or ORDER_CANARY.find(plain) is not None
        show(plain, rng, int(rng.integers(18)), 6, 0.05)
        missed += CANARY.find(plain) is None
        caught += CANARY.find(plain) is not None
    assert (caught, missed, false) == (40, 0, 0)


@pytest.mark.parametrize("size", [1, 3, 7, 20])
def test_samples_are_counted_through_the_clip(size):
    seen = []
    look = Sampled(lambda frames: seen.extend(frames[:, 0, 0, 0].tolist()), 8)
    frames = np.zeros((20, 4, 4, 3), np.uint8)
    frames[:, 0, 0, 0] = np.arange(20)
    for start in range(0, 20, size):
        look(frames[start : start + size])
    assert seen == [0, 8, 16]


def test_the_cheap_checks_see_every_frame():
    assert all(check.every == 1 for check in BUILT_IN)


def test_a_look_that_takes_too_long_has_not_run():
    with pytest.raises(TimeoutError, match=r"0\.05 s"):
        within(0.05, time.sleep, 2)
    assert within(5, lambda: 7) == 7
    with pytest.raises(KeyError):
        within(5, {}.__getitem__, "no")


def crash(_):
    raise MemoryError


def missing():
    raise FileNotFoundError("weights")


FAULTS = {
    "crash": FrameCheck("detector", crash),
    "time-out": FrameCheck("detector", lambda _: time.sleep(2), limit=0.05),
    "crash in the watch": FrameCheck("detector", crash, limit=5),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_detector_lets_no_chunk_through(fault):
    policy = RulePolicy(frame_checks=(*BUILT_IN, FAULTS[fault]))
    shown = []
    with pytest.raises(Refused) as refused:
        shown.extend(policy.review(iter([GREY, GREY])))
    decision = refused.value.decision
    assert shown == []
    assert (decision.allowed, decision.rule) == (False, "detector")
    assert "could not run" in decision.reason and "konnte nicht laufen" in decision.reason_de


def test_missing_weights_refuse_before_anything_is_drawn():
    check = FrameCheck("detector", lambda _: None, ready=missing)
    decision = RulePolicy(frame_checks=(*BUILT_IN, check)).screen(Request(prompt="a red ball"))
    assert not decision.allowed
    assert decision.rule == "detector"
    assert "FileNotFoundError" in decision.reason


def test_a_finding_names_category_reason_and_appeal():
    policy = RulePolicy(contact="desk@example.org")
    with pytest.raises(Refused) as refused:
        list(policy.review(iter([clip(("triangle", 3, 1, 0.3))])))
    told = refused.value.decision
    assert isinstance(told, Decision)
    assert (told.category, told.stage, told.checks) == ("C14", "frames", ("canary",))
    assert told.reason_de and "desk@example.org" in told.appeal
