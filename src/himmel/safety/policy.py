"""The guard at the door: what may be asked and what may be shown. A check that cannot run refuses."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from himmel.core.errors import HimmelError
from himmel.core.values import Decision, Frames, Request
from himmel.safety.audit import Audit
from himmel.safety.classifier import Classifier, load_classifier
from himmel.safety.frames import BUILT_IN, FrameCheck
from himmel.safety.normalise import Words, readings, sentences
from himmel.safety.pictures import Given, PictureCheck
from himmel.safety.rules import Rule, Rules, load_rules
from himmel.safety.watch import within

PROMPT_CHECK, CLASSIFIER, JOINT_CHECK, AUDIT = "prompt-rules", "prompt-classifier", "joint", "audit"
# Of the probability of harm, in all categories and languages; chosen by recipes.safety.left_out.
THRESHOLD = 0.84
EVIDENCE = math.e**5  # by how much a rule that is not sure raises the odds of harm
SURE = ("C1", "C2", "C3", "C10", "C12")  # what terms alone decide; elsewhere they are evidence
APPEAL = (
    "if this is a mistake, ask whoever runs this himmel{contact}"
    " / wenn das ein Irrtum ist, frag den Betreiber dieses himmel{contact}"
)


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

    def screen(self, request: Request, stage: str = "prompt") -> Decision:
        """Whether this may be made, with a reason a person understands when it may not.

        `stage` is `rewritten` for a prompt that an upsampler made.
        """
        ...

    def record(self, request: Request, decision: Decision) -> Decision:
        """Keep a decision where an appeal finds it; returns it with what was added."""
        ...

    def review(self, chunks: Iterator[Frames]) -> Iterator[Frames]:
        """Chunks, each checked before it is handed on. Raises Refused at the first that fails."""
        ...


@dataclass(frozen=True)
class TextGuard:
    """Another judge of texts. `find` returns a category (C1 to C16) or None; it may raise."""

    name: str
    find: Callable[[str], str | None]
    limit: float | None = 30.0  # seconds


@dataclass(frozen=True)
class Finding:
    """What stands against a text: a category, and which rule, classifier or guard says so."""

    category: str | None
    rule: str


class RulePolicy:
    """A Policy of term rules, a classifier and further guards for texts, and of checks for frames.

    `without` names categories that the operator allows; the hard ones (C1 to C3) cannot be allowed.
    Guards, picture checks and frame checks come on top of what is built in. `contact` stands in the
    appeal. Raises HimmelError for a hard or unknown category.
    """

    def __init__(
        self,
        rules: Rules | None = None,
        frame_checks: tuple[FrameCheck, ...] = BUILT_IN,
        without: tuple[str, ...] = (),
        classifier: Callable[[], Classifier] = load_classifier,
        guards: tuple[TextGuard, ...] = (),
        pictures: PictureCheck | None = None,
        audit: Audit | None = None,
        contact: str = "",
        threshold: float = THRESHOLD,
    ) -> None:
        self.rules = rules or load_rules()
        self.frame_checks = frame_checks
        self.without = without
        self.classifier = classifier
        self.guards = guards
        self.pictures = pictures or PictureCheck()
        self.audit = audit
        self.contact = contact
        self.threshold = threshold
        for name in without:
            category = self.rules.categories.get(name)
            if category is None or category.hard:
                tunable = [k for k, c in self.rules.categories.items() if not c.hard]
                raise HimmelError(f"{name} cannot be allowed; categories to tune: {tunable}")

    @property
    def checks(self) -> tuple[str, ...]:
        """The prompt's checks and the frames' checks; see Policy.checks."""
        return (*self._text_checks, *(check.name for check in self.frame_checks))

    @property
    def _text_checks(self) -> tuple[str, ...]:
        audit = (AUDIT,) if self.audit else ()
        return (PROMPT_CHECK, CLASSIFIER, *(guard.name for guard in self.guards), *audit)

    def screen(self, request: Request, stage: str = "prompt") -> Decision:
        """Read the prompt in all its disguises, alone and together with its pictures.

        Of the negative prompt only what undresses counts: it names what shall *not* be seen. `stage` is
        `rewritten` for a prompt that a rewriter made.
        """
        return self.record(request, self._decide(request, stage))

    def record(self, request: Request, decision: Decision) -> Decision:
        """Keep an audit row; the decision with its number. What is not on record lets nothing pass."""
        if self.audit is None:
            return decision
        try:
            number = self.audit.add(request, decision)
        except Exception as error:
            return self._could_not_run(decision.stage, AUDIT, error)
        if decision.allowed:
            return decision.replace(checks=(*decision.checks, AUDIT))
        return decision.replace(appeal=f"{decision.appeal}: {number}")

    def review(self, chunks: Iterator[Frames]) -> Iterator[Frames]:
        """Hand on what every frame check lets pass; fail closed. Raises Refused."""
        watching = [(check, check.start()) for check in self.frame_checks]
        for chunk in chunks:
            for check, find in watching:
                self._pass_or_refuse(check, partial(find, chunk))
            yield chunk

    def _decide(self, request: Request, stage: str) -> Decision:
        pictures = self.pictures.read(request)
        ran: list[str] = []
        name = PROMPT_CHECK
        try:
            for (
                check
            ) in self.frame_checks:  # none shall be missing when the frames are there at last
                name = check.name
                check.ready()
            name = PROMPT_CHECK  # reads the prompt before the first step is asked for
            for name, find in self._steps(request, pictures):
                finding = find()
                ran.append(name)
                if finding is not None:
                    return self._refusal(
                        finding, "joint" if name == JOINT_CHECK else stage, tuple(ran)
                    )
        except Exception as error:  # a guard that stumbles must not open the door
            return self._could_not_run(stage, name, error)
        ran += self.pictures.checks if pictures else ()
        return Decision(allowed=True, stage=stage, checks=tuple(ran))

    def _steps(
        self, request: Request, pictures: Sequence[Given]
    ) -> Iterator[tuple[str, Callable[[], Finding | None]]]:
        """Everything that is asked about a request, by name, one after the other."""
        read = readings(request.prompt)
        broken = list(self.rules.broken_by(read))
        yield PROMPT_CHECK, lambda: self._broken_rule(broken, request.negative)
        yield CLASSIFIER, lambda: self._judged(broken, sentences(request.prompt))
        for guard in self.guards:
            yield guard.name, partial(self._guarded, guard, request.prompt)
        if pictures:
            yield JOINT_CHECK, lambda: self._joint(pictures, read)

    def _broken_rule(self, broken: Sequence[Rule], negative: str) -> Finding | None:
        for rule in broken:
            if rule.category in SURE and rule.category not in self.without:
                return Finding(rule.category, rule.id)
        lexicon = self.rules.lexicon
        if any("clothing" in lexicon.places(words) for words in readings(negative)):
            return Finding("C2", "negative-clothing")
        return None

    def _judged(self, broken: Sequence[Rule], said: Sequence[Sequence[Words]]) -> Finding | None:
        share, category = self.classifier().judge(said)
        rule = next((r for r in broken if r.category not in SURE), None)
        odds = share * (EVIDENCE if rule else 1.0)
        if odds <= self.threshold * (odds + 1 - share):
            return None
        if rule is not None:  # a rule names the category better than the classifier does
            return None if rule.category in self.without else Finding(rule.category, rule.id)
        return None if category in self.without else Finding(category, CLASSIFIER)

    def _joint(self, pictures: Sequence[Given], read: Sequence[Words]) -> Finding | None:
        found = self.pictures.find(pictures, read, self.rules)
        return None if found is None else Finding(*found)

    def _guarded(self, guard: TextGuard, text: str) -> Finding | None:
        category = within(guard.limit, guard.find, text)
        if category is None or category in self.without:
            return None
        if category not in self.rules.categories:
            raise HimmelError(f"{guard.name} names a category that there is not")
        return Finding(category, guard.name)

    def _pass_or_refuse(self, check: FrameCheck, find: Callable[[], str | None]) -> None:
        try:
            reason = within(check.limit, find)
        except Exception as error:
            raise Refused(self._could_not_run("frames", check.name, error)) from error
        if reason is not None:
            refusal = self._refusal(Finding(check.category, check.name), "frames", (check.name,))
            raise Refused(refusal.replace(reason=reason))

    def _refusal(self, finding: Finding, stage: str, checks: tuple[str, ...]) -> Decision:
        category = self.rules.categories.get(finding.category or "")
        return Decision(
            allowed=False,
            stage=stage,
            category=finding.category,
            rule=finding.rule,
            reason=category.en if category else "",
            reason_de=category.de if category else "",
            appeal=self._appeal(),
            checks=checks,
        )

    def _appeal(self) -> str:
        return APPEAL.format(contact=f" ({self.contact})" if self.contact else "")

    def _could_not_run(self, stage: str, check: str, error: Exception) -> Decision:
        why = str(error) if isinstance(error, HimmelError) else type(error).__name__
        return Decision(
            allowed=False,
            stage=stage,
            rule=check,
            reason=f"the check {check} could not run ({why}), so nothing is let through",
            reason_de=f"die Prüfung {check} konnte nicht laufen ({why}); nichts wird herausgegeben",
            appeal=self._appeal(),
        )
