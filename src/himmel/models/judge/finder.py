"""Where the subject is: a mask of a picture's cells, and the square that is looked at again."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from himmel.models.judge.layers import Norm, Residual


class Finder(nn.Module):
    """Pictures (N, 3, S, S) in [-1, 1], S a multiple of 16 -> logits of the subject's share of every
    cell of 4 x 4 pixels (N, 1, S / 4, S / 4).

    What a subject is and what is scenery can only be told from the whole picture, where it ends only
    from near: down to cells of 16 pixels and back up, with a way across at every size.
    """

    def __init__(self, widths: tuple[int, ...]) -> None:
        super().__init__()
        low, mid, high = widths
        self.fine = nn.Sequential(nn.Conv2d(48, low, 1), Residual(low))
        self.middle = nn.Sequential(nn.Conv2d(low, mid, 3, 2, 1), Residual(mid), Residual(mid))
        self.coarse = nn.Sequential(nn.Conv2d(mid, high, 3, 2, 1), Residual(high), Residual(high))
        self.to_middle = nn.Conv2d(high, mid, 1)
        self.up_middle = Residual(mid)
        self.to_fine = nn.Conv2d(mid, low, 1)
        self.up_fine = nn.Sequential(Residual(low), Norm(low), nn.ReLU(), nn.Conv2d(low, 1, 1))

    def forward(self, pictures: Tensor) -> Tensor:
        """(N, 3, S, S) -> (N, 1, S / 4, S / 4)."""
        x = F.pixel_unshuffle(pictures, 4).contiguous(memory_format=torch.channels_last)
        fine = self.fine(x)
        middle = self.middle(fine)
        coarse = self.to_middle(self.coarse(middle))
        middle = self.up_middle(middle + F.interpolate(coarse, scale_factor=2.0))
        out: Tensor = self.up_fine(fine + F.interpolate(self.to_fine(middle), scale_factor=2.0))
        return out

    @torch.no_grad()
    def square(self, pictures: Tensor) -> Tensor:
        """Pictures (N, 3, S, S) -> squares (N, 3) as of `square_round`."""
        return square_round(self(pictures).float().sigmoid()[:, 0])


def square_round(share: Tensor) -> Tensor:
    """The subject's share of every cell (N, h, w) -> x, y of its middle and the square's half side
    (N, 3), where the picture reaches from -1 to 1.

    The middle is the mean of the mask, the half side a little over two deviations: a box of the mask's
    outermost cells would hang on a single one.
    """
    weight = share.square() + 1e-4
    weight = weight / weight.sum((1, 2), keepdim=True)
    centre, spread_out = [], []
    for axis in (2, 1):  # x, then y
        n = weight.shape[axis]
        place = (torch.arange(n, device=share.device) + 0.5) * 2 / n - 1
        along = weight.sum(3 - axis)  # (N, n)
        mean = (along * place).sum(1)
        centre.append(mean)
        variance = (along * (place - mean[:, None]).square()).sum(1)
        spread_out.append((variance + 1e-6).sqrt())
    half = (2.1 * torch.maximum(*spread_out) + 0.08).clamp(0.2, 1.0)
    return torch.stack([*centre, half], 1)


def cut(pictures: Tensor, square: Tensor, side: int) -> Tensor:
    """Squares (N, 3) as of `square_round` out of pictures (N, 3, S, S) -> (N, 3, side, side); beyond
    the picture its border goes on."""
    theta = torch.zeros(len(square), 2, 3, device=square.device)
    theta[:, 0, 0] = theta[:, 1, 1] = square[:, 2]
    theta[:, :, 2] = square[:, :2]
    grid = F.affine_grid(theta, [len(square), 3, side, side], align_corners=False)
    taken = F.grid_sample(
        pictures.float(), grid, mode="bilinear", padding_mode="border", align_corners=False
    )
    return taken.to(pictures.dtype)
