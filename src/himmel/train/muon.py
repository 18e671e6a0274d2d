"""Muon with all matrices of one shape in one go, for devices where starting a kernel costs most.

The same update and the same state as torch.optim.Muon, whose loop over matrices is the faster one
on a CPU: there, batched bfloat16 products are slow.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor


def orthogonalise(matrices: Tensor, steps: int, coefficients: tuple[float, float, float]) -> Tensor:
    """Bring the singular values of (K, M, N) matrices near 1 by a quintic Newton-Schulz iteration.

    X <- a X + (b A + c A^2) X with A = X X^T, in bfloat16 (Jordan et al. 2024).
    """
    a, b, c = coefficients
    tall = matrices.shape[1] > matrices.shape[2]
    x = matrices.bfloat16()
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
        gradients = [p.grad for p in parameters if p.grad is not None]
        momenta = [self._momentum(p) for p in parameters]
        torch._foreach_lerp_(momenta, gradients, 1 - group["momentum"])
        ahead = torch._foreach_lerp(gradients, momenta, group["momentum"])
        update = orthogonalise(torch.stack(ahead), group["ns_steps"], group["ns_coefficients"])
        # 0.2 sqrt(max side): the root mean square of AdamW's updates, arXiv:2502.16982 section 2.2.
        rate = group["lr"] * 0.2 * max(parameters[0].shape) ** 0.5
        torch._foreach_mul_(parameters, 1 - group["lr"] * group["weight_decay"])
        updates = update.to(parameters[0].dtype).unbind()
        torch._foreach_add_(parameters, updates, alpha=-rate)

    def _momentum(self, parameter: Tensor) -> Tensor:
        state = self.state[parameter]
        if "momentum_buffer" not in state:
            state["momentum_buffer"] = torch.zeros_like(parameter)
        buffer: Tensor = state["momentum_buffer"]
        return buffer


def _by_shape(parameters: Iterable[Tensor]) -> Iterable[list[Tensor]]:
    alike: dict[torch.Size, list[Tensor]] = defaultdict(list)
    for parameter in parameters:
        alike[parameter.shape].append(parameter)
    return alike.values()
