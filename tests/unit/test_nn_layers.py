"""Norms, attention and tokens against their formulas."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from himmel.core.errors import HimmelError
from himmel.nn.attention import MATMUL_PAIRS, Attention, attend, block_causal, choose_backend
from himmel.nn.embeddings import patchify, sinusoid, token_grid, unpatchify
from himmel.nn.linear import gelu
from himmel.nn.norms import LayerNorm, RMSNorm


def test_rms_norm_divides_by_the_root_mean_square():
    norm = RMSNorm(2, eps=0.0)
    norm.weight.data = torch.tensor([1.0, 2.0])
    out = norm(torch.tensor([3.0, 4.0]))
    assert torch.allclose(out, torch.tensor([3.0, 8.0]) / math.sqrt(12.5))


def test_layer_norm_has_no_mean_and_unit_variance():
    out = LayerNorm(64)(torch.randn(5, 64) * 7 + 3)
    assert out.mean(-1).abs().max() < 1e-5
    assert torch.allclose(out.var(-1, unbiased=False), torch.ones(5), atol=1e-4)
    assert not list(LayerNorm(64).parameters())


@pytest.mark.parametrize("norm", [LayerNorm(8, affine=True), RMSNorm(8)])
def test_norms_compute_in_float32_and_keep_the_dtype(norm):
    x = (torch.randn(3, 8) * 300).bfloat16()
    out = norm(x)
    assert out.dtype == torch.bfloat16
    assert torch.equal(out, norm(x.float()).bfloat16())


@pytest.mark.parametrize("backend", ["matmul", "sdpa"])
def test_attention_by_hand(backend):
    query = torch.tensor([[[[2.0, 0.0]]]])
    key = torch.tensor([[[[math.sqrt(2) / 2, 0.0], [0.0, 5.0]]]])  # scores 1 and 0
    value = torch.tensor([[[[1.0, 0.0], [0.0, 1.0]]]])
    share = math.e / (math.e + 1)
    out = attend(query, key, value, backend=backend).flatten()
    assert torch.allclose(out, torch.tensor([share, 1 - share]), atol=1e-6)
    only = torch.tensor([[False, True]])
    assert attend(query, key, value, only, backend).flatten().tolist() == [0.0, 1.0]


def test_backends_agree_under_a_mask():
    q, k, v = torch.randn(3, 2, 4, 6, 8, generator=torch.Generator().manual_seed(2))
    mask = torch.ones(6, 6, dtype=torch.bool).tril()
    plain = attend(q, k, v, mask, "matmul")
    assert torch.allclose(plain, attend(q, k, v, mask, "sdpa"), atol=1e-5)
    assert torch.allclose(plain[:, :, 0], v[:, :, 0])


def test_backend_follows_length_and_device():
    assert choose_backend(80, 80, torch.device("cpu")) == "matmul"
    assert choose_backend(MATMUL_PAIRS, 2, torch.device("cpu")) == "sdpa"
    assert choose_backend(80, 80, torch.device("cuda")) == "sdpa"


def test_image_states_add_to_what_was_read():
    layer = Attention(2, 4, image_width=6)
    x, context, image = torch.randn(1, 3, 8), torch.randn(1, 5, 8), torch.randn(1, 2, 6)
    layer.last.bias.data.zero_()
    alone = layer.read(x, layer.keys_values(context))
    both = layer.read(x, layer.keys_values(context, image))
    seen = layer.read(x, layer.keys_values(context, image)[2:])
    assert torch.allclose(both, alone + seen, atol=1e-6)


def test_patches_hold_their_own_cells():
    latents = torch.arange(2 * 4 * 4).float().view(1, 2, 1, 4, 4)
    tokens = patchify(latents, (1, 2, 2))
    assert tokens.shape == (1, 4, 8)
    assert tokens[0, 1].tolist() == [2, 18, 3, 19, 6, 22, 7, 23]  # channels fastest


@settings(max_examples=25, deadline=None)
@given(*[st.integers(1, 3)] * 3, *[st.integers(1, 3)] * 3, st.integers(1, 4))
def test_unpatchify_is_the_inverse(t, h, w, pt, ph, pw, channels):
    latents = torch.randn(2, channels, t * pt, h * ph, w * pw)
    patch = (pt, ph, pw)
    assert token_grid(latents, patch) == (t, h, w)
    assert torch.equal(unpatchify(patchify(latents, patch), (t, h, w), patch), latents)


def test_sides_that_do_not_divide_are_named():
    with pytest.raises(HimmelError, match="3 latent rows"):
        patchify(torch.zeros(1, 1, 1, 3, 4), (1, 2, 2))


def test_sinusoid_of_zero_is_ones_then_zeros():
    assert sinusoid(torch.zeros(1), 6).tolist() == [[1, 1, 1, 0, 0, 0]]
    assert sinusoid(torch.tensor([2.0]), 6)[0, 0] == pytest.approx(math.cos(2.0))


def test_the_compiled_gelu_is_the_same_function(monkeypatch):
    x = torch.linspace(-12, 12, 4001)
    monkeypatch.setattr(torch.compiler, "is_compiling", lambda: True)
    compiled = gelu(x)
    monkeypatch.undo()
    assert torch.allclose(compiled, gelu(x), atol=1e-6)
    assert gelu(torch.tensor(0.0)) == 0
    assert gelu(torch.tensor(12.0)) == 12


def test_blocks_see_themselves_and_the_past():
    mask = block_causal(frames=5, tokens=2, block=3)
    assert mask.shape == (10, 10)
    blocks = [0, 0, 1, 1, 1, 1, 1, 1, 2, 2]  # the lone first frame, three, the last one
    assert all(mask[q, k] == (blocks[q] >= blocks[k]) for q in range(10) for k in range(10))
