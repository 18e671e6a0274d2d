"""Our kernels against PyTorch's own: the same function within the error that the table states."""

import pytest
import torch
import torch.nn.functional as F

from himmel.nn import attention, kernels
from himmel.nn.attention import attend, attend_blocked
from himmel.nn.kernels import TABLE, chosen, is_chosen, onednn_linear, plain
from himmel.nn.linear import Linear, gelu, linear_gelu

needs_operator = pytest.mark.skipif(
    not kernels.linear_works(torch.bfloat16), reason="this PyTorch has no such operator here"
)


def draw(*shape, seed=0, dtype=torch.float32):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed)).to(dtype)


def error(got, exact):
    return float(((got - exact.double()).norm() / exact.double().norm()).detach())


@pytest.fixture
def everywhere(monkeypatch):
    """All kernels of the table, whatever this machine is."""
    monkeypatch.setattr(kernels, "chosen", lambda: frozenset(TABLE))


SHAPES = [(1, 1, 1), (2, 70, 33), (1, 129, 1), (1, 0, 5), (3, 64, 200)]


@pytest.mark.parametrize(("batch", "queries", "keys"), SHAPES)
@pytest.mark.parametrize("budget", [1, 1 << 13, 1 << 20])
def test_blocked_attention_is_attention(monkeypatch, batch, queries, keys, budget):
    monkeypatch.setattr(attention, "BLOCK_SCORES", budget)
    query, key, value = draw(batch, 2, queries, 24), *draw(2, batch, 2, keys, 24, seed=1)
    plain_answer = attend(query, key, value, backend="sdpa")
    assert torch.allclose(attend_blocked(query, key, value), plain_answer, atol=1e-5)


@pytest.mark.parametrize("shape", [(100, 90), (1, 3, 100, 90), (2, 1, 1, 90)])
def test_blocked_attention_obeys_masks_of_every_shape(shape):
    query, key, value = draw(2, 3, 100, 16), *draw(2, 2, 3, 90, 16, seed=1)
    mask = draw(*shape, seed=2) > 0
    mask[..., 0] = True
    got = attend_blocked(query, key, value, mask)
    assert torch.allclose(got, attend(query, key, value, mask, "sdpa"), atol=1e-5)


def test_blocked_attention_takes_heads_that_lie_apart():
    query, key, value = (draw(2, 80, 3, 16, seed=n).transpose(1, 2) for n in range(3))
    same = attend_blocked(query.contiguous(), key.contiguous(), value.contiguous())
    assert torch.equal(attend_blocked(query, key, value), same)


def test_blocked_attention_keeps_its_error_in_bfloat16():
    query, key, value = draw(3, 1, 2, 400, 64, dtype=torch.bfloat16)
    exact = attend(query.double(), key.double(), value.double(), backend="sdpa")
    assert error(attend_blocked(query, key, value), exact) <= TABLE["blocked_attention"].error


def test_long_attention_in_bfloat16_takes_the_blocks(everywhere):
    query, key, value = draw(3, 1, 1, 400, 16, dtype=torch.bfloat16)
    with torch.no_grad():
        got = attend(query, key, value)
        assert torch.equal(got, attend_blocked(query, key, value))
        with plain():
            assert torch.equal(attend(query, key, value), attend(query, key, value, backend="sdpa"))


def test_short_attention_stays_whole(everywhere):
    query, key, value = draw(3, 1, 2, 80, 16, dtype=torch.bfloat16)
    with torch.no_grad():
        whole = attend(query, key, value, backend="matmul")
        assert torch.equal(attend(query, key, value), whole)


@needs_operator
@pytest.mark.parametrize("rows", [0, 1, 7, 130])
@pytest.mark.parametrize("bias", [True, False])
def test_the_linear_layer_is_the_same_function(everywhere, rows, bias):
    layer, x = Linear(24, 40, bias=bias), draw(2, rows, 24)
    with torch.no_grad():
        got, exact = layer(x), F.linear(x, layer.weight, layer.bias)
        assert got.shape == exact.shape
        assert torch.allclose(got, exact, atol=1e-5)
        gated = linear_gelu(layer.bfloat16(), x.bfloat16())
        exact = gelu(F.linear(x.bfloat16().double(), layer.weight.double(), _double(layer.bias)))
        assert torch.allclose(gated.double(), exact, atol=0.02)


def _double(bias):
    return None if bias is None else bias.double()


@needs_operator
def test_fused_gelu_rounds_once(everywhere):
    layer, x = Linear(64, 96).bfloat16(), draw(50, 64, dtype=torch.bfloat16)
    exact = gelu(F.linear(x.double(), layer.weight.double(), layer.bias.double()))
    with torch.no_grad():
        fused = linear_gelu(layer, x)
        assert torch.equal(fused, onednn_linear(x, layer.weight, layer.bias, gelu=True))
    assert error(fused, exact) <= TABLE["fused_gelu"].error
    assert error(fused, exact) <= error(gelu(layer(x)), exact)


def test_gradients_and_compilers_keep_the_default(everywhere, monkeypatch):
    layer, x = Linear(8, 8), draw(3, 8)
    assert not is_chosen("onednn_float32", x, layer.weight)
    linear_gelu(layer, layer(x)).sum().backward()
    assert layer.weight.grad.abs().max() > 0
    with torch.no_grad():
        assert is_chosen("onednn_float32", x, layer.weight, None)
        assert not is_chosen("onednn_float32", x.to("meta"))
        with plain():
            assert not is_chosen("onednn_float32", x)
        monkeypatch.setattr(torch.compiler, "is_compiling", lambda: True)
        assert not is_chosen("onednn_float32", x)


@needs_operator
def test_layers_still_answer_under_autocast(everywhere):
    layer, x = Linear(16, 16), draw(4, 16)
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        assert layer(x).dtype == linear_gelu(layer, x).dtype == torch.bfloat16


def test_an_operator_that_is_missing_is_not_chosen(monkeypatch):
    def missing(*_args, **_more):
        raise AttributeError("no such operator")

    monkeypatch.setattr(kernels, "onednn_linear", missing)
    chosen.cache_clear()
    found = chosen()
    chosen.cache_clear()
    assert not {"fused_gelu", "onednn_float32"} & found


def test_every_row_of_the_table_is_worth_it():
    assert all(kernel.speed >= 1.2 and kernel.error <= 1e-2 for kernel in TABLE.values())
    assert chosen() <= set(TABLE)
