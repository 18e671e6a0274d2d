"""A small film of every verb, by the packaged weights, as docs/verbs.md shows them: first takes.

They go through the door and are then made smaller, which costs them their manifest.

python runs/verbs_shown.py [--model NAME|PATH] [--seed N] [--out FOLDER] [--sheets FOLDER]
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import Any

from PIL import Image, ImageSequence

from himmel.core.values import Clip, Known, Request, Rework
from himmel.engines import local
from himmel.generate.verbs import Blend, Edit, Extend, Interpolate, Loop, Recut
from himmel.media.picture import write_picture
from himmel.media.sheet import contact_sheet

ROOT = Path(__file__).parent.parent
BALL = "a red ball jumps on the meadow"
CAR = "a yellow car drives to the right on the street"
MUG = "a red mug stands in the snow"
STANDING = (32, 32, 64, 96)  # where the mug is
DRIVING = (40, 80, 36)  # where the car is at first, and how large
QUALITY = 55


def main() -> None:
    """Write VERB.webp for every verb, and a contact sheet of each where a folder is named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="default")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "pictures" / "verbs")
    parser.add_argument("--sheets", type=Path)
    args = parser.parse_args()
    said = {"model": args.model, "seed": args.seed}
    args.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as room:
        for name, request in asked(Path(room), said).items():
            clip = made(request, Path(room) / f"{name}.webp")
            smaller(Path(room) / f"{name}.webp", args.out / f"{name}.webp", clip.fps)
            if args.sheets is not None:
                args.sheets.mkdir(parents=True, exist_ok=True)
                sheet = contact_sheet([clip.frames], [name], columns=1, frames_per_clip=9)
                sheet.save(args.sheets / f"{name}.png")


def asked(room: Path, said: dict[str, Any]) -> dict[str, Request]:
    """Requests by verb; the films and pictures that they begin with are made first."""
    ball, car, mug = (str(room / name) for name in ("ball.mp4", "car.mp4", "mug.mp4"))
    made(Request(prompt=BALL, **said), Path(ball))
    made(Request(prompt=MUG, **said), Path(mug))
    drive = made(Request(prompt=CAR, **said), Path(car))
    ends = [str(room / name) for name in ("first.png", "last.png")]
    for path, picture in zip(ends, (drive.frames[0], drive.frames[-1]), strict=True):
        write_picture(Path(path), picture)
    works = {
        "extend": (CAR, Extend(clip=car, seconds=1)),
        "backward": (CAR, Extend(clip=car, seconds=1, backward=True)),
        "loop": (BALL, Loop(clip=ball)),
        "blend": (BALL, Blend(clip=ball, other=car, becomes=CAR)),
        "connect": (BALL, Blend(clip=ball, other=car, becomes=CAR, connect=True)),
        "edit": (BALL.replace("red", "blue"), Edit(clip=ball)),
        "inpaint": (MUG.replace("red mug", "green tree"), Edit(clip=mug, box=STANDING)),
        "point": (CAR.replace("yellow car", "green bus"), Edit(clip=car, point=DRIVING)),
        "outpaint": (BALL, Edit(clip=ball, canvas=(256, 256))),
        "cinemagraph": (BALL, Edit(clip=ball, box=(32, 0, 64, 96), still=True)),
        "recut": (CAR, Recut(clip=car, keep=((0, 0.7), (1.5, 2.1)))),
        "interpolate": (CAR, Interpolate(clip=car, fps=16)),
    }
    moving = {"seconds": 17 / 8, **said}  # without a length a .webp is a picture
    begin, end = Known(path=ends[0]), Known(path=ends[1], frame=-1)
    return {
        "generate": Request(prompt=BALL, **moving),
        "animate": Request(prompt=CAR, known=(begin,), **moving),
        "ends": Request(prompt=CAR, known=(begin, end), **moving),
        **{name: Rework(prompt=p, verb=verb, **said) for name, (p, verb) in works.items()},
    }


def made(request: Request, out: Path) -> Clip:
    """The film of a request, or the reason why there is none."""
    result = local.generate(request, out)
    if result.clip is None:
        raise SystemExit(f"{out.name}: {result.decisions[-1].reason}")
    return result.clip


def smaller(film: Path, out: Path, fps: float) -> None:
    """The film of a .webp with fewer bytes."""
    with Image.open(film) as whole:
        frames = [frame.convert("RGB") for frame in ImageSequence.Iterator(whole)]
    how: dict[str, Any] = {"duration": round(1000 / fps), "loop": 0, "quality": QUALITY}
    frames[0].save(out, save_all=True, append_images=frames[1:], **how)


if __name__ == "__main__":
    main()
