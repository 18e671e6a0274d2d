"""Does a clip keep what it was given, and go on from it without a jump?

Renders give the pictures and pieces, so the truth is known frame by frame. Figures are held against
the same figure of what nobody could better: the codec's own reconstruction, or the render itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from himmel.conditions.canvas import Canvas, Condition, blank
from himmel.conditions.pixels import picture_at, prefix, suffix
from himmel.core.geometry import PixelShape
from himmel.evaluate import naive
from himmel.evaluate.adherence import OnDone, Question, questions, render_questions
from himmel.evaluate.codec import psnr
from himmel.evaluate.enlarged import enlargements
from himmel.evaluate.intervals import Metric, bootstrap
from himmel.evaluate.joins import blends, interpolations, loops
from himmel.evaluate.pointed import points
from himmel.evaluate.redrawn import cinemagraphs, edits, inpaints, outpaints
from himmel.evaluate.sampling import sample_clips, sample_latents
from himmel.evaluate.seams import doubled, jump, turns_around, velocity_break
from himmel.evaluate.workbench import JUMP, LOST_DB, Bench, Checks, ended, tallied, together
from himmel.generate.decode import to_frames
from himmel.generate.system import System
from himmel.models.judge import Judge
from himmel.models.video_codec import VideoCodec

Frames = NDArray[np.uint8]  # (T, H, W, 3)
BATCH = 16
JOINS = (loops, blends, interpolations)
REDRAWN = (edits, inpaints, points, outpaints, cinemagraphs, enlargements)


@dataclass(frozen=True)
class Verb:
    """What of a clip is known: a name, and the conditions made of a clip (3, T, H, W) in [-1, 1]."""

    name: str
    conditions: Callable[[VideoCodec, Tensor], list[Condition]]


def _animate(codec: VideoCodec, clip: Tensor) -> list[Condition]:
    return [picture_at(codec, clip[:, 0])]


def _ends(codec: VideoCodec, clip: Tensor) -> list[Condition]:
    last = clip.shape[1] - 1
    return [picture_at(codec, clip[:, 0]), picture_at(codec, clip[:, last], last)]


def _extend(codec: VideoCodec, clip: Tensor) -> list[Condition]:
    return [prefix(codec, clip[:, : codec.compression.time + 1])]


def _backward(codec: VideoCodec, clip: Tensor) -> list[Condition]:
    return [suffix(codec, clip[:, -2 * codec.compression.time :])]


def _bridge(codec: VideoCodec, clip: Tensor) -> list[Condition]:
    end = suffix(codec, clip[:, -codec.compression.time :])
    return [*_extend(codec, clip), end]


VERBS = (
    Verb("animate", _animate),
    Verb("ends", _ends),
    Verb("extend", _extend),
    Verb("backward", _backward),
    Verb("bridge", _bridge),
)


def verbs(
    system: System, judges: dict[str, Judge], n: int, seed: int, on_done: OnDone
) -> dict[str, Metric]:
    """Every figure by key, `VERB.figure`, and beside it `VERB.figure.WAY`: the same done without a model.

    `VERB.done` is its task: the share of films that pass every check of what the verb is for, each of
    which stands beside it as a share of its own; see `checked` and joins, redrawn, pointed and enlarged.
    Ceilings are those of renders, after the codec. Further figures: first_frame, last_frame: PSNR in dB
    of a picture that was given; seam: the step where given and drawn frames meet over the steps between
    drawn frames, the ceiling being the same in renders; codec_seam: the same step where the codec alone
    has read and written the whole clip; kept_loss: how many dB the first kept frame after what was drawn
    lies below the same frame in one reconstruction of the whole clip; velocity: how much the motion
    changes where given and drawn meet, over how much elsewhere.
    """
    asked = questions(n, seed)
    renders = render_questions(asked, system, on_done)
    bench = Bench(system, next(iter(judges.values())), asked, renders, on_done)
    metrics = _generated(bench)
    for verb in VERBS:
        made = draw(system, verb, asked, renders, on_done)
        metrics |= _tasks(verb.name, bench, made)
        figures = _figures(verb.name, made, renders, bench.whole, system.codec)
        metrics |= {f"{verb.name}.{key}": metric for key, metric in figures.items()}
    for figures_of in (*JOINS, *REDRAWN):
        metrics |= figures_of(bench)
    return metrics


def _generated(bench: Bench) -> dict[str, Metric]:
    """From words alone; nothing without a model draws by words."""
    seeds = [question.seed for question in bench.asked]
    films = list(sample_clips(bench.system, bench.prompts, seeds))
    best = {"facts": bench.right(list(bench.renders), bench.graphs)}
    return tallied("generate", {"": {"facts": bench.right(films, bench.graphs)}}, best)


def _tasks(name: str, bench: Bench, made: Frames) -> dict[str, Metric]:
    """The checks of a verb, and how much the motion breaks, of the model's films and of the rivals."""
    time, renders = bench.system.codec.compression.time, bench.renders
    ways = {"": made} | {
        way: np.stack([naive.rivals(name, clip, time)[way] for clip in renders])
        for way in naive.rivals(name, renders[0], time)
    }
    checks = {way: checked(name, bench, clips) for way, clips in ways.items()}
    metrics = tallied(name, checks, checked(name, bench, bench.whole))
    if (before := _before(name, renders, time)) is not None:
        for way, clips in ways.items():
            metrics[f"{name}.velocity{ended(way)}"] = _velocity(clips, renders, before)
    return metrics


def checked(name: str, bench: Bench, clips: Frames) -> Checks:
    """What a verb is for, of every clip. `facts`: all are shown; where a clip goes on, by the new frames
    alone, motion included. `first`, `last`, `kept`: what was given is there. `joined`: no jump where
    given and drawn meet. `onward`: no motion turns around there. `single`: what lies between two given
    pictures does not show both at once."""
    time, last = bench.system.codec.compression.time, clips.shape[1] - 1
    if name in ("animate", "ends"):
        checks = {"facts": bench.right(clips, bench.graphs), "first": _held(bench, clips, 0)}
        if name == "ends":
            checks |= {"last": _held(bench, clips, last), "single": _single(clips, 0, last)}
        return checks
    before = _before(name, clips, time)
    assert before is not None
    if name == "bridge":
        return {
            "facts": bench.right(clips, bench.graphs),
            "joined": np.array([jump(clip, (time, before)) <= JUMP for clip in clips]),
            "single": _single(clips, time, before + 1),
            "kept": _held(bench, clips, before + 1),
        }
    new = clips[:, before:] if name == "extend" else clips[:, : before + 2]
    checks = {
        "facts": bench.right(new, bench.graphs),
        "joined": np.array([jump(clip, (before,)) <= JUMP for clip in clips]),
        "onward": np.array([not turns_around(clip, (before, before + 1)) for clip in clips]),
    }
    return checks if name == "extend" else checks | {"kept": _held(bench, clips, before + 1)}


def _single(clips: Frames, one: int, other: int) -> NDArray[np.bool_]:
    return np.array([not doubled(c[one + 1 : other], c[one], c[other]) for c in clips])


def _held(bench: Bench, clips: Frames, frame: int) -> NDArray[np.bool_]:
    """Whether a frame that was given is there about as well as the codec shows it."""
    lost = [
        psnr(once[frame], true[frame]) - psnr(clip[frame], true[frame])
        for clip, true, once in zip(clips, bench.renders, bench.whole, strict=True)
    ]
    return np.array(lost) <= LOST_DB


def _before(name: str, renders: Frames, time: int) -> int | None:
    """The frame before the place where given and drawn frames meet."""
    last = renders.shape[1] - 1
    return {"extend": time, "backward": last - 2 * time, "bridge": last - time}.get(name)


def _velocity(clips: Frames, renders: Frames, before: int) -> Metric:
    best = float(np.mean([velocity_break(clip, before) for clip in renders]))
    found = [velocity_break(clip, before) for clip in clips]
    return bootstrap(found, unit="turn / other turns", ceiling=best)


def draw(
    system: System, verb: Verb, asked: Sequence[Question], renders: Frames, on_done: OnDone
) -> Frames:
    """Clips (N, T, H, W, 3) with the words of the questions and what the verb takes of the renders."""
    defaults, clips = system.config.defaults, list[Frames]()
    for start in range(0, len(asked), BATCH):
        part = asked[start : start + BATCH]
        canvas = canvas_of(system, verb, renders[start : start + BATCH])
        latents = sample_latents(
            system,
            [q.prompt for q in part],
            [q.seed for q in part],
            defaults.steps,
            defaults.guidance,
            canvas,
        )
        with torch.inference_mode():
            clips += [to_frames(clip[None]) for clip in system.codec.decode(latents)]
        on_done(verb.name, len(clips), len(asked))
    return np.stack(clips)


@torch.inference_mode()
def canvas_of(system: System, verb: Verb, renders: Frames) -> Canvas:
    """One canvas for a batch of renders (N, T, H, W, 3)."""
    canvases = []
    for frames in renders:
        clip = torch.from_numpy(frames).permute(3, 0, 1, 2).float() / 127.5 - 1
        canvas = blank(system.codec.compression.latent(PixelShape(*frames.shape[:3])))
        for condition in verb.conditions(system.codec, clip):
            canvas = condition(canvas)
        canvases.append(canvas)
    return together(canvases)


def _figures(
    name: str, made: Frames, renders: Frames, whole: Frames, codec: VideoCodec
) -> dict[str, Metric]:
    time, last = codec.compression.time, renders.shape[1] - 1
    if name == "animate":
        return {"first_frame": _likeness(made, renders, whole, 0)}
    if name == "ends":
        return {
            "first_frame": _likeness(made, renders, whole, 0),
            "last_frame": _likeness(made, renders, whole, last),
        }
    before = _before(name, renders, time)
    assert before is not None
    seams = _seams(made, renders, whole, before)
    if name == "extend":
        return seams
    return {**seams, "kept_loss": _kept_loss(made, renders, whole, before + 1)}


def _likeness(made: Frames, renders: Frames, whole: Frames, frame: int) -> Metric:
    got, best = (
        [psnr(a[frame], b[frame]) for a, b in zip(clips, renders, strict=True)]
        for clips in (made, whole)
    )
    return bootstrap(got, unit="dB", ceiling=float(np.mean(best)))


def _kept_loss(made: Frames, renders: Frames, whole: Frames, frame: int) -> Metric:
    lost = [
        psnr(once[frame], true[frame]) - psnr(clip[frame], true[frame])
        for clip, true, once in zip(made, renders, whole, strict=True)
    ]
    return bootstrap(lost, unit="dB", ceiling=0.0)


def _seams(made: Frames, renders: Frames, whole: Frames, before: int) -> dict[str, Metric]:
    best = float(np.mean([jump(clip, (before,)) for clip in renders]))
    jumps = {
        name: [jump(clip, (before,)) for clip in clips]
        for name, clips in (("seam", made), ("codec_seam", whole))
    }
    return {n: bootstrap(j, unit="step / other steps", ceiling=best) for n, j in jumps.items()}
