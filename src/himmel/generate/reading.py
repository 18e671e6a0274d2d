"""Who reads the prompts: our own small encoder with its fact heads, or UMT5 for Wan's weights."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor, nn

from himmel.core.values import Frames
from himmel.generate.config import SystemConfig
from himmel.models.clip_vision import ClipVision, PreparationConfig, prepare
from himmel.models.text import FactHeads, TextEncoder, TextEncoderConfig, Tokenizer
from himmel.models.umt5 import UMT5Encoder, UMT5Tokenizer


class Reader(Protocol):
    """What a system needs of a text encoder."""

    def read(self, prompt: str) -> Tensor:
        """States (1, L, D) in float32; those of "" stand for no words at all."""
        ...

    def overlong(self, prompt: str) -> bool:
        """True when only the beginning of a prompt is read."""
        ...

    def understood(self, prompt: str) -> dict[str, str]:
        """The facts read from a prompt, by group; unsaid ones are left out."""
        ...

    def release(self) -> None:
        """Give back the memory that reading needed; reading again takes it again."""
        ...


@dataclass(frozen=True, eq=False)
class FactReader:
    """Our own encoder: the networks `encoder` and `heads`, and what the heads' answers are called."""

    networks: nn.ModuleDict
    tokenizer: Tokenizer
    config: TextEncoderConfig
    facts: Mapping[str, list[str]]

    def read(self, prompt: str) -> Tensor:
        """States (1, L, D); no words are the zeros that training showed in place of a caption."""
        if not prompt:
            return torch.zeros(1, self.config.length, self.config.output_dim)
        ids = self.tokenizer.encode(prompt, self.config.length)
        states: Tensor = self.networks["encoder"](torch.tensor([ids]))
        return states

    def overlong(self, prompt: str) -> bool:
        """True when only the beginning of a prompt is read."""
        return self.tokenizer.cuts(prompt, self.config.length)

    @torch.inference_mode()
    def understood(self, prompt: str) -> dict[str, str]:
        """The facts that the heads read from a prompt, by group; unsaid ones are left out."""
        logits = self.networks["heads"](self.read(prompt)[:, 0])
        best = {group: int(values.argmax()) for group, values in logits.items()}
        return {g: self.facts[g][i] for g, i in best.items() if i < len(self.facts[g])}

    def release(self) -> None:
        """Nothing: it is small, and the next request needs it again."""


class UMT5Reader:
    """Wan's encoder, larger than its transformer: loaded when it reads, gone when it is released."""

    def __init__(
        self, tokenizer: UMT5Tokenizer, load: Callable[[], UMT5Encoder], length: int
    ) -> None:
        self.tokenizer, self._load, self._length = tokenizer, load, length
        self._encoder: UMT5Encoder | None = None

    @property
    def loaded(self) -> bool:
        """True while the encoder's weights are held."""
        return self._encoder is not None

    @torch.inference_mode()
    def read(self, prompt: str) -> Tensor:
        """States (1, L, D) of a prompt, also of an empty one, as Wan was trained."""
        if self._encoder is None:
            self._encoder = self._load().eval().requires_grad_(False)
        ids = self.tokenizer.encode(prompt, self._length)
        states: Tensor = self._encoder(torch.tensor([ids]))
        return states

    def overlong(self, prompt: str) -> bool:
        """True when only the beginning of a prompt is read."""
        return self.tokenizer.encode(prompt, self._length + 1)[-1] != 0

    def understood(self, prompt: str) -> dict[str, str]:
        """Nothing: it has no heads that would say."""
        return {}

    def release(self) -> None:
        """Let the encoder go."""
        self._encoder = None


class Sight:
    """Who looks at pictures for Wan2.1: CLIP, loaded when it looks and gone afterwards."""

    def __init__(self, preparation: PreparationConfig, load: Callable[[], ClipVision]) -> None:
        self._preparation, self._load = preparation, load

    @torch.inference_mode()
    def look(self, pictures: Sequence[Frames]) -> Tensor:
        """States (M, tokens, D) of pictures uint8 (H, W, 3) each."""
        encoder = self._load().eval().requires_grad_(False)
        ready = torch.stack([prepare(picture, self._preparation) for picture in pictures])
        states: Tensor = encoder(ready.to(next(encoder.parameters()).dtype))
        return states.float()


def build_text(config: SystemConfig) -> nn.ModuleDict:
    """Our encoder and fact heads, untrained; every head has one more answer, for `not said`."""
    assert isinstance(config.text, TextEncoderConfig)
    groups = {group: len(names) + 1 for group, names in config.facts.items()}
    encoder, heads = TextEncoder(config.text), FactHeads(config.text.output_dim, groups)
    return nn.ModuleDict({"encoder": encoder, "heads": heads})
