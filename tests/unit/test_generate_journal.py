"""Checkpoints of long films: each is one process's, and a record counts at its own place."""

import errno
import fcntl
import itertools
import subprocess
import sys

import pytest
import torch

from himmel.core.errors import HimmelError
from himmel.generate import journal as room
from himmel.generate.journal import Journal, journal_of

DRAWS = """
import sys
from pathlib import Path
from himmel.generate.journal import Journal
journal = Journal.beside(Path(sys.argv[1]), "x", (1, 1, 1), False)
print(flush=True)
input()
"""


def test_another_process_that_draws_is_noticed(tmp_path):
    path = journal_of(tmp_path / "a.mp4")
    run = subprocess.Popen(
        [sys.executable, "-c", DRAWS, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert run.stdout.readline()
    with pytest.raises(HimmelError, match="another process"):
        Journal.beside(path, "x", (1, 1, 1), False)
    run.kill()
    run.communicate()
    with Journal.beside(path, "x", (1, 1, 1), True) as journal:
        assert journal.replay(1) is None


def records(path, *values):
    """A checkpoint with latent frames of one number each."""
    with Journal.beside(path, "x", (1, 1, 1), False) as journal:
        assert journal.replay(1) is None
        for value in values:
            journal.append(torch.full((1, 1, 1, 1, 1), float(value)))


def test_a_record_counts_at_its_own_place_alone(tmp_path):
    path = tmp_path / "a.mp4.rolling"
    records(path, 1, 2, 3)
    data = path.read_bytes()
    path.write_bytes(data[:-8] + data[-16:-8])  # the second one where the third was
    with Journal.beside(path, "x", (1, 1, 1), True) as journal:
        assert journal.replay(2).flatten().tolist() == [1, 2]
        assert journal.replay(1) is None


def test_a_checkpoint_that_was_taken_away_before_it_was_locked_is_made_anew(tmp_path, monkeypatch):
    path, real, calls = tmp_path / "a.mp4.rolling", fcntl.flock, itertools.count()

    def late(*how):
        if next(calls) == 0:
            path.unlink()
        real(*how)

    monkeypatch.setattr(room.fcntl, "flock", late)
    records(path, 1)
    assert path.stat().st_size > 8 and next(calls) == 2


@pytest.mark.parametrize("missing", ["module", "locks"])
def test_without_locks_checkpoints_work_as_ever(tmp_path, monkeypatch, missing):
    def refused(*how):
        raise OSError(errno.ENOLCK, "no locks")

    if missing == "module":
        monkeypatch.setattr(room, "fcntl", None)
    else:
        monkeypatch.setattr(room.fcntl, "flock", refused)
    path = tmp_path / "a.mp4.rolling"
    records(path, 1, 2)
    with Journal.beside(path, "x", (1, 1, 1), True) as journal:
        assert journal.replay(2).flatten().tolist() == [1, 2]
        journal.end()
    assert not path.exists()
