"""Where every pixel went from one frame to the next, by a pyramid of small windows.

Lucas and Kanade's method (1981): in a window of a few pixels the motion is the least-squares answer of
the brightness equation, and coarse levels first lets it find motion of more than a pixel. Small, without
weights, and exact enough to say whether two frames show the same thing moved.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

WINDOW = 5  # pixels at every level
_SMALLEST = 12  # pixels of the shorter side at the top of the pyramid
_ROUNDS = 4
_STEADY = 1e-4  # added to the matrix of a window: a window without edges has no motion
_SLACK = 0.5  # pixels by which there and back may differ
_SHARE = 0.01  # and the share of the motion by which they may differ


def flow_between(first: Tensor, second: Tensor) -> Tensor:
    """Motion (N, 2, H, W) in pixels, x before y: what is at p in `first` is at p + flow in `second`.

    Both are luma (N, 1, H, W) in 0..1.
    """
    levels = [(first, second)]
    while min(levels[-1][0].shape[-2:]) >= 2 * _SMALLEST:
        levels.append(tuple(F.avg_pool2d(x, 2) for x in levels[-1]))  # type: ignore[arg-type]
    flow = torch.zeros_like(levels[-1][0]).repeat(1, 2, 1, 1)
    for one, other in reversed(levels):
        size = one.shape[-2:]
        if flow.shape[-2:] != size:
            flow = 2 * F.interpolate(flow, size=size, mode="bilinear", align_corners=False)
        for _ in range(_ROUNDS):
            flow = _median(flow + _step(one, warped(other, flow)))
    return flow


def _step(first: Tensor, moved: Tensor) -> Tensor:
    """One least-squares answer in every window; no step goes further than a pixel."""
    mean = (first + moved) / 2
    dx, dy = _slope(mean, -1), _slope(mean, -2)
    dt = first - moved
    xx, xy, yy = (_window(a * b) for a, b in ((dx, dx), (dx, dy), (dy, dy)))
    xt, yt = _window(dx * dt), _window(dy * dt)
    xx, yy = xx + _STEADY, yy + _STEADY
    scale = 1 / (xx * yy - xy * xy)
    return torch.cat([(yy * xt - xy * yt) * scale, (xx * yt - xy * xt) * scale], 1).clamp(-1, 1)


def _slope(x: Tensor, axis: int) -> Tensor:
    pad = (1, 1, 0, 0) if axis == -1 else (0, 0, 1, 1)
    wide = F.pad(x, pad, mode="replicate")
    length = x.shape[axis]
    return (wide.narrow(axis, 2, length) - wide.narrow(axis, 0, length)) / 2


def _window(x: Tensor) -> Tensor:
    return F.avg_pool2d(x, WINDOW, 1, WINDOW // 2, count_include_pad=False)


def _median(flow: Tensor) -> Tensor:
    """The median of 3 x 3 neighbours: a lone window that went astray is overruled."""
    patches = F.unfold(F.pad(flow, (1, 1, 1, 1), mode="replicate"), 3)
    middle: Tensor = patches.reshape(len(flow), 2, 9, -1).median(2).values
    return middle.view_as(flow)


def warped(x: Tensor, flow: Tensor) -> Tensor:
    """`x` (N, C, H, W) read at p + flow, bilinearly, the border going on beyond it."""
    height, width = x.shape[-2:]
    rows, columns = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    at_x = (columns + flow[:, 0]) * 2 / max(width - 1, 1) - 1
    at_y = (rows + flow[:, 1]) * 2 / max(height - 1, 1) - 1
    grid = torch.stack([at_x, at_y], -1)
    return F.grid_sample(x, grid, padding_mode="border", align_corners=True)


def seen_in_both(there: Tensor, back: Tensor) -> Tensor:
    """Pixels (N, 1, H, W) of the first frame that the second shows too: motion there and back again
    must cancel out (Sundaram and others, 2010), and lead inside of the picture."""
    height, width = there.shape[-2:]
    returned = there + warped(back, there)
    allowed = _SHARE * (there.square() + warped(back, there).square()).sum(1) + _SLACK
    rows, columns = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    x, y = columns + there[:, 0], rows + there[:, 1]
    inside = (x >= 0) & (x <= width - 1) & (y >= 0) & (y <= height - 1)
    return ((returned.square().sum(1) < allowed) & inside)[:, None]


def light(pictures: Tensor) -> Tensor:
    """Pictures (N, 3, H, W) in levels of 255 -> luma (N, 1, H, W) in 0..1, by Rec. 601."""
    weights = torch.tensor([0.299, 0.587, 0.114], device=pictures.device)
    return (pictures * weights.view(1, 3, 1, 1)).sum(1, keepdim=True) / 255


def between(one: Tensor, other: Tensor, share: Tensor) -> Tensor:
    """Pictures (N, 3, H, W) at a share (N,) in [0, 1] of the way from one to another, levels of 255.

    Every pixel is followed along the motion found in both directions, as if it were even (Jiang and
    others, Super SloMo, 2018, equation 4), and read out of both pictures; where no motion was found
    this is their mixture.
    """
    t = share.view(-1, 1, 1, 1)
    there, back = flow_between(light(one), light(other)), flow_between(light(other), light(one))
    to_one = -(1 - t) * t * there + t.square() * back
    to_other = (1 - t).square() * there - t * (1 - t) * back
    return (1 - t) * warped(one, to_one) + t * warped(other, to_other)
