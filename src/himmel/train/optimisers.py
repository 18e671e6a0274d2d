"""Muon for hidden matrices, AdamW for everything else, one learning-rate factor for both.

Muon orthogonalises the momentum of a matrix by five Newton-Schulz steps (Jordan et al. 2024); its
update is scaled to AdamW's root mean square (Liu et al. 2025, arXiv:2502.16982), so that both rates
and the weight decay have the same meaning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from himmel.core.config import Config
from himmel.core.errors import DamagedFileError, HimmelError
from himmel.parallel import is_spread, whole
from himmel.train.muon import BatchedMuon, ShardedMuon, in_one_go

Select = Callable[[str, nn.Parameter], bool]


@dataclass(frozen=True, kw_only=True)
class OptimiserConfig(Config):
    """Rates and decays. muon_lr=None trains every parameter with AdamW; clip is a gradient norm."""

    muon_lr: float | None = 3e-3
    muon_momentum: float = 0.95
    muon_weight_decay: float = 0.02
    adamw_lr: float = 1e-3
    adamw_betas: tuple[float, float] = (0.9, 0.98)
    adamw_weight_decay: float = 0.0
    clip: float = 1.0


def is_hidden_matrix(name: str, parameter: nn.Parameter) -> bool:
    """The default choice for Muon: matrices inside `blocks`, no tables, norms or biases."""
    other = any(word in name for word in ("table", "norm", "bias", "embed"))
    return "blocks." in name and parameter.ndim == 2 and not other


def saved_name(name: str) -> str:
    """A parameter's name without the mark that torch.compile puts into it."""
    return name.replace("_orig_mod.", "")


class Optimisers:
    """All optimisers of a run under one roof, with parameters known by name.

    >>> optimisers = Optimisers(model, OptimiserConfig())         # doctest: +SKIP
    >>> optimisers.step(schedule.factor(step))                    # doctest: +SKIP
    """

    def __init__(
        self, model: nn.Module, config: OptimiserConfig, select: Select = is_hidden_matrix
    ) -> None:
        named = {saved_name(n): p for n, p in model.named_parameters() if p.requires_grad}
        if not named:
            raise HimmelError("the model has no parameter to train; unfreeze some")
        chosen = {n: p for n, p in named.items() if config.muon_lr is not None and select(n, p)}
        rest = {n: p for n, p in named.items() if n not in chosen}
        self.parameters = list(named.values())
        self._parameters = named
        self.config = config
        self.parts: dict[str, torch.optim.Optimizer] = {}
        self._names: dict[str, list[str]] = {}
        if chosen:
            self._add("muon", chosen, _muon(chosen.values(), config))
        if rest:
            self._add("adamw", rest, _adamw(rest.values(), config))
        self._base = {n: part.param_groups[0]["lr"] for n, part in self.parts.items()}

    def _add(self, kind: str, named: Mapping[str, Any], part: torch.optim.Optimizer) -> None:
        self.parts[kind] = part
        self._names[kind] = list(named)

    def step(self, factor: float) -> None:
        """Apply the gradients at `factor` of the full rates, then drop them."""
        for kind, part in self.parts.items():
            part.param_groups[0]["lr"] = self._base[kind] * factor
            part.step()
        self.forget()

    def forget(self) -> None:
        """Drop the gradients without applying them."""
        for parameter in self.parameters:
            parameter.grad = None

    def clip(self) -> Tensor:
        """Scale the gradients to the configured norm at most; the norm before that, a scalar."""
        return whole(nn.utils.clip_grad_norm_(self.parameters, self.config.clip))

    def rates(self) -> dict[str, float]:
        """The learning rate that each part used last."""
        return {kind: float(part.param_groups[0]["lr"]) for kind, part in self.parts.items()}

    def tensors(self) -> dict[str, Tensor]:
        """The whole state, flat: `part/parameter/entry` -> tensor."""
        flat = {}
        for kind, part in self.parts.items():
            state = part.state_dict()["state"]
            for index, entries in state.items():
                for entry, value in entries.items():
                    assert isinstance(value, Tensor), f"{kind} keeps {entry} as {type(value)}"
                    flat[f"{kind}/{self._names[kind][index]}/{entry}"] = value
        return flat

    def like(self, key: str, shape: torch.Size) -> Tensor | None:
        """The parameter that an entry of the state belongs to, where it has its shape."""
        kind, _, rest = key.partition("/")
        name = rest.rpartition("/")[0]
        parameter = self._parameters.get(name) if kind in self.parts else None
        return parameter if parameter is not None and parameter.shape == shape else None

    def load(self, flat: Mapping[str, Tensor]) -> None:
        """Take over what `tensors` gave. Raises DamagedFileError for a name that is not ours."""
        states: dict[str, dict[int, dict[str, Tensor]]] = {kind: {} for kind in self.parts}
        for key, value in flat.items():
            kind, _, rest = key.partition("/")
            name, _, entry = rest.rpartition("/")
            if name not in self._names.get(kind, ()):
                raise DamagedFileError(
                    f"the optimiser state names {key}, which this model does not train so; "
                    "resume with the recipe that wrote it"
                )
            states[kind].setdefault(self._names[kind].index(name), {})[entry] = value
        for kind, part in self.parts.items():
            groups = part.state_dict()["param_groups"]
            part.load_state_dict({"state": states[kind], "param_groups": groups})


def _muon(parameters: Iterable[nn.Parameter], config: OptimiserConfig) -> torch.optim.Optimizer:
    assert config.muon_lr is not None
    listed = list(parameters)
    kind = BatchedMuon if in_one_go(listed[0].device) else torch.optim.Muon
    return (ShardedMuon if is_spread(listed[0]) else kind)(
        listed,
        lr=config.muon_lr,
        momentum=config.muon_momentum,
        weight_decay=config.muon_weight_decay,
        nesterov=True,
        ns_steps=5,
        adjust_lr_fn="match_rms_adamw",
    )


def _adamw(parameters: Iterable[nn.Parameter], config: OptimiserConfig) -> torch.optim.Optimizer:
    listed = list(parameters)
    return torch.optim.AdamW(
        listed,
        lr=config.adamw_lr,
        betas=config.adamw_betas,
        weight_decay=config.adamw_weight_decay,
        fused=all(p.device.type in ("cpu", "cuda") for p in listed),
    )
