"""Prompts told again with more said: by the world's own captions, by an endpoint, or by a function."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from himmel.generate.config import SystemConfig
from himmel.generate.lexicon import Lexicon
from himmel.generate.reading import Reader


@dataclass(frozen=True)
class Upsampler:
    """Who tells prompts again: a name for the manifest, and rewrite(prompt, seed), the same for the same
    seed where it can be. It raises HimmelError, saying why, for a prompt that is left as it is written.
    """

    name: str
    rewrite: Callable[[str, int], str]


def world_upsampler(config: SystemConfig, lexicon: Lexicon, text: Reader) -> Upsampler:
    """The one without a network: captions of the world, in words and facts that the weights know."""
    from himmel.world.upsample import upsample

    def fits(caption: str) -> bool:
        return not lexicon.unknown(caption) and not text.overlong(caption)

    def rewrite(prompt: str, seed: int) -> str:
        return upsample(prompt, seed, config.facts or None, fits)

    return Upsampler("world captions", rewrite)
