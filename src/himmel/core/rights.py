"""The record that every training clip carries: whose it is, and why it may be used.

A clip without a valid record does not become part of a shard and is not read from one, so nothing can
be trained on it. Every fault is one sentence that says what is wanted.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from himmel.core.config import Config
from himmel.core.errors import HimmelError

OWN, ALLOWED, SILENT, RESERVED = "own", "allowed", "silent", "reserved"
STANCES = {
    OWN: "made by whoever trains, so there was nobody to ask",
    ALLOWED: "asked, and training is expressly allowed",
    SILENT: "asked, and nothing is said",
    RESERVED: "asked, and training is not wanted",
}
CONSENT = {
    "nobody": "no living or dead person can be recognised",
    "released": "everyone who can be recognised has agreed in writing",
    "unasked": "people can be recognised and were not asked",
    "withdrawn": "somebody has taken their consent back",
}
USABLE_CONSENT = ("nobody", "released")
LICENCES = frozenset({
    "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC-PDDC", "CC-PDM-1.0", "CC0-1.0", "ISC",
    "MIT", "MIT-0", "ODC-By-1.0", "PDDL-1.0", "Unlicense",
})  # fmt: skip
_CREATIVE_COMMONS = re.compile(r"CC-BY(?P<terms>(-NC|-ND|-SA)*)-[1-4]\.[05](-[A-Z]{2,3})?")
_OWN_CONTRACT = re.compile(r"LicenseRef-[A-Za-z0-9.-]+")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_LIMITS = {"-NC": "commercial use", "-ND": "works made from it"}


@dataclass(frozen=True, kw_only=True)
class Evidence(Config):
    """What shows the licence: SHA-256 of the page, contract or dedication, and the day it was seen."""

    sha256: str
    date: str

    def __post_init__(self) -> None:
        _check_digest(self.sha256, "evidence.sha256")
        _check_date(self.date, "evidence.date")


@dataclass(frozen=True, kw_only=True)
class OptOut(Config):
    """What the holder says about training, by the four ways of saying it, and the day it was read.

    Each is one of STANCES. Raises HimmelError where one way reserves it: a licence that would allow the
    use is then no answer, the holder has to be asked.
    """

    robots: str
    tdmrep: str
    ai_txt: str
    cawg: str
    date: str

    def __post_init__(self) -> None:
        for name, stance in self.stances.items():
            if stance not in STANCES:
                raise HimmelError(
                    f"opt_out.{name} is {stance!r}; it is one of {', '.join(STANCES)}"
                )
            if stance == RESERVED:
                raise HimmelError(f"its holder reserves training by {name}; ask, or leave it out")
        _check_date(self.date, "opt_out.date")

    @property
    def stances(self) -> dict[str, str]:
        """The four stances by their way."""
        return {name: getattr(self, name) for name in ("robots", "tdmrep", "ai_txt", "cawg")}


@dataclass(frozen=True, kw_only=True)
class Rights(Config):
    """The rights record of one clip.

    source: the address it came from, or what made it. licence: an SPDX identifier that allows the use,
    or LicenseRef-NAME for a contract of one's own. holder: who owns it. consent: one of CONSENT.
    sha256: of the file that was taken in, or of the frames of a rendered clip. pdq: perceptual hashes
    of some frames, 64 hexadecimal digits each; none only for what has no frames. group: equal for clips
    that show the same material. Raises HimmelError for anything else.
    """

    source: str
    licence: str
    holder: str
    evidence: Evidence
    opt_out: OptOut
    consent: str
    sha256: str
    pdq: tuple[str, ...]
    group: str

    def __post_init__(self) -> None:
        for name in ("source", "holder", "group"):
            if not getattr(self, name).strip():
                raise HimmelError(f"{name} is empty; a rights record has to name it")
        if fault := licence_fault(self.licence):
            raise HimmelError(fault)
        _check_consent(self.consent)
        _check_digest(self.sha256, "sha256")
        for digits in self.pdq:
            _check_digest(digits, "pdq")
        if not self.pdq and set(self.opt_out.stances.values()) != {OWN}:
            raise HimmelError("pdq is empty; other people's footage needs perceptual hashes")


def licence_fault(licence: str) -> str | None:
    """Why one may not train under this licence and pass the weights on, None where one may."""
    if licence in LICENCES or _OWN_CONTRACT.fullmatch(licence):
        return None
    found = _CREATIVE_COMMONS.fullmatch(licence)
    if not found:
        return f"licence {licence!r} is none that himmel knows; use an SPDX identifier such as CC-BY-4.0"
    forbidden = [what for term, what in _LIMITS.items() if term in found["terms"]]
    return f"licence {licence} forbids {forbidden[0]}; leave the clip out" if forbidden else None


def rights_of(sample: Mapping[str, Any]) -> Rights:
    """The valid record of a sample. Raises HimmelError that names the sample and the fault."""
    name, record = sample.get("id"), sample.get("rights")
    if not isinstance(record, dict):
        raise HimmelError(f"sample {name} has no rights record; complete it with: himmel data fill")
    try:
        return Rights.from_dict(record)
    except HimmelError as error:
        raise HimmelError(f"sample {name}: rights record: {error}") from None


def check_rights(samples: Iterable[Mapping[str, Any]]) -> None:
    """Raises HimmelError at the first sample without a valid record."""
    for sample in samples:
        rights_of(sample)


def _check_consent(consent: str) -> None:
    if consent not in CONSENT:
        raise HimmelError(f"consent is {consent!r}; it is one of {', '.join(CONSENT)}")
    if consent not in USABLE_CONSENT:
        raise HimmelError(f"consent is {consent!r} ({CONSENT[consent]}); leave the clip out")


def _check_digest(text: str, name: str) -> None:
    if not _SHA256.fullmatch(text):
        raise HimmelError(
            f"{name} is {text[:70]!r}; it has to be 64 hexadecimal digits, small letters"
        )


def _check_date(text: str, name: str) -> None:
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError:
        raise HimmelError(f"{name} is {text!r}; write the day like 2026-11-28") from None
    if day > datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=1):
        raise HimmelError(f"{name} is {text}, a day that has not come yet")
