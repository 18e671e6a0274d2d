"""Muon with all matrices of one shape in one go, for devices where starting a kernel costs most.

The same update and the same state as torch.optim.Muon, whose loop over matrices is the faster one on a
CPU that multiplies bfloat16: there, batched products of it are slow. On one that does not, torch's
would take longer than the step that it ends, so this one computes in float32.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor
from torch.optim._muon import _zeropower_via_newtonschulz

from himmel.nn.precision import fast_dtype
from himmel.parallel import local


def in_one_go(device: torch.device) -> bool:
    """Whether matrices of one shape are orthogonalised together, not one by one as the library does."""
    return device.type == "cuda" or fast_dtype(device) != torch.bfloat16


def orthogonalise(matrices: Tensor, steps: int, coefficients: tuple[float, float, float]) -> Tensor:
    """Bring the singular values of (K, M, N) matrices near 1 by a quintic Newton-Schulz iteration.

    X <- a X + (b A + c A^2) X with A = X X^T (Jordan et al. 2024), in bfloat16 where that is fast.
    """
    a, b, c = coefficients
    tall = matrices.shape[1] > matrices.shape[2]
    x = matrices.to(fast_dtype(matrices.device))
    x = x.mT if tall else x  # (K, m, n), m <= n
    x = x / x.norm(dim=(1, 2), keepdim=True).clamp(min=1e-7)
    for _ in range(steps):
        gram = x @ x.mT  # (K, m, m)
        x = torch.baddbmm(x, torch.baddbmm(gram, gram, gram, beta=b, alpha=c), x, beta=a)
    return x.mT if tall else x


class BatchedMuon(torch.optim.Muon):
    """torch.optim.Muon with adjust_lr_fn="match_rms_adamw" and Nesterov momentum, shape by shape."""

    @torch.no_grad()
    def step(self, closure: Any = None) -> Any:
        """Apply the gradients; a closure is not supported."""
        assert closure is None
        for group in self.param_groups:
            for alike in _by_shape(p for p in group["params"] if p.grad is not None):
                self._step_alike(alike, group)

    def _step_alike(self, parameters: list[Tensor], group: dict[str, Any]) -> None:
        gradients = [local(p.grad) for p in parameters if p.grad is not None]
        momenta = [local(self._momentum(p)) for p in parameters]
        torch._foreach_lerp_(momenta, gradients, 1 - group["momentum"])
        ahead = list(torch._foreach_lerp(gradients, momenta, group["momentum"]))
        updates = self._orthogonal(ahead, parameters[0], group)
        # 0.2 sqrt(max side): the root mean square of AdamW's updates, arXiv:2502.16982 section 2.2.
        rate = group["lr"] * (0.2 * max(parameters[0].shape) ** 0.5)
        held = [local(p) for p in parameters]
        torch._foreach_mul_(held, 1 - group["lr"] * group["weight_decay"])
        torch._foreach_add_(held, [u.to(held[0].dtype) for u in updates], alpha=-rate)

    def _orthogonal(self, ahead: list[Tensor], like: Tensor, group: dict[str, Any]) -> list[Tensor]:
        """The updates of matrices (M, N) of one shape."""
        steps, coefficients = group["ns_steps"], group["ns_coefficients"]
        return list(orthogonalise(torch.stack(ahead), steps, coefficients).unbind())

    def _momentum(self, parameter: Tensor) -> Tensor:
        state = self.state[parameter]
        if "momentum_buffer" not in state:
            state["momentum_buffer"] = torch.zeros_like(parameter)
        buffer: Tensor = state["momentum_buffer"]
        return buffer


class ShardedMuon(BatchedMuon):
    """The same for matrices in shards: every matrix is made whole in one process, and each process has
    as many to orthogonalise.

    Two exchanges, in bfloat16 where that is fast, take the rows there and back, so nothing is computed
    twice; gathering every matrix everywhere would repeat the Newton-Schulz steps in every process. The
    update is that of one process, bit for bit, where the gradients are.
    """

    def _orthogonal(self, ahead: list[Tensor], like: Tensor, group: dict[str, Any]) -> list[Tensor]:
        mesh = like.device_mesh  # type: ignore[attr-defined]
        assert mesh.ndim == 1, "matrices are cut along one axis of the mesh"
        team, (rows, columns) = mesh.get_group(), like.shape
        ways = mesh.size()
        most = -(-rows // ways)  # rows of a shard, fewer in the last ones
        count = -(-len(ahead) // ways) * ways
        sent = ahead[0].new_zeros((count, most, columns), dtype=fast_dtype(like.device))
        for place, part in zip(sent, ahead, strict=False):
            place[: len(part)] = part
        parts = _exchanged(sent.view(-1, ways, most, columns).transpose(0, 1), team)
        full = parts.transpose(0, 1).flatten(1, 2)[:, :rows]  # (count / processes, M, N)
        even = full.new_zeros((len(full), most * ways, columns))
        even[:, :rows] = _each(full, group)
        back = _exchanged(even.view(-1, ways, most, columns).transpose(0, 1), team)
        updates = back.transpose(0, 1).flatten(0, 1)  # (count, most, N)
        return [u[: len(part)] for u, part in zip(updates, ahead, strict=False)]


def _exchanged(parts: Tensor, team: dist.ProcessGroup) -> Tensor:
    """Entry r of the first axis goes to process r; what it sent us takes its place."""
    got = torch.empty_like(parts, memory_format=torch.contiguous_format)
    dist.all_to_all_single(got, parts.contiguous(), group=team)
    return got


def _each(matrices: Tensor, group: dict[str, Any]) -> Tensor:
    """Orthogonalised (K, M, N)."""
    steps, coefficients = group["ns_steps"], group["ns_coefficients"]
    if in_one_go(matrices.device):
        return orthogonalise(matrices, steps, coefficients)
    one_by_one = [
        _zeropower_via_newtonschulz(m.clone(), coefficients, steps, group["eps"]) for m in matrices
    ]
    return torch.stack(one_by_one)


def _by_shape(parameters: Iterable[Tensor]) -> Iterable[list[Tensor]]:
    alike: dict[torch.Size, list[Tensor]] = defaultdict(list)
    for parameter in parameters:
        alike[parameter.shape].append(parameter)
    return alike.values()
