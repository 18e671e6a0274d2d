"""Tiny pipelines of Wan in diffusers' layout through our own door: the same latents and frames."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from himmel.cli.main import main
from himmel.conditions.canvas import blank
from himmel.core.errors import HimmelError
from himmel.core.values import Known, Request
from himmel.generate.decode import decode
from himmel.generate.denoise import denoise, noise
from himmel.generate.door import generate
from himmel.generate.plan import plan_request
from himmel.generate.system import load_config, load_system
from himmel.provenance.read import read_manifest

tiny = pytest.importorskip("himmel_benchmarks.tiny_wan")

ASKED = {"prompt": "a  red car &amp; dogs", "negative": "cars", "width": 96, "height": 64}
ASKED |= {"steps": 4, "guidance": 3.0, "seed": 5}


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """Folders and their pipelines by name, made when first asked for."""
    made = {}

    def get(kind, scheduler, second=True):
        if (kind, scheduler, second) not in made:
            text = kind == "text"
            stock = (
                tiny.text_pipeline(second, scheduler) if text else tiny.image_pipeline(scheduler)
            )
            folder = tmp_path_factory.mktemp("wan") / f"tiny-{kind}-{scheduler}"
            stock.save_pretrained(folder)
            made[kind, scheduler, second] = folder, stock
        return made[kind, scheduler, second]

    return get


def theirs(stock, plan, output, **more):
    """What diffusers' pipeline draws from our noise."""
    eps = noise(plan.seed, blank(plan.latent))
    with torch.no_grad():
        return stock(
            prompt=plan.prompt, negative_prompt=plan.negative, height=plan.pixels.height,
            width=plan.pixels.width, num_frames=plan.pixels.frames, guidance_scale=plan.guidance,
            num_inference_steps=len(plan.times) - 1, latents=eps, output_type=output, **more,
        ).frames  # fmt: skip


def compare(folder, stock, tmp_path, known=(), **more):
    system = load_system(folder, torch.float32)
    request = Request(**ASKED, known=known, seconds=9 / system.config.defaults.fps)
    plan = plan_request(request, system.config, Path("a.mp4"))
    latents = denoise(plan, system)
    assert not system.text.loaded
    assert (latents - theirs(stock, plan, "latent", **more)).abs().max() <= 1e-4
    with torch.no_grad():
        session = system.codec.stream()
        video = torch.cat([session.push(z) for z in latents.split(1, 2)], 2)
    frames = theirs(stock, plan, "pt", **more)
    assert ((video + 1) / 2 - frames.transpose(1, 2)).abs().max() <= 1e-4
    result = generate(request, system, tmp_path / "a.mp4")
    assert result.notes == () and result.clip.frames.shape == (9, 64, 96, 3)
    expected = (frames[0].permute(0, 2, 3, 1).numpy() * 255).round()
    assert np.abs(result.clip.frames - expected).max() <= 1
    assert np.array_equal(np.concatenate(list(decode(latents, system.codec))), result.clip.frames)
    return result


@pytest.mark.parametrize("scheduler", ["euler", "unipc"])
@pytest.mark.parametrize("second", [False, True], ids=["wan21", "wan22"])
def test_text_to_video(folders, tmp_path, scheduler, second):
    folder, stock = folders("text", scheduler, second)
    result = compare(folder, stock, tmp_path)
    written = read_manifest(tmp_path / "a.mp4")
    assert written == result.manifest and written["sampler"] == scheduler
    assert written["model"] == folder.name and len(written["weights_sha256"]) == 64


@pytest.mark.parametrize("scheduler", ["euler", "unipc"])
def test_image_to_video(folders, tmp_path, scheduler):
    folder, stock = folders("image", scheduler)
    pixels = np.random.default_rng(3).integers(0, 256, (64, 96, 3), np.uint8)
    Image.fromarray(pixels).save(tmp_path / "first.png")
    known = (Known(path=str(tmp_path / "first.png"), frame=0),)
    compare(folder, stock, tmp_path, known, image=Image.fromarray(pixels))


def test_an_empty_negative_is_read_as_words(folders):
    folder, stock = folders("text", "euler")
    system = load_system(folder, torch.float32)
    request = Request(**{**ASKED, "negative": "", "seconds": 0.2})
    plan = plan_request(request, system.config, Path("a.mp4"))
    assert (denoise(plan, system) - theirs(stock, plan, "latent")).abs().max() <= 1e-4


def test_the_command(folders, tmp_path, capsys):
    folder, _ = folders("image", "unipc")
    Image.new("RGB", (96, 64), "red").save(tmp_path / "first.png")
    words = [
        "generate",
        "a red car",
        "--model",
        str(folder),
        "--image",
        str(tmp_path / "first.png"),
    ]
    words += ["--size", "96x64", "--seconds", "0.4", "--steps", "2", "--json"]
    assert main([*words, "-o", str(tmp_path / "a.mp4")]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["width"], told["height"], told["frames"], told["fps"]) == (96, 64, 9, 24.0)


def test_what_a_folder_says(folders):
    config = load_config(folders("text", "unipc")[0])
    assert (config.defaults.sampler, config.defaults.schedule) == ("unipc", "unipc")
    assert config.defaults.shift == 5.0 and config.text.length == 512
    assert (config.defaults.width, config.defaults.height) == (1280, 704)
    assert config.conditions == ("first",)
    assert load_config(folders("text", "unipc", False)[0]).conditions == ()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"width": 90}, "width 90 is not a multiple of 32; use 64 or 96"),
        ({"seconds": 10.0, "width": 64_000, "height": 64_000}, "GB of memory"),
        ({"known": (Known(path="a.png", frame=-1),)}, "pictures inside a clip"),
    ],
)
def test_what_it_cannot_do(folders, changes, sentence):
    config = load_config(folders("text", "unipc")[0])
    with pytest.raises(HimmelError, match=sentence):
        plan_request(Request(**{**ASKED, **changes}), config, Path("a.mp4"))


def test_a_picture_for_a_model_without(folders):
    config = load_config(folders("text", "unipc", False)[0])
    known = (Known(path="first.png", frame=0),)
    with pytest.raises(HimmelError, match=r"not trained to begin with a picture; leave first\.png"):
        plan_request(Request(**ASKED, known=known), config, Path("a.mp4"))
