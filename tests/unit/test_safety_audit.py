"""Rows without texts, numbers for appeals, screening from the command line, rewriting."""

import json

import pytest

from himmel.cli.main import main
from himmel.core.errors import HimmelError
from himmel.core.values import Decision, Request
from himmel.safety.audit import FIELDS, KEY, Audit, read
from himmel.safety.policy import RulePolicy


@pytest.fixture
def audit(tmp_path):
    return Audit(tmp_path / "state" / "decisions.jsonl")


def test_rows_hold_hashes_and_no_texts(audit):
    policy = RulePolicy(audit=audit)
    allowed = policy.screen(Request(prompt="a quiet red ball", negative="rain"))
    refused = policy.screen(Request(prompt="a parade with swastikas"))
    rows = read(audit.path)
    assert allowed.allowed and "audit" in allowed.checks
    assert [row["allowed"] for row in rows] == [True, False]
    assert all(tuple(row) == FIELDS for row in rows)
    text = audit.path.read_text(encoding="utf-8")
    assert not any(word in text.lower() for word in ("quiet", "swastika", "rain"))
    assert rows[1]["category"] == "C9" and rows[1]["number"] in refused.appeal


def test_numbers_are_reproducible_with_the_same_key_and_only_with_it(audit, tmp_path):
    decision = Decision(allowed=False, stage="prompt", rule="hate")
    first = audit.row(Request(prompt="x"), decision)["number"]
    assert audit.row(Request(prompt="x"), decision)["number"] == first
    assert audit.row(Request(prompt="y"), decision)["number"] != first
    assert (
        Audit(tmp_path / "other" / "d.jsonl").row(Request(prompt="x"), decision)["number"] != first
    )
    assert (audit.path.with_name(KEY)).stat().st_mode & 0o077 == 0


def test_what_cannot_be_recorded_is_refused(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    policy = RulePolicy(audit=Audit(tmp_path / "file" / "decisions.jsonl"))
    decision = policy.screen(Request(prompt="a red ball"))
    assert not decision.allowed
    assert decision.rule == "audit" and "could not run" in decision.reason


def test_a_key_or_rows_that_are_none_are_errors(audit):
    audit.path.parent.mkdir()
    audit.path.with_name(KEY).write_bytes(b"short")
    with pytest.raises(HimmelError, match="no key"):
        audit.add(Request(prompt="x"), Decision(allowed=True, stage="prompt"))
    audit.path.write_text("nothing", encoding="utf-8")
    with pytest.raises(HimmelError, match="no decisions"):
        read(audit.path)


def test_the_command_says_it_for_people_and_for_programs(capsys, tmp_path):
    assert main(["screen", "a red ball jumps on the meadow"]) == 0
    assert capsys.readouterr().out == "allowed\n"
    assert main(["screen", "a parade with swastikas", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["allowed"], told["category"]) == (False, "C9")
    assert told["reason"] and told["reason_de"]
    path = tmp_path / "prompts.jsonl"
    path.write_text('{"prompt": "a red ball"}\n\n{"prompt": "Donald Trump"}\n', encoding="utf-8")
    assert main(["screen", str(path), "--json"]) == 1
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["allowed"] for line in lines] == [True, False]


@pytest.mark.parametrize("text", ["nothing", "[1]", '{"prompt": 3}', '{"text": "x"}'])
def test_files_that_are_none_are_refused(capsys, tmp_path, text):
    path = tmp_path / "prompts.jsonl"
    path.write_text(text, encoding="utf-8")
    assert main(["screen", str(path)]) == 1
    assert "line 1" in capsys.readouterr().err
    assert main(["screen", str(tmp_path / "none.jsonl")]) == 1
