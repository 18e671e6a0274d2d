"""Storyboards as files: what they say, and where the line is that is wrong."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from himmel.cli.main import main
from himmel.core.errors import HimmelError
from himmel.core.values import Request, Rework
from himmel.generate.board import read_board
from himmel.generate.layout import lay_out
from himmel.generate.timeline import parts_of, told_together
from himmel.generate.verbs import Blend
from himmel.safety.policy import RulePolicy

BOARD = """\
seconds = 6
size = "16x16"
seed = 3
[characters]
car = "a red car"
[places]
meadow = "on a meadow"
[[cards]]
at = 0
text = "{car} {meadow}"
camera = "pan-left"
[[cards]]
at = 2.5
text = "a dog"
transition = "dissolve"
[[cards]]
at = 4
text = "a dog {meadow}"
transition = "continue"
"""


def written(tmp_path, text, name="board.toml"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_board(tmp_path):
    board = read_board(written(tmp_path, BOARD))
    assert (board.seconds, board.width, board.height, board.seed) == (6.0, 16, 16, 3)
    assert [card.at for card in board.cards] == [0, 2.5, 4]
    assert board.cards[0].prompt == "a red car on a meadow, the camera pans to the left"
    assert board.cards[0].cast == ("car", "meadow") and board.prompt == board.cards[0].prompt
    assert [card.transition for card in board.cards] == ["cut", "dissolve", "continue"]


def test_a_board_in_json_is_the_same(tmp_path):
    import tomllib

    path = written(tmp_path, json.dumps(tomllib.loads(BOARD), indent=1), "board.json")
    assert read_board(path) == read_board(written(tmp_path, BOARD))


def test_files_lie_beside_the_board_and_moves_are_said_in_german(tmp_path):
    text = BOARD.replace('text = "a dog"\n', 'text = "a dog"\nimage = "first.png"\n')
    board = read_board(written(tmp_path, 'language = "de"\n' + text))
    assert board.cards[1].image == str(tmp_path / "first.png")
    assert board.cards[0].prompt.endswith("die Kamera schwenkt nach links")


WRONG = [
    ('seed = 3', 'sead = 3', 3, "unknown key 'sead'"),
    ('seed = 3', 'seed = "x"', 3, "expected int"),
    ('size = "16x16"', "size = 16", 2, "written like"),
    ("seconds = 6\n", "", 0, "'seconds' is missing"),
    ("seconds = 6", "seconds = = 6", 1, "no TOML"),
    ("at = 2.5", "at = 5", 12, "card 2 begins at 5 s, which is not before the next card at 4 s"),
    ("seconds = 6", "seconds = 3.5", 16, "card 3 begins at 4 s, which is not before the film's end"),
    ("at = 2.5", "at = nan", 12, "card 2 begins at nan s; write the seconds as a number"),
    ("at = 4", "at = inf", 16, "card 3 begins at inf s; write the seconds as a number"),
    ("seconds = 6", "seconds = nan", 16, "card 3 ends with the film at nan s"),
    ("seed = 3", 'language = "fr"', 3, "no language 'fr'; use en or de"),
    ("seed = 3", "language = 7", 3, "no language 7; use en or de"),
    ("at = 2.5\n", "", 12, "'at' is missing"),
    ('text = "a dog"\n', 'text = "a dog"\ntxt = 1\n', 15, "unknown key 'txt'"),
    ('text = "a dog"\n', 'text = "{cat}"\n', 14, "card 2 names {cat}; characters and places are: car"),
    ("pan-left", "pan-lift", 11, "no camera 'pan-lift'"),
    ('car = "a red car"', "car = 3", 5, "'car' needs words"),
    ('meadow = "on', 'car = "on', 5, "character and a place"),
    ('transition = "dissolve"', 'transition = "wipe"', 12, "transition 'wipe'"),
    ('transition = "continue"', 'transition = "continue"\nimage = "a.png"', 16, "use cut or dissolve"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "line", "message"), WRONG, ids=[w[3][:24] for w in WRONG])
def test_what_is_wrong_is_said_with_its_line(tmp_path, old, new, line, message):
    assert old in BOARD
    with pytest.raises(HimmelError) as raised:
        read_board(written(tmp_path, BOARD.replace(old, new)))
    assert message in str(raised.value)
    assert (f"line {line}:" in str(raised.value)) == bool(line)


def test_a_card_of_one_second_is_long_enough_wherever_it_begins(tmp_path):
    text = BOARD.replace("at = 2.5", "at = 3.1").replace("at = 4", "at = 4.1")
    assert 4.1 - 3.1 < 1 and len(read_board(written(tmp_path, text)).cards) == 3


def test_a_storyboard_is_no_picture(tiny_system, tmp_path):
    board = read_board(written(tmp_path, BOARD))
    with pytest.raises(HimmelError, match=r"a storyboard makes a film .* \.mp4, \.webm, \.gif"):
        lay_out(board, tiny_system.config, tmp_path / "x.png")


def test_lines_of_json(tmp_path):
    text = '{"seconds": 4,\n "cards": [\n  {"at": 0, "text": "a {[\\" dog"},\n  {"at": 9, "text": "a"}]}'
    with pytest.raises(HimmelError, match=r"line 4: card 2 begins at 9 s"):
        read_board(written(tmp_path, text.replace("{[", "["), "b.json"))


@given(st.text(alphabet='{}[]"=,:.\n atexcrds013\\', max_size=80))
def test_no_file_is_worse_than_one_sentence(tmp_path_factory, text):
    folder = tmp_path_factory.getbasetemp()
    for name in ("x.toml", "x.json"):
        path = Path(folder) / name
        path.write_text(text, encoding="utf-8")
        with pytest.raises(HimmelError):
            read_board(path)


def test_the_command_draws_it_and_says_before_what_it_would(tiny_model_folder, tmp_path, capsys):
    path, out = written(tmp_path, BOARD), tmp_path / "out" / "a.mp4"
    words = ["storyboard", str(path), "--model", str(tiny_model_folder), "-o", str(out)]
    assert main([*words, "--plan"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert "dissolve" in said[1] and "s to draw" in said[3] and not out.exists()
    assert main([*words, "--plan", "--json"]) == 0
    plan = json.loads(capsys.readouterr().out)
    assert plan["seconds_to_draw"] > 0 and len(plan["segments"]) == 3
    assert main([*words, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["frames"] == plan["shown"]["frames"] and out.is_file()


def test_what_cards_say_together_is_screened(tiny_model_folder, tmp_path, capsys):
    said = "letters appear one after another", "they spell kill them all"
    text = BOARD.replace('"{car} {meadow}"', f'"{said[0]}"').replace('"a dog"', f'"{said[1]}"')
    text = text[: text.rindex("[[cards]]")].replace('camera = "pan-left"\n', "")
    path, out = written(tmp_path, text), tmp_path / "a.mp4"
    board = read_board(path)
    policy = RulePolicy()
    assert all(policy.screen(part).allowed for part in parts_of(board))
    assert [part.prompt for part in told_together(board)] == [", ".join(said)]
    words = ["storyboard", str(path), "--model", str(tiny_model_folder), "-o", str(out)]
    assert main(words) == 1 and not out.exists()
    assert "add up" in capsys.readouterr().err


def test_neighbours_and_all_cards_are_told_together(tmp_path):
    board = read_board(written(tmp_path, BOARD))
    one, two, three = (card.prompt for card in board.cards)
    told = [part.prompt for part in told_together(board)]
    assert told == [f"{one}, {two}", f"{two}, {three}", f"{one}, {two}, {three}"]
    assert told_together(Request(prompt="a dog")) == ()
    blend = Rework(prompt="a dog", verb=Blend(clip="a.mp4", other="b.mp4", becomes="a cat"))
    assert [part.prompt for part in told_together(blend)] == ["a dog, a cat"]


def test_a_card_may_begin_with_a_picture_or_a_film(tiny_model_folder, tmp_path, capsys):
    model = ["--model", str(tiny_model_folder)]
    assert main(["generate", "a dog", *model, "-o", str(tmp_path / "d.png")]) == 0
    assert main(["generate", "a dog", *model, "-o", str(tmp_path / "d.mp4")]) == 0
    text = BOARD.replace('text = "a dog"\n', 'text = "a dog"\nimage = "d.png"\n')
    text += '[[cards]]\nat = 6\ntext = "a dog"\nclip = "d.mp4"\n'
    path, out = written(tmp_path, text.replace("seconds = 6", "seconds = 9")), tmp_path / "a.mp4"
    capsys.readouterr()
    assert main(["storyboard", str(path), *model, "-o", str(out), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [p["frame"] for p in told["manifest"]["pictures"]] == [17, 50]
    assert told["manifest"]["digital_source_type"].endswith("trainedAlgorithmicMedia")
