"""The text encoder's stage: learn from the world's captions what a sentence says."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from himmel.core.rng import derive
from himmel.models.text import FactHeads, TextEncoder, Tokenizer
from himmel.world.captions import lexicon
from himmel.world.graph import sample_graph
from himmel_recipes.labels import classes, draw_caption, text_labels
from himmel_recipes.settings import Settings


def build_tokenizer() -> Tokenizer:
    """Every word that the world can say, in both languages; other words fall back to bytes."""
    return Tokenizer.from_words(sorted(lexicon()))


def build_text(settings: Settings, tokenizer: Tokenizer) -> nn.ModuleDict:
    """Encoder and fact heads, untrained."""
    config = settings.text.replace(vocab_size=tokenizer.size)
    heads = {group: len(names) + 1 for group, names in classes().items()}
    encoder = TextEncoder(config)
    encoder.initialise(settings.seed)
    return nn.ModuleDict({"encoder": encoder, "heads": FactHeads(config.output_dim, heads)})


class TextData:
    """Captions of graphs nobody rendered: they cost nothing, so none comes twice."""

    def __init__(self, settings: Settings, tokenizer: Tokenizer, batch: int = 128) -> None:
        self.settings, self.tokenizer, self.batch = settings, tokenizer, batch

    def __call__(self, step: int, rng: np.random.Generator) -> dict[str, Tensor]:
        """The batch of one step."""
        seed = derive(self.settings.seed, "text", step)
        graphs = [sample_graph(derive(seed, i)) for i in range(self.batch)]
        said = [draw_caption(g, rng, still=bool(rng.random() < 0.3)) for g in graphs]
        labels = {f"label.{name}": values for name, values in text_labels(said).items()}
        return {"ids": token_ids(self.tokenizer, said, self.settings.text.length), **labels}


def token_ids(tokenizer: Tokenizer, sentences: list[str], length: int) -> Tensor:
    """Token ids (N, length), padded with 0."""
    return torch.tensor([tokenizer.encode(sentence, length) for sentence in sentences])


@torch.inference_mode()
def read_text(
    settings: Settings, encoder: nn.Module, tokenizer: Tokenizer, sentences: list[str]
) -> Tensor:
    """States (N, L, D) of sentences, made where the encoder lies."""
    ids = token_ids(tokenizer, sentences, settings.text.length)
    states: Tensor = encoder(ids.to(next(encoder.parameters()).device))
    return states.float()
