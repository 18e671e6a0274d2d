"""A transformer larger than its device: blocks visit it one at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import torch
from torch import nn

from himmel.models.dit.model import DiT


@contextmanager
def block_by_block(transformer: DiT, device: torch.device | str) -> Iterator[DiT]:
    """Compute on `device` with the matrices of one block there at a time; the rest waits where it is.

    What is in no block, and the small tables of the blocks, stay on the device meanwhile. Numbers are
    those of a transformer that lies there whole. Afterwards the parameters are the same objects as
    before: nothing is copied back, since computing changes none. Not for training.
    """
    inside = [layer for block in transformer.blocks for layer in _layers(block)]
    outside = [m for m in transformer.modules() if not any(m is layer for layer in inside)]
    with ExitStack() as stack:
        stack.enter_context(moved(outside, torch.device(device)))
        visitor = stack.enter_context(ExitStack())
        resident = _Resident(torch.device(device), visitor)
        for block in transformer.blocks:
            resident.watch(block, stack)
        yield transformer


@contextmanager
def moved(modules: Iterable[nn.Module], device: torch.device) -> Iterator[None]:
    """Copies of the modules' own parameters on a device; on leaving, the parameters themselves."""
    home = [(m, name, p) for m in modules for name, p in m.named_parameters(recurse=False)]
    try:
        for module, name, parameter in home:
            setattr(module, name, nn.Parameter(parameter.data.to(device), requires_grad=False))
        yield
    finally:
        for module, name, parameter in home:
            setattr(module, name, parameter)


def _layers(block: nn.Module) -> list[nn.Module]:
    return [m for m in block.modules() if m is not block]


class _Resident:
    """The one block on the device. It changes as soon as a layer of another one is called.

    Layers are watched and not blocks: the keys and values of a prompt are made for all blocks before
    any of them is called (DiT.cache_text).
    """

    def __init__(self, device: torch.device, visitor: ExitStack) -> None:
        self._device, self._visitor = device, visitor
        self._block: nn.Module | None = None

    def watch(self, block: nn.Module, stack: ExitStack) -> None:
        """Be called before any of the block's layers, until the stack is left."""

        def enter(*_: Any) -> None:
            if block is not self._block:
                self._visitor.close()
                self._visitor.enter_context(moved(_layers(block), self._device))
                self._block = block

        for layer in _layers(block):
            stack.callback(layer.register_forward_pre_hook(enter).remove)
