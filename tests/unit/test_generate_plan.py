"""A plan fills in defaults, and refuses what does not fit, in the order a person would."""

import json
from pathlib import Path

import pytest

from himmel.core.errors import HimmelError
from himmel.core.values import Request
from himmel.generate import plan as module
from himmel.generate.config import Guiding
from himmel.generate.plan import estimate, plan_request

FILM, PICTURE = Path("out.mp4"), Path("out.png")


@pytest.fixture
def planned(tiny_system):
    def make(out=FILM, **changes):
        return plan_request(Request(prompt="a red car", **changes), tiny_system.config, out)

    return make


def test_defaults_come_from_the_weights(planned):
    plan = planned()
    assert (plan.pixels.width, plan.pixels.height, plan.pixels.frames) == (16, 16, 9)
    assert plan.latent.array == (6, 3, 2, 2)
    assert plan.times[0] == 1 and plan.times[-1] == 0 and len(plan.times) == 4
    assert plan.fps == 8 and plan.guidance == 2 and plan.prompt == "a red car"
    assert plan.cost.tokens == 12 and plan.notes == ()


def test_a_plan_is_json_and_the_same_every_time(planned):
    plain = json.loads(planned(seed=5).to_json())
    assert plain["seed"] == 5 and plain["segments"][0]["frames"] == 9
    assert planned(seed=5).to_json() == planned(seed=5).to_json()


@pytest.mark.parametrize(("seconds", "frames"), [(9 / 8, 9), (1.1, 9), (2.125, 17), (2.1, 17)])
def test_seconds_choose_the_nearest_trained_length(planned, seconds, frames):
    assert planned(seconds=seconds).pixels.frames == frames


def test_longer_lengths_are_refused_with_what_fits(planned):
    with pytest.raises(HimmelError) as error:
        planned(seconds=5.0)
    assert "use at most 2.125 seconds (17 frames at 8 per second)" in str(error.value)


def test_a_picture_is_one_frame_without_a_length(planned):
    assert planned(out=PICTURE).latent.array == (6, 1, 2, 2)
    with pytest.raises(HimmelError, match="no length"):
        planned(out=PICTURE, seconds=1.0)


def test_weights_without_pictures_say_so(tiny_system):
    config = tiny_system.config.replace(trained_frames=(9,))
    with pytest.raises(HimmelError, match="not trained for pictures"):
        plan_request(Request(prompt="a car"), config, PICTURE)


@pytest.mark.parametrize(
    ("width", "height", "sentence"),
    [
        (80, 3, "height 3 cannot be made; use 80 to 2048"),
        (2049, 80, "width 2049 cannot be made"),
    ],
)
def test_sizes(planned, width, height, sentence):
    with pytest.raises(HimmelError) as error:
        planned(width=width, height=height)
    assert sentence in str(error.value)


def test_memory_is_compared_with_the_machine(planned, monkeypatch):
    monkeypatch.setattr(module, "memory_of_machine", lambda: 1000)
    with pytest.raises(HimmelError, match=r"9 frames of 16x16 need about 0\.\d GB"):
        planned()


def test_another_speed_is_noted(planned):
    assert "2 times as fast" in planned(fps=16.0).notes[0]


def test_cost_grows_with_steps_guidance_and_size(tiny_system):
    config = tiny_system.config
    plan = plan_request(Request(prompt="a car"), config, FILM)
    one = estimate(config, plan.pixels, plan.latent, 1, 1.0)
    two = estimate(config, plan.pixels, plan.latent, 2, 1.0)
    both = estimate(config, plan.pixels, plan.latent, 1, 2.0)
    network = tiny_system.transformer.flops(12, config.text.length)
    assert two.flops - one.flops == both.flops - one.flops == network
    assert two.memory_bytes == one.memory_bytes < both.memory_bytes


def test_sampler_and_guidance_mode_default_to_the_weights(tiny_system, planned):
    assert (planned().sampler, planned().guiding) == ("euler", Guiding())
    assert planned(sampler="unipc", guidance_mode="apg").guiding.mode == "apg"
    defaults = tiny_system.config.defaults.replace(
        sampler="heun", guidance_mode="zero-star", guidance_interval=(0.2, 0.9)
    )
    plan = plan_request(
        Request(prompt="a car"), tiny_system.config.replace(defaults=defaults), FILM
    )
    assert (plan.sampler, plan.guiding.mode, plan.guiding.interval) == (
        "heun",
        "zero-star",
        (0.2, 0.9),
    )


def test_zero_star_leaves_out_the_first_time(planned):
    times = planned(steps=5).times
    assert planned(steps=5, guidance_mode="zero-star").times == times[1:]
    assert planned(steps=5, guidance_mode="zero-star", guidance=1.0).times == times
    assert planned(steps=1, guidance_mode="zero-star").times == (1.0, 0.0)


def test_heun_costs_two_predictions_a_step_but_the_last(planned):
    once, twice = planned(steps=3), planned(steps=3, sampler="heun")
    assert planned(steps=5).cost.flops - once.cost.flops == twice.cost.flops - once.cost.flops


def test_guidance_takes_two_calls_where_memory_is_short(tiny_system, planned, monkeypatch):
    roomy = planned()
    parts = roomy.pixels, roomy.latent, 3, roomy.guidance
    narrow = estimate(tiny_system.config, *parts, batched=False)
    assert narrow.memory_bytes < roomy.cost.memory_bytes and narrow.flops == roomy.cost.flops
    monkeypatch.setattr(module, "memory_of_machine", lambda: int(narrow.memory_bytes / 0.8) + 2)
    assert roomy.guiding.batched and not planned().guiding.batched
    assert planned().cost == narrow
