"""Loose talk for an encoder that a transformer reads already: new words, and what it takes from them."""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from himmel.conditions.canvas import blank
from himmel.core.geometry import LatentShape, PixelShape
from himmel.core.rng import derive, numpy_rng
from himmel.evaluate.sampling import draw_latents
from himmel.generate.system import SHIPPED
from himmel.interop.weights import load_config, load_state
from himmel.models.dit import DiT, DiTConfig
from himmel.models.text import TextEncoder, Tokenizer
from himmel.world.captions import LANGUAGES, caption, core_lexicon, plainly
from himmel.world.graph import sample_graph
from himmel.world.language.free_tables import stating_words
from himmel.world.vocabulary import COLOURS, KINDS
from himmel_recipes.settings import Settings

_QUERIES, _AT_ONCE, _BLOCKS = 512, 16, 2
_CLIPS, _STEPS, _GUIDANCE = 12, 3, 1.0
# The plainest word of a fact in the old vocabulary, and a word that states nothing.
PLAINEST = {f"kind:{k.name}": k.english[0] for k in KINDS}
PLAINEST |= {f"colour:{c.name}": c.english[0] for c in COLOURS}
PLAINEST |= {
    "setting:meadow": "meadow", "setting:desert": "desert", "setting:snow": "snow",
    "setting:street": "street", "setting:tiles": "tiles", "setting:water": "water",
    "setting:mountain-road": "mountains", "setting:candle-room": "candle", "setting:snowy-city": "snowy",
    "setting:gold-rush": "gold", "time:day": "noon", "time:evening": "evening", "time:night": "night",
    "motion:still": "stands", "motion:left": "left", "motion:right": "right", "motion:jump": "jumps",
    "motion:spin": "spins", "motion:toward": "approaches",
}  # fmt: skip
_NOTHING = "the"
_SAID = frozenset({"colour", "setting", "time", "motion"})


def caption_words(tokenizer: Tokenizer) -> int:
    """The number up to which words are those of the core's captions, which a transformer reads already;
    loose talk follows."""
    captions = core_lexicon()
    return min(tokenizer.number(word) for word in tokenizer.words if word not in captions)


@torch.no_grad()
def begin_new_words(encoder: TextEncoder, tokenizer: Tokenizer, known: int) -> None:
    """Words from number `known` on begin as the plainest word of the fact that all their entries state,
    the others as a word that states nothing."""
    told = stating_words()
    rows = encoder.words.weight
    for word in tokenizer.words:
        if (at := tokenizer.number(word)) >= known:
            facts = told.get(word, set())
            plain = PLAINEST[next(iter(facts))] if len(facts) == 1 else _NOTHING
            rows[at] = rows[tokenizer.number(plain)] + 0.1 * rows[at]


def only_new_words(encoder: TextEncoder, known: int) -> None:
    """Let nothing of an encoder learn but its words from number `known` on: what it makes of the others
    stays as it is, to the last bit."""
    encoder.requires_grad_(False)
    encoder.words.weight.requires_grad_(True)
    kept = torch.zeros(len(encoder.words.weight), 1)
    kept[known:] = 1
    encoder.words.weight.register_hook(lambda grad: grad * kept.to(grad))


class Look(nn.Module):
    """What a frozen transformer's tokens take from text states, at places met on the way to clips, in
    units of how much it differs between two captions of the same facts."""

    def __init__(self, settings: Settings, reader: TextEncoder, tokenizer: Tokenizer) -> None:
        super().__init__()
        folder, size = SHIPPED / settings.start, settings.output_size
        shape = settings.codec.compression.latent(PixelShape(settings.world.frames, size, size))
        self.network = DiT(load_config(folder, "transformer", DiTConfig))
        self.network.load_state_dict(load_state(folder, "transformer"))
        self.network.eval().requires_grad_(False)
        self.length = reader.config.length
        graphs, rng = [sample_graph(i) for i in range(_CLIPS)], numpy_rng(0, "look", "captions")
        plain = [plainly(g, _SAID) for g in graphs]
        other = [caption(g, rng, LANGUAGES[i % 2], "paraphrase") for i, g in enumerate(graphs)]
        with torch.no_grad():
            states, others = (
                reader(torch.tensor([tokenizer.encode(w, reader.config.length) for w in said]))
                for said in (plain, other)
            )
            self.queries = self._met(states, shape)
            apart = (
                self._taken(n, q, states) - self._taken(n, q, others)
                for n, q in enumerate(self.queries)
            )
            self.scales = [float(taken.square().mean().sqrt()) for taken in apart]

    def _met(self, states: Tensor, shape: LatentShape) -> list[Tensor]:
        """Tokens (Q, D) before every block's cross-attention."""
        met: list[list[Tensor]] = [[] for _ in self.network.blocks]
        hooks = [
            block.norm2.register_forward_hook(
                lambda _m, _i, out, kept=kept: kept.append(out.flatten(0, 1))
            )
            for block, kept in zip(self.network.blocks, met, strict=True)
        ]
        seeds = [derive(0, "look", i) % 2**31 for i in range(_CLIPS)]
        draw_latents(self.network, states, blank(shape, _CLIPS), seeds, _STEPS, _GUIDANCE)
        for hook in hooks:
            hook.remove()
        rng = numpy_rng(0, "look")
        tokens = [torch.cat(kept) for kept in met]
        return [t[torch.from_numpy(rng.permutation(len(t))[:_QUERIES])] for t in tokens]

    def draw(self, generator: torch.Generator) -> Callable[[Tensor], Tensor]:
        """A look through a few tokens of a few blocks: states (B, L, D) to what those take (B, F)."""
        chosen = torch.randperm(len(self.queries), generator=generator)[:_BLOCKS].tolist()
        picked = torch.randint(_QUERIES, (_AT_ONCE,), generator=generator)

        def look(states: Tensor) -> Tensor:
            taken = (
                self._taken(n, self.queries[n][picked], states) / self.scales[n] for n in chosen
            )
            return torch.cat([tokens.flatten(1) for tokens in taken], 1)

        return look

    def _taken(self, number: int, tokens: Tensor, states: Tensor) -> Tensor:
        """What tokens (Q, D) take in a block from states (B, L, D), padded as a reader pads them."""
        whole = F.pad(states, (0, 0, 0, self.length - states.shape[1]))
        attention = self.network.blocks[number].attn2
        pairs = attention.keys_values(self.network.read_text(whole))
        return attention.read(tokens.expand(len(states), -1, -1), pairs)
