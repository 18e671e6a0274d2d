"""The linear basis: principal components of spacetime patches.

A patch codec whose basis nests: the first n coefficients are the best n in the least-squares sense
(Eckart and Young, 1936), so numbers can be added later without a new latent space.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor


def to_groups(frames: Tensor, time: int) -> Tensor:
    """Cut (B, 3, T, H, W) with T = 1 + time * n into (B, 1 + n, 3, time, H, W).

    The first frame alone is a group: it stands `time` times, so that a picture is a film of length 1.
    """
    first = frames[:, :, :1].expand(-1, -1, time - 1, -1, -1)
    padded = torch.cat([first, frames], dim=2)  # (B, 3, time * (1 + n), H, W)
    b, c, t, h, w = padded.shape
    return padded.reshape(b, c, t // time, time, h, w).transpose(1, 2)


def patchify(groups: Tensor, patch: int) -> Tensor:
    """(B, G, 3, time, H, W) -> (B, G, H/p, W/p, 3 * time * p * p)."""
    b, g, c, t, h, w = groups.shape
    x = groups.reshape(b, g, c, t, h // patch, patch, w // patch, patch)
    return x.permute(0, 1, 4, 6, 2, 3, 5, 7).reshape(b, g, h // patch, w // patch, -1)


def unpatchify(values: Tensor, time: int, patch: int) -> Tensor:
    """The inverse of patchify: (B, G, h, w, V) -> (B, G, 3, time, h * p, w * p)."""
    b, g, h, w, _ = values.shape
    x = values.reshape(b, g, h, w, 3, time, patch, patch).permute(0, 1, 4, 5, 2, 6, 3, 7)
    return x.reshape(b, g, 3, time, h * patch, w * patch)


def principal_components(patches: Tensor, count: int) -> tuple[Tensor, Tensor, Tensor]:
    """Mean (V,), basis (V, count) and variance (count,) of patches (N, V), largest variance first."""
    mean = patches.mean(0)
    centred = patches - mean
    covariance = centred.T @ centred / len(centred)
    variance, vectors = torch.linalg.eigh(covariance)
    order = torch.arange(len(variance) - 1, len(variance) - 1 - count, -1)
    return mean, vectors[:, order].contiguous(), variance[order].clamp_min(0)


def half_whitening(variance: Tensor, reference: int) -> Tensor:
    """Divisors std ** 0.5 per coefficient, scaled to unit mean variance over the first `reference`.

    Full whitening would blow up noise in the small coefficients; none would let the first few drown
    the rest. The reference keeps the divisors of the old numbers when the latent is widened.
    """
    std = variance.sqrt()
    divisor = std.sqrt().clamp_min(1e-6)
    scaled = (std / divisor)[:reference]
    return divisor * scaled.square().mean().sqrt()


def shrink(frames: Tensor, factor: int) -> Tensor:
    """Area average of (B, 3, T, H, W) by an integer factor in height and width."""
    if factor == 1:
        return frames
    return F.avg_pool3d(frames, (1, factor, factor))
