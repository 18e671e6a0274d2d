"""Any size and length is planned: drawn at a trained grid, then enlarged, cut out and cut off."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from himmel.core.errors import HimmelError
from himmel.core.geometry import PixelShape
from himmel.core.values import Known, Request
from himmel.generate.door import generate
from himmel.generate.manifest import manifest_of
from himmel.generate.plan import plan_request
from himmel.generate.sizes import LARGEST, SMALLEST, drawn_frames, drawn_size, shown_as
from himmel.generate.system import load_config, load_system
from himmel.media.picture import write_picture
from himmel.models.upscaler import Upscaler, UpscalerConfig

SIDES = st.integers(SMALLEST, LARGEST)
PACKAGED = load_config("default")


def planned(config, out="a.mp4", **changes):
    return plan_request(Request(prompt="a red car", **changes), config, Path(out))


@given(SIDES, SIDES, st.integers(1, 3600))
@settings(max_examples=200, deadline=None)
def test_every_size_and_length_is_planned_or_too_long(width, height, frames):
    fps, longest = PACKAGED.defaults.fps, max(PACKAGED.trained_frames)
    asked = {"width": width, "height": height, "seconds": frames / fps}
    if frames > longest:
        with pytest.raises(HimmelError, match=f"at most {longest / fps:g} seconds"):
            planned(PACKAGED, **asked)
        return
    plan = planned(PACKAGED, **asked)
    assert plan.shown == PixelShape(frames, height + height % 2, width + width % 2)
    assert (plan.pixels.width, plan.pixels.height) in PACKAGED.trained_sizes
    assert plan.pixels.frames in PACKAGED.trained_frames and plan.pixels.frames >= frames
    assert bool(plan.notes) == (plan.pixels != plan.shown)


@given(SIDES, SIDES)
@settings(max_examples=50, deadline=None)
def test_a_picture_keeps_odd_sides(width, height):
    shown = planned(PACKAGED, "a.png", width=width, height=height).shown
    assert shown == PixelShape(1, height, width)


def test_the_aspect_comes_first_and_then_the_smallest_that_covers():
    config = PACKAGED.replace(
        trained_sizes=((128, 128), (256, 256), (192, 128), (96, 64), (128, 192))
    )
    assert drawn_size(128, 128, config) == (128, 128)
    assert drawn_size(130, 130, config) == (256, 256)
    assert drawn_size(2000, 2000, config) == (256, 256)
    assert drawn_size(90, 60, config) == (96, 64)
    assert drawn_size(120, 80, config) == (192, 128)
    assert drawn_size(1280, 720, config) == (192, 128)
    assert drawn_size(720, 1280, config) == (128, 192)


def test_lengths_are_covered_by_the_shortest_trained_one():
    config = PACKAGED.replace(trained_frames=(1, 17, 33))
    lengths = [drawn_frames(n, config, 8.0) for n in (1, 2, 17, 18, 33)]
    assert lengths == [1, 17, 17, 33, 33]


@pytest.mark.parametrize("side", [1, SMALLEST - 1, LARGEST + 1, 10**9])
def test_sides_that_nobody_makes(side):
    with pytest.raises(HimmelError, match=f"height {side} cannot be made; use 80 to 2048"):
        planned(PACKAGED, height=side)


def test_where_any_size_will_do_the_next_one_is_drawn():
    config = PACKAGED.replace(trained_sizes=(), trained_frames=())
    wide, high = config.steps_of_size
    plan = planned(config, width=wide + 2, height=high, seconds=6 / 8)
    assert plan.pixels == PixelShape(9, high, 2 * wide)
    assert plan.shown == PixelShape(6, high, wide + 2)


def test_a_last_picture_stays_at_the_end_of_what_is_shown(tiny_system, tmp_path):
    path = tmp_path / "last.png"
    write_picture(path, np.zeros((16, 16, 3), np.uint8))
    known = (Known(path=str(path), frame=-1),)
    plan = planned(tiny_system.config, known=known, seconds=7 / 8)
    assert (plan.shown.frames, plan.pixels.frames) == (7, 9)
    assert plan.pictures[0].frame == 6


def frames_of(count, height, width):
    rng = np.random.default_rng(0)
    return rng.integers(0, 256, (count, height, width, 3), np.uint8)


def test_what_fits_passes_untouched():
    frames, shape = frames_of(3, 8, 10), PixelShape(3, 8, 10)
    assert np.array_equal(next(shown_as(iter([frames]), shape, shape, None)), frames)


def test_the_end_is_cut_off_and_not_even_drawn():
    def chunks():
        yield frames_of(1, 8, 8)
        yield frames_of(4, 8, 8)
        raise AssertionError("nobody needs a third chunk")

    shown = list(shown_as(chunks(), PixelShape(9, 8, 8), PixelShape(3, 8, 8), None))
    assert [len(chunk) for chunk in shown] == [1, 2]


def test_the_middle_is_cut_out():
    frames = frames_of(2, 8, 8)
    shown = np.concatenate(
        list(shown_as(iter([frames]), PixelShape(2, 8, 8), PixelShape(2, 4, 8), None))
    )
    assert np.array_equal(shown, frames[:, 2:6])


@pytest.mark.parametrize("upscaler", [None, Upscaler(UpscalerConfig(width=4, blocks=2)).eval()])
@pytest.mark.parametrize("size", [(16, 16), (40, 24), (11, 70), (5, 5), (9, 130)])
def test_an_even_colour_stays_what_it_is(upscaler, size):
    frames = np.full((2, 12, 16, 3), (10, 200, 90), np.uint8)
    drawn, shown = PixelShape(2, 12, 16), PixelShape(2, size[1], size[0])
    made = np.concatenate(list(shown_as(iter([frames]), drawn, shown, upscaler)))
    assert made.shape == (2, size[1], size[0], 3)
    assert np.abs(made.astype(int) - (10, 200, 90)).max() <= 1


@pytest.mark.parametrize(("width", "height", "seconds"), [(90, 84, 0.5), (84, 150, None)])
def test_films_of_other_sizes_are_made(tiny_system, tmp_path, width, height, seconds):
    request = Request(prompt="a red car", width=width, height=height, seconds=seconds)
    result = generate(request, tiny_system, tmp_path / "a.mp4")
    frames = 9 if seconds is None else round(8 * seconds)
    assert result.clip.frames.shape == (frames, height, width, 3)
    assert result.manifest["size"] == [width, height] and result.manifest["frames"] == frames
    assert (
        result.manifest.get("drawn_frames", frames) == 9 and result.manifest["resized"] == "bicubic"
    )
    assert any("bicubically: these weights have no upscaler" in note for note in result.notes)


def test_an_upscaler_is_told_of_where_there_is_one(tiny_system):
    upscaler = UpscalerConfig(width=4, blocks=2)
    config = tiny_system.config.replace(upscaler=upscaler)
    plan = planned(config, width=SMALLEST, height=SMALLEST)
    assert "enlarged 5 times by the upscaler" in plan.notes[0]
    system = dataclasses.replace(tiny_system, config=config, upscaler=Upscaler(upscaler))
    assert manifest_of(plan, system)["resized"] == "upscaler"


def test_a_model_folder_keeps_its_upscaler(tiny_system, tiny_model_folder, tmp_path):
    from himmel.generate.system import save_system

    config = tiny_system.config.replace(upscaler=UpscalerConfig(width=4, blocks=2))
    upscaler = Upscaler(config.upscaler)
    networks = {
        "transformer": tiny_system.transformer,
        "codec": tiny_system.codec,
        "text": tiny_system.text.networks,
        "upscaler": upscaler,
    }
    folder = tmp_path / "with-upscaler"
    save_system(folder, config, networks, tiny_system.text.tokenizer, tiny_system.lexicon)
    loaded = load_system(folder).upscaler
    assert loaded.state_dict().keys() == upscaler.state_dict().keys()
    assert np.array_equal(loaded.first.weight.numpy(), upscaler.first.weight.detach().numpy())
    assert load_system(tiny_model_folder).upscaler is None
