"""The verbs on the command line: what is asked becomes a request, and what is wrong one sentence."""

import json

import numpy as np
import pytest

from himmel.cli.main import build_parser, main
from himmel.core.values import Clip, Rework
from himmel.generate.verbs import Blend, Edit, Extend, Interpolate, Loop, Recut
from himmel.media.write import write_clip


@pytest.fixture
def clip(tmp_path):
    frames = np.random.default_rng(0).integers(0, 255, (9, 16, 16, 3), np.uint8)
    write_clip(tmp_path / "a.apng", Clip(frames, 8.0))
    return str(tmp_path / "a.apng")


@pytest.mark.parametrize(
    ("words", "verb"),
    [
        ("extend a P --seconds 2 --backward", Extend(clip="a", seconds=2, backward=True)),
        ("loop a", Loop(clip="a")),
        (
            "blend a b --transition 0.5 --curve late --strength 0.2 --connect",
            Blend(clip="a", other="b", transition=0.5, curve="late", strength=0.2, connect=True),
        ),
        ("blend a b P --becomes W", Blend(clip="a", other="b", becomes="W")),
        ("edit a P --strength 0.4", Edit(clip="a", strength=0.4)),
        ("edit a P --box 0,1,2,3 --still", Edit(clip="a", box=(0, 1, 2, 3), still=True)),
        ("edit a P --mask m.png", Edit(clip="a", mask="m.png")),
        ("edit a P --point 7,8,9", Edit(clip="a", point=(7, 8, 9))),
        ("edit a P --style s.png", Edit(clip="a", style="s.png")),
        ("edit a P --canvas 64x32", Edit(clip="a", canvas=(64, 32))),
        ("recut a --keep 0-0.8,1.4-2", Recut(clip="a", keep=((0, 0.8), (1.4, 2)))),
        ("interpolate a --fps 16", Interpolate(clip="a", fps=16)),
    ],
)
def test_words_make_a_verb(words, verb):
    args = build_parser().parse_args([*words.split(), "--keep-source", "--seed", "7"])
    request = args.asked(args)
    assert isinstance(request, Rework)
    assert request.verb == verb and request.keep_source and request.seed == 7
    assert request.prompt == ("P" if " P" in words else "")


def test_a_plan_is_printed_before_anything_runs(clip, tiny_model_folder, tmp_path, capsys):
    out = tmp_path / "out.mp4"
    words = ["loop", clip, "--seconds", "0.5", "--model", str(tiny_model_folder), "-o", str(out)]
    assert main([*words, "--plan"]) == 0
    plan = json.loads(capsys.readouterr().out)
    assert plan["verb"] == "loop" and plan["timeline"]["loops"] and not out.exists()
    assert plan["segments"][0]["conditions"] == [
        "frame 8 held at 1",
        "frames 13 to 16 held at 1",
    ]
    assert main([*words, "--json"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert made["frames"] == 13 and made["manifest"]["verb"] == "loop" and out.exists()


@pytest.mark.parametrize(
    "words",
    [
        "edit a P --box 1,2,3",
        "edit a P --canvas 64",
        "recut a --keep 1.4",
        "recut a --keep 0-1,,2-3",
        "recut a",
        "interpolate a",
        "blend a",
        "extend a",
    ],
)
def test_what_cannot_be_read_is_said(words, capsys):
    assert main(words.split()) == 2
    assert "usage: himmel" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("extend missing.mp4 P", "missing.mp4"),
        ("extend . P", "is not one film"),
        ("edit CLIP P --strength 1.5", "strength=1.5 does not fit"),
        ("edit CLIP P --box 0,0,99,9", "does not lie in a clip of 16x16"),
        ("recut CLIP --keep 1-2,0-0.5", "put them in order"),
        ("recut CLIP --keep 0-9", "does not lie in a clip"),
        ("blend CLIP CLIP --curve wild", "there is no curve"),
        ("interpolate CLIP --fps 12", "use 8 or 16"),
        ("loop CLIP -o a.png", "is the name of a picture"),
    ],
)
def test_bad_input_is_one_sentence(
    clip, tiny_model_folder, tmp_path, words, said, capsys, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    given = [clip if word == "CLIP" else word for word in words.split()]
    assert main([*given, "--model", str(tiny_model_folder)]) == 1
    told = capsys.readouterr().err
    assert said in told and told.count("\n") == 1 and told.startswith("himmel: ")
