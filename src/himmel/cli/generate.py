"""himmel generate: words to a film or a picture."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from himmel.cli import _console as console
from himmel.core.errors import HimmelError
from himmel.core.values import Known, Request, never

if TYPE_CHECKING:
    from himmel.core.values import Result
    from himmel.generate.plan import Plan

INTERRUPTED = 130
STDOUT = Path("-")
DESCRIPTION = """Draw what the words say and write it with its manifest: to a film that ends in .mp4,
.webm, .gif or .apng, to one picture that ends in .png, .jpg or .webp, or as single pictures to a new
folder or to name%04d.png. With --seconds a .webp moves. Size, length and speed default to what the
weights were trained for; see: himmel models info. A film of more seconds than that is drawn window by
window: Ctrl-C ends and seals it where it is, --resume completes it after a crash or a stop, and -o -
writes it to stdout for a player while it is made."""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command and its options."""
    parser = commands.add_parser("generate", help="make a film from words", description=DESCRIPTION)
    parser.add_argument("prompt", metavar="PROMPT", help="what to show, in English or German")
    parser.add_argument("--seconds", type=float, help="length of the film, 60 or more if you like")
    parser.add_argument("--size", type=size, metavar="WxH", help="pixels, for example 128x128")
    parser.add_argument("--fps", type=float, help="frames shown per second")
    parser.add_argument("--steps", type=int, help="steps of the sampler, 1 to 1000")
    parser.add_argument(
        "--sampler", metavar="NAME", help="euler, heun, dpmpp-2m or unipc; heun asks twice a step"
    )
    parser.add_argument("--guidance", type=float, help="how closely to follow the words, 1 or more")
    parser.add_argument(
        "--guidance-mode", metavar="NAME", help="cfg, zero-star (leaves out the first step) or apg"
    )
    parser.add_argument("--image", type=Path, metavar="FILE", help="the picture it begins with")
    parser.add_argument("--last-image", type=Path, metavar="FILE", help="the picture it ends with")
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
        "-o",
        "--out",
        type=Path,
        default=Path("out.mp4"),
        help="the file to write (out.mp4); - for stdout",
    )
    parser.add_argument("--plan", action="store_true", help="print the plan as JSON, make nothing")
    parser.set_defaults(asked=request_of, show_plan=show_plan)
    add_running(parser)


def show_plan(plan: Plan, args: argparse.Namespace) -> None:
    """The plan as JSON."""
    console.show_json(plan.to_dict())


def add_running(parser: argparse.ArgumentParser) -> None:
    """What is said of a run and not of a film."""
    parser.add_argument(
        "--resume", action="store_true", help="complete a long film from its checkpoint"
    )
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
        prompt=args.prompt,
        negative=args.negative,
        known=known_of(args),
        seconds=args.seconds,
        width=width,
        height=height,
        fps=args.fps,
        steps=args.steps,
        guidance=args.guidance,
        sampler=args.sampler,
        guidance_mode=args.guidance_mode,
        seed=args.seed,
        model=args.model,
        strict=args.strict,
    )


def known_of(args: argparse.Namespace) -> tuple[Known, ...]:
    """The pictures that the options name."""
    named = ((args.image, 0), (args.last_image, -1))
    return tuple(Known(path=str(path), frame=frame) for path, frame in named if path is not None)


def run(args: argparse.Namespace) -> int:
    """Generate and say what came out. Exit code 1 for a refusal, 130 for a film that was ended early."""
    from himmel.engines import local
    from himmel.generate.door import Going

    request, out, streams = args.asked(args), named(args.out), args.out == STDOUT
    if args.plan:
        args.show_plan(local.plan(request, out), args)
        return 0
    if streams and (args.json or sys.stdout.isatty()):
        raise HimmelError(
            "stdout is for the film: leave --json out and send it to a player or a file"
        )
    long = local.plan(request, out).rolling is not None
    stopping = console.stopped_by_interrupt() if long else nullcontext(never)
    with stopping as stop, console.progress("drawing") as on_step:
        going = Going(stop, args.resume, sys.stdout.buffer if streams else None)
        result = local.generate(request, out, on_step=on_step, device=args.device, going=going)
    if args.json:
        console.show_json(summary(result))
    elif result.extent is not None:
        say = console.say_aside if streams else console.say
        _tell(summary(result), say)
    if not result.allowed:
        sys.stderr.write(f"himmel: {_reason(result)}\n")
        return 1
    return INTERRUPTED if result.manifest.get("ended_early") else 0


def named(out: Path) -> Path:
    """Where the film's name is needed: of a stream it is that of the seal's file beside it."""
    return Path("stream.mp4") if out == STDOUT else out


def summary(result: Result) -> dict[str, Any]:
    """A result as plain values; one that was refused has no path."""
    decisions = [decision.to_dict() for decision in result.decisions]
    told: dict[str, Any] = {"allowed": result.allowed, "decisions": decisions}
    if result.extent is None:
        return {**told, "path": None, "reason": _reason(result)}
    extent, took = result.extent, result.timings["total"]
    return {
        **told,
        "path": str(result.path),
        **extent.to_dict(),
        "seconds": extent.seconds,
        "seconds_taken": took,
        "real_time_factor": took / extent.seconds,
        "timings": result.timings,
        "notes": list(result.notes),
        "manifest": result.manifest,
    }


def _tell(told: dict[str, Any], say: Callable[[str], None]) -> None:
    size_of = f"{told['width']}x{told['height']}"
    length = (
        "one picture"
        if told["frames"] == 1
        else f"{told['seconds']:.3g} s ({told['frames']} frames at {told['fps']:g} per second)"
    )
    say(f"{told['path']}: {size_of}, {length}, seed {told['manifest']['seed']}")
    speed = "" if told["frames"] == 1 else f", {told['real_time_factor']:.2f} s per second of film"
    say(
        f"made in {told['seconds_taken']:.2f} s{speed}; loading took {told['timings']['load']:.2f} s"
    )
    for note in told["notes"]:
        say(f"note: {note}")
    if told["manifest"].get("ended_early"):
        say("ended early; the same command with --resume completes it")


def _reason(result: Result) -> str:
    refusal = next((d for d in result.decisions if not d.allowed), None)
    return (refusal.reason if refusal else "") or "the policy refused this without a reason"
