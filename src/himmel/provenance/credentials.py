"""Content credentials: a signed C2PA manifest inside a file, or beside one that has no place for it.

C2PA Technical Specification 2.2; training terms: CAWG Training and Data Mining Assertion 1.1. Nothing
is fetched and no time-stamp is asked for, so this works without a network. Our own manifest goes in as
text: the library would turn lists of small numbers into bytes.
"""

from __future__ import annotations

import io
import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from himmel import __version__
from himmel.core.errors import DamagedFileError, HimmelError
from himmel.core.plain import parse_json
from himmel.media.apart import read_report
from himmel.media.credentials import BESIDE, MEDIA_TYPES, Report, beginning, context
from himmel.media.formats import WRITE_SUFFIXES
from himmel.provenance.identity import Identity

OWN = "himmel.manifest"  # the assertion that holds our manifest
SIDECAR = ".c2pa"
_TERMS = ("ai_training", "ai_generative_training", "data_mining", "ai_inference")
_WITHOUT_ROOM = tuple(suffix for suffix in WRITE_SUFFIXES if suffix not in MEDIA_TYPES)
_NOT_TAMPERED = {"signingCredential.untrusted", "signingCredential.expired"}


@dataclass(frozen=True)
class Credentials:
    """What a file's C2PA manifest says, and whether it holds.

    state: trusted (whole, and signed by one of the anchors), valid (whole, signed by another), invalid
    (altered since), unreadable (a manifest is there and cannot be understood). `problems` are codes of
    the specification, `parents` names of what the file was made from, `stated` our own manifest, `label`
    the name of this one signature.
    """

    state: str
    label: str = ""
    signer: str = ""
    source_type: str = ""
    actions: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()
    manifests: int = 0
    problems: tuple[str, ...] = ()
    stated: Mapping[str, Any] | None = None
    training: str = ""


def sidecar_of(path: Path) -> Path | None:
    """Where a file's credentials lie when they cannot lie inside it, else None."""
    return None if Path(path).suffix.lower() in MEDIA_TYPES else Path(path).with_suffix(SIDECAR)


def new_label() -> str:
    """A name for one signature, as the specification forms it."""
    return f"urn:c2pa:{uuid.uuid4()}"


def definition(
    stated: Mapping[str, Any], label: str, parents: int = 0, mark: int = 0
) -> dict[str, Any]:
    """A C2PA manifest as data: how the file was made, by what, from what, and on which terms.

    `label` names this one signature (new_label). `stated` is our own manifest; where it names a
    `watermark`, that method and the mark, a number of 32 bits, are bound to the file.
    """
    source_type = str(stated["digital_source_type"])
    assertions: dict[str, Any] = {
        "c2pa.actions.v2": {"actions": _actions(stated, source_type, parents)},
        "cawg.training-mining": {"entries": {f"cawg.{t}": {"use": "notAllowed"} for t in _TERMS}},
        "cawg.metadata": {
            "@context": {"Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"},
            "Iptc4xmpExt:DigitalSourceType": source_type,
            "Iptc4xmpExt:AISystemUsed": _system(stated),
        },
        OWN: {"manifest": json.dumps(stated, sort_keys=True)},
    }
    if stated.get("watermark"):
        bound = {"scope": {}, "value": f"{mark:08x}"}
        assertions["c2pa.soft-binding"] = {"alg": str(stated["watermark"]), "blocks": [bound]}
    return {
        "label": label,
        "claim_generator_info": [{"name": "himmel", "version": __version__}],
        "title": str(stated.get("id", "made with himmel")),
        "assertions": [{"label": label, "data": data} for label, data in assertions.items()],
    }


def _system(stated: Mapping[str, Any]) -> str:
    return f"himmel {__version__}, model {stated.get('model', 'unnamed')}"


def _actions(stated: Mapping[str, Any], source_type: str, parents: int) -> list[dict[str, Any]]:
    agent = {"name": _system(stated), "version": __version__}
    made = {"digitalSourceType": source_type, "softwareAgent": agent}
    if parents:
        taken = [{"ingredientIds": [_label(number)]} for number in range(parents)]
        actions = [{"action": "c2pa.opened", "parameters": taken[0]}]
        actions += [{"action": "c2pa.placed", "parameters": other} for other in taken[1:]]
        actions += [{"action": "c2pa.edited", **made}]
    else:
        actions = [{"action": "c2pa.created", **made}]
    if stated.get("watermark"):
        actions += [{"action": "c2pa.watermarked.bound"}]
    return actions


def _label(number: int) -> str:
    return f"parent{number}"


def sign_file(
    file: Path,
    media_type: str | None,
    stated: dict[str, Any],
    identity: Identity,
    parents: Sequence[Path] = (),
) -> bytes | None:
    """Put signed credentials into a file, in place; for media_type None return them for a sidecar.

    `stated` is what `definition` makes. The first parent is what was edited, others were placed in it;
    their own credentials are kept. Raises HimmelError for what cannot be signed, leaving `file` as it
    was.
    """
    import c2pa

    identity.check()
    signed = file.with_name(f"{file.name}~")
    try:
        with _plain_words(f"{file.suffix} file"), c2pa.Builder(stated, context(b"")) as builder:
            for number, parent in enumerate(parents):
                _add_parent(builder, parent, number)
            if media_type is None:
                builder.set_no_embed()
            with file.open("rb") as source, signed.open("w+b") as target:
                store = builder.sign(_signer(identity), media_type or BESIDE, source, target)
        if media_type is None:
            return bytes(store)
        signed.replace(file)
        return None
    finally:
        signed.unlink(missing_ok=True)


@contextmanager
def _plain_words(what: str) -> Iterator[None]:
    """The library's errors as one sentence of ours."""
    import c2pa

    try:
        yield
    except c2pa.C2paError as error:
        reason = " ".join(str(error).split())[:200]
        raise HimmelError(
            f"the {what} could not be sealed ({reason}); nothing was published, check the certificate, "
            "its key and the room on the disk"
        ) from None


def _add_parent(builder: Any, parent: Path, number: int) -> None:
    """A parent with its credentials; one whose credentials are no longer readable without them."""
    import c2pa

    told = {
        "title": readable(parent),
        "relationship": "componentOf" if number else "parentOf",
        "label": _label(number),
    }
    content = _content_of(parent)
    try:
        beside = _kept_beside(builder, parent, f"{_label(number)}{SIDECAR}")
        kind = MEDIA_TYPES.get(parent.suffix.lower(), BESIDE)
        builder.add_ingredient({**told, **beside}, kind, content)
    except c2pa.C2paError:
        content.seek(0)
        builder.add_ingredient(told, BESIDE, content)


def _kept_beside(builder: Any, parent: Path, name: str) -> dict[str, Any]:
    """What an ingredient has to say of credentials that lie in a sidecar; nothing without one."""
    import c2pa

    beside = None
    with suppress(HimmelError):  # what cannot be looked at is kept like what is damaged: not at all
        beside = _sidecar_beside(parent)
    if beside is None:
        return {}
    store = beginning(beside)
    with (
        parent.open("rb") as stream,
        c2pa.Reader(BESIDE, stream, store, context(b"")) as reader,
    ):
        active = parse_json(reader.json())["active_manifest"]
        results = reader.get_validation_results()
    builder.add_resource(name, io.BytesIO(store))
    data = {"format": "application/c2pa", "identifier": name}
    return {"manifest_data": data, "active_manifest": active, "validation_results": results}


def _content_of(parent: Path) -> io.BytesIO:
    try:
        return io.BytesIO(parent.read_bytes())
    except OSError as error:
        raise HimmelError(
            f"{parent} was used and cannot be named as a source ({error.strerror or error})"
        ) from None


def _signer(identity: Identity) -> Any:
    import c2pa

    method = c2pa.C2paSigningAlg.ES256
    if identity.key is None:
        return c2pa.Signer.from_callback(identity.sign, method, identity.chain.decode("ascii"))
    return c2pa.Signer.from_info(c2pa.C2paSignerInfo(method, identity.chain, identity.key, None))


def readable(path: Path) -> str:
    """A file's name for people and databases; bytes that are no UTF-8, which a disk may hold, as "?"."""
    return path.name.encode("utf-8", "replace").decode()


def read_credentials(path: Path, anchors: bytes) -> Credentials | None:
    """The credentials inside a file or in its sidecar, None without any; whatever a stranger wrote.

    `anchors` are certificates in PEM whose signatures count as trusted. They are read in a process that
    can do no harm; where they make it die they are unreadable. Raises OSError for a file that cannot be
    opened, and HimmelError for credentials that could not be looked at: for want of time, of memory, or
    of a process to do it in. That says nothing about them.
    """
    path = Path(path)
    try:
        found = _report_on(path, anchors)
    except DamagedFileError as error:
        return _unreadable(str(error))
    if found is None or not found.spoken:
        return None
    if found.error:
        return _unreadable(found.error)
    try:
        return _understood(parse_json(found.text), found.state)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        return _unreadable(str(error))


def _report_on(path: Path, anchors: bytes) -> Report | None:
    path.open("rb").close()
    beside = _sidecar_beside(path)
    if beside is not None:
        beside.open("rb").close()
    return read_report(path, beside, anchors)


def _unreadable(why: str) -> Credentials:
    return Credentials("unreadable", problems=(" ".join(why.split())[:200],))


def _sidecar_beside(path: Path) -> Path | None:
    """The sidecar that counts for a file, where there is one: a film that was streamed has it, too.

    Of a kind that has room for credentials, those inside count first, and a sidecar of this name may be
    that of another film. Raises HimmelError where nobody could look inside.
    """
    beside = path.with_suffix(SIDECAR)
    if not beside.is_file():
        return None
    if sidecar_of(path) is not None:
        return beside
    if any(path.with_suffix(suffix).exists() for suffix in _WITHOUT_ROOM):
        return None
    inside = read_report(path)
    return None if inside is not None and inside.spoken else beside


def _understood(told: dict[str, Any], validation: str) -> Credentials:
    active = told["manifests"][told["active_manifest"]]
    results = told.get("validation_results", {}).get("activeManifest", {})
    problems = tuple(str(item["code"]) for item in results.get("failure", []))
    assertions = {str(item["label"]): item.get("data") for item in active.get("assertions", [])}
    actions = _list(_dict(assertions.get("c2pa.actions.v2")).get("actions"))
    signature = _dict(active.get("signature_info"))
    return Credentials(
        state=_state(validation, problems),
        label=str(told["active_manifest"]),
        signer=", ".join(str(signature[k]) for k in ("common_name", "issuer") if signature.get(k)),
        source_type=next(
            (str(a["digitalSourceType"]) for a in actions if "digitalSourceType" in a), ""
        ),
        actions=tuple(str(a.get("action")) for a in actions),
        parents=tuple(str(p.get("title")) for p in _list(active.get("ingredients"))),
        manifests=len(told["manifests"]),
        problems=problems,
        stated=_own(assertions.get(OWN)),
        training="refused" if "cawg.training-mining" in assertions else "",
    )


def _state(validation: str, problems: Sequence[str]) -> str:
    if set(problems) - _NOT_TAMPERED or (validation == "Invalid" and not problems):
        return "invalid"
    return "trusted" if validation == "Trusted" and not problems else "valid"


def _own(assertion: Any) -> dict[str, Any] | None:
    with suppress(ValueError, RecursionError):
        stated = parse_json(str(_dict(assertion).get("manifest", "")))
        return stated if isinstance(stated, dict) else None
    return None


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
