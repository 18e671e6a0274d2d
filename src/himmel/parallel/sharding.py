"""Weights in shards (FSDP2): a block's weights are whole only while it computes.

`fully_shard` cuts every parameter along its first axis and gathers it block by block. What is trained
is a copy made without memory; the numbers come from the leader, so all processes begin alike.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any, cast

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

from himmel.core.errors import HimmelError
from himmel.core.spread import SpreadPlan
from himmel.parallel.context import share_tokens
from himmel.parallel.team import SpreadConfig, Team


def is_spread(tensor: Tensor) -> bool:
    """True for a tensor of which this process holds a shard."""
    return hasattr(tensor, "to_local")


def local(tensor: Tensor) -> Tensor:
    """What this process holds of a tensor; the same memory."""
    return cast("Tensor", tensor.to_local()) if hasattr(tensor, "to_local") else tensor


def whole(tensor: Tensor) -> Tensor:
    """The tensor with the shards of all; every process has to ask."""
    return cast("Tensor", tensor.full_tensor()) if hasattr(tensor, "full_tensor") else tensor


def plan_of(model: nn.Module) -> SpreadPlan:
    """What a network says about itself. Raises HimmelError where it says nothing."""
    plan = getattr(model, "spread", None)
    if not isinstance(plan, SpreadPlan):
        raise HimmelError(
            f"{type(model).__name__} does not say how it may be spread; train it in one process"
        )
    return plan


def spread(model: nn.Module, team: Team, config: SpreadConfig, copies: int = 1) -> list[nn.Module]:
    """Copies of a network in shards, each with the numbers that the leader's network has.

    The network itself loses its memory (it goes to the meta device) and stays as a skeleton that
    `gathered_into` can fill. On other processes than the leader's it may lie on the meta device already.
    """
    plan = plan_of(model)
    state = dict(model.state_dict()) if team.leads else {}
    model.to("meta")
    made = [copy.deepcopy(model) for _ in range(copies)]
    for each in made:
        shard(each, plan, team, config)
        each.to_empty(device=team.device)
        _fill(each, state, team)
    return made


def shard(model: nn.Module, plan: SpreadPlan, team: Team, config: SpreadConfig) -> None:
    """Cut a network in place: every block by itself, then what is left of it."""
    from torch.distributed.fsdp import MixedPrecisionPolicy, fully_shard

    kind = torch.bfloat16 if config.gather == "bf16" else None
    rounded = MixedPrecisionPolicy(kind, torch.float32, cast_forward_inputs=False)
    for block in getattr(model, plan.blocks):
        if config.recompute:
            block.forward = _Recomputed(block.forward)
        fully_shard(block, mesh=team.shards, mp_policy=rounded if kind else MixedPrecisionPolicy())
    fully_shard(model, mesh=team.shards)
    if team.context_group is not None:
        share_tokens(model, plan, team.context_group)


class _Recomputed:
    """A block's forward that keeps its arguments alone and is called again on the way back."""

    def __init__(self, forward: Any) -> None:
        self.forward = forward

    def __call__(self, *given: Any, **named: Any) -> Any:
        return checkpoint(self.forward, *given, use_reentrant=False, **named)


@torch.no_grad()
def _fill(model: nn.Module, state: dict[str, Tensor], team: Team) -> None:
    """The leader's numbers, one tensor at a time; every process keeps its shard."""
    for name, like in model.state_dict().items():
        empty = torch.empty(like.shape, dtype=like.dtype, device=team.device)
        full = state[name].to(team.device) if team.leads else empty
        dist.broadcast(full, src=0)
        local(like).copy_(local(placed_like(like, full)))


def gathered_into(skeleton: nn.Module, model: nn.Module, team: Team) -> nn.Module:
    """The skeleton, on the leader with all weights of a network in shards, on the CPU.

    Every process has to call it.
    """
    state = {}
    for name, tensor in model.state_dict().items():
        full = whole(tensor).cpu()
        if team.leads:
            state[name] = full
    if team.leads:
        skeleton.load_state_dict(state, assign=True)
    return skeleton


def placed_like(like: Tensor, full: Tensor) -> Tensor:
    """A whole tensor that every process has, in shards as `like` is."""
    if not is_spread(like):
        return full
    from torch.distributed.tensor import DTensor, distribute_tensor

    mesh, places = cast("DTensor", like).device_mesh, cast("DTensor", like).placements
    return distribute_tensor(full.to(like.device), mesh, places, src_data_rank=None)


def shard_bytes(tensors: Iterable[Tensor]) -> int:
    """Bytes that this process holds of some tensors."""
    return sum(local(t).numel() * t.element_size() for t in tensors)
