"""A manifest as an XMP packet and back.

The packet says in IPTC's words that a trained model made the picture, for every program that reads
metadata, and carries our own manifest as JSON. Vocabulary: IPTC Photo Metadata Standard 2025.1 and the
IPTC digital source type codes; packet: ISO 16684-1.
"""

from __future__ import annotations

import json
from typing import Any
from xml.parsers import expat
from xml.sax.saxutils import escape

from himmel.core.errors import DamagedFileError
from himmel.core.plain import parse_json

_SOURCE_TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"
AI_GENERATED = f"{_SOURCE_TYPES}trainedAlgorithmicMedia"
COMPOSITE = f"{_SOURCE_TYPES}compositeWithTrainedAlgorithmicMedia"  # an edit of something real
NAMESPACE = (
    "https://himmel.invalid/ns/manifest/1/"  # a name, not an address: .invalid never resolves
)
MAX_DEPTH = 16

_PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
    xmlns:xmp="http://ns.adobe.com/xap/1.0/"
    xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
    xmlns:himmel="{namespace}">
   <xmp:CreatorTool>{tool}</xmp:CreatorTool>
   <dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
{description}{china}   <Iptc4xmpExt:DigitalSourceType>{source}</Iptc4xmpExt:DigitalSourceType>
   <Iptc4xmpExt:AISystemUsed>{model}</Iptc4xmpExt:AISystemUsed>
   <himmel:manifest>{manifest}</himmel:manifest>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>"""
# The label in the file that China asks for: GB 45438-2025, annexes E and F; TC260-PG-20258A.
_CHINA = '   <TC260:AIGC xmlns:TC260="http://www.tc260.org.cn/ns/AIGC/1.0/">{}</TC260:AIGC>\n'
_DESCRIPTION = (
    '   <dc:description><rdf:Alt><rdf:li xml:lang="x-default">{}</rdf:li></rdf:Alt>'
    "</dc:description>\n"
)


def packet(manifest: dict[str, Any], tool: str, description: str = "") -> bytes:
    """The XMP packet of a JSON-able manifest, UTF-8. `tool` names program and version."""
    text = json.dumps(manifest, sort_keys=True, allow_nan=False)
    return _PACKET.format(
        namespace=NAMESPACE,
        tool=_text(tool),
        title="Made with AI",
        description=_DESCRIPTION.format(_text(description)) if description else "",
        china=_CHINA.format(_text(label)) if (label := china_label(manifest)) else "",
        source=_text(str(manifest.get("digital_source_type", AI_GENERATED))),
        model=_text(f"himmel, model {manifest.get('model', 'unnamed')}"),
        manifest=_text(text),
    ).encode("utf-8")


def china_label(manifest: dict[str, Any]) -> str | None:
    """What a file says under the key AIGC, JSON (GB 45438-2025, annex E); None where no producer is
    named. "1" is content that was made by a model; it is passed on by whoever made it.

    >>> china_label({"id": "7f", "china_producer": "himmel"})[:41]
    '{"Label": "1", "ContentProducer": "himmel'
    """
    producer, number = manifest.get("china_producer"), str(manifest.get("id", ""))
    if not producer:
        return None
    told = {
        "Label": "1",
        "ContentProducer": producer,
        "ProduceID": number,
        "ReservedCode1": "",
        "ContentPropagator": producer,
        "PropagateID": number,
        "ReservedCode2": "",
    }
    return json.dumps(told, ensure_ascii=False)


def manifest_of(packet: bytes) -> dict[str, Any] | None:
    """The manifest inside an XMP packet, None when the packet is not one of ours.

    Document types and entities are refused, so nothing expands and nothing outside is read. Raises
    DamagedFileError for a packet that names our namespace and cannot be understood.
    """
    if NAMESPACE.encode() not in packet:
        return None
    try:
        text = _Reader().read(packet)
        manifest = None if text is None else parse_json(text)
    except (expat.ExpatError, ValueError, RecursionError) as error:
        raise DamagedFileError(f"the manifest cannot be read ({error}); it was altered") from None
    if manifest is not None and not isinstance(manifest, dict):
        raise DamagedFileError("the manifest is not an object; it was altered")
    return manifest


class _Reader:
    """Collects the text of the first himmel:manifest, given as an element or as an attribute."""

    _NAME = f"{NAMESPACE} manifest"

    def __init__(self) -> None:
        self._depth = 0
        self._inside = False
        self._found: list[str] | None = None

    def read(self, packet: bytes) -> str | None:
        parser = expat.ParserCreate("utf-8", namespace_separator=" ")
        parser.StartElementHandler = self._open
        parser.EndElementHandler = self._close
        parser.CharacterDataHandler = self._take
        parser.StartDoctypeDeclHandler = self._refuse
        parser.EntityDeclHandler = self._refuse
        parser.Parse(packet, True)
        return None if self._found is None else "".join(self._found)

    def _open(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise ValueError("nested too deeply")
        if self._found is None and name == self._NAME:
            self._found, self._inside = [], True
        elif self._found is None and self._NAME in attributes:
            self._found = [attributes[self._NAME]]

    def _close(self, name: str) -> None:
        self._depth -= 1
        self._inside = self._inside and name != self._NAME

    def _take(self, text: str) -> None:
        if self._inside and self._found is not None:
            self._found.append(text)

    def _refuse(self, *_: Any) -> None:
        raise ValueError("document types and entities are not allowed")


def _text(value: str) -> str:
    """Escape for XML 1.0, without the characters that no escape can carry."""
    return escape("".join(c for c in value if c in "\t\n\r" or (c >= " " and _is_character(c))))


def _is_character(c: str) -> bool:
    return not ("\ud800" <= c <= "\udfff" or c in "\ufffe\uffff")
