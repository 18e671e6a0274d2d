"""Rows without texts, numbers for appeals, screening from the command line, rewriting."""

import json
import os
import secrets
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from himmel.cli.main import main
from himmel.core.cards import Card, Part, Storyboard
from himmel.core.errors import HimmelError
from himmel.core.values import Decision, Known, Request, Rework, Verb
from himmel.generate.screening import read_prompts
from himmel.safety.audit import FIELDS, KEY, UNREAD, Audit, read
from himmel.safety.pictures import read_consents
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


REFUSED = Decision(allowed=False, stage="joint", category="C10", rule="likeness-without-consent")


@dataclass(frozen=True, kw_only=True)
class Repeat(Verb):
    """A verb that looks at one film."""

    clip: str
    times: int = 2

    @property
    def clips(self):
        return (self.clip,)


@pytest.fixture
def films(tmp_path):
    """Two films, and a copy of the first under another name."""
    paths = {name: tmp_path / f"{name}.mp4" for name in ("ann", "bob", "copy")}
    for name, path in paths.items():
        path.write_bytes({"copy": b"ann"}.get(name, name.encode()))
    return {name: str(path) for name, path in paths.items()}


def test_decisions_on_different_films_have_different_numbers(audit, films):
    asked = [
        Rework(prompt="", verb=Repeat(clip=films[name], times=times))
        for name in ("ann", "bob")
        for times in (2, 3)
    ]
    asked += [Part(prompt="", films=(films[name],)) for name in ("ann", "bob")]
    rows = [audit.row(request, REFUSED) for request in asked]
    assert len({row["number"] for row in rows}) == 6
    assert [len(row["clips"]) for row in rows] == [1] * 6
    assert len({row["clips"][0] for row in rows}) == 2
    assert [audit.row(request, REFUSED)["number"] for request in asked] == [
        row["number"] for row in rows
    ]


def test_pictures_and_films_are_told_apart_by_their_bytes(audit, films):
    def row(name):
        return audit.row(Request(prompt="x", known=(Known(path=films[name]),)), REFUSED)

    first = row("ann")
    assert row("copy")["pictures"] == first["pictures"] != row("bob")["pictures"]
    assert row("copy")["number"] == first["number"] != row("bob")["number"]
    Path(films["ann"]).write_bytes(b"somebody else")
    assert row("ann")["number"] != first["number"]


def test_what_a_storyboard_shows_counts(audit, films):
    def row(name, words="rain"):
        cards = (Card(at=0, prompt="sun"), Card(at=1, prompt=words, clip=films[name]))
        return audit.row(Storyboard(prompt="sun", cards=cards), REFUSED)

    rows = [row("ann"), row("bob"), row("ann", "snow")]
    assert len({one["number"] for one in rows}) == 3
    assert rows[0]["clips"] == rows[2]["clips"] != rows[1]["clips"]


def test_a_file_that_cannot_be_read_counts_by_its_name(audit, tmp_path):
    names = (str(tmp_path / "gone.mp4"), str(tmp_path), "a\0b")
    rows = [audit.row(Part(prompt="", films=(name,)), REFUSED) for name in names]
    assert all(row["clips"][0].startswith(UNREAD) for row in rows)
    assert len({row["number"] for row in rows}) == len({row["clips"][0] for row in rows}) == 3
    audit.add(Part(prompt="", films=names[:1]), REFUSED)
    assert "gone" not in audit.path.read_text(encoding="utf-8")


def test_films_on_record_are_hashes_under_the_key(audit, films, tmp_path):
    row = audit.row(Part(prompt="", films=(films["ann"],)), REFUSED)
    again = Audit(tmp_path / "other" / "d.jsonl").row(
        Part(prompt="", films=(films["ann"],)), REFUSED
    )
    assert row["clips"] != again["clips"]
    assert films["ann"] not in json.dumps(row)


def test_rows_of_an_earlier_himmel_are_read(audit):
    old = {"number": "0123456789ab", "prompt": "f" * 64, "pictures": [], "reason": "a\u2028b"}
    audit.path.parent.mkdir(parents=True)
    audit.path.write_text(json.dumps(old, ensure_ascii=False) + "\n", encoding="utf-8")
    audit.add(Request(prompt="x"), REFUSED)
    rows = read(audit.path)
    assert rows[0] == old and tuple(rows[1]) == FIELDS


def test_a_key_appears_whole(audit, monkeypatch):
    """Whoever dies while writing it leaves none, and the next one makes it."""
    real = os.fsync

    def dying(handle):
        assert not audit.path.with_name(KEY).exists()
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", dying)
    with pytest.raises(KeyboardInterrupt):
        audit.row(Request(prompt="x"), REFUSED)
    monkeypatch.setattr(os, "fsync", real)
    assert list(audit.path.parent.iterdir()) == []
    audit.row(Request(prompt="x"), REFUSED)
    assert [path.name for path in audit.path.parent.iterdir()] == [KEY]


def test_a_half_written_key_is_seen_by_nobody(audit, monkeypatch):
    """While one is making its key another comes and is done first: that one's key stays."""
    real, overtaking = secrets.token_bytes, []

    def overtaken(size):
        monkeypatch.setattr(secrets, "token_bytes", real)
        overtaking.append(audit.row(Request(prompt="x"), REFUSED))
        return real(size)

    monkeypatch.setattr(secrets, "token_bytes", overtaken)
    row = audit.row(Request(prompt="x"), REFUSED)
    assert row["number"] == overtaking[0]["number"]


def test_those_who_start_together_have_one_key(audit, monkeypatch):
    """All of them find no key and make one: the first stays, and everybody goes on with it."""
    together, real = threading.Barrier(8), os.fsync

    def waiting(handle):
        together.wait(30)
        real(handle)

    monkeypatch.setattr(os, "fsync", waiting)
    with ThreadPoolExecutor(8) as pool:
        rows = list(pool.map(lambda _: audit.row(Request(prompt="x"), REFUSED), range(8)))
    assert len({row["number"] for row in rows}) == 1
    assert len(audit.path.with_name(KEY).read_bytes()) == 32
    assert [path.name for path in audit.path.parent.iterdir()] == [KEY]


def test_a_disk_without_links_has_a_key_all_the_same(audit, monkeypatch):
    def refused(*_):
        raise PermissionError("no links here")

    monkeypatch.setattr(Path, "hardlink_to", refused)
    first = audit.row(Request(prompt="x"), REFUSED)
    assert audit.row(Request(prompt="x"), REFUSED)["number"] == first["number"]
    assert [path.name for path in audit.path.parent.iterdir()] == [KEY]


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


@pytest.mark.parametrize("separator", ["\u2028", "\u0085"])
def test_a_prompt_may_hold_a_line_separator(capsys, tmp_path, separator):
    path = tmp_path / "prompts.jsonl"
    path.write_text(f'{{"prompt": "a red ball{separator}on grass"}}\n', encoding="utf-8")
    assert read_prompts(path) == [f"a red ball{separator}on grass"]
    assert main(["screen", str(path)]) == 0
    assert capsys.readouterr().out.startswith("allowed")


@pytest.mark.parametrize("separator", ["\u2028", "\u0085"])
def test_a_person_who_consents_may_have_a_line_separator(tmp_path, separator):
    row = {"sha256": "a" * 64, "person": f"A{separator}B", "date": "2026-01-01", "evidence": "b"}
    path = tmp_path / "consents.jsonl"
    path.write_text(json.dumps(row, ensure_ascii=False) + "\n", encoding="utf-8")
    assert read_consents(path)["a" * 64].person == f"A{separator}B"


@pytest.mark.parametrize("text", ["nothing", "[1]", '{"prompt": 3}', '{"text": "x"}'])
def test_files_that_are_none_are_refused(capsys, tmp_path, text):
    path = tmp_path / "prompts.jsonl"
    path.write_text(text, encoding="utf-8")
    assert main(["screen", str(path)]) == 1
    assert "line 1" in capsys.readouterr().err
    assert main(["screen", str(tmp_path / "none.jsonl")]) == 1


def test_a_state_folder_that_is_a_file_is_named(tmp_path):
    (tmp_path / "state").write_text("")
    policy = RulePolicy(audit=Audit(tmp_path / "state" / "decisions.jsonl"))
    decision = policy.screen(Request(prompt="a red ball"))
    assert not decision.allowed and str(tmp_path / "state") in decision.reason
    assert "could not run" in decision.reason and str(tmp_path / "state") in decision.reason_de
