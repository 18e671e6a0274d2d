"""Our transformer against diffusers' WanTransformer3DModel: the same keys, the same numbers."""

import pytest
import torch

from himmel.models.dit import DiT

diffusers = pytest.importorskip("diffusers")


def pair(config):
    torch.manual_seed(0)
    theirs = diffusers.WanTransformer3DModel(**config.to_dict()).eval()
    for parameter in theirs.parameters():
        parameter.data.add_(torch.randn_like(parameter) * 0.1)
    ours = DiT(config).eval()
    ours.load_state_dict(theirs.state_dict(), strict=True)
    return ours, theirs


def inputs(config, grid=(3, 4, 6), text_tokens=7):
    rng = torch.Generator().manual_seed(1)
    latents = torch.randn(2, config.in_channels, *grid, generator=rng)
    return latents, torch.randn(2, text_tokens, config.text_dim, generator=rng), rng


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"patch_size": (1, 1, 1), "out_channels": 6},
        {"patch_size": (3, 2, 1), "cross_attn_norm": False},
        {"attention_head_dim": 22, "num_attention_heads": 3},
    ],
)
@pytest.mark.parametrize("per_token", [False, True])
@pytest.mark.parametrize("backend", ["matmul", "sdpa"])
@torch.no_grad()
def test_equals_diffusers(wan_config, changes, per_token, backend):
    config = wan_config.replace(**changes)
    ours, theirs = pair(config)
    for block in ours.blocks:
        block.attn1.backend = block.attn2.backend = backend
    latents, text, rng = inputs(config)
    tokens = latents[0, 0].numel() // config.patch_cells
    timestep = torch.rand((2, tokens) if per_token else (2,), generator=rng) * 1000
    expected = theirs(latents, timestep, text, return_dict=False)[0]
    got = ours(latents, timestep, text)
    assert got.shape == expected.shape
    assert (got - expected).abs().max() <= 1e-5


@torch.no_grad()
def test_image_branch_equals_diffusers(wan_config):
    config = wan_config.replace(image_dim=10, added_kv_proj_dim=32, in_channels=6)
    ours, theirs = pair(config)
    latents, text, rng = inputs(config, text_tokens=512)  # diffusers splits at 512 text states
    image = torch.randn(2, 5, 10, generator=rng)
    timestep = torch.tensor([10.0, 900.0])
    expected = theirs(latents, timestep, text, image, return_dict=False)[0]
    assert (ours(latents, timestep, text, image) - expected).abs().max() <= 1e-5


@torch.no_grad()
def test_two_images_equal_diffusers(wan_config):
    config = wan_config.replace(image_dim=10, added_kv_proj_dim=32, pos_embed_seq_len=6)
    ours, theirs = pair(config)
    latents, text, rng = inputs(config, text_tokens=512)
    image = torch.randn(4, 3, 10, generator=rng)
    timestep = torch.tensor([0.0, 999.0])
    expected = theirs(latents, timestep, text, image, return_dict=False)[0]
    assert (ours(latents, timestep, text, image) - expected).abs().max() <= 1e-5


@pytest.mark.parametrize("extra", [{}, {"image_dim": 10, "added_kv_proj_dim": 32}])
def test_weights_travel_both_ways(wan_config, extra):
    config = wan_config.replace(**extra)
    theirs = diffusers.WanTransformer3DModel(**config.to_dict())
    ours = DiT(config)
    assert {k: v.shape for k, v in ours.state_dict().items()} == {
        k: v.shape for k, v in theirs.state_dict().items()
    }
    theirs.load_state_dict(ours.state_dict(), strict=True)
