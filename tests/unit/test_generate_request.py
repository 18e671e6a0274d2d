"""What cannot be asked is refused in one sentence that says what can."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from himmel.core.errors import HimmelError
from himmel.core.values import Request
from himmel.generate import request as module
from himmel.generate.request import check_output, check_request, is_picture


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"prompt": ""}, "prompt is empty"),
        ({"prompt": " \n\t "}, "prompt is empty"),
        ({"prompt": "🚗🌳🎈"}, "holds no words"),
        ({"prompt": "1234 !!"}, "holds no words"),
        ({"prompt": "a" * 50_000}, "50000 characters"),
        ({"negative": "🚗"}, "the negative prompt holds no words"),
        ({"seconds": 0.0}, "seconds=0 "),
        ({"seconds": -1.0}, "seconds=-1 "),
        ({"seconds": float("nan")}, "seconds=nan"),
        ({"seconds": float("inf")}, "seconds=inf"),
        ({"fps": 0.0}, "fps=0"),
        ({"fps": 1e9}, "at most 240"),
        ({"fps": 0.0001}, "fps=0.0001 does not fit; use a number of at least 0.01"),
        ({"width": 0, "height": 16}, "width=0"),
        ({"width": 16, "height": -16}, "height=-16"),
        ({"steps": 0}, "steps=0"),
        ({"steps": 1001}, "at most 1000"),
        ({"guidance": 0.5}, "at least 1"),
        ({"seed": -1}, "seed=-1"),
        ({"sampler": "ddim"}, "no sampler 'ddim'; use euler or heun or dpmpp-2m or unipc"),
        ({"sampler": ""}, "no sampler ''"),
        ({"guidance_mode": "pag"}, "no guidance mode 'pag'; use cfg or zero-star or apg"),
        ({"seed": 2**63}, "seed="),
        ({"seed": 10**400}, "seed=a number of more than 300 digits"),
        ({"steps": 10**400}, "steps=a number of more than 300 digits"),
        ({"seconds": 10**400}, "seconds=a number of more than 300 digits"),
    ],
)
def test_refuses(changes, sentence):
    with pytest.raises(HimmelError) as error:
        check_request(Request(**{"prompt": "a red car", **changes}))
    assert sentence in str(error.value)
    assert len(str(error.value)) < 200 and "\n" not in str(error.value)


def test_accepts_what_is_plain():
    check_request(Request(prompt="ein rotes Auto 🚗", steps=1000, seed=2**63 - 1, guidance=1.0))


@given(st.text(max_size=30))
def test_any_text_is_accepted_or_refused_in_a_sentence(prompt):
    try:
        check_request(Request(prompt=prompt))
    except HimmelError as error:
        assert "prompt" in str(error)
        assert not any(c.isalpha() for c in prompt)
    else:
        assert any(c.isalpha() for c in prompt)


def test_output_names(tmp_path):
    check_output(tmp_path / "new" / "folder" / "clip.mp4")
    assert not (tmp_path / "new").exists()
    for name in ("clip.webm", "clip.gif", "clip.apng", "clip.webp", "pictures", "p%03d.png"):
        check_output(tmp_path / name)
    with pytest.raises(HimmelError, match=r"\.mp4, .* for a film"):
        check_output(tmp_path / "clip.avi")
    with pytest.raises(HimmelError, match="single pictures are written as PNG"):
        check_output(tmp_path / "clip%03d.jpg")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "a.png").write_text("")
    with pytest.raises(HimmelError, match="holds files already"):
        check_output(tmp_path / "full")
    (tmp_path / "folder.mp4").mkdir()
    with pytest.raises(HimmelError, match="is a folder"):
        check_output(tmp_path / "folder.mp4")


@pytest.mark.parametrize(
    ("name", "seconds", "still"),
    [
        ("a.PNG", None, True), ("a.jpg", 2.0, True), ("a.webp", None, True), ("a.webp", 2.0, False),
        ("a.mp4", None, False), ("a.gif", None, False), ("a%03d.png", None, False),
        ("folder", None, False),
    ],
)  # fmt: skip
def test_names_of_single_pictures(tmp_path, name, seconds, still):
    assert is_picture(tmp_path / name, Request(prompt="a car", seconds=seconds)) is still


def test_a_folder_that_is_a_file_cannot_hold_the_output(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(HimmelError, match="cannot write"):
        check_output(tmp_path / "file" / "clip.mp4")


def test_what_could_not_be_written_afterwards(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(HimmelError, match="cannot write this kind of file"):
        check_output(tmp_path / "file")
    (tmp_path / "link").symlink_to("nowhere")
    with pytest.raises(HimmelError, match="cannot become a folder of pictures"):
        check_output(tmp_path / "link")
    (tmp_path / "p007.png").write_text("")
    with pytest.raises(HimmelError, match=r"p007\.png is there already"):
        check_output(tmp_path / "p%03d.png")
    for name in ("x" * 300, "x" * 300 + ".mp4"):
        with pytest.raises(HimmelError, match="File name too long"):
            check_output(tmp_path / name)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_refused(tmp_path):
    tmp_path.chmod(0o555)
    with pytest.raises(HimmelError, match="cannot write"):
        check_output(tmp_path / "clip.mp4")


def test_a_full_disk_is_refused_before_the_work(tmp_path, monkeypatch):
    usage = type("Usage", (), {"free": 1_000_000})
    monkeypatch.setattr(module.shutil, "disk_usage", lambda folder: usage)
    with pytest.raises(HimmelError, match=r"only 1\.0 MB are free"):
        check_output(tmp_path / "clip.mp4")
    assert list(tmp_path.iterdir()) == []
