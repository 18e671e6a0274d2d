"""Nobody's script breaks by accident: flags and public names change only on purpose.

After a change that is meant: PYTHONPATH=src .venv/bin/python tests/contract/snapshots.py
"""

from __future__ import annotations

import importlib
import json

import house
import pytest
import snapshots


def test_command_line_flags():
    assert snapshots.flags() == snapshots.FLAGS.read_text(encoding="utf-8")


def test_the_reference_of_commands():
    assert snapshots.reference() == snapshots.REFERENCE.read_text(encoding="utf-8")


def test_public_names():
    assert snapshots.names() == snapshots.NAMES.read_text(encoding="utf-8")


@pytest.mark.parametrize("module", json.loads(snapshots.NAMES.read_text(encoding="utf-8")))
def test_public_names_exist(module):
    found = importlib.import_module(module)
    assert [n for n in getattr(found, "__all__", []) if not hasattr(found, n)] == []


def test_every_command_explains_itself():
    assert len(snapshots.commands()) > 1
    for command, parser in snapshots.commands().items():
        unexplained = [a.dest for a in parser._actions if not a.help]
        assert not unexplained or parser._subparsers, f"{command}: {unexplained}"
        assert parser.description or parser.epilog, f"{command} says nothing about itself"


def test_the_console_script_answers():
    run = house.run_python("from himmel.cli.main import main; raise SystemExit(main(['--help']))")
    assert run.returncode == 0, run.stderr
    assert "generate" in run.stdout
