"""himmel: words at a prompt, one call, an exit code."""

from __future__ import annotations

import argparse
import importlib
import io
import os
import pkgutil
import sys
from collections.abc import Sequence
from contextlib import suppress
from types import ModuleType

import himmel
from himmel import cli
from himmel.core.env import wait_asleep
from himmel.core.errors import HimmelError, MissingExtraError

DESCRIPTION = "Make, train and check video from words, on your own machine."
EXTRAS = {"numba": "world", "scipy": "world", "mujoco": "world", "tensorboard": "train"}
FAILED, MISUSED, INTERRUPTED = 1, 2, 130


def command_names() -> list[str]:
    """Every command that has a file here."""
    found = (module.name for module in pkgutil.iter_modules(cli.__path__))
    return sorted(name for name in found if name != "main" and not name.startswith("_"))


def build_parser(only: str | None = None) -> argparse.ArgumentParser:
    """The parser of all commands, or of `only` one, which is quicker to make."""
    parser = argparse.ArgumentParser(prog="himmel", description=DESCRIPTION)
    version = f"himmel {himmel.__version__}"
    parser.add_argument("--version", action="version", version=version, help="say which version")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name in [only] if only else command_names():
        _module(name).add_parser(commands)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. 0: done, 1: could not be done (one sentence says why), 2: not understood."""
    try:
        wait_asleep()
        _open_streams()
        code = _run(list(sys.argv[1:] if argv is None else argv))
        sys.stdout.flush()
        return code
    except HimmelError as error:
        return _fail(str(error))
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package not in EXTRAS:
            raise
        return _fail(str(MissingExtraError(package, EXTRAS[package])))
    except MemoryError:
        return _fail("the memory of this machine is used up; ask for less at a time")
    except BrokenPipeError:
        return _left_alone()
    except OSError as error:
        return _refused(error)
    except KeyboardInterrupt:
        return INTERRUPTED


def _run(words: list[str]) -> int:
    """The command that the words name, or what argparse says of them."""
    only = words[0] if words and words[0] in command_names() else None
    try:
        args = build_parser(only).parse_args(words)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else MISUSED
    return _module(args.command).run(args) or 0


def _open_streams() -> None:
    """Letters that a terminal lacks are written as their numbers; a film is never lost to its name.

    Raises HimmelError where stdout was closed: the next file to be opened would take its place.
    """
    sys.stderr = sys.stderr or os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")
    if sys.stdout is None:
        raise HimmelError("stdout is closed; send it to a file, or to /dev/null")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _module(name: str) -> ModuleType:
    return importlib.import_module(f"himmel.cli.{name}")


def _left_alone() -> int:
    """Whoever read our words has gone, like `head`: say no more, at the end of the program either."""
    with suppress(io.UnsupportedOperation):  # no file, but a program that catches our words
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return FAILED


def _refused(error: OSError) -> int:
    """What the system would not do, of files that nobody looked after; stdout may be one of them."""
    what = "the system says" if error.filename is None else error.filename
    try:
        sys.stdout.flush()
    except OSError:
        _left_alone()
    return _fail(f"{what}: {error.strerror or error}")


def _fail(sentence: str) -> int:
    sys.stderr.write(f"himmel: {' '.join(sentence.split())}\n")
    return FAILED


if __name__ == "__main__":
    sys.exit(main())
