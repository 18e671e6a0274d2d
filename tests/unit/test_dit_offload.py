"""Blocks visit the device one at a time, and the numbers stay what they are."""

from contextlib import nullcontext

import pytest
import torch

from himmel.models.dit import DiT, block_by_block


@pytest.fixture
def network(wan_config):
    torch.manual_seed(0)
    made = DiT(wan_config.replace(num_layers=3)).eval().requires_grad_(False)
    for parameter in made.parameters():
        parameter.data.add_(0.1 * torch.randn_like(parameter))
    return made


def inputs(device="cpu"):
    torch.manual_seed(1)
    values = torch.randn(1, 4, 2, 4, 4), torch.tensor([500.0]), torch.randn(1, 5, 12)
    return tuple(v.to(device) for v in values)


def there(network, device):
    """Numbers of the blocks whose matrices lie on a device."""
    return {i for i, b in enumerate(network.blocks) if b.attn1.to_q.weight.device.type == device}


def test_numbers_are_the_same(network):
    z, t, text = inputs()
    expected = network(z, t, text)
    cached = network(z, t, network.cache_text(text))
    before = dict(network.named_parameters())
    with block_by_block(network, "cpu") as moved:
        assert torch.equal(moved(z, t, text), expected)
        assert torch.equal(moved(z, t, moved.cache_text(text)), cached)
    assert all(p is before[name] for name, p in network.named_parameters())
    assert not any(m._forward_pre_hooks for m in network.modules())


def test_one_block_at_a_time(network, monkeypatch):
    """The meta device computes nothing, but refuses tensors that lie elsewhere."""
    monkeypatch.setattr(torch, "autocast", lambda *_, **__: nullcontext())  # meta has none
    home = dict(network.named_parameters())
    seen = []
    with block_by_block(network, "meta") as moved:
        assert there(moved, "meta") == set()
        for block in moved.blocks:
            block.ffn.net[2].register_forward_hook(lambda *_: seen.append(there(moved, "meta")))
        z, t, text = inputs("meta")
        answer = moved(z, t, moved.cache_text(text))
        assert answer.device.type == "meta" and answer.shape == (1, 4, 2, 4, 4)
    assert seen == [{0}, {1}, {2}]
    assert all(p is home[name] for name, p in network.named_parameters())


def test_all_is_put_back_after_an_error(network):
    z, t, text = inputs()
    expected = network(z, t, text)
    with pytest.raises(RuntimeError), block_by_block(network, "meta"):
        network(z, t, text)
        raise RuntimeError
    assert torch.equal(network(z, t, text), expected)
