"""What an operator may set: further detectors and guards, consents, tunable categories, a contact.

The file is named by $HIMMEL_SAFETY, so that only whoever starts himmel can set it; there is no option, no
request and no call for it. It can add checks and never take away one that is built in.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from himmel.core import env
from himmel.core.config import Config
from himmel.core.errors import HimmelError
from himmel.safety import guards, onnx
from himmel.safety.audit import Audit
from himmel.safety.frames import BUILT_IN, CANARY, STRUCTURE
from himmel.safety.pictures import FACE, PictureCheck, read_consents
from himmel.safety.policy import RulePolicy

DECISIONS = "decisions.jsonl"


@dataclass(frozen=True, kw_only=True)
class DetectorSetting(Config):
    """A network for pictures: kind `opennsfw` or `face`, and an ONNX file with its sha256 where it shall
    not be the one that himmel knows.

    threshold in [0, 1]; every: look at each so-manieth frame; seconds: how long a look may take.
    """

    kind: str
    path: str | None = None
    sha256: str | None = None
    threshold: float = 0.6
    every: int = 8
    seconds: float = 20.0

    @property
    def file(self) -> tuple[Path, str] | None:
        """The operator's own file and its hash."""
        return (Path(self.path), self.sha256) if self.path and self.sha256 else None


@dataclass(frozen=True, kw_only=True)
class GuardSetting(Config):
    """A language model for prompts: kind `llama-guard` or `shieldgemma`, a local folder."""

    kind: str
    path: str
    seconds: float = 30.0


@dataclass(frozen=True, kw_only=True)
class Settings(Config):
    """The operator's file. allow: tunable categories; consents, decisions: files of JSON lines."""

    allow: tuple[str, ...] = ()
    contact: str = ""
    detectors: tuple[DetectorSetting, ...] = ()
    guards: tuple[GuardSetting, ...] = ()
    consents: str | None = None
    decisions: str | None = None

    def __post_init__(self) -> None:
        for name, known, asked in (
            ("detector", onnx.KINDS, self.detectors),
            ("guard", guards.KINDS, self.guards),
        ):
            if unknown := sorted({item.kind for item in asked} - set(known)):
                raise HimmelError(
                    f"there is no {name} {unknown[0]!r}; there are {', '.join(known)}"
                )
        if any(not 0 <= d.threshold <= 1 or d.every < 1 or d.seconds <= 0 for d in self.detectors):
            raise HimmelError("a detector needs 0 <= threshold <= 1, every >= 1 and seconds > 0")
        if any(bool(d.path) != bool(d.sha256) for d in self.detectors):
            raise HimmelError("a detector's path and sha256 stand together, or neither is there")


def load_policy() -> RulePolicy:
    """The policy that every system gets, with what the operator's file adds to it.

    Raises HimmelError for a file that cannot be read: without its settings nothing is made.
    """
    return policy_of(read_settings(env.safety_file()), env.state_dir())


def read_settings(path: Path | None) -> Settings:
    """The settings of a file, the default ones where none is named."""
    if path is None:
        return Settings()
    try:
        return Settings.from_json(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise HimmelError(f"the safety settings {path} cannot be read: {error}") from None


def policy_of(settings: Settings, state: Path) -> RulePolicy:
    """The policy of some settings; decisions are kept below `state` where they name no file."""
    networks = [
        onnx.Detector(d.kind, d.threshold, d.file).check(d.every, d.seconds)
        for d in settings.detectors
    ]
    looks = [check for check in networks if check.name != FACE]  # a drawn face is no finding
    consents = read_consents(Path(settings.consents)) if settings.consents else {}
    return RulePolicy(
        frame_checks=(*BUILT_IN, *looks),
        without=settings.allow,
        guards=tuple(guards.Guard(g.kind, Path(g.path)).check(g.seconds) for g in settings.guards),
        pictures=PictureCheck((STRUCTURE, CANARY, *networks), consents),
        audit=Audit(Path(settings.decisions) if settings.decisions else state / DECISIONS),
        contact=settings.contact,
    )
