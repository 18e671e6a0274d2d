"""himmel generate: words to a film or a picture."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from himmel.cli import _console as console
from himmel.core.env import upsampler_key
from himmel.core.errors import HimmelError
from himmel.core.values import Known, Request, never

if TYPE_CHECKING:
    from himmel.core.values import Result
    from himmel.generate.endpoint import Endpoint
    from himmel.generate.plan import Plan

INTERRUPTED = 130
STDOUT = Path("-")
DESCRIPTION = """Draw what the words say and write it with its manifest: to a film that ends in .mp4,
.webm, .gif or .apng, to one picture that ends in .png, .jpg or .webp, or as single pictures to a new
folder or to name%04d.png. With --seconds a .webp moves. Size, length and speed default to what the
weights were trained for; see: himmel models info. Any other size is drawn at a trained one and then
enlarged and cut out, which a note says. A film of more seconds than that is drawn window by window:
Ctrl-C ends and seals it where it is, --resume completes it after a crash or a stop, and -o - writes it
to stdout for a player while it is made."""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command and its options."""
    parser = commands.add_parser("generate", help="make a film from words", description=DESCRIPTION)
    parser.add_argument("prompt", metavar="PROMPT", help="what to show, in English or German")
    parser.add_argument("--seconds", type=float, help="length of the film, 60 or more if you like")
    parser.add_argument("--size", type=size, metavar="WxH", help="pixels, for example 128x128")
    parser.add_argument("--fps", type=float, help="frames shown per second")
    parser.add_argument("--image", type=Path, metavar="FILE", help="the picture it begins with")
    parser.add_argument("--last-image", type=Path, metavar="FILE", help="the picture it ends with")
    add_drawing(parser, request_of)
    add_resume(parser)


def show_plan(plan: Plan, args: argparse.Namespace) -> None:
    """The plan as JSON."""
    console.show_json(plan.to_dict())


Asked = Callable[[argparse.Namespace], Request]
"""Makes the request of all options."""


def add_drawing(parser: argparse.ArgumentParser, asked: Asked) -> None:
    """Options of every command that draws what its options say."""
    parser.add_argument("--steps", type=int, help="steps of the sampler, 1 to 1000")
    parser.add_argument(
        "--sampler",
        metavar="NAME",
        help="euler, heun (asks twice a step), dpmpp-2m, unipc or flow-map",
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
        "--camera",
        metavar="MOVE|FILE",
        help="a move such as orbit-left or pan-right:30, or a .json path",
    )
    parser.add_argument(
        "--strict", action="store_true", help="refuse words that the model cannot draw"
    )
    add_running(parser, asked)


def add_running(
    parser: argparse.ArgumentParser,
    asked: Asked,
    show_plan: Callable[[Plan, argparse.Namespace], None] = show_plan,
    plan: str = "print the plan as JSON, make nothing",
) -> None:
    """Options of every command that draws: who tells the prompt again, and where the film goes."""
    parser.set_defaults(asked=asked, show_plan=show_plan, resume=False)
    parser.add_argument(
        "--upsample",
        action=argparse.BooleanOptionalAction,
        help="tell the prompt again with setting, hour and light where it is silent (no)",
    )
    parser.add_argument(
        "--upsampler",
        metavar="URL",
        help="an OpenAI-compatible address that does it; default: none",
    )
    parser.add_argument("--upsampler-model", metavar="NAME", help="the model to ask there")
    parser.add_argument("--plan", action="store_true", help=plan)
    add_output(parser, Path("out.mp4"), "; - for stdout")


def add_output(parser: argparse.ArgumentParser, out: Path, more: str = "") -> None:
    """Options of every command that writes a film."""
    parser.add_argument(
        "--device", default="cpu", metavar="NAME", help="where to compute: cpu (default) or cuda"
    )
    parser.add_argument(
        "-o", "--out", type=Path, default=out, help=f"the file to write ({out}){more}"
    )
    parser.add_argument("--json", action="store_true", help="print the result as one JSON object")


def add_resume(parser: argparse.ArgumentParser) -> None:
    """The option of commands whose films may take many windows."""
    parser.add_argument(
        "--resume", action="store_true", help="complete a long film from its checkpoint"
    )


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
    names = ("prompt", "negative", "camera", "steps", "guidance", "sampler", "guidance_mode")
    told = {name: getattr(args, name) for name in (*names, "seed", "model", "strict")}
    return {**told, "upsample": bool(upsample_of(args))}


def upsample_of(args: argparse.Namespace) -> bool | None:
    """Whether the prompt is told again: as said, or because somebody is named who does it."""
    said: bool | None = args.upsample
    return True if said is None and args.upsampler is not None else said


def endpoint_of(args: argparse.Namespace) -> Endpoint | None:
    """The address that tells prompts again, if one is named. Raises HimmelError for half of one."""
    if args.upsampler is None and args.upsampler_model is None:
        return None
    if args.upsampler is None or args.upsampler_model is None:
        raise HimmelError("--upsampler and --upsampler-model belong together; give both")
    from himmel.generate.endpoint import Endpoint

    return Endpoint(args.upsampler, args.upsampler_model, upsampler_key())


def known_of(args: argparse.Namespace) -> tuple[Known, ...]:
    """The pictures that the options name."""
    named = ((args.image, 0), (args.last_image, -1))
    return tuple(Known(path=str(path), frame=frame) for path, frame in named if path is not None)


def run(args: argparse.Namespace) -> int:
    """Generate and say what came out. Exit code 1 for a refusal, 130 for a film that was ended early."""
    from himmel.engines import local
    from himmel.generate.door import Going

    request, endpoint = args.asked(args), endpoint_of(args)
    out, streams = named(args.out), args.out == STDOUT
    if args.plan:
        args.show_plan(local.plan(request, out), args)
        return 0
    if streams and (args.json or sys.stdout.isatty()):
        raise HimmelError(
            "stdout is for the film: leave --json out and send it to a player or a file"
        )
    with _stopping(request, out) as stop, console.progress("drawing") as on_step:
        going = Going(stop, args.resume, sys.stdout.buffer if streams else None)
        result = local.generate(
            request, out, on_step=on_step, device=args.device, endpoint=endpoint, going=going
        )
    return told(result, args.json, console.say_aside if streams else console.say)


def _stopping(request: Request, out: Path) -> AbstractContextManager[Callable[[], bool]]:
    """What Ctrl-C does: a film of many windows ends where it is, any other is left."""
    from himmel.engines import local

    return console.stopped_by_interrupt() if local.rolls(request, out) else nullcontext(never)


def named(out: Path) -> Path:
    """Where the film's name is needed: of a stream it is that of the seal's file beside it."""
    return Path("stream.mp4") if out == STDOUT else out


def told(result: Result, as_json: bool, say: Callable[[str], None] = console.say) -> int:
    """Say what came out; the exit code: 1 for a refusal, 130 for a film that was ended early."""
    if as_json:
        console.show_json(summary(result))
    elif result.extent is not None:
        _tell(summary(result), say)
    if not result.allowed:
        sys.stderr.write(f"himmel: {_reason(result)}\n")
        return 1
    return INTERRUPTED if result.manifest.get("ended_early") else 0


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
    seed = f", seed {told['manifest']['seed']}" if "seed" in told["manifest"] else ""
    say(f"{told['path']}: {size_of}, {length}{seed}")
    speed = "" if told["frames"] == 1 else f", {told['real_time_factor']:.2f} s per second of film"
    say(
        f"made in {told['seconds_taken']:.2f} s{speed}; loading took {told['timings']['load']:.2f} s"
    )
    for note in told["notes"]:
        say(f"note: {note}")
    if told["manifest"].get("ended_early"):
        say("ended early; the same command with --resume completes it")


def _reason(result: Result) -> str:
    """Why a result was refused."""
    refusal = next((d for d in result.decisions if not d.allowed), None)
    return (refusal.reason if refusal else "") or "the policy refused this without a reason"
