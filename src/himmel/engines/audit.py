"""Known holes in the packages that are here, asked of an advisory service by pip-audit.

pip-audit ends with success where the service knows nothing of a package, or of any. Here an audit is
green only when nearly all packages were really looked up and a package with known holes, asked along as
a control, was found; anything less is "not run", never green.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from himmel.core.errors import HimmelError, MissingExtraError
from himmel.engines.parts import Part

MIN_AUDITED = 0.95  # share of packages that were really looked up
CONTROL = "jinja2==2.10"  # CVE-2019-10906 and later ones; never installed, only asked for
_SECONDS = 600

Ask = Callable[[Sequence[str]], list[dict[str, Any]]]  # requirements -> pip-audit's "dependencies"


@dataclass(frozen=True)
class Audit:
    """How many packages there are and were looked up, whether the control was found, and all holes."""

    packages: int
    audited: int
    control: bool
    holes: tuple[str, ...]

    @property
    def state(self) -> str:
        """ "holes found", "green", or "not run" with less than MIN_AUDITED or without the control."""
        if self.holes:
            return "holes found"
        done = self.packages > 0 and self.audited >= MIN_AUDITED * self.packages and self.control
        return "green" if done else "not run"


def audit(parts: Sequence[Part], ask: Ask | None = None) -> Audit:
    """Look all packages up. Raises HimmelError where pip-audit is missing or gives no answer."""
    ask = ask or _ask
    answers = {
        _normal(str(a.get("name"))): a for a in ask([f"{p.name}=={p.version}" for p in parts])
    }
    looked_up = [p for p in parts if _was_looked_up(answers.get(p.name, {}), p)]
    holes = [
        f"{part.name} {part.version}: {hole.get('id', 'unnamed')}"
        for part in parts
        for hole in answers.get(part.name, {}).get("vulns") or []
    ]
    control = any(answer.get("vulns") for answer in ask([CONTROL]))
    return Audit(len(parts), len(looked_up), control, tuple(holes))


def _was_looked_up(answer: dict[str, Any], part: Part) -> bool:
    skipped = "skip_reason" in answer or not isinstance(answer.get("vulns"), list)
    return not skipped and answer.get("version") == part.version


def _ask(requirements: Sequence[str]) -> list[dict[str, Any]]:
    from importlib.util import find_spec

    if find_spec("pip_audit") is None:
        raise MissingExtraError("pip-audit", "audit")
    with tempfile.TemporaryDirectory() as folder:
        listed = Path(folder) / "requirements.txt"
        listed.write_text("".join(f"{line}\n" for line in requirements), encoding="utf-8")
        command = [sys.executable, "-m", "pip_audit", "--no-deps", "--disable-pip"]
        command += ["--format", "json", "--progress-spinner", "off", "--requirement", str(listed)]
        try:
            run = subprocess.run(
                command, capture_output=True, text=True, check=False, timeout=_SECONDS
            )
            return list(json.loads(run.stdout)["dependencies"])
        except (OSError, subprocess.TimeoutExpired, ValueError, KeyError, TypeError) as error:
            raise HimmelError(
                f"pip-audit gave no answer ({type(error).__name__}), so nothing was audited; see "
                "whether its advisory service can be reached"
            ) from None


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
