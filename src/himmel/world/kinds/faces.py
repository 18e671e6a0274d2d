"""Faces close by: a head that shows an expression, hair and skin. Lengths are in radii of the head."""

from __future__ import annotations

import math
from dataclasses import astuple, dataclass

from himmel.world.kinds.figure import Figure
from himmel.world.kinds.paints import INK, WHITE, mix, shade
from himmel.world.render import Colour, hex_colour

Triple = tuple[float, float, float]

_CAVITY, _TONGUE, _TEAR = hex_colour("2c080c"), hex_colour("e86a7a"), hex_colour("a8dcff")
_LINE = hex_colour("241410")
_SKULL = ((0.0, 0.1), (0.95, 0.86, 1.0))  # x and z of the centre, half sizes
_JAW = ((0.04, -0.3), (0.86, 0.75, 0.78))
_SPREAD = tuple(step / 6 - 1 for step in range(13))  # -1 to 1 across the mouth
_EYE = (0.34, 0.1)  # y and z of the left eye
_MOUTH = -0.47  # height of the mouth


@dataclass(frozen=True)
class Mood:
    """What a face does. Brows and corners of the mouth rise with their numbers; 1 is a usual eye.

    `look` lowers the gaze, `iris` is its size, `width` and `gap` are those of the mouth, `tilt` lifts
    one of its corners, `teeth` is the share of the gap they fill.
    """

    brow_in: float = 0.38
    brow_out: float = 0.39
    eye: float = 1.0
    look: float = 0.0
    iris: float = 1.0
    width: float = 0.3
    corner: float = 0.0
    gap: float = 0.0
    tilt: float = 0.0
    teeth: float = 0.0
    tongue: float = 0.0
    tears: float = 0.0
    sweat: float = 0.0
    wrinkle: float = 0.0

    def toward(self, other: Mood, share: float) -> Mood:
        """The face on its way to another mood: 0 this one, 1 the other."""
        pairs = zip(astuple(self), astuple(other), strict=True)
        return Mood(*(a + (b - a) * share for a, b in pairs))


NEUTRAL = Mood()
MOODS: dict[str, Mood] = {
    "happy": Mood(0.47, 0.42, 0.85, width=0.45, corner=0.24, gap=0.24, teeth=0.5),
    "sad": Mood(0.58, 0.24, 0.62, look=0.05, width=0.3, corner=-0.24, tears=1.0),
    "angry": Mood(0.15, 0.5, 0.72, iris=0.8, width=0.38, corner=-0.1, gap=0.14, teeth=1.0, wrinkle=0.6),
    "surprised": Mood(0.63, 0.58, 1.45, iris=0.85, width=0.19, gap=0.3),
    "scared": Mood(
        0.68, 0.36, 1.4, iris=0.5, width=0.42, corner=-0.22, gap=0.14, teeth=0.4, sweat=1.0
    ),
    "disgusted": Mood(
        0.18, 0.36, 0.42, look=0.02, width=0.34, corner=-0.2, gap=0.08, tilt=0.1, tongue=1.0, wrinkle=1.0
    ),
}  # fmt: skip
_FLUSH: dict[str, tuple[str, float]] = {  # how the skin changes: towards a colour, by a share
    "happy": ("f0a080", 0.08),
    "sad": ("b0b8c8", 0.12),
    "angry": ("d83018", 0.34),
    "scared": ("d8e0f0", 0.26),
    "disgusted": ("70a838", 0.42),
}


@dataclass(frozen=True)
class Looks:
    """What the seed decides about a face: skin, hair, and how the hair is worn."""

    skin: Colour
    hair: Colour
    style: str  # short, long, curly, bun, crop, bald
    beard: bool = False
    iris: Colour = INK


def flushed(skin: Colour, expression: str, share: float) -> Colour:
    """The skin of someone who feels that: red with anger, pale with fear, green with disgust."""
    tone, most = _FLUSH.get(expression, ("000000", 0.0))
    return mix(skin, hex_colour(tone), most * share)


def front(y: float, z: float) -> float:
    """x of the face's surface before a point of it, 0 beside the head."""
    found = 0.0
    for (x0, z0), (x, width, height) in (_SKULL, _JAW):
        left = 1 - (y / width) ** 2 - ((z - z0) / height) ** 2
        if left > 0:
            found = max(found, x0 + x * math.sqrt(left))
    return found


def face(head: Figure, looks: Looks, mood: Mood, time: float) -> None:
    """Skull, ears, nose, eyes, brows and mouth; the head's frame is centred between the ears."""
    skin = looks.skin
    for (x, z), half in (_SKULL, _JAW):
        head.ball((x, 0, z), half, skin)
    for side in (-1, 1):
        head.ball((-0.05, side * 0.86, 0.02), (0.14, 0.1, 0.22), skin)
        _eye(head, looks, mood, side)
        _brow(head, looks.hair, mood, side)
    head.ball((0.97, 0, -0.12), (0.14, 0.12, 0.18), shade(skin, 0.92))
    for side in (-1, 1):
        head.ball((0.95, side * 0.1, -0.21), (0.08, 0.07, 0.06), shade(skin, 0.85))
    if mood.corner > 0.05:
        for side in (-1, 1):
            cheek = mix(skin, hex_colour("f07070"), min(0.5, 2 * mood.corner))
            head.ball((0.72, side * 0.5, -0.16), (0.14, 0.17, 0.13), cheek)
    _mouth(head, mood, mix(shade(skin, 0.6), hex_colour("c03038"), 0.55))
    _wet(head, mood, time)
    _wrinkles(head, skin, mood.wrinkle)


def _eye(head: Figure, looks: Looks, mood: Mood, side: int) -> None:
    y, z = side * _EYE[0], _EYE[1]
    x, height = front(y, z) - 0.06, 0.16 * mood.eye
    head.ball((x, y, z), (0.13, 0.2, height), WHITE)
    if mood.eye > 0.3:
        radius = 0.11 * mood.iris
        tall = min(radius, 0.95 * height)
        at = z - mood.look
        head.ball((x + 0.09, 0.97 * y, at), (0.06, radius, tall), looks.iris)
        head.ball((x + 0.125, 0.97 * y, at), (0.04, 0.6 * radius, min(0.6 * radius, tall)), INK)
        head.ball((x + 0.16, 0.97 * y + 0.04, at + 0.35 * tall), (0.015, 0.025, 0.025), WHITE)
    lid = [
        (front(y + d, z) + 0.02, y + d, z + height * rise)
        for d, rise in ((-0.2, 0.1), (-0.1, 0.85), (0.0, 1.1), (0.1, 0.85), (0.2, 0.1))
    ]
    head.chain(lid, [0.03] * 4, _LINE)


def _brow(head: Figure, hair: Colour, mood: Mood, side: int) -> None:
    arch = 0.5 * (mood.brow_in + mood.brow_out) + 0.07
    line = ((0.12, mood.brow_in), (0.34, arch), (0.58, mood.brow_out))
    points = [(front(y, z) + 0.02, side * y, z) for y, z in line]
    head.chain(points, (0.075, 0.065), mix(shade(hair, 0.7), _LINE, 0.3))


def _mouth(head: Figure, mood: Mood, lips: Colour) -> None:
    """The mouth between an upper and a lower lip: cavity, teeth, and the tongue."""
    upper, lower = _lip(mood, 0.3 * mood.gap), _lip(mood, -mood.gap)
    rows = math.ceil(mood.gap / 0.05) if mood.gap > 0.03 else 0
    for row in range(rows + 1 if rows else 0):
        share = row / rows
        bared = mood.teeth > 0.1 and share <= mood.teeth
        line = _between(upper, lower, share, 0.02 if bared else 0.0)
        head.chain(line, [0.055] * (len(line) - 1), WHITE if bared else _CAVITY)
    if mood.teeth > 0.7:
        middle = _between(upper, lower, 0.5, 0.06)
        head.chain(middle, [0.016] * (len(middle) - 1), _CAVITY)
        for top, low in zip(upper[2:-1:2], lower[2:-1:2], strict=True):
            head.limb((top[0] + 0.06, *top[1:]), (low[0] + 0.06, *low[1:]), 0.014, _CAVITY)
    for lip in (upper, lower):
        head.chain(_between(lip, lip, 0.0, 0.02), [0.045] * (len(lip) - 1), lips)
    if mood.tongue > 0.1:
        x, y, z = lower[len(lower) // 2]
        long = 0.26 * mood.tongue
        head.ball((x + 0.07, y + 0.02, z - 0.6 * long), (0.13, 0.17, long), _TONGUE)
        head.limb((x + 0.19, 0.02, z), (x + 0.18, 0.02, z - 0.9 * long), 0.02, shade(_TONGUE, 0.6))


def _lip(mood: Mood, bulge: float) -> list[Triple]:
    """A lip from the right corner to the left, its middle `bulge` above the line between them."""
    points = []
    for t in _SPREAD:
        y = mood.width * t
        line = _MOUTH + mood.corner * (t * t - 0.5) + mood.tilt * t
        z = line + bulge * math.sqrt(1 - t * t)
        points.append((front(y, z) + 0.015, y, z))
    return points


def _between(first: list[Triple], second: list[Triple], share: float, ahead: float) -> list[Triple]:
    """The line a share of the way from one lip to the other, `ahead` of the skin."""
    pairs = zip(first, second, strict=True)
    return [
        (a[0] + share * (b[0] - a[0]) + ahead, a[1], a[2] + share * (b[2] - a[2])) for a, b in pairs
    ]


def _wet(head: Figure, mood: Mood, time: float) -> None:
    """Tears that run down the cheeks, drops of sweat on the brow."""
    for side in (-1, 1):
        if mood.tears > 0.2:
            y, run = side * 0.4, 0.4 * mood.tears
            trace = [(front(y, z) + 0.01, y, z) for z in (-0.02, -0.02 - 0.5 * run, -0.02 - run)]
            head.chain(trace, (0.05, 0.055), _TEAR)
            z = -0.1 - (0.5 * time + 0.3 * side) % 0.55
            head.ball((front(y, z) + 0.03, y, z), (0.07, 0.08, 0.1), _TEAR)
        if mood.sweat > 0.2:
            for y, z in ((0.5, 0.72), (0.68, 0.3)):
                at = z - 0.12 * ((0.8 * time + 0.4 * side) % 1.0)
                drop = (front(side * y, at) + 0.02, side * y, at)
                head.ball(drop, (0.06, 0.065, 0.1 * mood.sweat), _TEAR)


def _wrinkles(head: Figure, skin: Colour, depth: float) -> None:
    """Folds across the root of the nose and beside it."""
    if depth < 0.2:
        return
    fold = shade(skin, 1 - 0.5 * depth)
    for z in (-0.02, 0.07, 0.16):
        head.limb((front(0.0, z) + 0.05, -0.1, z), (front(0.0, z) + 0.05, 0.1, z), 0.022, fold)
    for side in (-1, 1):
        ends = [(front(side * y, z) + 0.005, side * y, z) for y, z in ((0.2, -0.08), (0.42, -0.34))]
        head.limb(ends[0], ends[1], 0.028, fold)


# ---- hair --------------------------------------------------------------------------------------


def hair(head: Figure, looks: Looks, covered: bool) -> None:
    """Hair in its style; under a hat (`covered`) only what hangs out of it."""
    tone, style = looks.hair, looks.style
    if style == "bald":
        for side in (-1, 1):
            head.ball((-0.3, side * 0.72, 0.08), (0.4, 0.26, 0.34), tone)
        head.ball((-0.7, 0, 0.0), (0.3, 0.62, 0.4), tone)
    else:
        head.ball((-0.2, 0, 0.34), (0.93, 0.98, 0.95), tone)
        if not covered and style != "curly":
            head.ball((0.3, 0.14, 0.95), (0.46, 0.66, 0.24), tone)
    if style == "long":
        for side in (-1, 1):
            lock = [(-0.1, side * 0.88, 0.3), (-0.1, side * 0.98, -0.4), (0.05, side * 0.9, -1.15)]
            head.chain(lock, (0.26, 0.24), tone)
        head.ball((-0.6, 0, -0.4), (0.4, 0.9, 0.9), tone)
    elif style == "curly":
        for step in range(11):
            turn = math.pi * (step / 10 * 1.5 - 0.25)
            at = (-0.15, 0.95 * math.cos(turn), 0.35 + 0.85 * math.sin(turn))
            if not covered or at[2] < 0.5:
                head.ball(at, 0.34, tone)
    elif style == "bun" and not covered:
        head.ball((-0.25, 0, 1.35), 0.34, tone)


def beard(head: Figure, tone: Colour, length: float) -> None:
    """A beard round the jaw and over the lip that leaves the mouth free."""
    head.ball((0.3, 0, -1.02), (0.52, 0.56, 0.34), tone)
    head.ball((0.35, 0, -1.15 - 0.5 * length), (0.36, 0.42, 0.3 + 0.5 * length), tone)
    for side in (-1, 1):
        head.chain(
            [(0.1, side * 0.8, 0.0), (0.3, side * 0.72, -0.5), (0.5, side * 0.45, -0.95)],
            (0.14, 0.2),
            tone,
        )
        whisker = [
            (front(0.03, -0.26) + 0.03, side * 0.03, -0.25),
            (front(0.3, -0.3) + 0.02, side * 0.32, -0.3),
        ]
        head.limb(whisker[0], whisker[1], 0.06, tone)
