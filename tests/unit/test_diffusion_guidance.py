"""Guidance is a delta on the conditional prediction."""

import torch

from himmel.diffusion.guidance import guided

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
