"""The timeline of a film that is longer than the transformer's window, or that tells several things."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import Any

from himmel.core.cards import Card, Part, Storyboard
from himmel.core.config import Config
from himmel.core.errors import HimmelError
from himmel.core.values import Known, Request
from himmel.generate.cameras import CameraPath
from himmel.generate.config import SystemConfig
from himmel.generate.rolling import Rolling
from himmel.generate.shots import (
    DISSOLVE_SECONDS,
    WHOLE,
    Cutting,
    Understood,
    cutting_of,
    fading,
    rounded_length,
    shots,
)

CUT, DISSOLVE, CONTINUE = TRANSITIONS = ("cut", "dissolve", "continue")
LEAST_SECONDS = 1.0  # of a card; a dissolve needs frames on both sides
_ROUNDING = 1e-6  # 4.1 - 3.1 is a little less than 1
LONGEST_CLIP = 30.0  # seconds of a film in a card; it is held as a whole
HISTORY = 3  # latent frames, see docs/long.md
GUIDANCE = 1.5  # of windows with a history


@dataclass(frozen=True, kw_only=True)
class Segment(Config):
    """A stretch of the timeline: its words, its frames, and the names of what is known of it.

    transition says how it begins; a dissolve shares `overlap` frames with the segment before. `recall`
    is the segment whose first picture it begins with, redrawn; `clip` says that its picture is a film,
    whose frames come first; `again` that it shows once more what the shot before it showed.

    `asked` are a person's own words where the prompt is not, and `upsampler` is who told it; `camera` is
    the path of the camera where the weights read one.
    """

    prompt: str
    frames: int
    conditions: tuple[str, ...] = ()
    transition: str = CUT
    overlap: int = 0
    recall: int | None = None
    clip: bool = False
    again: bool = False
    asked: str = ""
    upsampler: str = ""
    camera: CameraPath | None = None

    def latents(self, time: int) -> int:
        """Latent frames of it, for a codec of `time` frames each; a shot's first one is a lone frame."""
        return self.frames // time if self.transition == CONTINUE else (self.frames - 1) // time + 1


def window_of(config: SystemConfig) -> int:
    """Frames that the weights draw at once when they draw a longer film; 0 where they cannot.

    They must have learned to go on from what is known.
    """
    able = "first" in config.conditions and not config.shows_pictures
    able = able and config.boundary is None and config.dit.patch_size[0] == 1
    return max((n for n in config.trained_frames if n > 1), default=0) if able else 0


def rolling_of(config: SystemConfig, guidance: float | None) -> Rolling:
    """How the weights draw a longer film. Raises HimmelError where they cannot.

    A guidance that a person asked for holds for all windows.
    """
    frames = window_of(config)
    if not frames:
        raise HimmelError(f"the weights {config.name!r} draw no storyboards and no longer films")
    window = (frames - 1) // config.codec.compression.time + 1
    if window < 2:
        raise HimmelError(
            f"the weights {config.name!r} see too few frames at once for longer films"
        )
    return Rolling(window=window, history=min(HISTORY, window - 1), guidance=guidance or GUIDANCE)


def is_timeline(request: Request, config: SystemConfig, fps: float) -> bool:
    """Whether a request is for more than one window of the weights."""
    longest = window_of(config)
    long = longest and request.seconds is not None and request.seconds * fps > longest + 0.5
    return isinstance(request, Storyboard) or bool(long)


def segments_of(
    request: Request, config: SystemConfig, fps: float, understood: Understood
) -> tuple[Segment, ...]:
    """The segments of a longer film, their ends where the codec can cut nearest to the cards' times, and
    the last one's at or behind the film's end.

    A card is one shot, or several where one cannot hold what it tells. Raises HimmelError for cards that
    make no timeline, or hold too few frames at this rate.
    """
    time = config.codec.compression.time
    cards = cards_of(request)
    assert request.seconds is not None
    ends = [*(card.at for card in cards[1:]), request.seconds]
    segments: list[Segment] = []
    firsts: list[int] = []  # the first segment of each card
    for number, (card, end) in enumerate(zip(cards, ends, strict=True)):
        last = number == len(cards) - 1  # the end is cut off behind
        goes_on = number > 0 and card.transition == CONTINUE
        cutting = WHOLE if goes_on else _cutting(card, config, fps, understood)
        overlap = _overlap(card, cutting, segments[-1], config, fps) if segments else 0
        wanted = end * fps - frames_of(tuple(segments)) + overlap
        least = time + (not goes_on) - overlap  # frames of its own
        few = not last and (end - card.at) * fps < least - _ROUNDING
        if few or frames_of(tuple(segments)) >= round(end * fps):
            raise _too_short(number, least, fps)
        if goes_on:
            lengths = [rounded_length(wanted, time, lone=0, up=last)]
        else:
            lengths = shots(wanted, cutting, time, up=last)
        firsts.append(len(segments))
        recalled = _recalled(cards, number)
        segments.append(
            Segment(
                prompt=card.prompt,
                frames=lengths[0],
                conditions=tuple(path for path in (card.image, card.clip) if path),
                transition=card.transition if number else CUT,
                overlap=overlap,
                recall=None if recalled is None else firsts[recalled],
                clip=card.clip is not None,
            )
        )
        segments += _again(card, lengths[1:], cutting.overlap, firsts[-1])
    return tuple(segments)


def _cutting(card: Card, config: SystemConfig, fps: float, understood: Understood) -> Cutting:
    """How a card that begins a shot is cut; a film that was given is not."""
    if card.clip:
        return WHOLE
    return cutting_of(understood(card.prompt).get("motion"), window_of(config), fps)


def _overlap(
    card: Card, cutting: Cutting, before: Segment, config: SystemConfig, fps: float
) -> int:
    """Frames that a card shares with the segment before; short shots on a side have fewer to give."""
    if card.transition != DISSOLVE:
        return 0
    if cutting == WHOLE and not before.again:
        return round(DISSOLVE_SECONDS * fps)
    return fading(window_of(config), fps)


def _too_short(number: int, least: int, fps: float) -> HimmelError:
    seconds = math.ceil(100 * least / fps) / 100
    return HimmelError(
        f"card {number + 1} lasts too few frames at {fps:g} per second; give it {seconds:g} s or more"
    )


def _again(card: Card, lengths: Sequence[int], overlap: int, first: int) -> list[Segment]:
    """Further shots of a card, which begin with the first picture of its first one."""
    return [
        Segment(
            prompt=card.prompt,
            frames=frames,
            transition=DISSOLVE if overlap else CUT,
            overlap=overlap,
            recall=first,
            again=True,
        )
        for frames in lengths
    ]


def cards_of(request: Request) -> tuple[Card, ...]:
    """The cards of a storyboard, or one for the words of any other request."""
    if isinstance(request, Storyboard):
        check_cards(request)
        return request.cards
    return (Card(at=0.0, prompt=request.prompt),)


def check_cards(board: Storyboard) -> None:
    """Raise HimmelError for cards that make no timeline; the message begins with `card N`."""
    ends = [*(card.at for card in board.cards[1:]), board.seconds or 0.0]
    if not board.cards or board.cards[0].at != 0:
        raise HimmelError("card 1 begins the film; let it begin at 0")
    for number, (card, end) in enumerate(zip(board.cards, ends, strict=True), 1):
        if problem := _problem(card, end, number == len(board.cards)):
            raise HimmelError(f"card {number} {problem}")


def _problem(card: Card, end: float, last: bool) -> str:
    until = "the film's end" if last else "the next card"
    if not math.isfinite(card.at):
        return f"begins at {card.at:g} s; write the seconds as a number"
    if last and not math.isfinite(end):
        return f"ends with the film at {end:g} s; write the seconds as a number"
    if card.transition not in TRANSITIONS:
        return f"has the transition {card.transition!r}; use {', '.join(TRANSITIONS)}"
    if card.at >= end:
        return f"begins at {card.at:g} s, which is not before {until} at {end:g} s"
    if end - card.at < LEAST_SECONDS - _ROUNDING:
        return f"lasts {end - card.at:g} s; give it {LEAST_SECONDS:g} s or more"
    if card.image and card.clip:
        return "has an image and a clip; keep one of them"
    if card.transition == CONTINUE and (card.image or card.clip):
        return "begins with a picture and cannot continue the one before; use cut or dissolve"
    return ""


def parts_of(request: Request) -> tuple[Request, ...]:
    """What is asked, one request for each wording and what is shown with it: for the policy."""
    if not isinstance(request, Storyboard):
        return (request, *(request.replace(prompt=words) for words in request.also))
    return tuple(
        _part(
            request,
            prompt=card.prompt,
            known=(Known(path=card.image),) if card.image else (),
            films=(card.clip,) if card.clip else (),
        )
        for card in request.cards
    )


def told_together(request: Request) -> tuple[Request, ...]:
    """What the words of one film say one after the other: neighbours, and all of them. What is harmless
    card by card may add up to something else."""
    cards = request.cards if isinstance(request, Storyboard) else ()
    said = [card.prompt for card in cards] or [w for w in (request.prompt, *request.also) if w]
    ways = [*pairwise(said), said]
    texts = dict.fromkeys(", ".join(way) for way in ways if len(way) > 1)
    return tuple(_part(request, prompt=text, known=(), films=()) for text in texts)


def _part(request: Request, **what: Any) -> Part:
    return Part(**{f.name: getattr(request, f.name) for f in fields(Request)} | what)


def _recalled(cards: tuple[Card, ...], number: int) -> int | None:
    """The first card with the same cast, where a card begins a shot and has no picture of its own."""
    card = cards[number]
    if (number and card.transition == CONTINUE) or not card.cast or card.image or card.clip:
        return None
    same = [i for i in range(number) if set(cards[i].cast) == set(card.cast)]
    return same[0] if same else None


def frames_of(segments: tuple[Segment, ...]) -> int:
    """Frames of the whole film."""
    return sum(segment.frames - segment.overlap for segment in segments)


def starts_of(segments: tuple[Segment, ...]) -> list[int]:
    """The frame at which each segment begins."""
    starts, at = [], 0
    for segment in segments:
        starts.append(at - segment.overlap)
        at += segment.frames - segment.overlap
    return starts


def starts_of_cards(segments: tuple[Segment, ...]) -> list[int]:
    """The frame at which each card begins."""
    starts = zip(starts_of(segments), segments, strict=True)
    return [start for start, segment in starts if not segment.again]


def windows_of(segments: tuple[Segment, ...], rolling: Rolling, time: int) -> int:
    """How often the transformer draws, if it had to draw everything."""
    count = shown = 0
    for segment in segments:
        shown = shown if segment.transition == CONTINUE else 0
        left = segment.latents(time)
        while left > 0:
            room = rolling.window - min(shown, rolling.history)
            shown, left, count = shown + min(left, room), left - room, count + 1
    return count
