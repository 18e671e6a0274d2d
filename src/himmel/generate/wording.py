"""From a person's words to those that are drawn: the camera's move said, and on request more told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from himmel.core.errors import HimmelError
from himmel.core.values import Decision, Request
from himmel.generate.cameras import phrase_of, plan_camera
from himmel.generate.config import SystemConfig
from himmel.generate.lexicon import Lexicon
from himmel.generate.plan import Plan, reads_rays
from himmel.generate.upsampling import world_upsampler

if TYPE_CHECKING:
    from himmel.generate.system import System


@dataclass(frozen=True)
class Worded:
    """A person's words and those to draw, who told these if it was not the person, what the policy
    said, and notes."""

    asked: str
    prompt: str
    upsampler: str = ""
    decisions: tuple[Decision, ...] = ()
    notes: tuple[str, ...] = ()


def worded(request: Request, system: System) -> Worded:
    """The words of a request as they are drawn.

    A text that is told again is screened like the person's own; one that is refused, or that nobody
    could tell, falls back to their words with a note. Raises HimmelError as `with_camera` does.
    """
    asked = request.prompt
    said, notes = with_camera(request, system.config, system.lexicon)
    if not request.upsample or not said:
        return Worded(asked, said, notes=notes)
    upsampler = system.upsampler or world_upsampler(system.config, system.lexicon, system.text)
    try:
        told = upsampler.rewrite(said, request.seed)
    except Exception as error:
        why = str(error) if isinstance(error, HimmelError) else type(error).__name__
        return Worded(asked, said, notes=(*notes, f"the prompt was left as written: {why}"))
    decision = system.policy.screen(request.replace(prompt=told), "rewritten")
    if not decision.allowed:
        left = "the prompt was left as written: what was made of it was refused"
        return Worded(asked, said, notes=(*notes, left))
    return Worded(asked, told, upsampler.name, (decision,), (*notes, f"upsampled; drew: {told}"))


def told(plan: Plan, words: Sequence[Worded]) -> Plan:
    """The plan with the words that are drawn, beside those that were asked."""
    said = {worded.asked: worded for worded in words}
    segments = tuple(
        segment.replace(prompt=other.prompt, asked=other.asked, upsampler=other.upsampler)
        if (other := said[segment.prompt]).prompt != segment.prompt
        else segment
        for segment in plan.segments
    )
    return plan.replace(segments=segments)


def notes_on_words(words: Sequence[Worded], strict: bool, system: System) -> tuple[str, ...]:
    """What a person should know about what was made of their words, and about those that the model
    cannot draw or did not read.

    Raises HimmelError instead where nothing may be left out.
    """
    prompts = [worded.prompt for worded in words]
    found = (system.lexicon.unknown(prompt) for prompt in prompts)
    unknown = tuple(dict.fromkeys(word for some in found for word in some))
    named = ", ".join(f'"{word}"' for word in unknown)
    if unknown and strict:
        raise HimmelError(f"cannot draw {named}; use other words, or leave --strict out")
    cut = any(map(system.text.overlong, prompts))
    if cut and strict:
        raise HimmelError("the prompt is longer than this model reads; shorten it")
    notes = [note for worded in words for note in worded.notes]
    if unknown:
        drew = "; ".join(system.lexicon.say(system.text.understood(prompt)) for prompt in prompts)
        notes.append(f"cannot draw {named}; drew: {drew}")
    if cut:
        notes.append("the prompt is longer than this model reads; its end was left out")
    return tuple(notes)


def with_camera(
    request: Request, config: SystemConfig, lexicon: Lexicon
) -> tuple[str, tuple[str, ...]]:
    """The prompt with the camera's move in words, and notes on what the weights do not know of it.

    Raises HimmelError where the prompt says another move, and for a strict request instead of a note
    that the move is not drawn.
    """
    from himmel.world.language.stated import language_of
    from himmel.world.reading import facts_in

    name, path = plan_camera(request.camera, 1.0)
    if request.camera is None or reads_rays(config):
        return request.prompt, ()
    move = name or "this camera path"
    phrase = phrase_of(name, language_of(request.prompt)) if name else ""
    if not phrase or not _knows(name, phrase, config, lexicon):
        if request.strict:
            raise HimmelError(f"these weights know no {move}; leave --camera or --strict out")
        return request.prompt, (f"these weights know no {move}; drawn without it",)
    already = facts_in(request.prompt).get("camera", name)
    if already != name:
        raise HimmelError(f"the prompt says {already} and --camera {name}; leave one of them out")
    notes = _note_on_amount(request) if path else ()
    if "camera" in facts_in(request.prompt):
        return request.prompt, notes
    said = request.prompt.rstrip(" .,;")
    return f"{said}, {phrase}" if said else phrase, notes


def _knows(name: str, phrase: str, config: SystemConfig, lexicon: Lexicon) -> bool:
    """Weights that list facts list the moves they were trained with; others are told in words."""
    if config.facts and name not in config.facts.get("camera", ()):
        return False
    return not lexicon.unknown(phrase)


def _note_on_amount(request: Request) -> tuple[str, ...]:
    if ":" not in str(request.camera) and not str(request.camera).endswith(".json"):
        return ()
    return ("these weights are told the camera's move in words; how far it goes is left to them",)
