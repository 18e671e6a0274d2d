"""What the library for content credentials (C2PA) reads in a file: a report in JSON, whatever it says.

Whoever reads a stranger's file asks `apart.read_report` instead, which does this in a process that can
do no harm. Nothing is fetched: reading works without a network.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

MEDIA_TYPES = {
    ".mp4": "video/mp4",
    ".m4v": "video/mp4",
    ".mov": "video/quicktime",
    ".png": "image/png",
    ".apng": "image/png",
    ".webp": "image/webp",
    ".gif": "image/gif",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
}
BESIDE = "application/octet-stream"  # any other file: hashed whole, its manifest in a sidecar
MAX_SIDECAR = 1 << 26  # bytes; a longer one is cut off and then unreadable
_MARKER = b"jumdc2pa"  # every store of manifests begins with it
_BARE = {"builder": {"thumbnail": {"enabled": False}}}  # a thumbnail can outweigh the file
_OFFLINE = {"remote_manifest_fetch": False, "ocsp_fetch": False}


class Report(NamedTuple):
    """text: the library's report in JSON, as it is; state: whether the signature holds and is trusted;
    error: why there is no report, and spoken: whether something in the file says that there should be."""

    text: bytes = b""
    state: str = ""
    error: str = ""
    spoken: bool = True


def context(anchors: bytes) -> Any:
    """How the library reads and signs; `anchors` are certificates in PEM that are trusted: a root with
    all that it issued, a signer's alone with what that one signed."""
    import c2pa

    trust = {"trust": {"anchors": [_trusted(anchors.decode("ascii"))]}} if anchors else {}
    verify = {"verify": {"verify_trust": True, "verify_after_sign": True, **_OFFLINE}}
    return c2pa.Context.from_dict({**verify, **_BARE, **trust})


def _trusted(certificates: str) -> dict[str, str]:
    """The library's two lists: roots, and signers that count whoever issued them. A certificate does
    nothing in the list that it is not made for, so either gets all of them."""
    both = {"trust_anchors": certificates, "allowed_list": certificates}
    return {**both, "trust_uri": "himmel", "trust_kind": "manifest"}


def read_report(path: Path, sidecar: Path | None, anchors: bytes) -> Report | None:
    """The report on a file, or None for one of a kind that is known and without credentials.

    A sidecar counts in place of what is inside. Raises OSError for what cannot be opened.
    """
    import c2pa

    store = None if sidecar is None else beginning(sidecar)
    named = MEDIA_TYPES.get(path.suffix.lower()) if store is None else BESIDE
    with path.open("rb") as stream:
        try:
            with c2pa.Reader(named, stream, store, context(anchors)) as reader:
                return Report(reader.json().encode(), str(reader.get_validation_state()))
        except (c2pa.C2paError, ValueError, TypeError, AttributeError) as error:
            spoken = store is not None or _mentions_credentials(stream)
            if not spoken and "ManifestNotFound" in f"{type(error)} {error}":
                return None
            return Report(error=" ".join(str(error).split())[:200], spoken=spoken)


def beginning(sidecar: Path) -> bytes:
    """The store of manifests in a sidecar, as much of it as is ever read."""
    with sidecar.open("rb") as stream:
        return stream.read(MAX_SIDECAR)


def _mentions_credentials(stream: BinaryIO, step: int = 1 << 20) -> bool:
    stream.seek(0)
    before = b""
    while piece := stream.read(step):
        if _MARKER in before + piece:
            return True
        before = piece[-len(_MARKER) :]
    return False
