"""Words and given pictures together: what is harmless alone may not be so with somebody's picture.

There is no age estimator, and none is pretended: every picture that may show a person is treated as if it
could show a minor, so that nothing sexual, romantic or violent is made of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path

from himmel.core.config import Config
from himmel.core.errors import HimmelError
from himmel.core.files import sha256
from himmel.core.plain import parse_json
from himmel.core.values import Frames, Request
from himmel.media.apart import frames_of, probe, read_picture
from himmel.safety.classifier import load_concepts
from himmel.safety.frames import CANARY, STRUCTURE, FrameCheck
from himmel.safety.normalise import Words
from himmel.safety.rules import Lexicon, Rules, Table
from himmel.safety.watch import within

# Concepts, or terms of rules.json, that no picture which may show a person goes with.
WITH_A_PERSON = {
    "undress": "C2", "naked": "C2", "sexact": "C2", "scanty": "C2", "tease": "C2", "romance": "C2",
    "violent": "C7", "gore": "C6", "degrade": "C9", "selfharm": "C8",
}  # fmt: skip
ROMANCE = (
    "kiss*", "cuddl*", "make out", "making out", "caress*", "in bed", "fall in love", "falls in love",
    "kuess*", "kuschel*", "knutsch*", "streichel*", "im bett", "verliebt sich", "zaertlich*",
)  # fmt: skip
FACE = "face"


@dataclass(frozen=True, kw_only=True)
class Consent(Config):
    """A person's consent that a picture with her face is used, as the operator put it on record.

    sha256: of the picture's file. person: who, in words that the operator can find again. date: of the
    consent, YYYY-MM-DD. evidence: where it is kept.
    """

    sha256: str
    person: str
    date: str
    evidence: str


def read_consents(path: Path) -> dict[str, Consent]:
    """Consents by hash from a file of JSON lines. Raises HimmelError for a file that is none."""
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
        rows = [Consent.from_dict(parse_json(line), str(path)) for line in lines if line.strip()]
    except (OSError, ValueError) as error:
        raise HimmelError(f"{path} holds no consents: {error}") from None
    return {row.sha256: row for row in rows}


@dataclass(frozen=True, eq=False)
class Given:
    """A picture or a film with the hash of its file; `chunks` begins its frames uint8 (n, H, W, 3)."""

    sha256: str
    chunks: Callable[[], Iterator[Frames]]


@dataclass(frozen=True)
class PictureCheck:
    """Decides on a request's pictures and films. `detectors` look at each; one named `face` finds faces.

    Without a face detector every given picture counts as one that may show a person; with one, those in
    which it finds a face. A face needs a consent on record.
    """

    detectors: tuple[FrameCheck, ...] = (STRUCTURE, CANARY)
    consents: dict[str, Consent] = field(default_factory=dict)

    @property
    def checks(self) -> tuple[str, ...]:
        """The names of what looked at the pictures."""
        return tuple(f"picture-{detector.name}" for detector in self.detectors)

    def read(self, request: Request) -> tuple[Given, ...]:
        """The pictures and films of a request. Raises HimmelError for what is neither."""
        paths = list(map(Path, request.pictures))
        pictures = [read_picture(path)[None] for path in paths]
        given = [
            Given(sha256(path), partial(iter, [picture]))
            for path, picture in zip(paths, pictures, strict=True)
        ]
        for film in map(Path, request.clips):
            probe(film)
            given.append(Given(sha256(film), partial(_frames, film)))
        return tuple(given)

    def find(
        self, pictures: Sequence[Given], read: Sequence[Words], rules: Rules
    ) -> tuple[str | None, str] | None:
        """(category, rule) of what stands against these words with these pictures, None if nothing."""
        person = not any(detector.name == FACE for detector in self.detectors)
        for given in pictures:
            found = self._seen(given)
            if FACE in found and given.sha256 not in self.consents:
                return "C10", "likeness-without-consent"
            if other := sorted(set(found) - {FACE}):
                return found[other[0]], f"picture-{other[0]}"
            person = person or FACE in found
        return _against_a_person(read, rules) if person else None

    def _seen(self, given: Given) -> dict[str, str | None]:
        """Findings in a picture, or in any frame of a film: name of the detector, its category."""
        watching = [(detector, detector.start()) for detector in self.detectors]
        return {
            detector.name: detector.category
            for chunk in given.chunks()
            for detector, find in watching
            if within(detector.limit, find, chunk) is not None
        }


def _frames(film: Path) -> Iterator[Frames]:
    """One by one, so that no more than one of them is in memory."""
    return (timed.frame[None] for timed in frames_of(film))


def _against_a_person(read: Sequence[Words], rules: Rules) -> tuple[str, str] | None:
    for words in read:
        concepts = load_concepts().places(words)
        present = {name for name, places in concepts.items() if places}
        present |= {"romance"} if _romance().places(words).get("romance") else set()
        present |= {"tease"} if rules.lexicon.places(words).get("suggestive") else set()
        for name, category in WITH_A_PERSON.items():
            if name in present:
                return category, f"picture-and-{name}"
    return None


@cache
def _romance() -> Lexicon:
    return Lexicon({"romance": Table(terms=ROMANCE)})
