"""Where does this file come from? Four independent layers are asked, and one verdict is drawn.

Credentials prove (a signature over the bytes), the XMP packet only claims, the watermark and the
perceptual hash survive what removes the other two. No layer's failure hides another's answer.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from himmel.core.errors import HimmelError
from himmel.core.files import sha256
from himmel.core.values import Frames
from himmel.media.apart import frames_of, probe
from himmel.provenance import identity
from himmel.provenance.credentials import Credentials, read_credentials, sidecar_of
from himmel.provenance.fingerprint import BYTES, KEY_FRAMES, Bits, hashes_of
from himmel.provenance.read import read_packet
from himmel.provenance.registry import Registry, Row, registry_path
from himmel.provenance.xmp import manifest_of

OURS, FOREIGN, TAMPERED, NOTHING = "ours", "someone else's", "tampered", "nothing found"
WATERMARK = "himmel.provenance.watermark"
MOST_FRAMES = 240  # that are looked at, from the beginning on
MOST_PIXELS = 1 << 26  # of all of them together: 200 MB


@dataclass(frozen=True)
class Layer:
    """What one layer found, in a sentence, with its evidence as JSON holds it."""

    found: bool
    says: str
    evidence: dict[str, Any] = field(default_factory=dict)

    def told(self) -> dict[str, Any]:
        """All of it as one object."""
        return {"found": self.found, "says": self.says, **self.evidence}


@dataclass(frozen=True)
class Verdict:
    """Ours, someone else's, tampered or nothing found; why; and every layer by name."""

    file: str
    verdict: str
    says: str
    layers: dict[str, Layer]
    similar: tuple[dict[str, Any], ...] = ()

    def told(self) -> dict[str, Any]:
        """The verdict as JSON holds it."""
        return {
            "file": self.file,
            "verdict": self.verdict,
            "says": self.says,
            "layers": {name: layer.told() for name, layer in self.layers.items()},
            "similar": list(self.similar),
        }


def verify(path: Path, similar: bool = False, registry: Registry | None = None) -> Verdict:
    """Ask every layer of a film or picture; `similar` lists what was made here and looks like it.

    Works without a network. Whatever a file holds gives a verdict. Raises HimmelError for one that is
    not there or cannot be opened, and where nobody could look at its credentials (for want of time, of
    memory, of the operator's certificate) and no other layer knows it: that is no verdict.
    """
    path = Path(path)
    if path.is_dir():
        raise HimmelError(f"{path} is a folder; verify its pictures one by one")
    try:
        digest = sha256(path)
    except OSError as error:
        raise HimmelError(f"{path} cannot be read ({error.strerror or error})") from None
    seen = Seen(path, digest, registry)
    layers = {
        "c2pa": _asked(seen.ask_credentials),
        "xmp": _asked(seen.ask_xmp),
        "watermark": _asked(seen.ask_watermark),
        "registry": _asked(seen.ask_registry),
    }
    verdict, says = seen.conclude()
    near = tuple(_told(row, bits) for row, bits in seen.near) if similar else ()
    return Verdict(path.name, verdict, says, layers, near)


def _asked(layer: Callable[[], Layer]) -> Layer:
    """A layer's answer, or the sentence in which it says why it has none."""
    try:
        return layer()
    except HimmelError as error:
        return Layer(False, str(error), {"failed": True})


def _told(row: Row, bits: float) -> dict[str, Any]:
    return {**row.told(), "bits_apart": round(bits, 1)}


@dataclass
class Seen:
    """What the layers have found so far; each is asked once, in this order."""

    path: Path
    digest: str
    registry: Registry | None = None
    credentials: Credentials | None = None
    unseen: str = ""
    altered: str = ""
    marked: str = ""
    exact: Row | None = None
    touched: str = ""
    near: list[tuple[Row, float]] = field(default_factory=list)
    _frames: Frames | None = None

    def ask_credentials(self) -> Layer:
        """Is there a C2PA manifest, does it hold, and whose is it?"""
        self.credentials = found = self._read()
        if found is None:
            beside = sidecar_of(self.path)
            where = f"; its sidecar would be {beside.name}" if beside else ""
            return Layer(False, f"no content credentials{where}")
        return Layer(True, _STATES[found.state].format(signer=found.signer), _evidence(found))

    def ask_xmp(self) -> Layer:
        """What does the note say that anyone can write?"""
        packet = read_packet(self.path)
        try:
            claimed = manifest_of(packet) if packet else None
        except HimmelError as error:
            self.altered = str(error)
            raise
        if claimed is None:
            return Layer(False, "no note of ours")
        told = {"manifest": claimed}
        if self._holds():
            return Layer(True, "our note, as it was sealed", told)
        none = self.credentials is None and not self.unseen
        if none and sidecar_of(self.path) is None:
            self.altered = "it carries our note without our seal"
        return Layer(True, "a note in our words, which anyone can write", told)

    def ask_watermark(self) -> Layer:
        """Which number do the pictures carry?"""
        if importlib.util.find_spec(WATERMARK) is None:
            return Layer(False, "not looked for: this version has no watermark", {"looked": False})
        if not identity.seal_folder().exists():
            return Layer(False, "not looked for: nothing was made here yet", {"looked": False})
        find = importlib.import_module(WATERMARK).find
        book = self._book()
        found = find(self.frames(), identity.secret(), book.marks())
        if found is None:
            return Layer(False, "no watermark of ours", {"looked": True})
        rows = book.by_mark(found.mark)
        known = f"stands for {rows[0].name}" if rows else "is not in the registry"
        self.marked = f"our watermark {found.mark:08x} {known}"
        told = {name: getattr(v, "item", lambda v=v: v)() for name, v in vars(found).items()}
        return Layer(True, self.marked, {"looked": True, **told, "rows": [r.told() for r in rows]})

    def ask_registry(self) -> Layer:
        """Was it made here: these very bytes, or something that looks like it?"""
        book = self._book()
        self.exact = book.by_sha256(self.digest)
        if self.exact is not None:
            return Layer(True, "exactly this file was made here", {"row": self.exact.told()})
        self.near = book.similar(self.hashes())
        sealed = (
            book.by_seal(self.credentials.label) if self._holds() and self.credentials else None
        )
        alike = [_told(*pair) for pair in self.near[:3]]
        if sealed is not None:
            self.touched = "; bytes that the seal leaves out were changed"
            return Layer(True, f"made here{self.touched}", {"row": sealed.told(), "changed": True})
        if not self.near:
            return Layer(False, "nothing made here is like it", {"alike": alike})
        row, bits = self.near[0]
        says = (
            f"it looks like {row.name}, made here on {row.made_at} ({bits:.0f} of 256 bits apart)"
        )
        return Layer(True, says, {"alike": alike})

    def conclude(self) -> tuple[str, str]:
        """The verdict and the one sentence that carries it. Raises HimmelError where there is none."""
        found, state = self.credentials, self.credentials.state if self.credentials else ""
        broken = state in ("invalid", "unreadable")
        if self.exact is not None:  # whatever lies beside the file, or became of its reader
            but = "; what seals them does not hold" if broken else ""
            return OURS, f"these bytes are as they left this house{but}"
        if broken:
            return TAMPERED, _STATES[state]
        if self.altered and state != "valid" and not self.unseen:
            return TAMPERED, self.altered
        if state == "trusted":
            return OURS, f"{_STATES[state]}{self.touched}"
        if found:
            return FOREIGN, _STATES[state].format(signer=found.signer)
        if self.marked:
            return OURS, f"{self.marked}; {self._since()}"
        alike = f"it looks like {self.near[0][0].name}" if self.near else ""
        if self.unseen:
            raise HimmelError(f"no verdict, {self._since()}{alike and '; '}{alike}")
        if alike:
            return NOTHING, f"nothing proves a source, but {alike}"
        return NOTHING, "no layer knows it; that proves nothing about where it comes from"

    def frames(self) -> Frames:
        """The first frames, uint8 (T, H, W, 3). Raises HimmelError where there are none."""
        if self._frames is None:
            self._frames = np.stack(list(_first(self.path)))
        return self._frames

    def hashes(self) -> Bits:
        """The perceptual hashes of the frames; none of a file that is no film or picture."""
        try:
            whole = probe(self.path)
            if whole.frames <= len(self.frames()):
                return hashes_of(self.frames())
            return hashes_of(_spread(self.path, whole.seconds - 1 / max(whole.fps, 1)))
        except HimmelError:
            return np.zeros((0, BYTES), np.uint8)

    def _read(self) -> Credentials | None:
        """The credentials. Where nobody could look at them, why: that does not speak against a file."""
        try:
            return read_credentials(self.path, identity.anchors())
        except HimmelError as error:
            self.unseen = str(error)
            raise
        except OSError as error:
            self.unseen = f"they cannot be read ({error.strerror or error})"
            raise HimmelError(f"the credentials cannot be read ({error})") from None

    def _since(self) -> str:
        """What became of a file whose credentials prove nothing."""
        if self.unseen:
            return f"its credentials could not be looked at: {self.unseen}"
        return "the file was changed since"

    def _holds(self) -> bool:
        """Whether our own seal is on the file, unbroken."""
        return self.credentials is not None and self.credentials.state == "trusted"

    def _book(self) -> Registry:
        """The registry; looking does not make one, nor keys."""
        if self.registry is None:
            made = identity.seal_folder().exists()
            self.registry = Registry.own() if made else Registry(registry_path())
        return self.registry


_STATES = {
    "trusted": "sealed here, and unchanged since",
    "valid": "sealed by {signer}, which is not this house, and unchanged since",
    "invalid": "it was changed after it was sealed",
    "unreadable": "its credentials are damaged",
}


def _evidence(found: Credentials) -> dict[str, Any]:
    return {
        "state": found.state,
        "signer": found.signer,
        "source_type": found.source_type,
        "actions": list(found.actions),
        "parents": list(found.parents),
        "manifests": found.manifests,
        "problems": list(found.problems),
        "training": found.training,
        "manifest": found.stated,
    }


def _spread(path: Path, last: float) -> Iterator[Frames]:
    """Frames of a long film up to its last second, those of its fingerprint among them."""
    for second in np.linspace(0, max(last, 0), 4 * (KEY_FRAMES - 1) + 1):
        yield next(frames_of(path, float(second))).frame


def _first(path: Path) -> Iterator[Frames]:
    for number, timed in enumerate(frames_of(path)):
        if number * timed.frame.size >= 3 * MOST_PIXELS or number == MOST_FRAMES:
            return
        yield timed.frame
