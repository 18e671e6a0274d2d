"""A team that is only pretended: shapes and bytes of a run on many devices, worked out on none.

One process plays the first of many. Its exchanges give back memory of the right shape and no numbers,
and no tensor has memory at all.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor, nn

from himmel.nn.kernels import chosen
from himmel.nn.rope import grid_rotary
from himmel.parallel.sharding import is_spread, plan_of, shard
from himmel.parallel.team import SpreadConfig, Team, gather_team, quiet_about_views


@contextlib.contextmanager
def pretended(processes: int, config: SpreadConfig) -> Iterator[Team]:
    """The first of so many processes; tensors made inside have shapes and no memory.

    Raises HimmelError where `context` does not divide them.
    """
    from torch._subclasses.fake_tensor import FakeTensorMode
    from torch.testing._internal.distributed.fake_pg import FakeStore

    quiet_about_views()
    chosen()  # tries kernels out, which needs numbers
    grid_rotary.cache_clear()  # tables without numbers may not outlive the pretence, nor real ones enter
    dist.init_process_group("fake", rank=0, world_size=processes, store=FakeStore())
    try:
        team = gather_team(config, torch.device("cpu"))
        with FakeTensorMode(allow_non_fake_inputs=True):
            yield team
    finally:
        grid_rotary.cache_clear()
        dist.destroy_process_group()


def pretend_shards(model: nn.Module, team: Team, config: SpreadConfig) -> nn.Module:
    """A network of the meta device, cut as `spread` would, without numbers; inside `pretended`."""
    shard(model, plan_of(model), team, config)
    return model.to_empty(device=team.device)


def kept_for_gradient(model: nn.Module, forward: Callable[[], Tensor]) -> tuple[Tensor, int]:
    """What a forward pass through a network gives, and the bytes that it keeps for the way back; its
    weights, which are whole while they are used, are not counted.
    """
    kept: dict[int, int] = {}
    weights: set[int] = set()

    def note(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        kept[storage._cdata] = storage.nbytes()
        return tensor

    def enter(module: nn.Module, given: Any) -> None:
        own = module.parameters(recurse=False)
        weights.update(p.untyped_storage()._cdata for p in own if not is_spread(p))

    hooks = [module.register_forward_pre_hook(enter) for module in model.modules()]
    try:
        with torch.autograd.graph.saved_tensors_hooks(note, lambda tensor: tensor):
            out = forward()
    finally:
        for hook in hooks:
            hook.remove()
    return out, sum(size for place, size in kept.items() if place not in weights)
