"""The guard at the door: what may be asked and what may be shown. A check that cannot run refuses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from himmel.core.errors import HimmelError
from himmel.core.values import Decision, Frames, Request
from himmel.safety.frames import CANARY, STRUCTURE, FrameCheck
from himmel.safety.normalise import readings
from himmel.safety.rules import Rule, Rules, load_rules

PROMPT_CHECK = "prompt-rules"


class Refused(Exception):
    """A chunk was refused: the clip ends here and becomes a refused Result with this decision."""

    def __init__(self, decision: Decision) -> None:
        super().__init__(decision.reason)
        self.decision = decision


class Policy(Protocol):
    """Decides on prompts before and on frames after generation."""

    @property
    def checks(self) -> tuple[str, ...]:
        """Every check that a clip has passed when it was screened and reviewed to its end."""
        ...

    def screen(self, request: Request) -> Decision:
        """Whether this may be made, with a reason a person understands when it may not."""
        ...

    def review(self, chunks: Iterator[Frames]) -> Iterator[Frames]:
        """Chunks, each checked before it is handed on. Raises Refused at the first that fails."""
        ...


class RulePolicy:
    """A Policy of term rules (English, German) for prompts and simple checks for frames.

    `without` names categories that the operator allows; the hard ones (C1 to C3) cannot be allowed.
    Raises HimmelError for a hard or unknown category.
    """

    def __init__(
        self,
        rules: Rules | None = None,
        frame_checks: tuple[FrameCheck, ...] = (STRUCTURE, CANARY),
        without: tuple[str, ...] = (),
    ) -> None:
        self.rules = rules or load_rules()
        self.frame_checks = frame_checks
        self.without = without
        for name in without:
            category = self.rules.categories.get(name)
            if category is None or category.hard:
                tunable = [k for k, c in self.rules.categories.items() if not c.hard]
                raise HimmelError(f"{name} cannot be allowed; categories to tune: {tunable}")

    @property
    def checks(self) -> tuple[str, ...]:
        """The prompt's check and the frames' checks; see Policy.checks."""
        return (PROMPT_CHECK, *(check.name for check in self.frame_checks))

    def screen(self, request: Request) -> Decision:
        """Read the prompt in all its disguises; of the negative prompt only what undresses.

        A negative prompt names what shall *not* be seen, so its other words are no reason to refuse.
        """
        try:
            rule = self._broken_rule(request)
        except Exception as error:  # a guard that stumbles must not open the door
            return _could_not_run("prompt", PROMPT_CHECK, error)
        if rule is None:
            return Decision(allowed=True, stage="prompt", checks=(PROMPT_CHECK,))
        return Decision(
            allowed=False,
            stage="prompt",
            category=rule.category,
            rule=rule.id,
            reason=self.rules.categories[rule.category].en,
            checks=(PROMPT_CHECK,),
        )

    def review(self, chunks: Iterator[Frames]) -> Iterator[Frames]:
        """Hand on what every frame check lets pass; fail closed. Raises Refused."""
        for chunk in chunks:
            for check in self.frame_checks:
                _pass_or_refuse(check, chunk)
            yield chunk

    def _broken_rule(self, request: Request) -> Rule | None:
        for rule in self.rules.broken_by(readings(request.prompt)):
            if rule.category not in self.without:
                return rule
        lexicon = self.rules.lexicon
        if any("clothing" in lexicon.places(words) for words in readings(request.negative)):
            return Rule(id="negative-clothing", category="C2", tables=("clothing",))
        return None


def _pass_or_refuse(check: FrameCheck, chunk: Frames) -> None:
    try:
        reason = check.find(chunk)
    except Exception as error:
        raise Refused(_could_not_run("frames", check.name, error)) from error
    if reason is not None:
        raise Refused(
            Decision(
                allowed=False,
                stage="frames",
                category=check.category,
                rule=check.name,
                reason=reason,
                checks=(check.name,),
            )
        )


def _could_not_run(stage: str, check: str, error: Exception) -> Decision:
    return Decision(
        allowed=False,
        stage=stage,
        rule=check,
        reason=f"the check {check} could not run ({type(error).__name__}), so nothing is let through",
    )
