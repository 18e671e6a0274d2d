"""The text encoder's stage: learn from the world's captions what a sentence says."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from himmel.core.rng import derive
from himmel.generate.system import SHIPPED
from himmel.interop.weights import load_config, load_state
from himmel.models.text import FactHeads, TextEncoder, TextEncoderConfig, Tokenizer
from himmel.world.captions import Said, core_lexicon, lexicon, plainly
from himmel.world.graph import Graph, sample_graph
from himmel.world.language.free_tables import stating_words
from himmel.world.language.lists import listed
from himmel_recipes.labels import CORE, draw_caption, draw_said, text_classes, text_labels
from himmel_recipes.settings import Settings

CORE_SHARE = 0.25
LIGHT = listed(
    "a an the it is are was of there do does you that this ein eine einen einem einer der die das den "
    "dem des ist sind es er sie und and man sieht zeig zeige mir show me please bitte video clip footage"
)


def build_tokenizer(settings: Settings) -> Tokenizer:
    """Every word that the world can say, in both languages; other words fall back to bytes.

    Words of a model to start from keep their numbers, new ones follow.
    """
    known = sorted(lexicon() if settings.world.families else core_lexicon())
    free = stating_words() if settings.reading.free else {}
    words = [*_words_of(settings.start), *known, *free]
    if settings.words_only:
        return Tokenizer.from_words(words, spells=False, light=LIGHT)
    return Tokenizer.from_words(words)


def _words_of(start: str) -> tuple[str, ...]:
    if not start:
        return ()
    told = (SHIPPED / start / "tokenizer.json").read_text(encoding="utf-8")
    return Tokenizer.from_json(told).words


def packaged_encoder(start: str) -> TextEncoder:
    """The text encoder of a model in the package."""
    folder, part = SHIPPED / start, "encoder."
    encoder = TextEncoder(load_config(folder, "text", TextEncoderConfig))
    state = load_state(folder, "text")
    encoder.load_state_dict(
        {name.removeprefix(part): value for name, value in state.items() if name.startswith(part)}
    )
    return encoder.eval()


@torch.no_grad()
def take_heads(start: str, heads: FactHeads) -> None:
    """Copy the answers of a model in the package that ask the same question."""
    old, state = load_state(SHIPPED / start, "text"), heads.state_dict()
    for name, value in state.items():
        same = old.get(f"heads.{name}")
        if same is not None and same.shape == value.shape:
            value.copy_(same)


def build_text(settings: Settings, tokenizer: Tokenizer) -> nn.ModuleDict:
    """Encoder and fact heads, untrained."""
    config = settings.text.replace(vocab_size=tokenizer.size)
    names = text_classes(bool(settings.world.families))
    heads = {group: len(known) + 1 for group, known in names.items()}
    encoder = TextEncoder(config)
    encoder.initialise(settings.seed)
    return nn.ModuleDict({"encoder": encoder, "heads": FactHeads(config.output_dim, heads)})


@torch.no_grad()
def lengthen(old: TextEncoder, new: TextEncoder) -> TextEncoder:
    """Copy an encoder into one that knows more words and reads longer texts."""
    state = new.state_dict()
    for name, value in old.state_dict().items():
        if value.shape == state[name].shape:
            state[name].copy_(value)
        else:
            state[name][: len(value)] = value  # words and positions are rows
    new.load_state_dict(state)
    return new


class TextData:
    """Captions of graphs nobody rendered: they cost nothing, so none comes twice.

    With families three quarters of them are of those, in the shares of their clips. Beside the
    encoder's own "ids" captions of the core stand in "anchor", where there is a model to start from.
    """

    def __init__(self, settings: Settings, tokenizer: Tokenizer) -> None:
        self.settings, self.tokenizer, self.batch = settings, tokenizer, settings.reading.batch
        self.names = text_classes(bool(settings.world.families))

    def __call__(self, step: int, rng: np.random.Generator) -> dict[str, Tensor]:
        """The batch of one step."""
        seed = int(rng.integers(2**62))  # micro-batches of a step have an rng each
        graphs = [self._graph(derive(seed, i), rng) for i in range(self.batch)]
        free = self.settings.reading.free
        said = [draw_said(g, rng, still=bool(rng.random() < 0.3), free=free) for g in graphs]
        labels = {f"label.{n}": values for n, values in text_labels(said, self.names).items()}
        sentences = [one.text for one in said]
        batch = {"ids": token_ids(self.tokenizer, sentences, self.settings.text.length), **labels}
        if self.settings.start and self.settings.world.families:
            core = [
                draw_caption(sample_graph(derive(seed, "core", i)), rng)
                for i in range(self.batch // 4)
            ]
            batch["anchor"] = token_ids(self.tokenizer, core, self.settings.text.length)
        if self.settings.start and free:
            meant = [_meant(g, s) for g, s in zip(graphs, said, strict=True)]
            ids = token_ids(self.tokenizer, meant, self.settings.text.length)
            batch["meant"] = ids * torch.tensor([bool(words) for words in meant])[:, None]
        return batch

    def _graph(self, seed: int, rng: np.random.Generator) -> Graph:
        families = self.settings.world.families
        if not families or rng.random() < CORE_SHARE:
            return sample_graph(seed)
        shares = np.array(list(families.values())) / sum(families.values())
        return sample_graph(seed, list(families)[int(rng.choice(len(shares), p=shares))])


def _meant(graph: Graph, said: Said) -> str:
    """What a transformer that knows only captions shall read in a sentence; empty where it cannot."""
    if graph.scene != CORE or "kind" not in said.facts:
        return ""
    return plainly(graph, set(said.facts) & {"colour", "setting", "time", "motion"})


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
