"""The suite that says whether telling a prompt again helps."""

import dataclasses

from himmel.core.errors import HimmelError
from himmel.evaluate.suites import silent
from himmel.evaluate.upsampling import short_prompts, upsampling
from himmel.generate.upsampling import Upsampler


def refusing(prompt, seed):
    raise HimmelError("no")


def test_prompts_are_fixed_by_the_seed_and_in_both_languages():
    assert short_prompts(8, 3) == short_prompts(8, 3)
    assert short_prompts(8, 3)[0] != short_prompts(8, 4)[0]


def test_a_prompt_that_is_left_alone_gains_nothing(tiny_system, tiny_judge):
    judge = tiny_judge({"kind": ["car", "dog"], "motion": ["left"]})
    system = dataclasses.replace(tiny_system, upsampler=Upsampler("none", refusing))
    figures = upsampling(system, {"judge": judge}, 4, 0, silent)
    assert (figures["gain"].value, figures["told_again"].value) == (0, 0)
    assert figures["stated.own"] == figures["stated.told_again"]
    assert set(figures) == {"stated.own", "stated.told_again", "gain", "told_again"}
