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
from himmel.provenance.registry import mark_of

tiny = pytest.importorskip("himmel_benchmarks.tiny_wan")

ASKED = {"prompt": "a  red car &amp; dogs", "negative": "cars", "width": 96, "height": 64}
ASKED |= {"steps": 4, "guidance": 3.0, "seed": 5}


SHOWN = ["wan21-i2v", "wan21-flf2v", "wan22-i2v"]


def stock_of(kind, scheduler, second):
    if kind in SHOWN:
        return tiny.shown_pipeline(kind, scheduler, second)
    if kind == "text":
        return tiny.text_pipeline(second, scheduler)
    made = {"image": tiny.image_pipeline, "experts": tiny.experts_pipeline}
    return made[kind](scheduler)


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """Folders and their pipelines by name, made when first asked for."""
    made = {}

    def get(kind, scheduler, second=True):
        if (kind, scheduler, second) not in made:
            stock = stock_of(kind, scheduler, second)
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
    drawn = np.concatenate(list(decode(latents, system.codec)))
    assert np.abs(drawn - expected).max() <= 1
    (marked,) = system.marking.apply([drawn], mark_of(result.manifest["id"]), plan.fps)
    assert np.array_equal(marked, result.clip.frames)
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


@pytest.mark.parametrize("scheduler", ["euler", "unipc"])
def test_two_transformers(folders, tmp_path, scheduler):
    folder, stock = folders("experts", scheduler, False)
    compare(folder, stock, tmp_path)
    config = load_config(folder)
    assert config.boundary == tiny.BOUNDARY and config.defaults.guidance_low == 3.0


def test_each_transformer_has_its_usual_guidance(folders):
    folder, stock = folders("experts", "unipc", False)
    system = load_system(folder, torch.float32)
    request = Request(**{**ASKED, "guidance": None}, seconds=0.5)
    plan = plan_request(request, system.config, Path("a.mp4"))
    assert (plan.guidance, plan.guiding.low) == (4.0, 3.0)
    expected = theirs(stock, plan, "latent", guidance_scale_2=3.0)
    assert (denoise(plan, system) - expected).abs().max() <= 1e-4


@pytest.fixture
def pictures(tmp_path):
    """Two pictures as files, and what requests and diffusers call them."""
    rough = np.random.default_rng(3).integers(0, 256, (2, 8, 12, 3), np.uint8)
    both = [Image.fromarray(r).resize((96, 64), Image.Resampling.BILINEAR) for r in rough]
    paths = [tmp_path / "first.png", tmp_path / "last.png"]
    for picture, path in zip(both, paths, strict=True):
        picture.save(path)
    known = [Known(path=str(path), frame=i) for path, i in zip(paths, (0, -1), strict=True)]
    return known, dict(zip(("image", "last_image"), both, strict=True))


@pytest.mark.parametrize("second", [False, True], ids=["codec21", "codec22"])
@pytest.mark.parametrize("scheduler", ["euler", "unipc"])
@pytest.mark.parametrize("kind", SHOWN)
def test_pictures_in_extra_channels(folders, pictures, tmp_path, kind, scheduler, second):
    folder, stock = folders(kind, scheduler, second)
    known, named = pictures
    if kind == "wan21-i2v":
        known, named = known[:1], {"image": named["image"]}
    result = compare(folder, stock, tmp_path, tuple(known), **named)
    assert [p["frame"] for p in result.manifest["pictures"]] == [0, 8][: len(known)]


@pytest.mark.parametrize(
    ("kind", "given", "sentence"),
    [
        ("wan21-i2v", [], "draw from a first picture; give one with --image"),
        ("wan21-flf2v", [0], "draw from a last picture; give one with --last-image"),
        ("wan21-i2v", [0, 1], "not trained to keep pictures inside a clip; leave .*last.png out"),
        ("wan22-i2v", [1], "draw from a first picture"),
    ],
)
def test_pictures_that_are_needed_or_not_known(folders, pictures, kind, given, sentence):
    config = load_config(folders(kind, "euler", False)[0])
    known = tuple(pictures[0][i] for i in given)
    with pytest.raises(HimmelError, match=sentence):
        plan_request(Request(**ASKED, known=known), config, Path("a.mp4"))


def test_shown_pictures_are_kept_whole(folders, pictures):
    config = load_config(folders("wan22-i2v", "euler", False)[0])
    half = (pictures[0][0].replace(strength=0.5),)
    with pytest.raises(HimmelError, match=r"keep .*first.png whole"):
        plan_request(Request(**ASKED, known=half), config, Path("a.mp4"))


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
