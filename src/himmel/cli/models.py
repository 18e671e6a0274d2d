"""himmel models: which weights there are, what they can do, and their way to other tools."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from himmel.cli import _console as console

DESCRIPTION = "List models, say what one was trained for, or convert it for other tools."


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare list, info, card and convert."""
    parser = commands.add_parser(
        "models", help="list, explain and convert weights", description=DESCRIPTION
    )
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    listing = verbs.add_parser("list", help="models that came with himmel", description=DESCRIPTION)
    listing.add_argument("--json", action="store_true", help="print one JSON object")
    info = verbs.add_parser(
        "info", help="what one model can do", description="Say what a model was trained for."
    )
    info.add_argument(
        "model",
        nargs="?",
        default="default",
        metavar="NAME|PATH|HUB-ID",
        help="which model (default)",
    )
    info.add_argument("--json", action="store_true", help="print one JSON object")
    card = verbs.add_parser(
        "card",
        help="write what a model is, was trained on and reaches",
        description="Write a model card and a data card, filled from the model and its record.",
    )
    card.add_argument("model", metavar="NAME|PATH", help="which model")
    card.add_argument("--record", type=Path, metavar="FOLDER", help="reports and config.json")
    card.add_argument("-o", "--out", type=Path, metavar="FOLDER", help="where (beside the weights)")
    convert = verbs.add_parser(
        "convert",
        help="write a model for another tool",
        description="Write a model's networks as a folder that another tool loads.",
    )
    convert.add_argument("model", metavar="NAME|PATH|HUB-ID", help="which model")
    convert.add_argument("--to", choices=["diffusers"], required=True, help="for which tool")
    convert.add_argument("folder", type=Path, metavar="DIR", help="the folder to write")


def run(args: argparse.Namespace) -> int:
    """Do what was asked of models."""
    does = {"list": _list, "info": _info, "card": _card, "convert": _convert}
    return does[args.verb](args)


def _list(args: argparse.Namespace) -> int:
    from himmel.generate.system import load_config, shipped_models

    found = {name: load_config(name).description for name in shipped_models()}
    if args.json:
        console.show_json({"models": found})
        return 0
    for name, description in found.items():
        console.say(f"{name:<12} {description}")
    if not found:
        console.say("no model came with this installation; train one with: himmel train embedded")
    return 0


def _info(args: argparse.Namespace) -> int:
    told = info(args.model)
    if args.json:
        console.show_json(told)
        return 0
    for name, value in told.items():
        console.say(f"{name.replace('_', ' '):<12} {_shown(value)}")
    return 0


def info(model: str) -> dict[str, Any]:
    """What a model was trained for, how large it is and where it lies; of Wan's original folders only
    what is inside.
    """
    from himmel.generate.system import load_config, model_folder
    from himmel.interop.layouts import contents, layout_of

    if layout_of(Path(model)) == "wan":
        return {"name": Path(model).resolve().name, "folder": model, **contents(Path(model))}
    folder, config = model_folder(model), load_config(model)
    held = contents(folder)
    width, height = config.steps_of_size
    free = [f"any multiple of {width}x{height}"]
    return {
        "name": config.name,
        "description": config.description,
        "folder": str(folder),
        "megabytes": round(sum(n["bytes"] for n in held["networks"].values()) / 1e6, 1),
        **held,
        "sizes": [f"{width}x{height}" for width, height in config.trained_sizes] or free,
        "frames": list(config.trained_frames) or [f"{config.codec.compression.time}k + 1"],
        "defaults": config.defaults.to_dict(),
        "languages": list(config.languages),
        "conditions": list(config.conditions),
        "facts": config.facts,
    }


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{k} {_shown(v)}" for k, v in value.items())
    if isinstance(value, list):
        return ", ".join(str(v) for v in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _card(args: argparse.Namespace) -> int:
    from himmel.core.files import write_text
    from himmel.evaluate.card import cards
    from himmel.generate.system import model_folder

    folder = args.out or model_folder(args.model)
    for name, text in cards(args.model, args.record).items():
        write_text(folder / name, text)
        console.say(f"{folder / name}")
    return 0


def _convert(args: argparse.Namespace) -> int:
    from himmel.generate.system import model_folder
    from himmel.interop.layouts import layout_of, to_diffusers

    original = layout_of(Path(args.model)) == "wan"
    folder = Path(args.model) if original else model_folder(args.model)
    for written in to_diffusers(folder, args.folder):
        kind = "AutoencoderKLWan" if written.name == "vae" else "WanTransformer3DModel"
        console.say(
            f"{written}: load it with diffusers and accelerate by "
            f"{kind}.from_pretrained({str(args.folder)!r}, subfolder={written.name!r})"
        )
    return 0
