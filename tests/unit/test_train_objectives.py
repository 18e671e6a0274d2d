"""All objectives: what they draw at random lies where the batch lies, so that they run on a GPU.

The meta device stands for the GPU: it refuses to be mixed with tensors of the CPU as one does.
"""

from contextlib import nullcontext
from functools import partial

import pytest
import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from himmel.diffusion.objectives import flow_matching_loss
from himmel.models.dit import DiT
from himmel.models.judge import Judge, JudgeConfig
from himmel.models.text import FactHeads, TextEncoder
from himmel.models.video_codec import CodecConfig, Critic, LinearCodec
from himmel.train.objectives.codec import decoder_loss, polish_loss
from himmel.train.objectives.judge import IGNORE, _accuracy, judge_loss
from himmel.train.objectives.text import text_loss
from himmel_recipes.catalogue import settings_of
from himmel_recipes.transformer import diffusion_loss

TOY = settings_of("toy")
DRAWS = (torch.rand, torch.randn, torch.randint, torch.randperm)
VALUES = {Tensor.__bool__: True, Tensor.__int__: 0, Tensor.item: 0.0}


class Watch(TorchFunctionMode):
    """Every draw says on which device; a number that the program asks for is made up."""

    draws = 0

    def __torch_function__(self, function, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        if function in VALUES:
            return VALUES[function]
        if function in DRAWS:
            assert "generator" in kwargs and "device" in kwargs, function
            self.draws += 1
        return function(*args, **kwargs)


def codec_case(objective):
    config = CodecConfig(
        patch=8, time=2, channels=6, basis_channels=12, widths=(8, 8, 8), blocks=(1, 1, 1)
    )
    batch = {
        "groups": torch.zeros(2, 3, 3, 2, 32, 32),
        "mask": torch.zeros(2, 3, 1, 2, 32, 32),
        "dreams": torch.zeros(1, 12, 3, 2, 2),
    }
    codec = LinearCodec(config)
    if objective is decoder_loss:
        return objective, codec, batch
    return objective, nn.ModuleDict({"codec": codec, "critic": Critic((4, 6, 8))}), batch


def judge_case():
    groups = ("kind", "colour", "setting", "time", "motion")
    config = JudgeConfig(
        classes={g: ["a"] for g in groups},
        size=32,
        frames=3,
        crop=16,
        motion_size=16,
        widths=(8, 8, 8),
        subject_widths=(8, 8, 8),
    )
    judge = Judge(config)
    labels = {f"label.{g}": torch.zeros(4, dtype=torch.long) for g in groups}
    batch = {"frames": torch.zeros(4, 3, 3, 32, 32), "mask": torch.zeros(4, 3, 4, 4), **labels}
    return judge_loss, judge, batch


def text_case():
    modules = {"encoder": TextEncoder(TOY.text), "heads": FactHeads(16, {"kind": 3})}
    batch = {"ids": torch.zeros(4, 8, dtype=torch.long)}
    return text_loss, nn.ModuleDict(modules), {**batch, "label.kind": torch.zeros(4).long()}


def flow_case():
    loss = flow_matching_loss
    batch = {"x0": torch.zeros(2, 12, 3, 2, 2), "text": torch.zeros(2, 16, 16)}
    return lambda m, b, g: loss(m, b["x0"], b["text"], g), DiT(TOY.dit), batch


def diffusion_case():
    """The encoder is closed over; it has to be where the model is."""
    batch = {"x0": torch.zeros(2, 12, 3, 2, 2), "ids": torch.zeros(2, 16, dtype=torch.long)}
    batch["subject"] = torch.zeros(2, 1, 3, 2, 2)
    encoder = TextEncoder(TOY.text).to("meta")
    return partial(diffusion_loss, TOY, encoder), DiT(TOY.dit), batch


CASES = {
    "decoder": partial(codec_case, decoder_loss),
    "polish": partial(codec_case, polish_loss),
    "judge": judge_case,
    "text": text_case,
    "flow": flow_case,
    "diffusion": diffusion_case,
}


@pytest.mark.parametrize("name", CASES)
def test_draws_lie_on_the_device_of_the_batch(name, monkeypatch):
    monkeypatch.setattr(torch, "autocast", lambda *_, **__: nullcontext())  # there is none for meta
    objective, model, batch = CASES[name]()
    elsewhere = {n: t.to("meta") for n, t in batch.items()}
    with Watch() as watch:
        loss = objective(model.to("meta"), elsewhere, torch.Generator())
    assert watch.draws and loss.value.device.type == "meta"


def test_a_draw_that_stays_on_the_cpu_is_noticed():
    with Watch(), pytest.raises(RuntimeError, match="device"):
        torch.zeros(2, device="meta") * torch.rand(2, generator=torch.Generator(), device="cpu")


def test_a_batch_that_knows_nothing_of_a_group_tells_no_share_of_it():
    assert _accuracy("expression", torch.randn(3, 5), torch.full((3,), IGNORE)) == {}
    logits, label = torch.eye(3), torch.tensor([0, 2, IGNORE])
    assert _accuracy("kind", logits, label)["kind"].item() == 0.5
