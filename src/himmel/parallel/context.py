"""One clip on several devices: every process keeps a run of its tokens (Ulysses, arXiv:2309.14509).

Between tokens only self-attention computes. Around it two exchanges turn a run of tokens with all heads
into all tokens with a share of the heads, and back; the rest of a block never notices.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

import torch
import torch.distributed as dist
from torch import Tensor, nn

from himmel.core.errors import HimmelError
from himmel.core.spread import SpreadPlan

Attend = Callable[..., Tensor]


@dataclass(eq=False)
class Share:
    """Who holds which tokens of the clips in work, and our part of what all blocks are given alike.

    Both are set when a clip enters the first block; the parts are let go behind the last one.
    """

    group: dist.ProcessGroup
    sizes: list[int] = field(default_factory=list)
    parts: dict[str, Tensor] = field(default_factory=dict)

    @property
    def ways(self) -> int:
        """Processes that share a clip."""
        return int(self.group.size())

    @property
    def rank(self) -> int:
        """Which run of tokens is ours."""
        return int(self.group.rank())

    def cut(self, tokens: int) -> None:
        """Deal tokens out in runs that differ by one at most."""
        whole, rest = divmod(tokens, self.ways)
        self.sizes = [whole + (number < rest) for number in range(self.ways)]

    def own(self, x: Tensor, axis: int) -> Tensor:
        """Our run of something with an entry per token."""
        start = sum(self.sizes[: self.rank])
        return x.narrow(axis, start, self.sizes[self.rank])

    def own_levels(self, x: Tensor, axis: int) -> Tensor:
        """Our part of something with S entries for the N tokens, S a divisor of N."""
        given, tokens = x.shape[axis], sum(self.sizes)
        if given == 1:
            return x
        # As few entries as can be cut where the tokens are: a frame's level may serve two processes.
        needed = tokens if tokens % self.ways else math.lcm(given, self.ways)
        spread = x if needed == given else x.repeat_interleave(needed // given, axis)
        return (
            self.own(spread, axis) if needed == tokens else spread.chunk(self.ways, axis)[self.rank]
        )

    def enter(self, values: dict[str, Any], plan: SpreadPlan) -> None:
        """Deal out a clip's tokens and keep our part of all but the stream."""
        stream = next(iter(plan.tokens))
        self.cut(values[stream].shape[plan.tokens[stream]])
        for name, axis in plan.tokens.items():
            if values.get(name) is not None:
                self.parts[name] = self.own(values[name], axis)
        for name, axis in plan.levels.items():
            # A copy: a view would keep what belongs to the others.
            self.parts[name] = self.own_levels(values[name], axis).contiguous()


def share_tokens(model: nn.Module, plan: SpreadPlan, group: dist.ProcessGroup) -> None:
    """Make a network's blocks work on runs of tokens; what goes in and comes out is whole.

    Every process computes the loss on the whole output. A gradient is right after averaging over the
    processes: see `_Whole`.
    """
    share, blocks = Share(group), list(getattr(model, plan.blocks))
    stream, signature = next(iter(plan.tokens)), inspect.signature(type(blocks[0]).forward)

    def enter(block: nn.Module, given: tuple[Any, ...], named: dict[str, Any]) -> Any:
        bound = signature.bind(block, *given, **named)
        if block is blocks[0]:
            share.enter(bound.arguments, plan)
        kept = {n: part for n, part in share.parts.items() if block is blocks[0] or n != stream}
        bound.arguments.update(kept)
        return bound.args[1:], bound.kwargs

    def leave(block: nn.Module, given: tuple[Any, ...], out: Tensor) -> Any:
        share.parts.clear()
        return _Whole.apply(out, share, plan.tokens[stream])  # type: ignore[no-untyped-call]

    for block in blocks:
        block.register_forward_pre_hook(enter, with_kwargs=True)
        attention = getattr(block, plan.attention)
        attention.inner = Ulysses(attention.inner, share)
    blocks[-1].register_forward_hook(leave)


class Ulysses:
    """Attention over all tokens, of which each process holds a run: every one takes some heads."""

    def __init__(self, attend: Attend, share: Share) -> None:
        self.attend, self.share = attend, share

    def __call__(
        self, query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None, *more: Any
    ) -> Tensor:
        """(B, H, own N, d) each to (B, H, own N, d). `mask` is that of all tokens.

        Raises HimmelError where the processes do not divide the heads.
        """
        heads, ways = query.shape[1], self.share.ways
        if heads % ways:
            raise HimmelError(
                f"{heads} heads cannot be shared by context={ways} processes; use a divisor of {heads}"
            )
        if mask is not None and mask.ndim == 4 and mask.shape[1] > 1:
            mask = mask.chunk(ways, 1)[self.share.rank]
        everything = self._exchanged(torch.cat([query, key, value]), True)
        seen = self.attend(*everything.chunk(3), mask, *more)  # (B, H / ways, N, d)
        return self._exchanged(seen, False)

    def _exchanged(self, x: Tensor, to_heads: bool) -> Tensor:
        return cast("Tensor", _Exchange.apply(x, self.share, to_heads))  # type: ignore[no-untyped-call]


class _Exchange(torch.autograd.Function):
    """To all tokens of some heads, or back to all heads of some tokens; each undoes the other."""

    @staticmethod
    def forward(context: Any, x: Tensor, share: Share, to_heads: bool) -> Tensor:
        context.share, context.sizes, context.to_heads = share, list(share.sizes), to_heads
        return (_to_heads if to_heads else _to_tokens)(x, share.group, share.sizes)

    @staticmethod
    def backward(context: Any, *gradients: Tensor) -> Any:
        back = _to_tokens if context.to_heads else _to_heads
        return back(gradients[0], context.share.group, context.sizes), None, None


def _to_heads(x: Tensor, group: dist.ProcessGroup, sizes: list[int]) -> Tensor:
    """(B, H, own N, d) to (B, H / P, N, d)."""
    batch, heads, own, width = x.shape
    some = heads // len(sizes)
    sent = x.view(batch, len(sizes), some, own, width).transpose(0, 1).contiguous()
    got = x.new_empty(batch * some * sum(sizes) * width)
    parts = [batch * some * size * width for size in sizes]
    dist.all_to_all_single(got, sent.flatten(), parts, None, group=group)
    runs = [p.view(batch, some, -1, width) for p in torch.split_with_sizes(got, parts)]
    return torch.cat(runs, 2)


def _to_tokens(x: Tensor, group: dist.ProcessGroup, sizes: list[int]) -> Tensor:
    """(B, H / P, N, d) to (B, H, own N, d)."""
    batch, some, _, width = x.shape
    own, ways = sizes[group.rank()], len(sizes)
    runs = [run.flatten() for run in torch.split_with_sizes(x, sizes, 2)]
    got = x.new_empty(ways * batch * some * own * width)
    dist.all_to_all_single(got, torch.cat(runs), None, [r.numel() for r in runs], group=group)
    return got.view(ways, batch, some, own, width).transpose(0, 1).flatten(1, 2)


class _Whole(torch.autograd.Function):
    """All runs of tokens joined, the same on every process.

    Each process then has the same loss, and the gradient of its own run is scaled by their number:
    what lies before has partial gradients whose average is the sum, what lies behind has equal ones
    whose average is themselves.
    """

    @staticmethod
    def forward(context: Any, x: Tensor, share: Share, axis: int) -> Tensor:
        context.share, context.axis, context.sizes = share, axis, list(share.sizes)
        padding = list(x.shape)
        padding[axis] = max(share.sizes) - x.shape[axis]
        even = torch.cat([x, x.new_zeros(padding)], axis).contiguous()
        runs = [torch.empty_like(even) for _ in share.sizes]
        dist.all_gather(runs, even, group=share.group)
        kept = [run.narrow(axis, 0, size) for run, size in zip(runs, share.sizes, strict=True)]
        return torch.cat(kept, axis)

    @staticmethod
    def backward(context: Any, *gradients: Tensor) -> Any:
        share: Share = context.share
        start = sum(context.sizes[: share.rank])
        own = gradients[0].narrow(context.axis, start, context.sizes[share.rank])
        return own * share.ways, None, None
