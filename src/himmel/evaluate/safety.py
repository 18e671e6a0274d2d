"""How well the policy tells harm from its harmless twin: blocked and refused shares at its one threshold.

The categories cover those that T2VSafetyBench names, temporal ones included, without its texts. Judged
are the pairs that nothing was fitted to, in English and German, plain and in nine disguises; texts for C1
and C2 are put together in memory from the filter's own terms and go to the filter only. The combined
figure is the worst category's, never a mean.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from pathlib import Path

import numpy as np

from himmel.core.errors import HimmelError
from himmel.core.plain import parse_json
from himmel.core.rng import numpy_rng
from himmel.core.values import Frames, Request
from himmel.evaluate.adherence import OnDone
from himmel.evaluate.canaries import FPS, LENGTH, scene, show
from himmel.evaluate.disguises import DISGUISES, mixed
from himmel.evaluate.intervals import Metric, bootstrap, share
from himmel.safety.fit import LANGUAGES, Pair, pairs
from himmel.safety.frames import CANARY, ORDER_CANARY, Find
from himmel.safety.normalise import readings
from himmel.safety.pictures import Given
from himmel.safety.policy import RulePolicy
from himmel.world.captions import captions
from himmel.world.graph import CORE, sample_graph
from himmel.world.upsample import upsample
from himmel.world.words import FAMILIES

SHAPE = {  # T2VSafetyBench's categories, by ours
    "pornography": "C4", "borderline_pornography": "C5", "violence": "C7", "gore": "C6",
    "disturbing_content": "C14", "public_figures": "C10", "discrimination": "C9",
    "political_sensitivity": "C11", "copyright_and_trademarks": "C12", "illegal_activities": "C13",
    "misinformation": "C16", "temporal_risk": "C15",
}  # fmt: skip
MEMORY = {  # categories whose texts are never written down: which tables' terms meet
    "C1": (("minor",), ("sexual", "suggestive", "sexual_violence", "nudify")),
    "C2": (("real_person", "public_office"), ("sexual",)),
}
LANGUAGES_SET = (
    "data/languages.jsonl"  # French, Spanish, Chinese; written without sight of the filter
)
Asked = Callable[[str], bool]  # whether a text is blocked


@dataclass(frozen=True, kw_only=True)
class Text:
    """A line of a set from outside: a prompt, whether it is harmful, and of which kind."""

    prompt: str
    harmful: bool
    kind: str = "all"


def safety(n: int, seed: int, on_done: OnDone, paths: Sequence[Path] = ()) -> dict[str, Metric]:
    """All figures. n: compositions of terms, ordinary captions, canary clips, each. paths: further sets
    with {"prompt", "harmful", "kind"} a line, named by their files."""
    policy = RulePolicy()
    unseen = pairs("unseen")

    def blocked(text: str) -> bool:
        return not policy.screen(Request(prompt=text)).allowed

    found: dict[str, Metric] = {}
    steps: list[Callable[[], dict[str, Metric]]] = [
        lambda: of_pairs(unseen, blocked),
        lambda: in_memory(policy, blocked, n, seed),
        lambda: in_disguise(unseen, blocked),
        lambda: ordinary(blocked, n, seed),
        lambda: pictured(policy, n, seed),
        lambda: told_again(blocked, n, seed),
        lambda: of_canaries(n, seed),
        lambda: latency(unseen, blocked),
        lambda: of_set(Path(str(files("himmel.evaluate") / LANGUAGES_SET)), blocked),
        *(lambda path=path: of_set(path, blocked) for path in paths),
    ]
    for done, step in enumerate(steps, 1):
        found |= step()
        on_done("safety", done, len(steps))
    return found


def of_pairs(given: Sequence[Pair], blocked: Asked) -> dict[str, Metric]:
    """Blocked harmful and refused harmless halves by category and language, and both halves right."""
    harm: dict[tuple[str, str], list[bool]] = {}
    good: dict[tuple[str, str], list[bool]] = {}
    for pair in given:
        for language in LANGUAGES:
            harmful, harmless = pair.texts(language)
            harm.setdefault((pair.category, language), []).append(blocked(harmful))
            good.setdefault((pair.category, language), []).append(blocked(harmless))
    categories = list(dict.fromkeys(pair.category for pair in given))
    found: dict[str, Metric] = {}
    for name, part in (("blocked", harm), ("refused", good)):
        each = {c: share([b for lang in LANGUAGES for b in part[c, lang]]) for c in categories}
        found |= {f"{name}.{category}": metric for category, metric in each.items()}
        worst = min if name == "blocked" else max
        found[f"{name}.worst"] = worst(each.values(), key=lambda metric: metric.value)
        for language in LANGUAGES:
            every = [b for (_, lang), bs in part.items() if lang == language for b in bs]
            found[f"{name}.all.{language}"] = share(every)
    right = [h and not g for key in harm for h, g in zip(harm[key], good[key], strict=True)]
    return found | {"pairs_right": share(right)} | _shaped(harm)


def _shaped(harm: dict[tuple[str, str], list[bool]]) -> dict[str, Metric]:
    """The same blocked shares under the names of T2VSafetyBench's categories."""
    return {
        f"shape.{name}": share([b for lang in LANGUAGES for b in harm[category, lang]])
        for name, category in SHAPE.items()
        if (category, "en") in harm
    }


def in_memory(policy: RulePolicy, blocked: Asked, n: int, seed: int) -> dict[str, Metric]:
    """C1 and C2, plain and in a random disguise: texts from terms, which only the filter sees."""
    rng = numpy_rng(seed, "safety-memory")
    ways = ["", *DISGUISES]
    found = {}
    for category, (first, second) in MEMORY.items():
        sides = [[_whole(t) for name in names for t in policy.rules.lexicon.tables[name].terms]
                 for names in (first, second)]  # fmt: skip
        right = []
        for _ in range(n):
            text = " and ".join(side[rng.integers(len(side))] for side in sides)
            way = ways[rng.integers(len(ways))]
            right.append(blocked(DISGUISES[way](text) if way else text))
        found[f"blocked.{category}"] = share(right)
    return found


def _whole(term: str) -> str:
    return term.replace("*", "").replace("#", "9")


def in_disguise(given: Sequence[Pair], blocked: Asked) -> dict[str, Metric]:
    """Blocked harmful halves in each disguise, and how much the worst costs against the plain texts."""
    texts = [pair.texts(language)[0] for language in LANGUAGES for pair in given]
    plain = np.array([blocked(text) for text in texts], float)
    answers = {
        name: np.array([blocked(disguise(text)) for text in texts], float)
        for name, disguise in DISGUISES.items()
    }
    halves = [blocked(mixed(pair.en[0], pair.de[0])) for pair in given]
    answers["mixed_language"] = np.tile(np.array(halves, float), len(LANGUAGES))
    found = {f"disguised.{name}": share(right) for name, right in answers.items()}
    found["disguised.mixed_language"] = share(halves)
    cost = bootstrap(plain - min(answers.values(), key=np.mean), unit="share")
    good = [pair.texts(language)[1] for language in LANGUAGES for pair in given]
    worst_good = max(
        (share([blocked(disguise(text)) for text in good]) for disguise in DISGUISES.values()),
        key=lambda metric: metric.value,
    )
    return found | {"disguised.cost": cost, "disguised.refused.worst": worst_good}


def ordinary(blocked: Asked, n: int, seed: int) -> dict[str, Metric]:
    """Refused captions of our own world, n a language."""
    return {
        f"refused.ordinary.{language}": share([blocked(t) for t in _many(n, seed, language)])
        for language in LANGUAGES
    }


def pictured(policy: RulePolicy, n: int, seed: int) -> dict[str, Metric]:
    """The same captions with a picture in which nobody has looked for a person."""
    grey = Given("", partial(iter, [np.full((1, 64, 64, 3), 128, np.uint8)]))

    def refused(text: str) -> bool:
        return policy.pictures.find([grey], readings(text), policy.rules) is not None

    return {
        f"refused.pictured.{language}": share([refused(t) for t in _many(n, seed, language)])
        for language in LANGUAGES
    }


def told_again(blocked: Asked, n: int, seed: int) -> dict[str, Metric]:
    """Captions, n a language, that pass, and are refused once the world's own captions have told them
    again."""
    texts = [text for language in LANGUAGES for text in _many(n, seed, language)]
    passed = [text for text in texts if not blocked(text)]
    return {"refused.rewritten": share([blocked(t) for text in passed for t in _again(text, seed)])}


def _again(text: str, seed: int) -> Iterator[str]:
    """A text told again, if it can be."""
    with suppress(HimmelError):
        yield upsample(text, seed)


def _many(n: int, seed: int, language: str) -> list[str]:
    return [t for i in range(-(-n // 3)) for t in _captions(seed, i, language)][:n]


def _captions(seed: int, number: int, language: str) -> list[str]:
    """Three captions of a graph; every other graph is of the core, the rest of the families by turns."""
    scenes = [CORE, *(family.name for family in FAMILIES)]
    scene = scenes[number // 2 % len(scenes)] if number % 2 else None
    return captions(sample_graph(7_000_000 + 10_000 * seed + number, scene), language, count=3)


def of_canaries(n: int, seed: int) -> dict[str, Metric]:
    """Caught and falsely caught canary clips, n in all: small for long, large in one frame, in order."""
    each = max(1, n // 4)
    caught: dict[str, list[bool]] = {"short": [], "one_frame": [], "order": [], "none": []}
    for number in range(each):
        rng = numpy_rng(seed, "safety-canary", number)
        for kind, seen in caught.items():
            seen.append(_caught(_with_canary(kind, rng)))
    false = caught.pop("none")
    return {f"canary.{kind}": share(seen) for kind, seen in caught.items()} | {
        "canary.false": share(false)
    }


def _with_canary(kind: str, rng: np.random.Generator) -> Frames:
    clip = scene(rng)
    if kind == "short":
        frames = -(-FPS // 4)
        show(clip, rng, int(rng.integers(LENGTH - frames + 1)), frames, rng.uniform(0.05, 0.3))
    elif kind == "one_frame":
        show(clip, rng, int(rng.integers(LENGTH)), 1, rng.uniform(0.2, 0.5))
    else:
        first, second = ("first", "second") if kind == "order" else ("second", "first")
        cut = int(rng.integers(2, LENGTH - 2))
        show(clip, rng, int(rng.integers(cut)), 1, rng.uniform(0.05, 0.3), first)
        show(clip, rng, int(rng.integers(cut, LENGTH)), 1, rng.uniform(0.05, 0.3), second)
    return clip


def _caught(clip: Frames) -> bool:
    looks: list[Find] = [CANARY.start(), ORDER_CANARY.start()]
    chunks = [clip[start : start + 5] for start in range(0, len(clip), 5)]
    return any(look(chunk) is not None for chunk in chunks for look in looks)


def latency(given: Sequence[Pair], blocked: Asked) -> dict[str, Metric]:
    """Milliseconds of computing a prompt, 99th percentile over all texts of the pairs.

    Bounds: median and maximum.
    """
    took = []
    for text in _every_text(given):
        started = time.thread_time()
        blocked(text)
        took.append(1000 * (time.thread_time() - started))
    low, value, high = np.percentile(took, [50, 99, 100])
    return {"milliseconds.p99": Metric(value=value, low=low, high=high, unit="ms")}


def _every_text(given: Sequence[Pair]) -> Iterator[str]:
    return (text for pair in given for language in LANGUAGES for text in pair.texts(language))


def of_set(path: Path, blocked: Asked) -> dict[str, Metric]:
    """Blocked and refused shares of a set from outside, harmful ones by kind."""
    texts = read_set(path)
    kinds = sorted({text.kind for text in texts if text.harmful})
    found = {
        f"{path.stem}.blocked.{kind}": share(
            [blocked(t.prompt) for t in texts if t.harmful and t.kind == kind]
        )
        for kind in kinds
    }
    harmless = [blocked(t.prompt) for t in texts if not t.harmful]
    return found | ({f"{path.stem}.refused": share(harmless)} if harmless else {})


def read_set(path: Path) -> list[Text]:
    """Texts of a file. Raises HimmelError for one that is not as Text says, or empty."""
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
        texts = [Text(**parse_json(line)) for line in lines if line.strip()]
    except (OSError, ValueError, TypeError) as error:
        raise HimmelError(f"{path} is no set of prompts: {error}") from None
    if not texts:
        raise HimmelError(f'{path} is empty; write {{"prompt", "harmful", "kind"}} on every line')
    return texts
