"""What a holder says about training, read from the four ways of saying it.

Each reader takes text that was fetched already and the address it is about; nothing is fetched here. Its
answer is a stance of himmel.core.rights: `reserved`, `allowed` or `silent`. Where a text can be read in
two ways, or cannot be read at all although it is there, the answer is `reserved`: to leave a clip out
harms nobody. Sources: RFC 9309 (robots.txt); W3C TDMRep, final report of 2024; Spawning's ai.txt;
CAWG training and data mining assertion 1.1.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

from himmel.core.errors import HimmelError, MissingExtraError
from himmel.core.plain import parse_json
from himmel.core.rights import ALLOWED, RESERVED, SILENT, OptOut
from himmel.media.apart import read_report

AGENT = "himmel"
# Whoever shuts one of these out of training means training, whoever does it.
TRAINERS = (
    "GPTBot", "Google-Extended", "CCBot", "ClaudeBot", "anthropic-ai", "Applebot-Extended",
    "Bytespider", "meta-externalagent", "FacebookBot", "img2dataset", "Diffbot", "cohere-ai",
)  # fmt: skip
_SIGNAL = re.compile(r"^\s*(content-usage|content-signal)\s*:(.*)$", re.I | re.M)
_PREFERENCE = re.compile(r"\b(?:train-ai|ai-train)\s*=\s*(\w+)", re.I)
_NO, _YES = ("n", "no", "0", "false"), ("y", "yes", "1", "true")
_TRAINING = ("ai_generative_training", "ai_training")
_MINING = "data_mining"  # who forbids it forbids training, who allows it has not allowed training
_LABELS = ("cawg.training-mining", "c2pa.training-mining")
Form = TypeVar("Form", dict[str, Any], list[Any], str)


def robots(text: str | None, url: str) -> str:
    """The stance of a robots.txt (None: there is none) on one address.

    Reserved where himmel or a crawler that is known to train may not come, or a line says train-ai=n.
    Raises MissingExtraError without the package protego.
    """
    if not (text or "").strip():
        return SILENT
    assert text is not None
    said = [
        value.lower() for _, line in _SIGNAL.findall(text) for value in _PREFERENCE.findall(line)
    ]
    if any(value in _NO for value in said):
        return RESERVED
    may_fetch = _rules(text)
    if not all(may_fetch(url, agent) for agent in (AGENT, *TRAINERS)):
        return RESERVED
    return ALLOWED if any(value in _YES for value in said) else SILENT


def ai_txt(text: str | None, url: str) -> str:
    """The stance of an ai.txt on one address: rules like those of robots.txt, by kind of file.

    Allowed only where a rule of the file lets the address through by name.
    """
    if not (text or "").strip():
        return SILENT
    assert text is not None
    if not re.search(r"^\s*(dis)?allow\s*:", text, re.I | re.M):
        return SILENT
    if not _rules(text)(url, AGENT):
        return RESERVED
    lets_in = [line.partition(":")[2].strip() for line in text.splitlines() if _is_allow(line)]
    named = (pattern for pattern in lets_in if pattern and _matches(pattern, _path(url)))
    return ALLOWED if any(named) else SILENT


def tdmrep(file: str | None, url: str, headers: Mapping[str, str] | None = None) -> str:
    """The stance of TDMRep: the header `tdm-reservation` of the answer, else /.well-known/tdmrep.json.

    In the file the first rule whose location fits counts. 1 reserves, 0 does not; other values are
    errors of the protocol and count as unset, a file that is no list of rules as a reservation.
    """
    for name, value in (headers or {}).items():
        if name.lower() == "tdm-reservation" and value.strip() in ("0", "1"):
            return RESERVED if value.strip() == "1" else ALLOWED
    if not (file or "").strip():
        return SILENT
    try:
        rules = parse_json(file or "")
    except ValueError:
        return RESERVED
    if not isinstance(rules, list):
        return RESERVED
    for rule in rules:
        if isinstance(rule, dict) and _matches(str(rule.get("location", "")), _path(url)):
            return {"1": RESERVED, "0": ALLOWED}.get(str(rule.get("tdm-reservation")), SILENT)
    return SILENT


def cawg(path: Path) -> str:
    """The stance of the content credentials in a film or picture.

    A file with credentials that cannot be read is reserved; they are read in a process that can do no
    harm.
    """
    try:
        found = read_report(path)
        if found is None:
            return SILENT
        return RESERVED if found.error else cawg_report(parse_json(found.text))
    except (HimmelError, OSError, ValueError):
        return RESERVED


def cawg_report(report: Any) -> str:
    """The stance of a report of content credentials, by the newest manifest and its ingredients.

    Each use is allowed, notAllowed or constrained; what is constrained has to be asked for. A report of
    another form than that of the standard is reserved.
    """
    try:
        manifests = _form(_form(report, dict)["manifests"], dict).values()
        said = {_of_use(*use) for held in manifests for use in _uses(held)}
    except (KeyError, TypeError):
        return RESERVED
    return next((stance for stance in (RESERVED, ALLOWED) if stance in said), SILENT)


def stances(
    url: str,
    day: str,
    files: Mapping[str, str | None],
    headers: Mapping[str, str] | None = None,
    film: Path | None = None,
) -> OptOut:
    """The record of all four ways; `files` are texts by name: robots.txt, ai.txt, tdmrep.json.

    Raises HimmelError where one of them reserves training.
    """
    return OptOut(
        robots=robots(files.get("robots.txt"), url),
        tdmrep=tdmrep(files.get("tdmrep.json"), url, headers),
        ai_txt=ai_txt(files.get("ai.txt"), url),
        cawg=cawg(film) if film else SILENT,
        date=day,
    )


def _rules(text: str) -> Callable[[str, str], bool]:
    try:
        from protego import Protego
    except ImportError:
        raise MissingExtraError("protego", "data") from None
    parsed = Protego.parse(text.removeprefix("\ufeff"))
    return lambda url, agent: bool(parsed.can_fetch(url, agent))


def _is_allow(line: str) -> bool:
    return line.strip().lower().startswith("allow:")


def _path(url: str) -> str:
    parts = urlsplit(url)
    if not parts.scheme or not parts.netloc:
        raise HimmelError(f"{url!r} is no address; write it with https:// and the server")
    return unquote(parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _matches(pattern: str, path: str) -> bool:
    """A pattern of a path's beginning: * is anything, $ at the end is the end."""
    ends = pattern.endswith("$")
    parts = [re.escape(unquote(part)) for part in pattern.removesuffix("$").split("*")]
    return bool(pattern) and bool(re.match(".*".join(parts) + ("$" if ends else ""), path, re.S))


def _uses(held: Any) -> Iterator[tuple[str, Any]]:
    """The uses that one manifest speaks of, each with what it says. Raises KeyError or TypeError for a
    manifest of another form."""
    for assertion in _form(_form(held, dict).get("assertions", []), list):
        if _form(_form(assertion, dict)["label"], str).startswith(_LABELS):
            yield from _form(_form(assertion["data"], dict)["entries"], dict).items()


def _of_use(name: str, said: Any) -> str:
    allowed = _form(said, dict).get("use") == "allowed"
    kind = name.rpartition(".")[2]
    if kind in _TRAINING:
        return ALLOWED if allowed else RESERVED
    return RESERVED if kind == _MINING and not allowed else SILENT


def _form(value: Any, kind: type[Form]) -> Form:
    if not isinstance(value, kind):
        raise TypeError(f"{type(value).__name__} in place of {kind.__name__}")
    return value
