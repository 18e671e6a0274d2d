"""A finished film at twice or four times its size goes through the door like everything else."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from himmel.core.errors import HimmelError
from himmel.core.values import Clip
from himmel.generate import upscale as module
from himmel.generate.upscale import pace_of, upscale
from himmel.generate.verify import verify
from himmel.media.picture import write_picture
from himmel.media.read import Probe
from himmel.media.write import write_clip
from himmel.models.upscaler import Upscaler, UpscalerConfig
from himmel.safety.audit import Audit
from himmel.safety.frames import FrameCheck
from himmel.safety.pictures import PictureCheck
from himmel.safety.policy import RulePolicy


@pytest.fixture
def film(tmp_path):
    frames = np.random.default_rng(0).integers(0, 256, (5, 40, 48, 3), np.uint8)
    write_clip(tmp_path / "film.mp4", Clip(frames, 8.0))
    return tmp_path / "film.mp4"


@pytest.mark.parametrize("factor", [2, 4])
def test_a_film_is_enlarged_and_sealed(tiny_system, film, factor):
    out = film.with_name("large.mp4")
    result = upscale(film, factor, tiny_system, out)
    assert result.clip.frames.shape == (5, 40 * factor, 48 * factor, 3)
    assert result.manifest["upscaled"]["factor"] == factor and result.manifest["fps"] == 8
    assert "bicubically" in result.notes[0]
    assert verify(out).verdict == "ours"


def test_an_upscaler_is_used_where_there_is_one(tiny_system, film):
    network = Upscaler(UpscalerConfig(width=4, blocks=2)).eval()
    system = dataclasses.replace(tiny_system, upscaler=network)
    result = upscale(film, 2, system, film.with_name("large.mp4"))
    assert result.manifest["resized"] == "upscaler" and result.notes == ()


def test_a_picture_too(tiny_system, tmp_path):
    write_picture(tmp_path / "a.png", np.full((41, 45, 3), 90, np.uint8))
    result = upscale(tmp_path / "a.png", 2, tiny_system, tmp_path / "b.png")
    assert result.clip.frames.shape == (1, 82, 90, 3)


def test_a_film_does_not_become_a_picture(tiny_system, film, monkeypatch):
    monkeypatch.setattr(module, "frames_of", None)  # it is found before the work
    with pytest.raises(HimmelError, match=r"5 frames and large\.png is the name of a picture"):
        upscale(film, 2, tiny_system, film.with_name("large.png"))


def uneven(path, milliseconds):
    """Grey pictures, one after the other as long as said."""
    pictures = [Image.new("RGB", (48, 48), (n * 40,) * 3) for n in range(len(milliseconds))]
    pictures[0].save(
        path, save_all=True, append_images=pictures[1:], duration=milliseconds, lossless=True
    )
    return path


def test_uneven_frames_keep_their_times(tiny_system, tmp_path):
    film = uneven(tmp_path / "a.webp", [100, 100, 400, 100, 300])
    result = upscale(film, 2, tiny_system, tmp_path / "large.mp4")
    assert result.manifest["fps"] == 10 and result.extent.seconds == pytest.approx(1.0)
    greys = [round(grey / 40) for grey in result.clip.frames[:, 80, 8, 0].tolist()]
    assert greys == [0, 1, 2, 2, 2, 2, 3, 4, 4, 4]
    assert "came at uneven times; they are shown at 10 per second" in " ".join(result.notes)


def about(fps, seconds, frames):
    return Probe(width=16, height=16, fps=fps, seconds=seconds, frames=frames)


@pytest.mark.parametrize("fps", [24000 / 1001, 25.0, 0.1, 240.0])
def test_even_frames_stay_one_for_one(fps):
    times = (np.arange(500) / fps).round(3).tolist()
    pace = pace_of(times, about(fps, 500 / fps, 500))
    assert pace.is_even and pace.fps == fps and len(pace.shown) == 500


def test_a_rate_that_the_times_deny_is_not_taken():
    times = (np.arange(20) / 12.5).tolist()
    assert pace_of(times, about(25.0, 1.6, 20)).fps == 12.5


@given(st.lists(st.floats(0, 1e5), min_size=1, max_size=40), st.floats(0, 1e6))
def test_no_film_becomes_many_times_longer(times, seconds):
    pace = pace_of(sorted(times), about(25.0, seconds, len(times)))
    assert len(pace.shown) == len(times) and min(pace.shown) >= 0
    assert 1 <= sum(pace.shown) <= 4 * len(times) + 1 and 0.01 <= pace.fps <= 240


def test_what_is_refused(tiny_system, film, tmp_path, monkeypatch):
    out = tmp_path / "large.mp4"
    with pytest.raises(HimmelError, match="use 2 or 4"):
        upscale(film, 3, tiny_system, out)
    with pytest.raises(HimmelError, match="nothing"):
        upscale(tmp_path / "nothing.mp4", 2, tiny_system, out)
    write_picture(tmp_path / "small.png", np.full((39, 90, 3), 90, np.uint8))
    with pytest.raises(HimmelError, match="180x78 is too small for a mark; it takes 80"):
        upscale(tmp_path / "small.png", 2, tiny_system, tmp_path / "b.png")
    monkeypatch.setattr(module, "memory_of_machine", lambda: 1000)
    with pytest.raises(HimmelError, match="5 frames of 96x80 need about"):
        upscale(film, 2, tiny_system, out)
    assert not out.exists()


def rows(audit):
    return len(audit.path.read_text(encoding="utf-8").splitlines())


def _saying(reason):
    return FrameCheck("face", lambda frames: reason, category="C10")


def test_a_film_is_screened_before_it_is_enlarged(tiny_system, film):
    audit = Audit(film.with_name("decisions.jsonl"))
    pictures = PictureCheck(detectors=(_saying("a face"),))
    policy = RulePolicy(pictures=pictures, audit=audit)
    system = dataclasses.replace(tiny_system, policy=policy)
    result = upscale(film, 2, system, film.with_name("large.mp4"))
    assert result.decisions[0].rule == "likeness-without-consent"
    assert not film.with_name("large.mp4").exists() and rows(audit) == 1
    passing = RulePolicy(pictures=PictureCheck(detectors=(_saying(None),)), audit=audit)
    system = dataclasses.replace(tiny_system, policy=passing)
    result = upscale(film, 2, system, film.with_name("large.mp4"))
    assert result.allowed and rows(audit) == 2
    assert {"picture-face", "joint", "audit", "canary"} <= {*result.manifest["checks"]}


def test_frames_are_reviewed(tiny_system, tmp_path):
    green = np.zeros((4, 64, 64, 3), np.uint8)
    green[..., 1] = 220
    for row in range(32):
        half = max(1, row // 2)
        green[:, 16 + row, 32 - half : 32 + half] = (255, 0, 255)
    write_clip(tmp_path / "canary.apng", Clip(green, 8.0))
    result = upscale(tmp_path / "canary.apng", 2, tiny_system, tmp_path / "large.mp4")
    assert not result.allowed and not (tmp_path / "large.mp4").exists()
