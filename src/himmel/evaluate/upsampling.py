"""Does telling a prompt again help? The same short prompts drawn as they are and told again."""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray

from himmel.core.errors import HimmelError
from himmel.core.rng import derive, numpy_rng
from himmel.evaluate.adherence import OnDone
from himmel.evaluate.intervals import Metric, bootstrap, share
from himmel.evaluate.reading import read_clips
from himmel.evaluate.sampling import sample_clips
from himmel.generate.system import System
from himmel.generate.upsampling import Upsampler, world_upsampler
from himmel.models.judge import Judge
from himmel.world.captions import caption
from himmel.world.graph import sample_graph
from himmel.world.reading import facts_in


def upsampling(
    system: System, judges: dict[str, Judge], n: int, seed: int, on_done: OnDone
) -> dict[str, Metric]:
    """`stated.own` and `stated.told_again`: the share of clips that show every fact that their prompt
    states, by the first judge; `gain` is their difference, pairs of one noise, with its interval;
    `told_again` the share of prompts that are not left as they are written."""
    prompts, seeds = short_prompts(n, seed)
    upsampler = system.upsampler or world_upsampler(system.config, system.lexicon, system.text)
    again = [
        _told(upsampler, prompt, number) for prompt, number in zip(prompts, seeds, strict=True)
    ]
    judge = next(iter(judges.values()))
    right = {}
    for done, (name, texts) in enumerate((("own", prompts), ("told_again", again))):
        clips = sample_clips(
            system, texts, seeds, on_batch=partial(_tell, on_done, done * n, 2 * n)
        )
        right[name] = _all_stated(read_clips(judge, clips), prompts)
    gain = right["told_again"].astype(float) - right["own"]
    return {
        **{f"stated.{name}": share(values) for name, values in right.items()},
        "gain": bootstrap(gain, unit="share of clips"),
        "told_again": share([a != b for a, b in zip(prompts, again, strict=True)]),
    }


def _tell(on_done: OnDone, before: int, of: int, done: int) -> None:
    on_done("generate", before + done, of)


def short_prompts(n: int, seed: int) -> tuple[list[str], list[int]]:
    """n captions of the core that leave facts out, English and German by turns, and seeds of noise."""
    prompts, seeds = [], []
    for i in range(n):
        number = derive(seed, "upsampling", i)
        graph = sample_graph(number, scene="core")
        rng = numpy_rng(number, "prompt")
        prompts.append(caption(graph, rng, language=("en", "de")[i % 2], style="short"))
        seeds.append(derive(number, "noise") % 2**31)
    return prompts, seeds


def _told(upsampler: Upsampler, prompt: str, seed: int) -> str:
    try:
        return upsampler.rewrite(prompt, seed)
    except HimmelError:
        return prompt


def _all_stated(read: list[dict[str, str]], prompts: list[str]) -> NDArray[np.bool_]:
    """Which clips show everything that their prompts state, of what the judge reads."""
    stated = [facts_in(prompt) for prompt in prompts]
    return np.array(
        [
            all(seen[group] == value for group, value in facts.items() if group in seen)
            for seen, facts in zip(read, stated, strict=True)
        ],
        bool,
    )
