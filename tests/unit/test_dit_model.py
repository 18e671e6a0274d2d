"""What the transformer promises beyond equality with Wan."""

import pytest
import torch

from himmel.core.errors import HimmelError
from himmel.models.dit import DiT, DiTConfig, RayConfig, initialise
from himmel.models.dit.model import modulate, modulated
from himmel.nn.embeddings import patchify
from himmel.nn.kernels import plain
from himmel.nn.norms import LayerNorm
from himmel.nn.rope import grid_positions

TINY = DiTConfig(
    patch_size=(1, 1, 1),
    num_attention_heads=2,
    attention_head_dim=16,
    in_channels=3,
    out_channels=3,
    text_dim=8,
    freq_dim=16,
    ffn_dim=40,
    num_layers=2,
)


def awake(config=TINY):
    """A transformer whose answers depend on everything."""
    model = DiT(config)
    rng = torch.Generator().manual_seed(3)
    for parameter in model.parameters():
        parameter.data.add_(torch.randn(parameter.shape, generator=rng) * 0.1)
    return model.eval()


def batch(frames=3):
    rng = torch.Generator().manual_seed(4)
    return torch.randn(2, 3, frames, 2, 2, generator=rng), torch.randn(2, 5, 8, generator=rng)


def test_a_new_transformer_answers_zero_and_can_learn():
    model = DiT(TINY)
    latents, text = batch()
    answer = model(latents, torch.tensor([1.0, 999.0]), text)
    assert torch.count_nonzero(answer) == 0
    model.proj_out.weight.data.normal_()
    model(latents, torch.tensor([1.0, 999.0]), text).sum().backward()
    for name, parameter in model.blocks.named_parameters():
        if name.endswith(("to_out.0.weight", "net.2.weight")):
            assert parameter.grad.abs().max() > 0, name


def test_initialise_depends_on_the_seed_alone():
    first, second, other = DiT(TINY), DiT(TINY), DiT(TINY, seed=1)
    name = "blocks.0.attn1.to_q.weight"
    assert torch.equal(first.state_dict()[name], second.state_dict()[name])
    assert not torch.equal(first.state_dict()[name], other.state_dict()[name])
    initialise(other)
    assert torch.equal(first.state_dict()[name], other.state_dict()[name])
    assert first.condition_embedder.time_proj.bias.view(6, -1)[:, 0].tolist() == [
        0,
        0,
        0.5,
        0,
        0,
        0.5,
    ]


@torch.no_grad()
def test_one_level_per_frame_equals_one_per_token():
    model = awake()
    latents, text = batch()
    levels = torch.tensor([[0.0, 300.0, 700.0], [5.0, 900.0, 400.0]])
    per_token = levels.repeat_interleave(4, 1)
    assert torch.allclose(model(latents, levels, text), model(latents, per_token, text), atol=1e-5)
    same = torch.full((2, 12), 300.0)
    assert torch.allclose(model(latents, same[:, 0], text), model(latents, same, text), atol=1e-5)


@torch.no_grad()
def test_tokens_need_no_order_and_no_origin():
    model = awake()
    latents, text = batch()
    tokens, positions = patchify(latents, (1, 1, 1)), grid_positions(3, 2, 2)
    level = torch.tensor([200.0, 800.0])
    straight = model.forward_tokens(tokens, positions, level, text)
    order = torch.randperm(12, generator=torch.Generator().manual_seed(5))
    shuffled = model.forward_tokens(tokens[:, order], positions[order] + 7.25, level, text)
    assert torch.allclose(straight[:, order], shuffled, atol=1e-4)


@torch.no_grad()
def test_cached_text_gives_the_same_answer():
    model = awake()
    latents, text = batch()
    level = torch.tensor([200.0, 800.0])
    cached = model(latents, level, model.cache_text(text))
    assert torch.allclose(cached, model(latents, level, text), atol=1e-6)


@torch.no_grad()
def test_a_mask_hides_the_future():
    model = awake()
    latents, text = batch()
    frame = torch.arange(3).repeat_interleave(4)
    mask = frame[:, None] >= frame[None, :]
    level = torch.tensor([200.0, 800.0])
    changed = latents.clone()
    changed[:, :, 2] += 1
    past = model(latents, level, text, mask=mask)[:, :, :2]
    assert torch.allclose(past, model(changed, level, text, mask=mask)[:, :, :2], atol=1e-6)
    assert not torch.allclose(past, model(changed, level, text)[:, :, :2], atol=1e-3)


def test_half_precision_follows_full_precision():
    model = awake()
    latents, text = batch()
    level = torch.tensor([200.0, 800.0])
    exact = model(latents, level, text)
    with torch.autocast("cpu", torch.bfloat16):
        rough = model(latents, level, text)
    error = (rough.float() - exact).norm() / exact.norm()
    assert error < 0.03
    with torch.no_grad():
        stored = model.bfloat16()(latents.bfloat16(), level, text.bfloat16())
    assert stored.dtype == torch.bfloat16
    assert (stored.float() - exact).norm() / exact.norm() < 0.05


def test_flops_equal_those_of_the_matrix_products():
    from torch.utils.flop_counter import FlopCounterMode

    model = DiT(TINY, attention="matmul")
    latents, text = batch()
    with FlopCounterMode(display=False) as counter:
        model(latents[:1], torch.tensor([1.0]), text[:1])
    assert model.flops(12, 5) == counter.get_total_flops()


def test_mistakes_are_named():
    model, (latents, text) = DiT(TINY), batch()
    with pytest.raises(HimmelError, match="5 noise levels"):
        model(latents, torch.zeros(2, 5), text)
    with pytest.raises(HimmelError, match="takes no image"):
        model(latents, torch.zeros(2), text, torch.zeros(2, 1, 4))
    with pytest.raises(HimmelError, match="qk_norm"):
        DiTConfig(qk_norm="layer_norm")
    with pytest.raises(HimmelError, match="head_dim"):
        DiTConfig(attention_head_dim=15)


def test_an_empty_shell_takes_weights():
    with torch.device("meta"):
        shell = DiT(TINY)
    state = DiT(TINY, seed=9).state_dict()
    shell.load_state_dict(state, assign=True)
    assert torch.equal(shell.proj_out.bias, state["proj_out.bias"])
    assert all(p.device.type == "cpu" for p in shell.parameters())


def test_an_appended_frame_lies_where_its_position_says():
    model = awake()
    latents, text = batch()
    level, grid = torch.full((2,), 400.0), grid_positions(3, 2, 2)
    straight = model(latents, level, text, positions=grid)
    assert torch.allclose(straight, model(latents, level, text), atol=1e-6)
    order = torch.tensor([1, 2, 0])  # the first latent frame written last, at its own time
    moved = model(
        latents[:, :, order], level, text, positions=grid.view(3, 4, 3)[order].flatten(0, 1)
    )
    assert torch.allclose(moved, straight[:, :, order], atol=1e-5)


@torch.no_grad()
def test_levels_that_repeat_are_worked_out_once():
    conditions = awake().condition_embedder
    levels = torch.tensor([[0.0, 500.0, 0.0, 500.0], [500.0, 0.0, 0.0, 500.0]])
    seen = []
    handle = conditions.time_proj.register_forward_hook(lambda _m, _x, y: seen.append(y.shape[1]))
    level, modulation = conditions.time(levels)
    one, table = conditions.time(torch.full((2, 4), 500.0))
    handle.remove()
    assert seen == [2, 1]
    with torch.enable_grad():
        plain_level, plain_modulation = conditions.time(levels)
    assert torch.allclose(level, plain_level, atol=1e-6)
    assert torch.allclose(modulation, plain_modulation, atol=1e-6)
    assert one.shape[:2] == table.shape[:2] == (1, 1)
    assert torch.allclose(table[0, 0], plain_modulation[0, 1], atol=1e-6)


@torch.no_grad()
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_one_level_for_all_is_the_same_in_one_step(dtype):
    rng = torch.Generator().manual_seed(6)
    x = torch.randn(2, 7, 16, generator=rng).to(dtype)
    shift, scale = torch.randn(2, 1, 1, 16, generator=rng)
    norm = LayerNorm(16)
    exact = modulate(norm(x.double().float()), shift, scale)
    got = modulated(norm, x, shift, scale)
    assert got.dtype == dtype
    assert torch.allclose(got.float(), exact, atol=1e-5 if dtype == torch.float32 else 0.03)
    with plain():
        assert torch.equal(modulated(norm, x, shift, scale), exact.to(dtype))


def test_a_new_network_with_rays_begins_as_one_without_and_then_sees_them():
    latents, text = batch()
    rays = torch.randn(2, 12, 6, generator=torch.Generator().manual_seed(5))
    times = torch.full((2,), 500.0)
    plain_one = awake()
    config = DiTConfig.from_dict({**TINY.to_dict(), "camera_dim": 6})
    assert RayConfig.from_json(config.to_json()) == config
    with_rays = DiT(config).eval()
    kept = plain_one.state_dict()
    missing, extra = with_rays.load_state_dict(kept, strict=False)
    assert missing == ["camera_embedder.weight"]
    assert not extra
    known = plain_one(latents, times, text)
    assert torch.equal(with_rays(latents, times, text, rays=rays), known)
    torch.nn.init.normal_(with_rays.camera_embedder.weight)
    assert not torch.allclose(with_rays(latents, times, text, rays=rays), known)
    assert torch.equal(with_rays(latents, times, text, rays=torch.zeros_like(rays)), known)
    with pytest.raises(HimmelError, match="no cameras"):
        plain_one(latents, times, text, rays=rays)
