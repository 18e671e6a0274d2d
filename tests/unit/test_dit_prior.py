"""What a noisy number says of itself: the closed form, against samples, and inside the transformer."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from himmel.core.errors import HimmelError
from himmel.diffusion import path
from himmel.models.dit import DiT, DiTConfig, PriorConfig
from himmel.models.dit.prior import expected_velocity

TINY = DiTConfig(
    patch_size=(1, 1, 1),
    num_attention_heads=2,
    attention_head_dim=8,
    in_channels=3,
    out_channels=3,
    text_dim=8,
    freq_dim=8,
    ffn_dim=16,
    num_layers=1,
)
WITH = PriorConfig.from_dict(TINY.to_dict() | {"latent_std": [0.0, 0.5, 2.0]})


@given(st.floats(0.02, 1.0), st.floats(0.1, 3.0))
def test_it_is_the_regression_of_the_velocity_on_the_number(time, std):
    rng = torch.Generator().manual_seed(3)
    x, eps = (torch.randn(1, 20_000, 1, generator=rng) for _ in range(2))
    x = x * std
    z = path.noised(x, eps, torch.tensor(time))
    k = expected_velocity(torch.ones(1, 1, 1), torch.tensor([[1000 * time]]), (std,)).item()
    regressed = ((eps - x) * z).mean() / z.square().mean()
    error = ((1 + std**2) / x.numel() / (time**2 + (1 - time) ** 2 * std**2)) ** 0.5
    assert k == pytest.approx(regressed.item(), abs=6 * error)


def test_clean_numbers_say_minus_themselves_and_noise_says_itself():
    z = torch.tensor([[[0.3], [-2.0]]])
    assert torch.allclose(expected_velocity(z, torch.tensor([[0.0]]), (0.7,)), -z)
    assert torch.allclose(expected_velocity(z, torch.tensor([[1000.0]]), (0.7,)), z)


def test_levels_belong_to_their_tokens_and_stds_to_their_channels():
    z = torch.ones(1, 4, 4)  # two cells of two channels a token
    got = expected_velocity(z, torch.tensor([[0.0, 1000.0]]), (0.0, 0.5))
    assert got[0, :, 0].tolist() == got[0, :, 2].tolist() == [0, 0, 0, 0]
    assert got[0, :, 1].tolist() == got[0, :, 3].tolist() == [-1, -1, 1, 1]


def test_a_new_transformer_answers_with_it():
    latents, text = torch.randn(2, 3, 2, 2, 2), torch.zeros(2, 4, 8)
    level = torch.tensor([200.0, 800.0])
    assert DiT(TINY)(latents, level, text).abs().max() == 0
    said = DiT(WITH)(latents, level, text)
    tokens = latents.flatten(2).mT
    wanted = expected_velocity(tokens, level[:, None], WITH.latent_std).mT.reshape(latents.shape)
    assert torch.allclose(said, wanted) and said[:, 0].abs().max() == 0 < said[:, 1].abs().min()


def test_the_file_has_it_only_where_it_is_used():
    assert "latent_std" not in TINY.to_dict()
    assert DiTConfig.from_json(TINY.to_json()) == TINY
    assert DiTConfig.from_json(WITH.to_json()) == WITH


def test_one_number_a_channel():
    with pytest.raises(HimmelError, match="latent_std has 2 numbers for 3 channels"):
        WITH.replace(latent_std=(0.0, 1.0))
