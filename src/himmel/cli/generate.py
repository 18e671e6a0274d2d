"""himmel generate: words to a film or a picture."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from himmel.cli import _console as console
from himmel.core.values import Known, Request

if TYPE_CHECKING:
    from himmel.core.values import Result

DESCRIPTION = """Draw what the words say and write it with its manifest: to a film that ends in .mp4,
.webm, .gif or .apng, to one picture that ends in .png, .jpg or .webp, or as single pictures to a new
folder or to name%04d.png. With --seconds a .webp moves. Size, length and speed default to what the
weights were trained for; see: himmel models info."""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command and its options."""
    parser = commands.add_parser("generate", help="make a film from words", description=DESCRIPTION)
    parser.add_argument("prompt", metavar="PROMPT", help="what to show, in English or German")
    parser.add_argument("--seconds", type=float, help="length of the film")
    parser.add_argument("--size", type=size, metavar="WxH", help="pixels, for example 128x128")
    parser.add_argument("--fps", type=float, help="frames shown per second")
    parser.add_argument("--image", type=Path, metavar="FILE", help="the picture it begins with")
    parser.add_argument("--last-image", type=Path, metavar="FILE", help="the picture it ends with")
    add_drawing(parser, request_of)


def add_drawing(
    parser: argparse.ArgumentParser, asked: Callable[[argparse.Namespace], Request]
) -> None:
    """Options of every command that draws; `asked` makes the request of all its options."""
    parser.set_defaults(asked=asked)
    parser.add_argument("--steps", type=int, help="steps of the sampler, 1 to 1000")
    parser.add_argument(
        "--sampler", metavar="NAME", help="euler, heun, dpmpp-2m or unipc; heun asks twice a step"
    )
    parser.add_argument("--guidance", type=float, help="how closely to follow the words, 1 or more")
    parser.add_argument(
        "--guidance-mode", metavar="NAME", help="cfg, zero-star (leaves out the first step) or apg"
    )
    parser.add_argument("--seed", type=int, default=0, help="another number, another film (0)")
    parser.add_argument(
        "--model", default="default", metavar="NAME|PATH|HUB-ID", help="which weights"
    )
    parser.add_argument("--negative", default="", metavar="WORDS", help="what to stay away from")
    parser.add_argument(
        "--device", default="cpu", metavar="NAME", help="where to compute: cpu (default) or cuda"
    )
    parser.add_argument(
        "--strict", action="store_true", help="refuse words that the model cannot draw"
    )
    parser.add_argument(
        "-o", "--out", type=Path, default=Path("out.mp4"), help="the file to write (out.mp4)"
    )
    parser.add_argument("--plan", action="store_true", help="print the plan as JSON, make nothing")
    parser.add_argument("--json", action="store_true", help="print the result as one JSON object")


def size(text: str) -> tuple[int, int]:
    """Width and height from text like 128x96."""
    found = re.fullmatch(r"\s*(-?\d{1,9})\s*[xX×]\s*(-?\d{1,9})\s*", text)
    if not found:
        raise argparse.ArgumentTypeError(f"{text!r} is not a size; write it like 128x128")
    return int(found[1]), int(found[2])


def request_of(args: argparse.Namespace) -> Request:
    """The request that the options make."""
    width, height = args.size or (None, None)
    return Request(
        known=known_of(args),
        seconds=args.seconds,
        width=width,
        height=height,
        fps=args.fps,
        **drawing_of(args),
    )


def drawing_of(args: argparse.Namespace) -> dict[str, Any]:
    """Those fields of a request that every command that draws has options for."""
    names = ("prompt", "negative", "steps", "guidance", "sampler", "guidance_mode")
    return {name: getattr(args, name) for name in (*names, "seed", "model", "strict")}


def known_of(args: argparse.Namespace) -> tuple[Known, ...]:
    """The pictures that the options name."""
    named = ((args.image, 0), (args.last_image, -1))
    return tuple(Known(path=str(path), frame=frame) for path, frame in named if path is not None)


def run(args: argparse.Namespace) -> int:
    """Generate and say what came out. Exit code 1 for a refusal."""
    from himmel.engines import local

    request = args.asked(args)
    if args.plan:
        console.show_json(local.plan(request, args.out).to_dict())
        return 0
    with console.progress("drawing") as on_step:
        result = local.generate(request, args.out, on_step=on_step, device=args.device)
    if args.json:
        console.show_json(summary(result))
    elif result.clip is not None:
        _tell(summary(result))
    if not result.allowed:
        sys.stderr.write(f"himmel: {_reason(result)}\n")
    return 0 if result.allowed else 1


def summary(result: Result) -> dict[str, Any]:
    """A result as plain values; one that was refused has no path."""
    decisions = [decision.to_dict() for decision in result.decisions]
    told: dict[str, Any] = {"allowed": result.allowed, "decisions": decisions}
    if result.clip is None:
        return {**told, "path": None, "reason": _reason(result)}
    frames, height, width = result.clip.frames.shape[:3]
    took = result.timings["total"]
    return {
        **told,
        "path": str(result.path),
        "width": width,
        "height": height,
        "frames": frames,
        "fps": result.clip.fps,
        "seconds": result.clip.seconds,
        "seconds_taken": took,
        "real_time_factor": took / result.clip.seconds,
        "timings": result.timings,
        "notes": list(result.notes),
        "manifest": result.manifest,
    }


def _tell(told: dict[str, Any]) -> None:
    size_of = f"{told['width']}x{told['height']}"
    length = (
        "one picture"
        if told["frames"] == 1
        else f"{told['seconds']:.3g} s ({told['frames']} frames at {told['fps']:g} per second)"
    )
    console.say(f"{told['path']}: {size_of}, {length}, seed {told['manifest']['seed']}")
    speed = "" if told["frames"] == 1 else f", {told['real_time_factor']:.2f} s per second of film"
    console.say(
        f"made in {told['seconds_taken']:.2f} s{speed}; loading took {told['timings']['load']:.2f} s"
    )
    for note in told["notes"]:
        console.say(f"note: {note}")


def _reason(result: Result) -> str:
    refusal = next((d for d in result.decisions if not d.allowed), None)
    return (refusal.reason if refusal else "") or "the policy refused this without a reason"
