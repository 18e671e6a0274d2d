"""The promise in one file: render, train every stage for a moment, export, generate, look inside.

Toy size, on a CPU, in less than two minutes. What the clip shows is not judged here; that it is a
clip, of the asked size and length, reviewed and marked, is.
"""

from __future__ import annotations

import hashlib
import json

import av
import numpy as np
import pytest
import torch

import himmel_benchmarks
import himmel_recipes
from himmel.cli.main import main
from himmel.core.geometry import PixelShape
from himmel.generate.system import load_system
from himmel.provenance.read import read_manifest

PROMPT = "a red ball jumps on the meadow"


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """A model folder, grown from nothing: clips, judge, codec, text encoder, transformer, export."""
    return himmel_recipes.run_toy(tmp_path_factory.mktemp("toy"))


@pytest.fixture(scope="module")
def clip(model):
    """A clip of that model, made by the command line."""
    out = model.parent / "clip.mp4"
    assert main(["generate", PROMPT, "--model", str(model), "--seed", "7", "-o", str(out)]) == 0
    return out


def frames_of(path):
    """Frames uint8 (T, H, W, 3), frames per second and seconds of a file, read with PyAV alone."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(stream)]
        return np.stack(frames), float(stream.average_rate), container.duration / av.time_base


def test_the_clip_is_what_the_model_was_trained_for(model, clip):
    defaults = load_system(model).config.defaults
    frames, fps, seconds = frames_of(clip)
    assert PixelShape(*frames.shape[:3]) == PixelShape(
        defaults.frames, defaults.height, defaults.width
    )
    assert fps == pytest.approx(defaults.fps)
    assert seconds == pytest.approx(defaults.frames / defaults.fps, rel=0.05)


def test_the_clip_is_a_picture_and_not_a_plain_colour(clip):
    frames, _, _ = frames_of(clip)
    assert frames.std() > 2


def test_the_clip_carries_its_manifest(model, clip):
    manifest = read_manifest(clip)
    assert manifest["seed"] == 7
    assert manifest["prompt_sha256"] == hashlib.sha256(PROMPT.encode()).hexdigest()
    assert manifest["weights_sha256"] == load_system(model).weights_sha256
    assert manifest["checks"]
    assert "AlgorithmicMedia" in manifest["digital_source_type"]


def test_the_same_seed_gives_the_same_frames_and_another_seed_others(model, clip, tmp_path):
    again, other = tmp_path / "again.mp4", tmp_path / "other.mp4"
    for seed, out in (("7", again), ("8", other)):
        assert (
            main(["generate", PROMPT, "--model", str(model), "--seed", seed, "-o", str(out)]) == 0
        )
    first, _, _ = frames_of(clip)
    assert np.array_equal(first, frames_of(again)[0])
    assert not np.array_equal(first, frames_of(other)[0])


def test_a_refused_sentence_leaves_no_file(model, tmp_path):
    out = tmp_path / "never.mp4"
    assert main(["generate", "", "--model", str(model), "-o", str(out)]) != 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("suite", "keys"),
    [
        ("adherence", {"kind", "all_facts", "sharpness", "block_edges"}),
        ("codec", {"kind", "all_facts", "sharpness", "block_edges"}),
        ("verbs", {"animate.first_frame", "ends.last_frame", "extend.seam", "bridge.kept_loss"}),
    ],
)
def test_every_suite_reports_figures_with_intervals(model, suite, keys, capsys):
    assert main(["evaluate", suite, "--n", "4", "--model", str(model), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert set(report) == {"name", "seed", "n", "machine", "loaded", "weights", "metrics"}
    assert keys <= set(report["metrics"])
    for metric in report["metrics"].values():
        assert metric["low"] <= metric["value"] <= metric["high"]


def test_the_benchmark_times_whole_clips(model):
    report = himmel_benchmarks.run("generate", str(model))
    side = load_system(model).config.defaults.width
    assert report["metrics"][f"real_time_factor.{side}"]["value"] > 0


def test_stock_diffusers_gives_the_same_velocity(model, tmp_path):
    diffusers = pytest.importorskip("diffusers")
    pytest.importorskip("accelerate")
    folder = tmp_path / "diffusers"
    assert main(["models", "convert", str(model), "--to", "diffusers", str(folder)]) == 0
    stock = diffusers.WanTransformer3DModel.from_pretrained(folder, subfolder="transformer")
    ours = load_system(model, torch.float32).transformer
    z = torch.randn(1, ours.config.in_channels, 3, 4, 4)
    text = torch.randn(1, 16, ours.config.text_dim)
    time = torch.tensor([500.0])
    with torch.no_grad():
        theirs = stock(z, time, text, return_dict=False)[0]
        assert (theirs - ours(z, time, text)).abs().max() <= 1e-5
