"""Pictures that a person hands in: planned, refused in one sentence, kept in the clip."""

import dataclasses

import numpy as np
import pytest
import torch

from himmel.conditions.canvas import blank
from himmel.core.errors import HimmelError
from himmel.core.geometry import PixelShape
from himmel.core.values import Known, Request
from himmel.generate.denoise import denoise, noise
from himmel.generate.manifest import identity, manifest_of
from himmel.generate.pictures import token_positions, with_pictures
from himmel.generate.plan import plan_request
from himmel.media.picture import fitted, write_picture


@pytest.fixture
def picture(tmp_path):
    path = tmp_path / "first.png"
    coarse = np.random.default_rng(0).integers(0, 255, (4, 4, 3), np.uint8)
    write_picture(path, coarse.repeat(4, 0).repeat(4, 1))
    return path


def planned(system, tmp_path, *known, **more):
    request = Request(prompt="a red car", known=known, **more)
    return plan_request(request, system.config, tmp_path / "out.mp4")


def test_a_plan_names_pictures_and_counts_frames_from_the_start(tiny_system, picture, tmp_path):
    plan = planned(
        tiny_system, tmp_path, Known(path=str(picture)), Known(path=str(picture), frame=-1)
    )
    assert [p.frame for p in plan.pictures] == [0, 8]
    assert plan.segments[0].conditions == ("first.png at frame 0", "first.png at frame 8")
    assert len(plan.pictures[0].sha256) == 64 and not plan.notes


def test_another_aspect_is_cut_and_said(tiny_system, tmp_path):
    path = tmp_path / "wide.png"
    write_picture(path, np.zeros((16, 48, 3), np.uint8))
    plan = planned(tiny_system, tmp_path, Known(path=str(path)))
    assert "wide.png is 48x16; its middle is cut out to fit 16x16" in plan.notes


def test_fitting_keeps_the_middle():
    stripes = np.zeros((4, 12, 3), np.uint8)
    stripes[:, 4:8] = 200
    assert (fitted(stripes, 4, 4) == 200).all()
    assert fitted(stripes, 6, 2).shape == (2, 6, 3)


def test_known_cells_come_back_from_denoising(tiny_system, picture, tmp_path):
    plan = planned(tiny_system, tmp_path, Known(path=str(picture)))
    latents = denoise(plan, tiny_system)
    shape = PixelShape(plan.pixels.frames, plan.pixels.height, plan.pixels.width)
    canvas = with_pictures(blank(plan.latent), plan.pictures, tiny_system.codec, shape)
    torch.testing.assert_close(latents[:, :, 0], canvas.x0[:, :, 0])
    free = denoise(planned(tiny_system, tmp_path), tiny_system)
    assert (latents[:, :, 1:] - free[:, :, 1:]).abs().max() > 1e-3  # the rest has seen it


def test_a_keyframe_is_looked_at_and_left_out(tiny_system, picture, tmp_path):
    plan = planned(tiny_system, tmp_path, Known(path=str(picture), frame=-1))
    latents, free = denoise(plan, tiny_system), denoise(planned(tiny_system, tmp_path), tiny_system)
    assert latents.shape == free.shape
    assert (latents - free).abs().max() > 1e-3


def test_noise_of_the_clip_is_that_without_keyframes(tiny_system, picture, tmp_path):
    plan = planned(tiny_system, tmp_path, Known(path=str(picture), frame=4))
    canvas = with_pictures(blank(plan.latent), plan.pictures, tiny_system.codec, plan.pixels)
    assert torch.equal(noise(7, canvas)[:, :, : canvas.frames], noise(7, blank(plan.latent)))


def test_positions_of_tokens(tiny_system, picture, tmp_path):
    plan = planned(tiny_system, tmp_path, Known(path=str(picture), frame=6))
    canvas = with_pictures(blank(plan.latent), plan.pictures, tiny_system.codec, plan.pixels)
    assert token_positions(blank(plan.latent), (1, 1, 1)) is None
    assert token_positions(canvas, (1, 1, 1))[-1].tolist() == [1.5, 1, 1]
    assert token_positions(canvas, (1, 2, 2)).tolist()[-1] == [1.5, 0, 0]


def test_the_manifest_has_hashes_and_no_names(tiny_system, picture, tmp_path):
    plan = planned(tiny_system, tmp_path, Known(path=str(picture), strength=0.5))
    told = manifest_of(plan, tiny_system)["pictures"]
    assert told == [{"sha256": plan.pictures[0].sha256, "frame": 0, "strength": 0.5}]
    elsewhere = tmp_path / "other.png"
    elsewhere.write_bytes(picture.read_bytes())
    again = planned(tiny_system, tmp_path, Known(path=str(elsewhere), strength=0.5))
    assert identity(again, tiny_system) == identity(plan, tiny_system)
    assert identity(planned(tiny_system, tmp_path), tiny_system) != identity(plan, tiny_system)


@pytest.mark.parametrize(
    ("known", "words"),
    [
        ([Known(path="missing.png")], "missing.png"),
        ([Known(path="FIRST", frame=9)], "frame 9 lies outside a clip of 9 frames"),
        ([Known(path="FIRST", frame=-10)], "frame -10 lies outside"),
        ([Known(path="FIRST"), Known(path="FIRST", frame=-9)], "two pictures for frame 0"),
        ([Known(path="FIRST", strength=1.5)], "strength=1.5"),
    ],
)
def test_what_cannot_be_shown_is_refused(tiny_system, picture, tmp_path, known, words):
    known = [k.replace(path=str(picture)) if k.path == "FIRST" else k for k in known]
    with pytest.raises(HimmelError, match=words):
        planned(tiny_system, tmp_path, *known)


@pytest.mark.parametrize(
    ("learnt", "frame", "words"),
    [
        ((), 0, "not trained to begin with a picture"),
        (("first",), 4, "not trained to keep pictures"),
    ],
)
def test_weights_that_never_saw_a_picture_refuse_it(
    tiny_system, picture, tmp_path, learnt, frame, words
):
    config = tiny_system.config.replace(conditions=learnt)
    system = dataclasses.replace(tiny_system, config=config)
    with pytest.raises(HimmelError, match=words):
        planned(system, tmp_path, Known(path=str(picture), frame=frame))
