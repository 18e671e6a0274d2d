"""Which names stand for single pictures, and where these can be put."""

import os

import numpy as np
import pytest

from himmel.core.errors import HimmelError
from himmel.core.values import Clip
from himmel.media.read import frames_of, probe
from himmel.media.sequence import check_place, is_sequence
from himmel.media.write import write_clip

LONG = "a red ball jumps on the meadow " * 11


def film(frames):
    return Clip(np.full((frames, 16, 16, 3), 90, np.uint8), 8.0)


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("p%03d.png", True), ("p%d.jpg", True), ("pictures", True), ("50%dance.mp4", False),
        ("50%d.webm", False), ("a.png", False), (LONG, True), (LONG + ".mp4", False),
    ],
)  # fmt: skip
def test_names(tmp_path, name, answer):
    assert is_sequence(tmp_path / name) is answer


def test_a_file_is_a_file_whatever_its_name(tmp_path):
    write_clip(tmp_path / "a.mp4", film(3))
    (tmp_path / "a.mp4").rename(tmp_path / "50%d.mp4")
    assert probe(tmp_path / "50%d.mp4").frames == 3
    for name in ("plain", "one%d.png"):
        (tmp_path / name).write_text("")
        assert not is_sequence(tmp_path / name)


def test_films_are_not_mixed(tmp_path):
    pattern = tmp_path / "f%03d.png"
    write_clip(pattern, film(3))
    with pytest.raises(HimmelError, match=r"f000\.png is there already"):
        write_clip(pattern, film(2))
    check_place(tmp_path / "g%03d.png")
    assert len(list(tmp_path.iterdir())) == 3
    assert len(list(frames_of(pattern, fps=8))) == 3


def test_places_that_take_no_folder(tmp_path, monkeypatch):
    (tmp_path / "empty").mkdir()
    check_place(tmp_path / "empty")
    (tmp_path / "dangling").symlink_to("nowhere")
    (tmp_path / "link").symlink_to("empty")
    os.mkfifo(tmp_path / "pipe")
    monkeypatch.chdir(tmp_path / "empty")
    for name in ("dangling", "link", "pipe", "empty/..", "/dev/null"):
        with pytest.raises(HimmelError, match="name a new"):
            check_place(tmp_path / name)
    with pytest.raises(HimmelError, match="cannot become a folder of pictures"):
        check_place(type(tmp_path)())
