"""Guidance is a delta on the conditional prediction."""

import pytest
import torch

from himmel.core.errors import HimmelError
from himmel.diffusion.guidance import (
    GUIDANCE_MODES,
    adaptive_projected,
    becoming,
    classifier_free,
    guidance_named,
    guided,
    guided_from,
    zero_init,
    zero_star,
)

Z, T = torch.randn(2, 3, 1, 2, 2), torch.full((2, 1, 1, 1, 1), 0.5)
TEXT, NEGATIVE = torch.full((2, 4, 8), 3.0), torch.zeros(2, 4, 8)


class Network:
    def __init__(self):
        self.calls = []

    def __call__(self, z, timestep, text):
        self.calls.append((len(z), timestep.tolist()))
        return z + text.mean(dim=(1, 2)).view(-1, 1, 1, 1, 1)


def test_scale_one_is_the_conditional_prediction_at_half_the_cost():
    network = Network()
    torch.testing.assert_close(guided(network, TEXT, NEGATIVE, 1.0)(Z, T), Z + 3)
    assert network.calls == [(2, [500.0, 500.0])]


def test_scale_moves_away_from_the_negative_in_one_call():
    network = Network()
    torch.testing.assert_close(guided(network, TEXT, NEGATIVE, 2.5)(Z, T), Z + 3 + 1.5 * 3)
    assert network.calls == [(4, [500.0] * 4)]


def test_outside_the_interval_only_the_text_counts():
    velocity = guided(Network(), TEXT, NEGATIVE, 2.5, interval=(0.1, 0.4))
    torch.testing.assert_close(velocity(Z, T), Z + 3)
    torch.testing.assert_close(velocity(Z, T * 0.5), Z + 3 + 1.5 * 3)


def test_times_per_token_reach_the_network():
    network = Network()
    times = torch.tensor([0.0, 0.5, 0.5, 0.5]).view(1, 1, 1, 2, 2)
    guided(network, TEXT[:1], NEGATIVE[:1], 2.0)(Z[:1], times)
    assert network.calls == [(2, [[0.0, 500.0, 500.0, 500.0]] * 2)]


def test_two_calls_give_the_numbers_of_one():
    network = Network()
    field = guided(network, TEXT, NEGATIVE, 2.5, batched=False)
    torch.testing.assert_close(field(Z, T), guided(Network(), TEXT, NEGATIVE, 2.5)(Z, T))
    assert network.calls == [(2, [500.0, 500.0])] * 2


def test_two_calls_give_the_numbers_of_one_through_a_transformer(wan_config):
    from himmel.models.dit import DiT

    torch.manual_seed(0)
    model = DiT(wan_config).eval().requires_grad_(False)
    for parameter in model.parameters():
        parameter.add_(0.1 * torch.randn_like(parameter))
    text, negative = torch.randn(2, 1, 5, wan_config.text_dim)
    z, times = torch.randn(1, 4, 3, 4, 4), torch.full((1, 1, 1, 1, 1), 0.5)
    once, twice = (
        guided(model, text, negative, 3.0, prepare=model.cache_text, batched=batched)(z, times)
        for batched in (True, False)
    )
    torch.testing.assert_close(once, twice, atol=2e-6, rtol=0)
    assert once.std() > 0.1


# Rules, on numbers of their own

RNG = torch.Generator().manual_seed(0)
WANTED, UNWANTED, STATE = torch.randn(3, 2, 3, 4, 2, 2, generator=RNG, dtype=torch.float64)
HALF = torch.full((2, 1, 1, 1, 1), 0.5, dtype=torch.float64)
FIRST_KNOWN = torch.full((2, 1, 4, 2, 2), 0.5, dtype=torch.float64)
FIRST_KNOWN[:, :, 0] = 0.0
RULES = {
    "zero-star": lambda: zero_star,
    "apg": adaptive_projected,
    "apg of velocities": lambda: adaptive_projected(of_data=False),
}


def inner(a, b):
    return (a * b).flatten(1).sum(1)


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_rule_at_scale_one_keeps_the_prediction(rule):
    torch.testing.assert_close(rule()(WANTED, UNWANTED, STATE, HALF, 1.0), WANTED)


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_known_cells_do_not_count(rule):
    """What a network says at t = 0 may be anything; the other cells come out as without it."""
    wild = UNWANTED.clone()
    wild[:, :, 0] = 1e6
    calm, shaken = (rule()(WANTED, u, STATE, FIRST_KNOWN, 4.0) for u in (UNWANTED, wild))
    torch.testing.assert_close(calm[:, :, 1:], shaken[:, :, 1:])
    cut = [x[:, :, 1:] for x in (WANTED, UNWANTED, STATE)]
    torch.testing.assert_close(calm[:, :, 1:], rule()(*cut, HALF, 4.0))
    assert shaken.isfinite().all()


def test_zero_star_ignores_how_large_the_negative_is():
    """Its best multiple is at a right angle to what is left, so a scaled negative changes nothing."""
    once = zero_star(WANTED, UNWANTED, STATE, HALF, 3.0)
    torch.testing.assert_close(once, zero_star(WANTED, 7 * UNWANTED, STATE, HALF, 3.0))
    left = (once - WANTED) / 2  # wanted - fit * unwanted
    torch.testing.assert_close(inner(left, UNWANTED), torch.zeros(2).double(), atol=1e-6, rtol=0)
    torch.testing.assert_close(zero_star(WANTED, 2 * WANTED, STATE, HALF, 9.0), WANTED)


def test_zero_init_leaves_out_first_times_but_never_all():
    times = torch.tensor([1.0, 0.6, 0.3, 0.0])
    assert torch.equal(zero_init(times), times[1:])
    assert torch.equal(zero_init(times, 0), times)
    assert torch.equal(zero_init(times, 5), times[2:])
    assert torch.equal(zero_init(times[2:]), times[2:])


@pytest.mark.parametrize("of_data", [True, False])
@pytest.mark.parametrize("times", [HALF, FIRST_KNOWN])
def test_projected_guidance_that_keeps_everything_is_classifier_free(of_data, times):
    rule = adaptive_projected(eta=1.0, momentum=0.0, largest=0.0, of_data=of_data)
    given, free = (WANTED, UNWANTED, STATE, times, 4.0), (times > 0).expand_as(WANTED)
    torch.testing.assert_close(rule(*given)[free], classifier_free(*given)[free])


def test_projected_guidance_leaves_the_data_as_long_as_they_are():
    """The change of the predicted data is at a right angle to them, and no larger than it may be."""
    rule = adaptive_projected(momentum=0.0, largest=0.1)
    change = -0.5 * (rule(WANTED, UNWANTED, STATE, HALF, 2.0) - WANTED)
    data = STATE - 0.5 * WANTED
    torch.testing.assert_close(inner(change, data), torch.zeros(2).double(), atol=1e-12, rtol=0)
    assert 0.05 < change.square().mean().sqrt() <= 0.1


def test_momentum_gathers_differences_and_a_new_rule_has_none():
    rule = adaptive_projected(eta=1.0, momentum=-0.5, largest=0.0, of_data=False)
    given = (WANTED, UNWANTED, STATE, HALF, 2.0)
    first, second = rule(*given) - WANTED, rule(*given) - WANTED
    torch.testing.assert_close(second, first / 2)
    new = GUIDANCE_MODES["apg"]
    assert torch.equal(new.rule()(*given), new.rule()(*given))


def test_names():
    assert guidance_named("zero-star").zero_init == 1 and guidance_named("cfg").zero_init == 0
    with pytest.raises(HimmelError, match="no guidance mode 'pag'; use cfg or zero-star or apg"):
        guidance_named("pag")


def test_a_field_between_those_of_two_texts():
    asked = []

    def field(text):
        asked.append(float(text))
        return lambda z, times: torch.full_like(z, float(text))

    one, other, z, times = (
        torch.tensor(1.0),
        torch.tensor(5.0),
        torch.zeros(1, 2, 1, 2, 2),
        torch.ones(1),
    )
    found = [becoming(field, one, other, share)(z, times).unique().item() for share in (0, 0.25, 1)]
    assert found == [1, 2, 5] and asked == [1, 1, 5, 5]


class Learnt(Network):
    """Says what `Network` says under guidance of 2.5."""

    def __call__(self, z, timestep, text):
        return z + 2.5 * (super().__call__(z, timestep, text) - z)


@pytest.mark.parametrize("mode", GUIDANCE_MODES)
@pytest.mark.parametrize("scale", [1.0, 1.5, 2.5, 4.0])
@pytest.mark.parametrize("negative", [NEGATIVE, torch.full_like(TEXT, 0.5)])
@pytest.mark.parametrize("interval", [(0.0, 1.0), (0.6, 1.0)])
def test_learnt_guidance_gives_the_numbers_of_the_usual_one(mode, scale, negative, interval):
    rules = [GUIDANCE_MODES[mode].rule() for _ in "ab"]
    usual = guided(Network(), TEXT, negative, scale, rule=rules[0], interval=interval)
    learnt = guided_from(2.5, Learnt(), TEXT, negative, scale, rule=rules[1], interval=interval)
    torch.testing.assert_close(learnt(Z, T), usual(Z, T))


def test_the_learnt_scale_takes_one_call_of_one_text_and_others_two():
    for scale, clips in ((2.5, 2), (1.5, 4)):
        network = Learnt()
        guided_from(2.5, network, TEXT, NEGATIVE, scale)(Z, T)
        assert network.calls == [(clips, [500.0] * clips)]


def test_a_network_without_learnt_guidance_is_guided_as_ever():
    network = Network()
    field = guided_from(1.0, network, TEXT, NEGATIVE, 2.5, batched=False)
    torch.testing.assert_close(field(Z, T), Z + 3 + 1.5 * 3)
    assert network.calls == [(2, [500.0, 500.0])] * 2
