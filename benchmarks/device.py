"""Benchmarks on a GPU: what a CPU is measured by, at sizes that fill one, without video or signatures."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import Tensor
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.nn.functional import scaled_dot_product_attention

from himmel.core.rng import torch_rng
from himmel.evaluate.intervals import Metric
from himmel.generate.system import load_system
from himmel.models.dit import DiT, DiTConfig, initialise
from himmel.nn.attention import attend
from himmel_benchmarks import train
from himmel_benchmarks.decode import streamed
from himmel_benchmarks.harness import (
    Work,
    exactly,
    interleave,
    limit_rates,
    limits,
    relative_error,
    workload,
)

BACKENDS = {
    "flash": SDPBackend.FLASH_ATTENTION,
    "cudnn": SDPBackend.CUDNN_ATTENTION,
    "efficient": SDPBackend.EFFICIENT_ATTENTION,
    "math": SDPBackend.MATH,
}


@torch.inference_mode()
def dit(seed: int, device: str) -> dict[str, Metric]:
    """A forward pass in bfloat16, as it is and with its blocks compiled, beside the machine's limits."""
    sizes = workload("device", device)["dit"]
    model, given = _network(sizes, seed, device)
    exact = model(*given)
    half = model.to(torch.bfloat16)
    given = (given[0].bfloat16(), given[1], given[2].bfloat16())
    rough = half(*given)
    subjects: dict[str, Work] = {"ours": partial(half, *given)}
    if device != "cpu":
        compiled = _network(sizes, seed, device)[0].to(torch.bfloat16)
        for block in compiled.blocks:
            block.compile()
        subjects["compiled"] = partial(compiled, *given)
    found = limits(torch.bfloat16, seed, device)
    times = interleave(subjects | {name: limit.work for name, limit in found.items()})
    tokens = sizes["clip"][0] * sizes["clip"][1] * sizes["clip"][2] // 4
    flops = model.flops(tokens, sizes["text_tokens"])
    shares = {
        f"gemm_share.{n}": times.rate_share(n, flops, "gemm", found["gemm"].flops) for n in subjects
    }
    return {
        **shares,
        **{f"seconds.{name}": times.seconds(name) for name in subjects},
        "relative_error": exactly(relative_error(rough, exact), "share"),
        **limit_rates(times, found),
    }


def _network(sizes: dict[str, Any], seed: int, device: str) -> tuple[DiT, tuple[Tensor, ...]]:
    config = DiTConfig(
        num_attention_heads=sizes["heads"],
        attention_head_dim=sizes["head_dim"],
        ffn_dim=sizes["ffn"],
        num_layers=sizes["layers"],
        text_dim=sizes["text_dim"],
    )
    model = DiT(config).eval().requires_grad_(False)
    initialise(model, seed)
    rng = torch_rng(seed, "bench", "device")
    for parameter in model.parameters():  # untrained networks answer zero
        parameter.add_(0.02 * torch.randn(parameter.shape, generator=rng))
    latents = torch.randn(1, config.in_channels, *sizes["clip"], generator=rng)
    text = torch.randn(1, sizes["text_tokens"], sizes["text_dim"], generator=rng)
    given = (latents.to(device), torch.tensor([500.0], device=device), text.to(device))
    return model.to(device), given


@torch.inference_mode()
def attention(seed: int, device: str) -> dict[str, Metric]:
    """PyTorch's kernels for one attention in bfloat16, those that the device has, and ours."""
    sizes = workload("device", device)["attention"]
    shape = (3, sizes["batch"], sizes["heads"], sizes["tokens"], sizes["head_dim"])
    rng = torch_rng(seed, "bench", "attention")
    query, key, value = torch.randn(shape, generator=rng).to(device, torch.bfloat16).unbind()
    subjects: dict[str, Work] = {"ours": partial(attend, query, key, value)}
    for name, backend in BACKENDS.items():
        work = partial(_by, backend, query, key, value)
        if _works(work):
            subjects[name] = work
    times = interleave(subjects)
    flops = 4 * sizes["batch"] * sizes["heads"] * sizes["tokens"] ** 2 * sizes["head_dim"]
    exact = attend(query.float(), key.float(), value.float(), backend="sdpa")
    return {
        **{f"rate.{name}": times.rate(name, flops) for name in subjects},
        **{f"time_ratio.{name}": times.ratio("ours", name) for name in subjects if name != "ours"},
        **{
            f"relative_error.{name}": exactly(relative_error(work(), exact), "share")
            for name, work in subjects.items()
        },
    }


def _by(backend: SDPBackend, *given: Tensor) -> Tensor:
    with sdpa_kernel(backend):
        return scaled_dot_product_attention(*given)


def _works(work: Work) -> bool:
    try:
        work()
    except RuntimeError:  # "no available kernel", or no room for the scores
        return False
    return True


@torch.inference_mode()
def decode(seed: int, device: str) -> dict[str, Metric]:
    """The packaged decoder as it streams, in float32 and bfloat16."""
    sizes = workload("device", device)["decode"]
    codec: Any = load_system("default").codec.to(device)
    rng = torch_rng(seed, "bench", "decode")
    latents = torch.randn(1, codec.config.channels, *sizes["latent"], generator=rng).to(device)
    exact = streamed(codec, latents)
    seconds = interleave({"float32": lambda: streamed(codec, latents)}).seconds("float32")
    half = codec.to(torch.bfloat16)
    rough = streamed(half, latents.bfloat16())
    subjects: dict[str, Work] = {"bf16": lambda: streamed(half, latents.bfloat16())}
    return {
        "seconds.float32": seconds,
        "seconds.bf16": interleave(subjects).seconds("bf16"),
        "relative_error.bf16": exactly(relative_error(rough, exact), "share"),
    }


def training(seed: int, device: str) -> dict[str, Metric]:
    """The trainer, see train.py."""
    return train.measure(seed, device)


TWINS: dict[str, Callable[[int, str], dict[str, Metric]]] = {
    "train": training,
    "dit": dit,
    "attention": attention,
    "decode": decode,
}
