"""The command line: exit codes, one sentence for every error, no file left over."""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import himmel
from himmel.cli import generate as command
from himmel.cli import main as program
from himmel.cli._console import figure, show_report
from himmel.cli.main import build_parser, command_names, main
from himmel.cli.verify import _details as details
from himmel.core.errors import HimmelError
from himmel.core.shards import read_shard
from himmel.media.read import probe
from himmel.provenance.read import read_manifest


@pytest.fixture
def run(tiny_model_folder, tmp_path, capsys):
    """Run `himmel generate` with the toy model into an empty folder; returns code, out, err."""
    folder = tmp_path / "result"
    folder.mkdir()

    def call(*words, out="clip.mp4"):
        given = ["--model", str(tiny_model_folder), "-o", str(folder / out), *words]
        code = main(["generate", *given])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    call.folder = folder
    call.model = tiny_model_folder
    return call


def test_generate_says_where_and_how(run):
    code, out, err = run("a red car", "--seed", "3")
    assert code == 0 and err == ""
    assert "clip.mp4: 16x16, 1.12 s (9 frames at 8 per second), seed 3" in out
    assert "made in" in out and "per second of film" in out and "note:" not in out
    about = probe(run.folder / "clip.mp4")
    assert (about.width, about.height, about.frames) == (16, 16, 9)


@pytest.mark.parametrize(
    "name", ["clip.webm", "clip.gif", "clip.apng", "clip.webp", "pictures", "p%02d.png"]
)
def test_films_of_every_kind(run, name):
    length = ["--seconds", "1.125"] if name.endswith("webp") else []
    code, out, err = run("a red car", *length, out=name)
    assert code == 0 and err == "" and name in out
    assert probe(run.folder / name, fps=8 if name[0] == "p" else None).frames == 9
    files = [p for p in run.folder.rglob("*") if p.is_file() and p.suffix != ".c2pa"]
    assert all(read_manifest(file)["seed"] == 0 for file in files)
    assert (run.folder / "clip.c2pa").exists() is (name == "clip.webm")
    assert len(files) == (9 if name[0] == "p" else 1)


def test_more_frames_than_a_format_shows(run):
    code, _, err = run("a red car", "--fps", "60", out="clip.gif")
    assert code == 1 and "GIF shows at most 50 frames a second" in err
    assert list(run.folder.iterdir()) == []


def test_generate_in_json_is_one_object(run):
    code, out, _ = run("a unicorn", "--json", "--size", "24x16", "--steps", "1")
    told = json.loads(out)
    assert code == 0 and (told["width"], told["height"], told["frames"]) == (24, 16, 9)
    assert told["path"] == str(run.folder / "clip.mp4") and told["allowed"] is True
    assert told["real_time_factor"] == pytest.approx(told["seconds_taken"] / told["seconds"])
    assert 'cannot draw "unicorn"' in told["notes"][0]


def test_generate_a_picture(run):
    code, out, _ = run("a red car", out="still.png")
    assert code == 0 and "one picture" in out and (run.folder / "still.png").stat().st_size > 0


def test_generate_with_another_sampler_and_guidance(run):
    words = ("--sampler", "unipc", "--guidance-mode", "apg", "--steps", "2", "--json")
    code, out, _ = run("a red car", *words)
    manifest = json.loads(out)["manifest"]
    assert code == 0 and (manifest["sampler"], manifest["guidance_mode"]) == ("unipc", "apg")
    code, out, _ = run("a red car", "--json", "--steps", "2")
    manifest = json.loads(out)["manifest"]
    assert code == 0 and (manifest["sampler"], manifest["guidance_mode"]) == ("euler", "cfg")


def test_plan_makes_nothing(run):
    code, out, _ = run("a red car", "--plan", "--seconds", "2.125")
    plan = json.loads(out)
    assert code == 0 and plan["pixels"]["frames"] == 17 and plan["cost"]["tokens"] == 20
    assert list(run.folder.iterdir()) == []


BAD = {
    "empty": ["", "prompt is empty"],
    "blank": ["  ", "prompt is empty"],
    "long": ["a car " * 8334, "50004 characters"],
    "emoji": ["🚗🎈", "holds no words"],
    "unknown words": ["a unicorn", 'cannot draw "unicorn"', "--strict"],
    "zero": ["a car", "width=0", "--size", "0x16"],
    "negative": ["a car", "height=-16", "--size=16x-16"],
    "huge": ["a car", "use 80 to 2048", "--size", "80000000x80000000"],
    "no length": ["a car", "seconds=0", "--seconds", "0"],
    "unknown camera": ["a car", "no camera move 'teleport'", "--camera", "teleport"],
    "no camera file": ["a car", "cannot be read", "--camera", "nowhere.json"],
    "camera": ["a car", "know no orbit-left", "--camera", "orbit", "--strict"],
    "half an upsampler": ["a car", "belong together", "--upsampler-model", "small"],
    "no address": ["a car", "no address", "--upsampler", "here", "--upsampler-model", "small"],
    "steps": ["a car", "steps=0", "--steps", "0"],
    "seed": ["a car", "seed=-1", "--seed", "-1"],
    "fps": ["a car", "fps=-8", "--fps", "-8"],
    "nan": ["a car", "guidance=nan", "--guidance", "nan"],
    "unknown sampler": ["a car", "no sampler 'ddim'; use euler or heun", "--sampler", "ddim"],
    "unknown mode": ["a car", "no guidance mode 'pag'; use cfg", "--guidance-mode", "pag"],
    "unknown model": ["a car", "there is no model 'sora'", "--model", "sora"],
    "no such format": ["a car", "end the name in .mp4", "-o", "clip.avi"],
    "slow": ["a car", "fps=0.0001", "--fps", "0.0001"],
    "seed of many digits": ["a car", "seed=a number of more than", "--seed", "9" * 400],
    "half an address": ["a car", "no address", "--upsampler", "http://[", "--upsampler-model", "x"],
    "sentence for a model": ["a car", "there is no model", "--model", "a red car " * 33],
    "sentence for a picture": ["a car", "is not there", "--image", "a red car " * 33 + ".png"],
    "long name": ["a car", "cannot write", "-o", "x" * 300 + ".mp4"],
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_one_sentence(run, case):
    prompt, sentence, *words = BAD[case]
    code, out, err = run(prompt, *words)
    assert code == 1 and out == ""
    assert sentence in err and err.startswith("himmel: ") and err.count("\n") == 1
    assert list(run.folder.iterdir()) == []


@pytest.mark.parametrize(
    "words",
    [
        ["generate"],
        ["generate", "a car", "--size", "large"],
        ["generate", "a car", "--steps", "many"],
        ["generate", "a car", "--unknown"],
        ["train", "toy", "--set", "nothing"],
        ["models"],
        ["paint"],
        [],
    ],
)
def test_misuse_is_exit_code_two(words, capsys):
    assert main(words) == 2
    assert "usage: himmel" in capsys.readouterr().err


@pytest.mark.parametrize("file", ["transformer.safetensors", "system.json", "lexicon.json"])
def test_truncated_models(run, file):
    path = run.model / file
    path.write_bytes(path.read_bytes()[:-30])
    code, _, err = run("a car")
    assert code == 1 and file in err and err.count("\n") == 1
    assert list(run.folder.iterdir()) == []


def test_a_refusal_is_exit_code_one_with_the_reason(run, monkeypatch):
    from himmel.core.values import Decision
    from himmel.safety.policy import RulePolicy

    refusal = Decision(allowed=False, stage="prompt", reason="a reason that a person understands")
    monkeypatch.setattr(RulePolicy, "screen", lambda self, request: refusal)
    code, out, err = run("a red car")
    assert (code, out, err) == (1, "", "himmel: a reason that a person understands\n")
    code, out, _ = run("a red car", "--json")
    assert code == 1 and json.loads(out)["reason"] == refusal.reason
    assert list(run.folder.iterdir()) == []


@pytest.mark.parametrize(
    ("error", "code", "sentence"),
    [
        (KeyboardInterrupt(), 130, ""),
        (HimmelError("two\nlines"), 1, "himmel: two lines\n"),
        (OSError(28, "No space left"), 1, "himmel: the system says: No space left\n"),
        (
            PermissionError(13, "Permission denied", "a.txt"),
            1,
            "himmel: a.txt: Permission denied\n",
        ),
        (MemoryError(), 1, "himmel: the memory of this machine is used up"),
        (ModuleNotFoundError("numba", name="numba.core"), 1, "pip install 'himmel[world]'"),
    ],
)
def test_errors_become_exit_codes(run, monkeypatch, error, code, sentence):
    def fail(*_, **__):
        raise error

    monkeypatch.setattr("himmel.engines.local.generate", fail)
    got, out, err = run("a car")
    assert got == code and out == "" and sentence in err and err.count("\n") <= 1


def test_an_interruption_before_the_command_is_known(monkeypatch, capsys):
    def stopped(only):
        raise KeyboardInterrupt

    monkeypatch.setattr(program, "build_parser", stopped)
    assert main(["models", "list"]) == 130 and capsys.readouterr() == ("", "")


def test_our_own_defects_are_not_hidden(run, monkeypatch):
    monkeypatch.setattr(program, "EXTRAS", {})
    monkeypatch.setattr("himmel.engines.local.generate", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        run("a car")


@pytest.mark.parametrize(
    ("text", "pair"), [("128x96", (128, 96)), (" 1X2 ", (1, 2)), ("0x-5", (0, -5))]
)
def test_sizes_are_read(text, pair):
    assert command.size(text) == pair


@pytest.mark.parametrize("text", ["", "128", "axb", "1x2x3", "1.5x2", "9" * 12 + "x1"])
def test_other_sizes_are_misuse(text):
    with pytest.raises(argparse.ArgumentTypeError, match="128x128"):
        command.size(text)


def test_the_world_is_rendered_in_any_aspect(tmp_path):
    for text, shape in (("16", (1, 16, 16, 3)), ("24x16", (1, 16, 24, 3))):
        folder = tmp_path / text
        words = ["world", "render", "--count", "1", "--size", text, "--frames", "1"]
        assert main([*words, "-o", str(folder)]) == 0
        assert read_shard(folder, "00000").arrays["frames"].shape[1:] == shape


def test_models_info_and_convert(tiny_model_folder, tmp_path, capsys):
    assert main(["models", "info", str(tiny_model_folder), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["name"] == "tiny" and told["sizes"] == ["16x16", "24x16"]
    assert main(["models", "info", str(tiny_model_folder)]) == 0
    assert "16x16, 24x16" in capsys.readouterr().out
    folder = tmp_path / "converted"
    words = ["models", "convert", str(tiny_model_folder), "--to", "diffusers", str(folder)]
    assert main(words) == 0
    assert (folder / "transformer" / "config.json").exists()
    assert main(["models", "list", "--json"]) == 0
    assert "models" in json.loads(
        capsys.readouterr().out.partition("subfolder='transformer')\n")[2]
    )


def test_reports_in_words_and_json(capsys):
    metric = {"value": 0.5, "low": 0.4, "high": 0.6, "ceiling": None, "unit": "share"}
    report = {"name": "adherence", "seed": 1, "n": 8, "loaded": True, "metrics": {"kind": metric}}
    show_report(report, as_json=False)
    out = capsys.readouterr().out
    assert "adherence: seed 1, n = 8" in out and "not to be trusted" in out
    assert "0.5 share [0.4, 0.6]" in out
    show_report(report, as_json=True)
    assert json.loads(capsys.readouterr().out) == report
    assert figure({"value": 3.0, "low": None, "high": None, "ceiling": 4.0, "unit": "s"}) == (
        "3 s (ceiling 4)"
    )


def test_every_command_has_help(capsys):
    assert {"generate", "models", "train", "evaluate", "bench"} <= set(command_names())
    for name in command_names():
        assert main([name, "--help"]) == 0
        assert f"usage: himmel {name}" in capsys.readouterr().out
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"himmel {himmel.__version__}\n"
    assert build_parser("train").parse_args(["train", "toy"]).minutes is None


def test_help_is_quick_and_loads_nothing_heavy():
    code = (
        "import sys; from himmel.cli.main import main; code = main(['generate', '--help'])\n"
        "assert code == 0 and not {'torch', 'av', 'rich', 'scipy'} & set(sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(himmel.__file__).parents[1],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_a_reader_that_leaves_is_no_error(tmp_path):
    read, write = os.pipe()
    os.close(read)
    words = [sys.executable, "-m", "himmel.cli.main", "world", "captions"]
    with os.fdopen(write, "wb") as pipe:
        done = subprocess.run(words, stdout=pipe, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 1 and done.stderr == b""


def shell(line, **environment):
    """A line of a shell in which himmel is the program; its code and what it said on stderr."""
    himmel_here = f"{sys.executable} -m himmel.cli.main"
    done = subprocess.run(
        ["sh", "-c", line.replace("himmel", himmel_here, 1)],
        env={**os.environ, "PYTHONUNBUFFERED": "", **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("himmel world captions > /dev/full", "himmel: the system says: No space left on device\n"),
        ("himmel --help > /dev/full", "himmel: the system says: No space left on device\n"),
        (
            "himmel world captions >&-",
            "himmel: stdout is closed; send it to a file, or to /dev/null\n",
        ),
        ("himmel world captions >&- 2>&-", ""),
    ],
)
def test_a_stdout_that_takes_nothing_is_one_sentence(line, sentence):
    assert shell(line) == (1, sentence)


def test_letters_that_a_terminal_lacks():
    line = "himmel world captions --seed 3 --lang de --count 40"
    assert shell(line, PYTHONIOENCODING="ascii") == (0, "")


def test_a_list_of_prompts_may_begin_with_a_mark(tmp_path, capsys):
    file = tmp_path / "prompts.jsonl"
    file.write_bytes(b'\xef\xbb\xbf{"prompt": "a red ball"}\n')
    assert main(["screen", str(file)]) == 0 and capsys.readouterr().out == "allowed\n"
    assert main(["screen", "a red ball " * 33 + ".jsonl"]) == 1
    assert "there is no file" in capsys.readouterr().err


def test_verify_names_what_there_is():
    sealed = {"state": "valid", "manifest": {"model": "embedded", "seed": 0}}
    assert details(sealed) == ["model embedded, seed 0"]
    assert details({"state": "valid", "manifest": {"model": "embedded"}}) == ["model embedded"]
    assert details({"state": "valid", "manifest": {}}) == []


def test_rates_that_no_film_has_are_refused_first(tmp_path, capsys):
    for words in (["world", "render"], ["interpolate", "nowhere.mp4"]):
        assert main([*words, "--fps", "0.0001", "-o", str(tmp_path / "a.mp4")]) == 1
        assert "fps=0.0001" in capsys.readouterr().err
