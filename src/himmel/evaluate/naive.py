"""What anybody could do without a model: the verbs' competitors. Clips are uint8 (T, H, W, 3)."""

from __future__ import annotations

import numpy as np

from himmel.core.values import Frames


def frozen(clip: Frames, count: int) -> Frames:
    """The last frame, `count` times."""
    return clip[-1:].repeat(count, 0)


def backwards(clip: Frames, count: int) -> Frames:
    """The clip played back from its end, and forth again where it is too short (ping-pong)."""
    order = list(range(len(clip) - 2, -1, -1)) + list(range(1, len(clip)))
    return clip[[order[i % len(order)] for i in range(count)]]


def faded(one: Frames, other: Frames) -> Frames:
    """A cross-fade of two clips of one length."""
    share = (np.arange(len(one)) + 1)[:, None, None, None] / (len(one) + 1)
    mixed: Frames = np.rint(one * (1 - share) + other * share).astype(np.uint8)
    return mixed


def between(clip: Frames) -> Frames:
    """The mixture of every two neighbours (T - 1, H, W, 3)."""
    mixed: Frames = np.rint((clip[:-1].astype(float) + clip[1:]) / 2).astype(np.uint8)
    return mixed


def rivals(verb: str, clip: Frames, time: int) -> dict[str, Frames]:
    """What a verb is given of a render, made into a clip of its length, by the way it is done.

    `time`: frames that a latent frame covers; see verbs.VERBS for what is given.
    """
    length, lead, tail = len(clip), clip[: time + 1], clip[-2 * time :]
    if verb == "animate":
        return {"frozen": frozen(clip[:1], length)}
    if verb == "ends":
        return {"cross_fade": across(clip[:1], clip[-1:], length)}
    if verb == "extend":
        return _continued(lead, length)
    if verb == "backward":
        return {way: made[::-1] for way, made in _continued(tail[::-1], length).items()}
    return {
        "cross_fade": across(lead, clip[-time:], length),
        "cut": np.concatenate([lead, frozen(lead, length - len(lead) - time), clip[-time:]]),
    }


def across(begin: Frames, end: Frames, length: int) -> Frames:
    """From the last frame of a beginning to the first of an end by a cross-fade."""
    count = length - len(begin) - len(end)
    fade = faded(frozen(begin, count), end[:1].repeat(count, 0))
    return np.concatenate([begin, fade, end])


def _continued(given: Frames, length: int) -> dict[str, Frames]:
    count = length - len(given)
    ways = {"frozen": frozen(given, count), "ping_pong": backwards(given, count)}
    return {way: np.concatenate([given, rest]) for way, rest in ways.items()}
