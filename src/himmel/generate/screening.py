"""Ask the policy about prompts without drawing anything."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from himmel.core.errors import HimmelError
from himmel.core.plain import parse_json
from himmel.core.values import Decision, Request
from himmel.generate.request import check_length
from himmel.safety.policy import RulePolicy
from himmel.safety.settings import load_policy


def screen(prompts: Iterable[str], policy: RulePolicy | None = None) -> Iterator[Decision]:
    """The decision on each prompt. Nothing is made of them, so that none is put on record.

    Raises HimmelError for a prompt that is longer than any that can be drawn.
    """
    policy = policy or load_policy()
    policy.audit = None
    for prompt in prompts:
        check_length(prompt, "the prompt")
        yield policy.screen(Request(prompt=prompt))


def read_prompts(path: Path) -> list[str]:
    """Prompts of a file with one {"prompt": ...} a line. Raises HimmelError for another file."""
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise HimmelError(f"{path} cannot be read: {error}") from None
    return [_prompt(path, number, line) for number, line in enumerate(lines, 1) if line.strip()]


def _prompt(path: Path, number: int, line: str) -> str:
    try:
        prompt = parse_json(line)["prompt"]
    except (ValueError, KeyError, TypeError, RecursionError):
        prompt = None
    if not isinstance(prompt, str):
        raise HimmelError(f'{path}, line {number}: write {{"prompt": "..."}} on every line')
    return prompt
