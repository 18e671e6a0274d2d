"""himmel world: render, show and describe clips of the training world."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from himmel.cli import _console as console
from himmel.cli.generate import size
from himmel.core.env import use_props
from himmel.core.errors import HimmelError
from himmel.world import vocabulary, words
from himmel.world.props.library import SCENE as PROPS
from himmel.world.vocabulary import SCENES, names
from himmel.world.words import FAMILIES

if TYPE_CHECKING:
    from himmel.core.values import Frames
    from himmel.world.language.facts import Said

DESCRIPTION = "The world that the shipped weights are trained on: made from a seed, not filmed."
RENDER = """Render one clip to an .mp4, .webm, .gif, .webp or .apng, or as single pictures to a new
folder or to name%04d.png; with --count, a folder of shards to train on. A folder of shards that was
interrupted goes on where it stopped."""
SHOW = "Draw clips of a seed, or of a folder of shards, on one sheet with boxes and captions."
CAPTIONS = """Say in words what a seed shows, and with --facts which facts each caption states; without
--seed, list everything the world can show."""

LISTED = """Say what a folder of props holds: zips with a catalogue such as Sweet Home 3D's furniture,
of which Debian's package sweethome3d-furniture has five (unpack it with dpkg-deb -x). With the folder
in --props, or in HIMMEL_PROPS, the scene props draws them one at a time; nothing is ever fetched."""

_SCENES = ("core", *names(SCENES), *names(FAMILIES), PROPS)
_STYLES = ("short", "medium", "paraphrase", "descriptive", "alt", "free")
_BOX, _OTHER_BOX = (255, 220, 0), (150, 150, 160)
_CELL = 128  # pixels that a frame on the sheet has at least


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the commands and their options."""
    parser = commands.add_parser("world", help="the training world", description=DESCRIPTION)
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)

    render = actions.add_parser("render", help="render clips", description=RENDER)
    _add_choice_of_graphs(render, seed=0)
    _add_shape(render)
    render.add_argument("--count", type=int, help="render so many clips as shards into a folder")
    render.add_argument("--processes", type=int, default=1, help="how many at a time (1)")
    render.add_argument(
        "-o", "--out", type=Path, required=True, help="the film, or the folder with --count"
    )

    show = actions.add_parser("show", help="a sheet of clips", description=SHOW)
    show.add_argument("folder", nargs="?", type=Path, metavar="FOLDER", help="shards to look at")
    _add_choice_of_graphs(show, seed=0)
    _add_shape(show)
    show.add_argument("--count", type=int, default=6, help="how many clips (6)")
    show.add_argument("--lang", choices=("en", "de"), default="en", help="of the captions (en)")
    show.add_argument("-o", "--out", type=Path, required=True, help="the picture, a .png")

    captions = actions.add_parser("captions", help="clips in words", description=CAPTIONS)
    _add_choice_of_graphs(captions, seed=None)
    captions.add_argument("--count", type=int, default=5, help="how many wordings (5)")
    captions.add_argument("--lang", choices=("en", "de"), default="en", help="language (en)")
    captions.add_argument(
        "--style",
        choices=_STYLES,
        help="one style; alt texts are partly wrong, free ones as people talk (three, mixed)",
    )
    captions.add_argument("--facts", action="store_true", help="which facts each caption states")
    captions.add_argument("--json", action="store_true", help="print one JSON object")

    props = actions.add_parser("props", help="what a folder of meshes holds", description=LISTED)
    props.add_argument("folder", type=Path, metavar="FOLDER", help="where the zips lie")
    props.add_argument("--notice", type=Path, metavar="FILE", help="write the attribution as text")
    props.add_argument("--json", action="store_true", help="print one JSON object")


def _add_choice_of_graphs(parser: argparse.ArgumentParser, seed: int | None) -> None:
    shown = "" if seed is None else f" ({seed})"
    parser.add_argument(
        "--seed", type=int, default=seed, help=f"another number, another clip{shown}"
    )
    parser.add_argument("--scene", choices=_SCENES, help="one kind of scene (all, mixed)")
    parser.add_argument(
        "--props", type=Path, metavar="FOLDER", help="meshes for the scene props (HIMMEL_PROPS)"
    )
    parser.add_argument(
        "--held-out", action="store_true", help="only pairs of kind and colour kept from training"
    )


def _add_shape(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--size", type=sides, default=(64, 64), metavar="N|WxH", help="pixels, square or not (64)"
    )
    parser.add_argument("--frames", type=int, default=17, help="frames of a clip (17)")
    parser.add_argument("--fps", type=float, default=8.0, help="frames per second (8)")


def sides(text: str) -> tuple[int, int]:
    """Width and height from text like 64, a square, or 96x64."""
    return size(f"{text}x{text}" if text.strip().isdigit() else text)


def run(args: argparse.Namespace) -> int:
    """Do what the action says and tell where the result lies."""
    _check_fps(args)
    if getattr(args, "count", None) is not None and args.count < 1:
        raise HimmelError(f"--count {args.count} asks for nothing; use 1 or more")
    if getattr(args, "props", None) is not None:
        use_props(args.props)
    actions = {"render": _render, "show": _show, "captions": _captions, "props": _props}
    actions[args.action](args)
    return 0


def _check_fps(args: argparse.Namespace) -> None:
    """Raise HimmelError for a rate that no film has, before anything is rendered."""
    if getattr(args, "fps", None) is not None:
        from himmel.media.write import exact_rate

        exact_rate(args.fps)


def _render(args: argparse.Namespace) -> None:
    if args.count is not None:
        _render_folder(args)
        return
    from himmel.world.captions import captions
    from himmel.world.clip import make_clip
    from himmel.world.graph import sample_graph

    width, height = args.size
    graph = sample_graph(args.seed, args.scene, args.held_out)
    clip = make_clip(graph, height, args.frames, args.fps, width=width)
    write_render(args.out, clip.frames, args.fps)
    console.say(f"{args.out}: {captions(graph, count=2)[-1]}")


def write_render(path: Path, frames: Frames, fps: float) -> None:
    """Write a clip of the world: what was rendered, not drawn, needs no seal."""
    from himmel.core.values import Clip
    from himmel.media.write import write_clip

    write_clip(path, Clip(frames, fps))


def _render_folder(args: argparse.Namespace) -> None:
    from himmel.world.dataset import Corpus, render_corpus

    width, height = args.size
    corpus = Corpus(
        count=args.count,
        size=height,
        width=None if width == height else width,
        seed=args.seed,
        scene=args.scene,
        held_out=args.held_out,
        frames=args.frames,
        fps=args.fps,
    )
    with console.progress("rendering") as on_progress:
        render_corpus(args.out, corpus, args.processes, on_progress)
    console.say(f"{args.out}: {args.count} clips of {args.frames} frames, {width}x{height} px")


def _show(args: argparse.Namespace) -> None:
    import numpy as np

    from himmel.media.picture import write_picture
    from himmel.media.sheet import contact_sheet

    clips, titles = [], []
    source = _clips_of_a_folder(args) if args.folder else _clips_of_a_seed(args)
    for frames, truth, title in islice(source, args.count):
        clips.append(_with_boxes(frames, truth))
        titles.append(title)
    write_picture(args.out, np.asarray(contact_sheet(clips, titles)))
    console.say(f"{args.out}: {len(clips)} clips")


def _clips_of_a_seed(args: argparse.Namespace) -> Iterator[tuple[Frames, dict[str, Any], str]]:
    from himmel.world.clip import make_clip
    from himmel.world.graph import sample_graph

    width, height = args.size
    for seed in range(args.seed, args.seed + args.count):
        graph = sample_graph(seed, args.scene, args.held_out)
        clip = make_clip(graph, height, args.frames, args.fps, width=width)
        yield clip.frames, clip.truth, _title(graph.to_dict(), args.lang)


def _clips_of_a_folder(args: argparse.Namespace) -> Iterator[tuple[Frames, dict[str, Any], str]]:
    from himmel.core.shards import read_all

    for shard in read_all([args.folder]):
        for frames, sample in zip(shard.arrays["frames"], shard.samples, strict=True):
            yield frames, sample["truth"], _title(sample["graph"], args.lang)


def _title(graph: dict[str, Any], language: str) -> str:
    """A caption with every fact."""
    from himmel.core.rng import numpy_rng
    from himmel.world.captions import caption
    from himmel.world.graph import Graph

    rng = numpy_rng(graph["seed"], "title")
    return caption(Graph.from_dict(graph), rng, language, "medium")


def _with_boxes(frames: Frames, truth: dict[str, Any]) -> Frames:
    """Frames enlarged for the eye, the box of every object drawn, the subject's on top."""
    scale = max(1, -(-_CELL // frames.shape[1]))
    large: Frames = frames.repeat(scale, axis=1).repeat(scale, axis=2)
    for thing in reversed(truth["objects"]):
        colour = _BOX if thing["id"] == 1 else _OTHER_BOX
        for frame, box in zip(large, thing["bbox"], strict=True):
            if box is not None:
                x0, y0, x1, y1 = (scale * value for value in box)
                frame[y0:y1, [x0, x1 - 1]] = colour
                frame[[y0, y1 - 1], x0:x1] = colour
    return large


def _captions(args: argparse.Namespace) -> None:
    if args.seed is None:
        _list_the_world(args)
        return
    from himmel.world.captions import SENTENCES, sayings
    from himmel.world.graph import sample_graph

    graph = sample_graph(args.seed, args.scene, args.held_out)
    styles = (args.style,) if args.style else SENTENCES
    found = sayings(graph, args.lang, count=args.count, styles=styles)
    if args.json:
        told = {"seed": args.seed, "graph": graph.to_dict(), "captions": [s.text for s in found]}
        facts = [{"facts": s.facts, "wrong": s.wrong} for s in found]
        console.show_json(told | ({"facts": facts} if args.facts else {}))
        return
    for said in found:
        console.say(said.text)
        if args.facts:
            console.say(_listed(said))


def _listed(said: Said) -> str:
    """The facts of a caption on one line, wrong ones marked."""
    right = [f"{name}={value}" for name, value in said.facts.items()]
    return "    " + ", ".join(right + [f"{n}={v} (wrong)" for n, v in said.wrong.items()])


def _list_the_world(args: argparse.Namespace) -> None:
    tables = {
        "core kinds": names(vocabulary.KINDS),
        "core settings": names(vocabulary.SETTINGS),
        "core times": names(vocabulary.TIMES),
        "kinds": names(words.KINDS),
        "colours": names(vocabulary.COLOURS),
        "settings": names(words.SETTINGS),
        "times": names(words.TIMES),
        "weathers": names(words.WEATHERS),
        "looks": names(words.LOOKS),
        "traits": names(words.TRAITS),
        "motions": names(vocabulary.MOTIONS),
        "cameras": names(words.CAMERAS),
        "relations": names(words.RELATIONS),
        "scenes": _SCENES,
    }
    if args.json:
        console.show_json({name: list(table) for name, table in tables.items()})
        return
    for name, table in tables.items():
        console.say(f"{name}: {', '.join(table)}")


def _props(args: argparse.Namespace) -> None:
    from himmel.core.files import write_text
    from himmel.world.props.library import library, notice

    found = library(args.folder)
    usable = found.usable()
    if args.notice is not None:
        write_text(args.notice, notice(usable))
    if args.json:
        console.show_json(found.summary())
        return
    console.say(f"{args.folder}: {len(found.props)} props, {len(usable)} can be named")
    console.say(f"kinds: {len(found.kinds)}")
    for name, counts in found.counts().items():
        told = ", ".join(f"{key} {count}" for key, count in counts.items())
        console.say(f"{name}: {told or 'none'}")
    if args.notice is not None:
        console.say(f"{args.notice}: the attribution that their licences ask for")
